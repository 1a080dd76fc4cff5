package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
)

// ShellOptions of NewShell.
type ShellOptions struct {
	Kit    *ismskit.Kit
	Visits Visits
	// House gives the organisation's names and the line at the bottom, in the
	// language of the request. May be nil.
	House func(r *http.Request) Shell
	// Texts say in which language a request is answered, so that the reader's unit and
	// post are called as they are in it.
	Texts *Texts
	// Location is where the office is; nil is Taiwan.
	Location *time.Location
}

// NewShell makes the function that fills what surrounds every page: who is signed
// in, for whom he acts, what waits, and the menu of pages that exist for him.
func NewShell(o ShellOptions) (func(*http.Request) (Shell, error), error) {
	if o.Kit == nil || o.Visits == nil || o.Texts == nil {
		return nil, errors.New("web: a shell needs Kit, Visits and Texts")
	}
	if o.House == nil {
		o.House = func(*http.Request) Shell { return Shell{} }
	}
	if o.Location == nil {
		o.Location = time.FixedZone("Asia/Taipei", 8*3600)
	}
	return func(r *http.Request) (Shell, error) { return o.shell(r) }, nil
}

func (o ShellOptions) shell(r *http.Request) (Shell, error) {
	shell := o.House(r)
	account, ok := o.Visits.Current(r.Context())
	if !ok || account.MustChange {
		return shell, nil
	}
	if r.Header.Get(partHeader) == "" {
		shell.Flash = o.Visits.TakeFlash(r.Context())
	}
	actor := ismskit.Actor{Person: account.Person, Assurance: "password", Channel: channel}
	me, err := o.Kit.People().Me(r.Context(), actor)
	if errors.Is(err, ismskit.ErrForbidden) {
		// An account whose person has left, or was never entered: he may sign out.
		shell.Person = account.Login
		return shell, nil
	}
	if err != nil {
		return shell, err
	}
	names, err := calledIn(r, o.Kit, actor, o.Texts.Choose(r))
	if err != nil {
		return shell, err
	}
	shell.Person, shell.Unit, shell.Post = me.Name, orOwn(names, me.UnitName), orOwn(names, me.PostTitle)
	for _, principal := range eachPrincipal(me.Acting) {
		if principal.First {
			shell.ActingFor = append(shell.ActingFor, Acting{Name: principal.Name, Until: lastDay(principal.To, o.Location), Href: "/deputies"})
		}
	}
	waiting, err := o.Kit.Queue().Count(r.Context(), actor, countedAtMost, noticesCounted)
	if err != nil {
		return shell, err
	}
	shell.OwnHref = "/people/" + actor.Person
	shell.Notices, shell.MoreNotices, shell.NoticesHref, shell.DeputyHref = waiting.Notices, waiting.MoreNotices, "/notices", "/deputies"
	shell.Nav = nav(me, waiting, r.URL.Path)
	return shell, nil
}

// lastDay is the last day of an absence that ends at a moment.
func lastDay(end time.Time, loc *time.Location) calendar.Date {
	if end.IsZero() {
		return calendar.Date{}
	}
	return calendar.DateOf(end.In(loc).Add(-time.Microsecond))
}

// partHeader is sent by our script when it asks for a part of a page: such a
// request uses up no message for the next page.
const partHeader = "X-Page-Part"

// noticesCounted is how many unread notices the menu counts.
const noticesCounted = 100

// nav is the menu: only pages that exist, and only those the person may open.
func nav(me ismskit.Profile, n ismskit.Counts, path string) []NavGroup {
	work := NavGroup{Label: "nav.work", Items: []NavItem{
		{Label: "nav.todo", Href: "/", Count: n.Tasks, More: n.MoreTasks},
		{Label: "nav.apply", Href: "/apply"},
		{Label: "nav.handling", Href: "/handling", Count: n.Handling, More: n.MoreTasks},
	}}
	if me.Leads {
		work.Items = append(work.Items, NavItem{Label: "nav.overview", Href: "/overview"})
	}
	look := NavGroup{Label: "nav.look", Items: []NavItem{
		{Label: "nav.documents", Href: "/documents"},
		{Label: "nav.records", Href: "/records"},
		{Label: "nav.systems", Href: "/systems"},
		{Label: "nav.check", Href: "/check"},
	}}
	house := NavGroup{Label: "nav.system", Items: []NavItem{
		{Label: "nav.notices", Href: "/notices", Count: n.Notices, More: n.MoreNotices},
		{Label: "nav.deputies", Href: "/deputies"},
		{Label: "nav.people", Href: "/people"},
		{Label: "nav.roles", Href: "/roles"},
	}}
	if me.ClosesOffices {
		house.Items = append(house.Items, NavItem{Label: "nav.closures", Href: "/closures"})
	}
	if me.TriesOut {
		house.Items = append(house.Items, NavItem{Label: "nav.trial", Href: "/trial"})
	}
	if me.Rights["manage_types"] || me.Rights["overview"] {
		house.Items = append(house.Items, NavItem{Label: "nav.flows", Href: "/flows"})
	}
	if me.Rights["manage_types"] {
		house.Items = append(house.Items, NavItem{Label: "nav.migration", Href: "/migration"})
	}
	if me.Audits {
		house.Items = append(house.Items, NavItem{Label: "nav.changes", Href: "/changes"}, NavItem{Label: "checkpoints.title", Href: "/checkpoints"})
	}
	groups := []NavGroup{work, look, house}
	for i := range groups {
		for j := range groups[i].Items {
			item := &groups[i].Items[j]
			item.Current = leadsTo(item.Href, path)
		}
	}
	return groups
}

// leadsTo says whether a page belongs to an entry of the menu.
func leadsTo(entry, path string) bool {
	if entry == "/" {
		return path == "/" || strings.HasPrefix(path, "/cases/") && !strings.HasSuffix(path, "/edit")
	}
	if entry == "/apply" && strings.HasSuffix(path, "/edit") && strings.HasPrefix(path, "/cases/") {
		return true
	}
	return path == entry || strings.HasPrefix(path, entry+"/")
}

// eachPrincipal has everybody for whom somebody acts once for each absence that ends on
// another day: he may be his deputy by a standing order and by one of his own at once.
func eachPrincipal(all []directory.Principal) []directory.Principal {
	var out []directory.Principal
	for _, p := range all {
		if !slices.ContainsFunc(out, func(o directory.Principal) bool {
			return o.Person == p.Person && o.To.Equal(p.To) && o.First == p.First
		}) {
			out = append(out, p)
		}
	}
	return out
}

package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// listLog is the tab of the changes of lists, beside the logs of the Kit.
const listLog = "lists"

// rowChangeLine is one change of a row of a list.
type rowChangeLine struct {
	At      time.Time
	Who     workflow.Signer
	List    string
	Name    string
	Href    string // "" where the row has no page of its own
	Reason  string
	New     bool
	Changes []ismskit.RowDifference
}

// longestShown is how much of a value the list of changes shows: the flow of a form as it was
// stored is pages long.
const longestShown = 200

// listChanges shows what was changed in the lists, the newest first: of one list, and between
// two days, where that is asked for.
func (p *Pages) listChanges(w http.ResponseWriter, r *http.Request, page changesPage) {
	query := r.URL.Query()
	list, from, to := query.Get("list"), strings.TrimSpace(query.Get("from")), strings.TrimSpace(query.Get("to"))
	ask := ismskit.ChangeQuery{Lang: p.lang(r), List: list, Limit: changesShown}
	first, firstDay := p.changeDay(r, "from", "changes.from", from, &page)
	last, lastDay := p.changeDay(r, "to", "changes.to", to, &page)
	if !first.IsZero() && !last.IsZero() && last.Before(first) {
		lastDay.Wrong, last = p.text(r, "changes.wrong_order"), calendar.Date{}
		page.Faults = append(page.Faults, faultLink{Field: "to", Text: lastDay.Wrong})
	}
	page.Days = []dayAsked{firstDay, lastDay}
	if !first.IsZero() {
		ask.From = first.Start(p.location)
	}
	if !last.IsZero() {
		ask.Before.At = last.AddDays(1).Start(p.location)
	}
	if at, ok := readPlace(query.Get("before")); ok {
		ask.Before = at
	}
	found, err := p.kit.Evidence().Changes(r.Context(), p.actor(r), ask)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for _, l := range found.Lists {
		page.Lists = append(page.Lists, option{Value: l.Key, Label: l.Title.In(p.lang(r)), Checked: l.Key == list})
	}
	for _, c := range found.Changes {
		page.Rows = append(page.Rows, p.rowChange(r, c))
	}
	if n := len(found.Changes); n == changesShown {
		page.Older = address("/changes", "log", listLog, "list", list, "from", from, "to", to, "before", writePlace(found.Changes[n-1].Place))
	}
	page.Narrowed = list != "" || from != "" || to != ""
	p.page(w, r, "changes", page)
}

func (p *Pages) rowChange(r *http.Request, c ismskit.ListChange) rowChangeLine {
	line := rowChangeLine{At: c.Place.At, Who: *p.onPage(r, &c.By), List: c.ListName, Name: c.Name, Reason: c.Reason, New: c.New}
	if line.Name == "" {
		line.Name = c.Row
	}
	switch c.List {
	case register.People, register.Roles, register.Systems, register.Flows:
		line.Href = "/" + c.List + "/" + c.Row
	case register.Units, register.Posts:
		line.Href = "/lists/" + c.List + "/" + c.Row
	}
	for _, d := range c.Changes {
		d.From, d.To = shortened(d.From), shortened(d.To)
		line.Changes = append(line.Changes, d)
	}
	return line
}

func shortened(s string) string {
	if all := []rune(s); len(all) > longestShown {
		return string(all[:longestShown]) + "…"
	}
	return s
}

// changeDay reads one of the two days of the form; one that cannot be read is said beside it
// and not looked for.
func (p *Pages) changeDay(r *http.Request, name, label, typed string, page *changesPage) (calendar.Date, dayAsked) {
	line := dayAsked{Name: name, Label: p.text(r, label), Typed: typed}
	if typed == "" {
		return calendar.Date{}, line
	}
	day, err := calendar.ParseDate(typed)
	if err != nil {
		line.Wrong = p.text(r, "records.wrong_day", "Value", typed)
		page.Faults = append(page.Faults, faultLink{Field: name, Text: line.Wrong})
		return calendar.Date{}, line
	}
	line.Echo = p.dayWeek(r, day)
	return day, line
}

// writePlace and readPlace are the place of an entry in an address.
func writePlace(at ismskit.EntryPlace) string {
	return strconv.FormatInt(at.At.UnixMicro(), 10) + "." + strconv.FormatInt(at.Seq, 10) + "." + at.Chain
}

// readPlace takes an address that is none for the newest page.
func readPlace(s string) (ismskit.EntryPlace, bool) {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) != 3 {
		return ismskit.EntryPlace{}, false
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return ismskit.EntryPlace{}, false
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return ismskit.EntryPlace{}, false
	}
	return ismskit.EntryPlace{At: time.UnixMicro(at), Seq: seq, Chain: parts[2]}, true
}

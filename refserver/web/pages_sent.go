package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// sentLine is a case of the reader's own.
type sentLine struct {
	Href, Subject, Number, Title string
	State                        stateView
	With                         []string // whom it waits for
	Since                        time.Time
	Step                         string
	Submitted                    time.Time
	Draft                        bool
	System                       string // what the system did, where nobody sent it
	Head                         string // what its form is called, and its subject
}

// sentPage is the model of sent.html.
type sentPage struct {
	Tabs   []todoTab
	Lines  []sentLine
	None   string // what is said where there are none
	Older  string // address of the next page, "" at the end
	Newest string // address of the first page, "" on it
}

// onTheWay are the phases of a case that somebody still has to do with.
var onTheWay = []string{string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended)}

// sentTabs are the lists of the reader's own cases: what he began himself, and what the
// system opened by itself and is about him.
var sentTabs = []struct {
	name, title, none string
	begun             ismskit.Begun
}{
	{"", "sent.by_me", "todo.sent_none", ismskit.BegunByPerson},
	{"system", "sent.by_system", "sent.by_system_none", ismskit.BegunBySystem},
}

// sent lists everything the reader has sent, or under its tab what opened by itself.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request) {
	const size = 30
	after, afterID := keyset(r)
	page, tab := sentPage{}, sentTabs[0]
	for _, t := range sentTabs {
		if t.name == r.URL.Query().Get("tab") {
			tab = t
		}
	}
	for _, t := range sentTabs {
		page.Tabs = append(page.Tabs, todoTab{Label: p.text(r, t.title), Href: address("/sent", "tab", t.name), Current: t.name == tab.name})
	}
	page.None = p.text(r, tab.none)
	filter := ismskit.CaseFilter{Phases: append(onTheWay, string(workflow.PhaseClosed)), Begun: tab.begun, After: after, AfterID: afterID, Limit: size + 1}
	cases, err := p.kit.Cases(r.Context(), p.actor(r), filter)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if afterID != "" {
		page.Newest = address("/sent", "tab", tab.name)
	}
	if len(cases) > size {
		cases = cases[:size]
		last := cases[size-1]
		page.Older = address("/sent", "tab", tab.name) + joiner(tab.name != "") + keysetQuery(last.Created, last.ID)
	}
	for _, c := range cases {
		page.Lines = append(page.Lines, p.sentLine(r, c))
	}
	p.page(w, r, "sent", page)
}

// keyset reads where a list goes on.
func keyset(r *http.Request) (time.Time, string) {
	at, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("after"))
	if err != nil {
		return time.Time{}, ""
	}
	return at, r.URL.Query().Get("id")
}

func keysetQuery(at time.Time, id string) string {
	return url.Values{"after": {at.UTC().Format(time.RFC3339Nano)}, "id": {id}}.Encode()
}

// sentLines are the newest cases that are still on their way.
func (p *Pages) sentLines(r *http.Request, n int, after time.Time, afterID string) ([]sentLine, bool, error) {
	cases, err := p.kit.Cases(r.Context(), p.actor(r), ismskit.CaseFilter{Phases: onTheWay, Begun: ismskit.BegunByPerson, After: after, AfterID: afterID, Limit: n + 1})
	if err != nil {
		return nil, false, err
	}
	more := len(cases) > n
	if more {
		cases = cases[:n]
	}
	lines := make([]sentLine, 0, len(cases))
	for _, c := range cases {
		lines = append(lines, p.sentLine(r, c))
	}
	return lines, more, nil
}

// opening is what the system did by opening a case, "" where a person sent it.
func (p *Pages) opening(r *http.Request, by ismskit.SystemOpening) string {
	switch by {
	case ismskit.SystemAsks:
		return p.text(r, "system.asks")
	case ismskit.SystemOpens:
		return p.text(r, "system.opens")
	}
	return ""
}

func (p *Pages) sentLine(r *http.Request, c ismskit.CaseLine) sentLine {
	line := sentLine{
		Href: "/cases/" + c.ID, Subject: p.subject(r, c.Subject, c.SubjectIn), Number: c.Number, Title: c.Kind.Title.In(p.lang(r)),
		State: p.state(r, c.Word, c.Done, c.Of), With: p.waits(r, c.Waits),
		Since: c.Since, Step: p.in(r, c.Step), Submitted: c.Submitted,
		Draft: c.Draft,
	}
	line.System = p.opening(r, c.System)
	switch {
	case line.Subject == "" && len(c.About) > 0:
		about := make([]string, len(c.About))
		for i, name := range c.About {
			about[i] = p.called(r, name)
		}
		line.Subject = line.Title + p.text(r, "shell.colon") + joined(p.text(r, "word.comma"), about...)
		line.Head = line.Subject
	case line.Subject == "":
		line.Subject, line.Head = line.Title, line.Title
	case ismskit.Titled(line.Subject, workflow.Text(c.Kind.Title)):
		line.Title, line.Head = "", line.Subject // the subject says it
	default:
		line.Head = line.Title + p.text(r, "shell.colon") + line.Subject
	}
	if c.MaySend {
		line.Href += "/edit"
	}
	return line
}

// waits says in lines whom a case or its rows wait for, and since when.
func (p *Pages) waits(r *http.Request, list []ismskit.Waiting) []string {
	var out []string
	for _, w := range list {
		who, since := p.withStandins(r, w.Holders, w.Standins), p.dayOf(r, calendar.DateOf(w.Since.In(p.location)))
		var line string
		switch {
		case w.Outside && w.Office == "":
			line = p.text(r, "waits.outside", "Date", since)
		case w.Outside:
			line = p.text(r, "waits.office", "Office", p.called(r, w.Office), "Date", since)
		case slices.Equal(w.People, []string{p.actor(r).Person}) && len(w.Standins) == 0:
			line = p.text(r, "waits.reader", "Date", since)
		case who == "":
			line = p.text(r, "waits.nobody", "Date", since)
		default:
			line = p.text(r, "waits.holder", "Who", who, "Date", since)
		}
		if w.Tasks > 1 {
			line = p.text(r, "waits.several", "Line", line, "N", w.Tasks)
		}
		out = append(out, line)
	}
	return out
}

package web

import (
	"net/http"
	"strconv"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// handlingPage is the model of handling.html.
type handlingPage struct {
	Tabs           []todoTab
	Lines          []handlingLine
	Ended          bool   // the tab of what has ended and is still open
	Previous, Next string // addresses of the pages beside this one, "" at an end
}

// handlingPageSize is how many rows stand on a page: each line shows a row's
// fields, for which its case is read.
const handlingPageSize = 50

// handlingLine is one row to carry out.
type handlingLine struct {
	todoLine
	System, User, Permission, Account, Period string
}

// endedType is the type whose tasks are permissions that have ended and are not
// closed yet.
const endedType = "grant_closure"

// handling lists the rows that are the reader's to carry out: one line each, with
// what is to be done.
func (p *Pages) handling(w http.ResponseWriter, r *http.Request) {
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), ismskit.TodoFilter{Kinds: []string{string(workflow.KindHandle)}})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := handlingPage{Ended: r.URL.Query().Get("tab") == "ended"}
	byTab := map[bool][]ismskit.Todo{}
	for _, t := range todos {
		byTab[t.Type == endedType] = append(byTab[t.Type == endedType], t)
	}
	for _, t := range page.turnTo(r.URL.Query().Get("page"), byTab[page.Ended]) {
		line, err := p.handlingLine(r, t)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		page.Lines = append(page.Lines, line)
	}
	page.Tabs = []todoTab{
		{Label: p.text(r, "handling.open", "N", len(byTab[false])), Href: "/handling", Current: !page.Ended},
		{Label: p.text(r, "handling.ended", "N", len(byTab[true])), Href: "/handling?tab=ended", Current: page.Ended},
	}
	p.page(w, r, "handling", page)
}

// turnTo takes from a tab's rows those of the page that is asked for, counted
// from 1. One beyond the end, where the last rows have been done meanwhile, is the
// last page.
func (page *handlingPage) turnTo(asked string, rows []ismskit.Todo) []ismskit.Todo {
	last := max(1, (len(rows)+handlingPageSize-1)/handlingPageSize)
	n, err := strconv.Atoi(asked)
	if err != nil {
		n = 1
	}
	n = min(max(n, 1), last)
	at := func(n int) string {
		tab := ""
		if page.Ended {
			tab = "ended"
		}
		return address("/handling", "tab", tab, "page", strconv.Itoa(n))
	}
	if n > 1 {
		page.Previous = at(n - 1)
	}
	if n < last {
		page.Next = at(n + 1)
	}
	return rows[(n-1)*handlingPageSize : min(n*handlingPageSize, len(rows))]
}

func (p *Pages) handlingLine(r *http.Request, t ismskit.Todo) (handlingLine, error) {
	line := handlingLine{todoLine: p.todoLine(r, t)}
	c, err := p.kit.Case(r.Context(), p.actor(r), t.Case)
	if err != nil {
		return line, err
	}
	lookup, err := p.namesIn(r, c.Form, c.Fields)
	if err != nil {
		return line, err
	}
	text := func(path string) string { return print.TextOf(c.Form, c.Fields, path, lookup, p.locale(r)) }
	line.System, line.User, line.Permission, line.Account = text("system"), text("account_user"), text("permission"), text("account")
	line.Period = text("period")
	if line.Period == "" {
		line.Period = text("until")
	}
	if given := text("given_account"); given != "" {
		line.Account = given
	}
	return line, nil
}

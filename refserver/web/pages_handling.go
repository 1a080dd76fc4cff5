package web

import (
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// handlingPage is the model of handling.html.
type handlingPage struct {
	Tabs   []todoTab
	Lines  []handlingLine
	Ended  bool // the tab of what has ended and is still open
	Heads  []string
	Moment time.Time
}

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
	counts := map[bool]int{}
	for _, t := range todos {
		ended := t.Type == endedType
		counts[ended]++
		if ended != page.Ended {
			continue
		}
		line, err := p.handlingLine(r, t)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		page.Lines = append(page.Lines, line)
	}
	page.Tabs = []todoTab{
		{Label: p.text(r, "handling.open", "N", counts[false]), Href: "/handling", Current: !page.Ended},
		{Label: p.text(r, "handling.ended", "N", counts[true]), Href: "/handling?tab=ended", Current: page.Ended},
	}
	p.page(w, r, "handling", page)
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

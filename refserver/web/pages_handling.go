package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// handlingPage is the model of handling.html.
type handlingPage struct {
	Tabs   []todoTab
	Tables []handlingTable // one for each set of columns
	Pages  turning
}

// handlingPageSize is how many rows stand on a page.
const handlingPageSize = 50

// handlingTable are rows with the same columns.
type handlingTable struct {
	Heads []string
	Lines []handlingLine
}

// handlingLine is one row to carry out.
type handlingLine struct {
	todoLine
	Head     string // what the row is called
	UnderWay []linkLine
	Cells    []handlingCell
	Do       string
}

type handlingCell struct {
	Label, Text string
	Class       string // "name" and "nowrap" are broken between words or not at all
}

// handling lists the rows that are the reader's to carry out: one line each, with what
// their types say is shown of them.
func (p *Pages) handling(w http.ResponseWriter, r *http.Request) {
	filter := ismskit.TodoFilter{Kinds: []string{string(workflow.KindHandle)}}
	all, err := p.count(r, filter)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var page handlingPage
	lists, err := p.kit.Types().Lists(r.Context(), p.actor(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	chosen := r.URL.Query().Get("tab")
	if !slices.ContainsFunc(lists, func(l ismskit.ListInfo) bool { return l.List == chosen }) {
		chosen = ""
	}
	for _, l := range lists {
		n := all.number(func(t ismskit.Todo) bool { return t.List == l.List })
		label := p.text(r, "handling.open", "N", n)
		if l.List != "" {
			label = p.text(r, "todo.tab", "Kind", l.Title.In(p.lang(r)), "N", n)
		}
		page.Tabs = append(page.Tabs, todoTab{Label: p.numbered(r, label, all.more), Href: address("/handling", "tab", l.List), Current: l.List == chosen})
	}
	filter.Lists, filter.Rows, filter.UnderWay = []string{chosen}, true, true
	todos, links, err := p.turn(r, filter, handlingPageSize, "/handling", "tab", chosen)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Pages = links
	if err := p.inMyLanguage(r, todos); err != nil {
		p.fail(w, r, err)
		return
	}
	tables := map[string]int{}
	for _, t := range todos {
		heads, line := p.handlingLine(r, t)
		key := strings.Join(heads, "\n")
		i, known := tables[key]
		if !known {
			i = len(page.Tables)
			tables[key] = i
			page.Tables = append(page.Tables, handlingTable{Heads: heads})
		}
		page.Tables[i].Lines = append(page.Tables[i].Lines, line)
	}
	p.page(w, r, "handling", page)
}

// inMyLanguage calls what the rows of a list name as the reader's language does.
func (p *Pages) inMyLanguage(r *http.Request, todos []ismskit.Todo) error {
	var values []forms.Values
	for _, t := range todos {
		if t.Row != nil {
			values = append(values, t.Row.Fields)
		}
	}
	values, err := p.kit.Registers().InLanguage(r.Context(), p.actor(r), p.lang(r), values...)
	if err != nil {
		return err
	}
	for _, t := range todos {
		if t.Row != nil {
			t.Row.Fields, values = values[0], values[1:]
		}
	}
	return nil
}

// handlingLine is a row with the heads of its columns.
func (p *Pages) handlingLine(r *http.Request, t ismskit.Todo) (heads []string, line handlingLine) {
	line = handlingLine{todoLine: p.todoLine(r, t), Do: p.text(r, "handling.record"), UnderWay: p.underWay(r, underWayOnList, t.UnderWay)}
	line.Head = p.in(r, t.Title)
	if t.Row == nil {
		return []string{p.text(r, "todo.subject")}, line
	}
	if len(t.Row.Do) > 0 {
		line.Do = t.Row.Do.In(p.lang(r))
	}
	for i, column := range t.Row.Columns {
		cell := handlingCell{Label: column.Label.In(p.lang(r))}
		if path := t.Row.Paths[i]; path != "" {
			field, _ := t.Row.Form.Field(path)
			cell.Text = print.TextOf(t.Row.Form, t.Row.Fields, path, t.Row.Names, p.locale(r))
			switch field.Type {
			case "person", "persons", "text":
				cell.Class = "name"
			case "date", "date_time", "year_month", "time":
				cell.Class = "nowrap"
			}
		}
		heads = append(heads, cell.Label)
		line.Cells = append(line.Cells, cell)
	}
	if first := line.Cells[0].Text; first != "" {
		line.Head = first
	}
	line.Cells = line.Cells[1:]
	return heads, line
}

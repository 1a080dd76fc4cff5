package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// overviewPage is the model of overview.html.
type overviewPage struct {
	Roles  []option // "module/role"
	Role   string
	Kinds  []option
	Kind   string
	Total  string // how many there are, and how many of them are late
	People []holding
	Pages  turning
}

// holding is what lies with one person, or one group of people.
type holding struct {
	Who   string
	Total string // what lies with him in all, beside what stands on this page
	Late  bool
	Lines []todoLine
}

// overviewPageSize is how many tasks stand on a page.
const overviewPageSize = 100

// overview says who sits on what, and since when, for those who lead or look
// after a module.
func (p *Pages) overview(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	page := overviewPage{Role: query.Get("role"), Kind: query.Get("kind")}
	filter := ismskit.TodoFilter{Everybody: true, Role: page.Role, Kinds: kindsOf(page.Kind)}
	all, err := p.count(r, filter)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	todos, links, err := p.turn(r, filter, overviewPageSize, "/overview", "role", page.Role, "kind", page.Kind)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if page.Roles, err = p.roleOptions(r, page.Role); err != nil {
		p.fail(w, r, err)
		return
	}
	for _, k := range todoKinds {
		page.Kinds = append(page.Kinds, option{Value: k.name, Label: p.kindWord(r, k.kinds[0]), Checked: k.name == page.Kind})
	}
	page.People, page.Pages = p.holdings(r, todos, all), links
	late := all.number(isLate)
	page.Total = p.text(r, "overview.count", "N", len(all.todos), "Late", late)
	if all.more {
		page.Total = p.text(r, "overview.count_more", "N", len(all.todos), "Late", late)
	}
	p.page(w, r, "overview", page)
}

func isLate(t ismskit.Todo) bool { return t.Late }

// holdings are the tasks of a page by who has them, each with what he has in all.
func (p *Pages) holdings(r *http.Request, todos []ismskit.Todo, all counted) []holding {
	var out []holding
	at := map[string]int{}
	for _, t := range todos {
		with := heldBy(t)
		i, ok := at[with]
		if !ok {
			i = len(out)
			at[with] = i
			out = append(out, holding{Who: p.withStandins(r, t.Holders, t.Standins)})
		}
		out[i].Lines = append(out[i].Lines, p.todoLine(r, t))
	}
	for with, i := range at {
		h := &out[i]
		same := func(t ismskit.Todo) bool { return heldBy(t) == with }
		n, late := all.number(same), all.number(func(t ismskit.Todo) bool { return t.Late && same(t) })
		h.Late = late > 0
		h.Total = p.numbered(r, p.text(r, "overview.holding", "Who", h.Who, "N", max(n, len(h.Lines))), all.more)
		if h.Late {
			h.Total += p.text(r, "overview.late", "N", late)
		}
	}
	return out
}

// heldBy tells tasks apart by those who have them, whatever they are called, and by
// who acts for them.
func heldBy(t ismskit.Todo) string {
	ids := slices.Clone(t.People)
	if len(ids) == 0 {
		ids = slices.Clone(t.TaskRow.Holders)
	}
	for _, s := range t.Standins {
		ids = append(ids, s.Deputy.Person)
	}
	return strings.Join(ids, " ")
}

// withStandins names those who hold a task; one who is away with who acts for him.
func (p *Pages) withStandins(r *http.Request, holders []string, standins []ismskit.Standin) string {
	names := slices.Clone(holders)
	for _, s := range standins {
		if s.At >= len(names) {
			continue // of one of whom nothing is said here
		}
		i, name := s.At, names[s.At]
		deputy := strings.TrimSpace(p.called(r, s.Deputy.PostTitle) + " " + s.Deputy.Name)
		if s.Reason == "" {
			names[i] = p.text(r, "word.standin", "Name", name, "Deputy", deputy)
		} else {
			names[i] = p.text(r, "word.standin_why", "Name", name, "Reason", s.Reason, "Deputy", deputy)
		}
	}
	return strings.Join(names, p.text(r, "word.list"))
}

// roleOptions are the roles of the house, by module.
func (p *Pages) roleOptions(r *http.Request, chosen string) ([]option, error) {
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: register.Roles})
	if err != nil {
		return nil, err
	}
	var out []option
	seen, named := map[string]bool{}, map[string]int{}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), rows...)
	if err != nil {
		return nil, err
	}
	all, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		return nil, err
	}
	for i, cells := range all {
		role := cells.Text("key")
		key := cells.Text("module") + "/" + role
		title := titles[i]
		if role == "" || seen[key] {
			continue
		}
		seen[key] = true
		named[title]++
		out = append(out, option{Value: key, Label: title, Checked: key == chosen})
	}
	for i, o := range out {
		if named[o.Label] > 1 { // 查核人員 is a role of several modules
			module, _, _ := strings.Cut(o.Value, "/")
			out[i].Label = p.text(r, "overview.role_of", "Role", o.Label, "Module", p.moduleName(r, module))
		}
	}
	return out, nil
}

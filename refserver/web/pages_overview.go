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
	Late   int
	People []holding
	Total  int
}

// holding is what lies with one person, or one group of people.
type holding struct {
	Who   string
	Late  int
	Lines []todoLine
}

// overview says who sits on what, and since when, for those who lead or look
// after a module.
func (p *Pages) overview(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	page := overviewPage{Role: query.Get("role"), Kind: query.Get("kind")}
	filter := ismskit.TodoFilter{Everybody: true, Role: page.Role, Kinds: kindsOf(page.Kind), Limit: 1000}
	todos, err := p.kit.Tasks(r.Context(), p.actor(r), filter)
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
	at := map[string]int{}
	for _, t := range todos {
		who := p.withStandins(r, t.Holders, t.Standins)
		i, ok := at[who]
		if !ok {
			i = len(page.People)
			at[who] = i
			page.People = append(page.People, holding{Who: who})
		}
		h := &page.People[i]
		h.Lines = append(h.Lines, p.todoLine(r, t))
		if t.Late {
			h.Late++
			page.Late++
		}
		page.Total++
	}
	p.page(w, r, "overview", page)
}

// withStandins names those who hold a task; one who is away with who acts for him.
func (p *Pages) withStandins(r *http.Request, holders []string, standins []ismskit.Standin) string {
	return strings.Join(p.standing(r, holders, standins), p.text(r, "word.list"))
}

// standing is withStandins one by one.
func (p *Pages) standing(r *http.Request, holders []string, standins []ismskit.Standin) []string {
	names := slices.Clone(holders)
	for _, s := range standins {
		if s.At >= len(names) {
			continue // of one of whom nothing is said here
		}
		i, name := s.At, names[s.At]
		deputy := strings.TrimSpace(s.Deputy.PostTitle + " " + s.Deputy.Name)
		if s.Reason == "" {
			names[i] = p.text(r, "word.standin", "Name", name, "Deputy", deputy)
		} else {
			names[i] = p.text(r, "word.standin_why", "Name", name, "Reason", s.Reason, "Deputy", deputy)
		}
	}
	return names
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
	for i, row := range rows {
		cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), row)
		if err != nil {
			return nil, err
		}
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

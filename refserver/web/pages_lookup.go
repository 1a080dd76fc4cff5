package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// option is one answer that can be chosen on a page.
type option struct {
	Value, Label, Help string
	Checked            bool
	Folded             bool   // of many boxes, it is shown when asked for
	unit               string // of a post, where it is
}

// titles are what rows of a list are called, in the order of their ids; an id
// that isn't there any more stands for itself.
func (p *Pages) titles(r *http.Request, list string, ids []string) ([]string, error) {
	named, err := p.titlesByID(r, list, ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return named.of(ids), nil
}

// titled are what rows of a list are called, by id.
type titled map[string]string

// of are the titles in the order of their ids.
func (t titled) of(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		if out[i] = t[id]; out[i] == "" {
			out[i] = id
		}
	}
	return out
}

// titlesByID reads what rows of a list are called, all at once.
func (p *Pages) titlesByID(r *http.Request, list string, ids []string) (titled, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: list, IDs: ids})
	if err != nil {
		return nil, err
	}
	lang := p.lang(r)
	if list == register.People {
		lang = DefaultLanguage // as signatures, fields and routes name them
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), lang, rows...)
	if err != nil {
		return nil, err
	}
	out := make(titled, len(rows))
	for i, row := range rows {
		out[row.ID] = titles[i]
	}
	return out, nil
}

// choices are the rows of a list in force, for a field that points into it.
func (p *Pages) choices(r *http.Request, list string) ([]option, error) {
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: list, At: p.now()})
	if err != nil {
		return nil, err
	}
	titles, err := p.kit.Registers().Titles(r.Context(), p.actor(r), p.lang(r), rows...)
	if err != nil {
		return nil, err
	}
	out := make([]option, len(rows))
	for i, row := range rows {
		out[i].Value, out[i].Label = row.ID, titles[i]
	}
	switch list {
	case register.Posts:
		return p.inUnits(r, rows, out)
	case register.Categories:
		return p.inTree(r, rows, out)
	case register.Roles:
		return p.inModules(r, rows, out)
	}
	return out, nil
}

// inModules calls roles with the modules that they are of: 「審核」 is one of several.
func (p *Pages) inModules(r *http.Request, rows []register.Row, options []option) ([]option, error) {
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		return nil, err
	}
	for i := range options {
		if module := cells[i].Text("module"); module != "" {
			options[i].Label = p.text(r, "overview.role_of", "Role", options[i].Label, "Module", p.moduleName(r, module))
		}
	}
	return options, nil
}

// inTree calls categories with those above them, and puts each before those below it.
func (p *Pages) inTree(r *http.Request, rows []register.Row, options []option) ([]option, error) {
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		return nil, err
	}
	nodes, of, order := make([]record.Category, len(rows)), map[string]option{}, map[string]int64{}
	for i, row := range rows {
		nodes[i], of[row.ID], order[row.ID] = record.Category{ID: row.ID, Parent: cells[i].ID("parent")}, options[i], cells[i].Number("order")
	}
	slices.SortStableFunc(nodes, func(a, b record.Category) int { return cmp.Compare(order[a.ID], order[b.ID]) })
	var out []option
	tree := record.NewTree(nodes)
	tree.Walk(func(c record.Category, _ int) {
		o := of[c.ID]
		var path []string
		for _, id := range tree.Path(c.ID) {
			path = append(path, of[id].Label)
		}
		o.Label = strings.Join(path, p.text(r, "word.below"))
		out = append(out, o)
	})
	return out, nil
}

// inUnits calls posts with their units, and puts those of a unit together: each has its
// 科員.
func (p *Pages) inUnits(r *http.Request, rows []register.Row, options []option) ([]option, error) {
	units, err := p.choices(r, register.Units)
	if err != nil {
		return nil, err
	}
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	if err != nil {
		return nil, err
	}
	unit := map[string]int{} // of each post, its place among the units
	for i, row := range rows {
		options[i].unit = cells[i].ID("unit")
		unit[row.ID] = slices.IndexFunc(units, func(u option) bool { return u.Value == options[i].unit })
	}
	slices.SortStableFunc(options, func(a, b option) int { return unit[a.Value] - unit[b.Value] })
	for i, o := range options {
		if at := unit[o.Value]; at >= 0 {
			options[i].Label = p.text(r, "field.post", "Unit", units[at].Label, "Post", o.Label)
		}
	}
	return options, nil
}

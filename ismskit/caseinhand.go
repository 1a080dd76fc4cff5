package ismskit

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// caseInHand is a case while an action works on it.
type caseInHand struct {
	row    CaseRow
	kind   *kind
	state  workflow.State
	values forms.Values
	extra  extra
	// place is the place in the archive of a case that was disposed of, nil for any other.
	place *filedAs
	// leaver is whose things a sheet hands over: he may have left.
	leaver string
	// begun is the version that a draft was begun with and has still in the store, where it is
	// another than that of kind; outdated says that the newest can't take the draft over.
	begun    string
	outdated bool
}

func (c *caseInHand) facts() facts { return facts{kind: c.kind, values: c.values} }

// excluded are who may not act in a step as the case stands.
func (c *caseInHand) excluded(step string) []string {
	return c.kind.flow.Excluded(c.state, step, c.facts())
}

// cells returns the values at a field path; a column gives one per row.
func (c *caseInHand) cells(path string) []any { return cellsIn(c.values, path) }

func cellsIn(values forms.Values, path string) []any {
	table, column, nested := strings.Cut(path, ".")
	if !nested {
		if v, ok := values[table]; ok {
			return []any{v}
		}
		return nil
	}
	var out []any
	rows, _ := values[table].([]forms.Row)
	for _, row := range rows {
		if v, ok := row[column]; ok {
			out = append(out, v)
		}
	}
	return out
}

// people returns the directory ids in a person field; people from outside and
// those who have not arrived cannot be asked.
func (c *caseInHand) people(path string) []string { return peopleIn(c.values, path) }

func peopleIn(values forms.Values, path string) []string {
	var ids []string
	add := func(p forms.Person) {
		if p.Kind == forms.InDirectory && p.ID != "" && !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	for _, v := range cellsIn(values, path) {
		switch v := v.(type) {
		case forms.Person:
			add(v)
		case []forms.Person:
			for _, p := range v {
				add(p)
			}
		}
	}
	return ids
}

// refs returns the ids in a reference or unit field.
func (c *caseInHand) refs(path string) []string {
	var ids []string
	add := func(r forms.Ref) {
		if r.ID != "" && !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	for _, v := range c.cells(path) {
		switch v := v.(type) {
		case forms.Ref:
			add(v)
		case []forms.Ref:
			for _, r := range v {
				add(r)
			}
		}
	}
	return ids
}

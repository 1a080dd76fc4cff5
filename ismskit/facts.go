package ismskit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// checkFacts reports what a form wants to know of options that its register has no
// column for, or one that says something else.
func (ks *kinds) checkFacts(lists *register.Registry) error {
	var faults []error
	for _, kind := range ks.version {
		for _, f := range kind.rowChoices() {
			faults = append(faults, fmt.Errorf("type %s %s: %s: the rows of a list are options of the list %s alone", kind.Key, kind.Version, f, register.Classes))
		}
		for _, f := range kind.form.Facts() {
			types := []string{"text", "choice"}
			if f.Flag {
				types = []string{"boolean"}
			}
			is, known := lists.Column(f.Register, f.List, f.Column)
			switch {
			case !known:
				faults = append(faults, fmt.Errorf("type %s %s: %s: list %s has no column %s.%s", kind.Key, kind.Version, f.Path, f.Register, f.List, f.Column))
			case !slices.Contains(types, is):
				faults = append(faults, fmt.Errorf("type %s %s: %s: column %s.%s of list %s is a %s, not a %s", kind.Key, kind.Version, f.Path, f.List, f.Column, f.Register, is, types[0]))
			}
		}
	}
	return errors.Join(faults...)
}

// facts are the values of one case as the flow asks for them.
type facts struct {
	kind   *kind
	values forms.Values
}

func (f facts) Holds(condition string) (bool, error) {
	p, ok := f.kind.conditions[condition]
	if !ok {
		return false, fmt.Errorf("ismskit: condition %q was not compiled with %s", condition, f.kind.name())
	}
	return p.Holds(f.values)
}

// People are asked like those of a step that comes to whom the field names.
func (f facts) People(field string) []string { return peopleIn(f.values, field) }

func (f facts) Rows(field string) ([]string, error) {
	rows, _ := f.values[field].([]forms.Row)
	ids := make([]string, len(rows))
	for i, row := range rows {
		id, ok := row[forms.RowID].(string)
		if !ok {
			return nil, fmt.Errorf("ismskit: row %d of %s has no id", i+1, field)
		}
		ids[i] = id
	}
	return ids, nil
}

package ismskit

import (
	"fmt"

	"github.com/ismskit/ismskit/forms"
)

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

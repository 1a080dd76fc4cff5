package web

import (
	"maps"

	"github.com/ismskit/ismskit/forms"
)

// Where a field must be filled in and there is but one row to choose, the page chooses
// it: what depends on it, such as the items of the only system, is offered at once.

// chooseSole puts what there is no choice in among the values of the form's own fields,
// and returns what has to be looked up for them and for the rows to come.
func (s *sheet) chooseSole() []forms.Need {
	if s.rights.Edit != nil { // a step shows the fields as they came
		return s.form.Needs(s.values)
	}
	s.values = s.ensureSole(s.view.Fields, "", s.values)
	ahead := forms.Values{}
	maps.Copy(ahead, s.values)
	for _, f := range s.view.Fields {
		if f.Type == "table" {
			rows, _ := s.values[f.Key].([]forms.Row)
			ahead[f.Key] = append(rows[:len(rows):len(rows)], s.ensureSole(f.Fields, f.Key+".", nil))
		}
	}
	return s.form.Needs(ahead)
}

// withSole is a row with what there is no choice in.
func (s sheet) withSole(table forms.FieldView, name string, row forms.Row) forms.Row {
	if s.rights.Edit != nil {
		return row
	}
	return s.ensureSole(table.Fields, name+".", row)
}

// ensureSole adds to values each of the fields that has but one row to choose and that
// nothing was posted for under the prefix.
func (s sheet) ensureSole(fields []forms.FieldView, prefix string, values forms.Values) forms.Values {
	out := values
	for _, f := range fields {
		info, _ := s.form.Field(f.Path)
		options := s.lists[info.List]
		if f.Type != "ref" || !f.Required || len(options) != 1 || values[f.Key] != nil || len(s.posted[prefix+f.Key]) > 0 {
			continue
		}
		if len(out) == len(values) {
			out = forms.Values{}
			maps.Copy(out, values)
		}
		out[f.Key] = forms.Ref{List: info.List, ID: options[0].Value}
	}
	return out
}

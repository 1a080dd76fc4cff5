package ismskit

import (
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// kept says of which references it does not matter whether they still hold: those
// of a case on its way, for what was asked for stays so when its person leaves or
// its system ends, and those of a case that opens by itself about such a person. Of one that
// was returned that is what its steps have entered: its applicant can't change it.
func kept(actor Actor, c caseInHand) func(forms.Need) bool {
	if actor.system {
		return func(forms.Need) bool { return true }
	}
	known := map[forms.Need]bool{}
	var values forms.Values
	switch {
	case c.kind == nil:
	case c.state.Phase == workflow.PhaseRunning:
		values = c.values
	case c.state.Phase == workflow.PhaseReturned:
		values = laterValues(c.kind.Form.Fields, c.values)
	}
	if len(values) > 0 {
		for _, n := range c.kind.form.Needs(values) {
			known[n] = true
		}
	}
	return func(n forms.Need) bool {
		return known[n] || n.Kind == forms.NeedPerson && n.ID == c.leaver && c.leaver != ""
	}
}

// laterValues are of some values those of the fields and columns that steps fill in.
func laterValues(fields []forms.Field, values forms.Values) forms.Values {
	out := forms.Values{}
	for _, f := range fields {
		rows, table := values[f.Key].([]forms.Row)
		switch v, there := values[f.Key]; {
		case !there:
		case f.Later:
			out[f.Key] = v
		case table:
			kept := make([]forms.Row, len(rows))
			for i, row := range rows {
				kept[i] = laterValues(f.Fields, row)
			}
			out[f.Key] = kept
		}
	}
	return out
}

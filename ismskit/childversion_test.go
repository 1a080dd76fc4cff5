package ismskit_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// A running request keeps the version it began with, its rows included, when the
// office publishes a new one before the rows open; the next request has the new.
func TestRowsOpenInTheVersionTheirRequestBeganWith(t *testing.T) {
	o := openOffice(t, nil)
	running := o.apply("P13", threeRows())
	draft := o.open("P13", "account_request", threeRows(), false)

	o.extend(func(c *ismskit.Config) {
		c.Types = slices.Clone(c.Types)
		for i, typ := range c.Types {
			if typ.Key == "account_request_row" {
				typ.Version = "2"
				typ.Form.Version, typ.Flow.Version = "2", "2"
				typ.Form.Fields = append(slices.Clone(typ.Form.Fields), forms.Field{
					Key: "ticket", Type: "text", Label: forms.Text{"zh-TW": "機房登記號"},
				})
				c.Types[i] = typ
			}
		}
	})
	o.act("P11", running.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.rowVersions(running.Case, "1", "1", "1")
	if steps := o.read("P13", running.Case).Way.Steps; !slices.ContainsFunc(steps, func(s ismskit.RouteStep) bool { return len(s.Rows) == 3 }) {
		t.Error("the route does not show the rows' way")
	}

	// The draft was begun before too, and is sent now.
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.rowVersions(draft.Case, "1", "1", "1")

	fresh := o.apply("P13", threeRows())
	o.act("P11", fresh.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.rowVersions(fresh.Case, "2", "2", "2")
}

func (o *office) rowVersions(id string, want ...string) {
	o.t.Helper()
	var got []string
	for _, row := range o.read("P13", id).Rows {
		got = append(got, row.Case.Version)
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("rows of versions %v, not %v", got, want)
	}
}

package ismskit_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/workflow"
)

// A running request keeps the version it began with, its rows included, when the
// office publishes a new one before the rows open; the next request has the new.
func TestRowsOpenInTheVersionTheirRequestBeganWith(t *testing.T) {
	o := openOffice(t, nil)
	const next = "next"
	old := o.version("account_request_row")
	running := o.apply("P13", threeRows())
	draft := o.open("P13", "account_request", threeRows(), false)

	o.extend(func(c *ismskit.Config) {
		c.Types = slices.Clone(c.Types)
		for i, typ := range c.Types {
			if typ.Key == "account_request_row" {
				typ.Version, typ.Form.Version, typ.Flow.Version = next, next, next
				typ.Form.Fields = append(slices.Clone(typ.Form.Fields), forms.Field{
					Key: "ticket", Type: "text", Label: forms.Text{"zh-TW": "機房登記號"},
				})
				c.Types[i] = typ
			}
		}
	})
	o.act("P11", running.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.rowVersions(running.Case, old, old, old)
	if steps := o.read("P13", running.Case).Way.Steps; !slices.ContainsFunc(steps, func(s ismskit.RouteStep) bool { return len(s.Rows) == 3 }) {
		t.Error("the route does not show the rows' way")
	}

	// The draft was begun before too, and is sent now.
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.rowVersions(draft.Case, old, old, old)

	fresh := o.apply("P13", threeRows())
	o.act("P11", fresh.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.rowVersions(fresh.Case, next, next, next)
}

// version is that in which new cases of a ready-made type begin.
func (o *office) version(key string) string {
	o.t.Helper()
	types, err := catalog.Types()
	if err != nil {
		o.t.Fatal(err)
	}
	i := slices.IndexFunc(types, func(t ismskit.Type) bool { return t.Key == key })
	return types[i].Version
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

package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// A request is one form, as it was on paper: whoever handles one row of it reads all of
// it, the other rows too, by an address he was sent. He acts in his own alone, and who has
// no row of it learns of none that it is there.
func TestWhoHandlesARowReadsTheWholeRequestAndActsInHisRowAlone(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		task := o.todo("P05")[0]
		if own := o.todo("P10")[0].Case; own == task.Case {
			t.Fatal("both have one row")
		}
		c, err := o.kit.Case(o.ctx, o.as("P10"), task.Case)
		if err != nil || len(c.Mine) != 0 {
			t.Fatalf("the other row: %+v, %v", c.Mine, err)
		}
		done := ismskit.Action{Verb: workflow.VerbRecord, Task: task.Task, Result: "opened", Revision: c.Revision, Values: forms.Values{"given_account": "acct"}}
		if _, err := o.kit.Act(o.ctx, o.as("P10"), task.Case, done); !errors.Is(err, workflow.ErrNotAssigned) {
			t.Errorf("he acts in another's row: %v", err)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P16"), task.Case); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("who has no row reads one: %v", err)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P16"), task.Case, done); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("who has no row is told of one: %v", err)
		}
	})
}

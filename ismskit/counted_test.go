package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// A signature taken back, and work assigned to another, keep their due date; the task
// says from which day it was counted, which is when the first of them opened. Once more
// time was granted nothing is claimed of how it was counted.
func TestADueDateSaysFromWhenItWasCounted(t *testing.T) {
	o := openOffice(t, nil, memo(t, memoFlow))
	id := o.memo()
	counted := func(who, due string) {
		t.Helper()
		mine := o.read(who, id).Mine
		if len(mine) != 1 || mine[0].DueDate != due || !mine[0].CountedFrom.Equal(monday) || mine[0].Counted.Date.String() != due {
			t.Errorf("%s: %+v", who, mine)
		}
	}
	counted("P11", "2026-11-26")

	o.until(monday.AddDate(0, 0, 1))
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.until(monday.AddDate(0, 0, 2))
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "附件有誤"})
	counted("P11", "2026-11-26")

	o.act("P01", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P11", id).Mine[0].ID, People: []string{"P12"}, Comment: "科長出差"})
	counted("P12", "2026-11-26")

	o.act("P12", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "資料待補"})
	o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
	if mine := o.read("P12", id).Mine; len(mine) != 1 || mine[0].DueDate != "2026-11-30" || !mine[0].CountedFrom.IsZero() || !mine[0].Counted.Date.IsZero() {
		t.Errorf("with more time: %+v", mine)
	}
}

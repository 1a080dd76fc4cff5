package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// A deputy who takes away whom she had added, or takes back what she signed, does so for whom
// she did it: the record says for whom, and whom she took away.
func TestWhatADeputyUndoesSaysForWhom(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, memoFlow)}, func(t *testing.T, o *office) {
		o.away("P11", 0, 20, "P12")
		o.until(monday.AddDate(0, 0, 2))
		sent := o.apply("P13", oneRow())
		last := func() ismskit.Entry {
			t.Helper()
			trail := o.read("P13", sent.Case).Trail
			return trail[len(trail)-1]
		}
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P04"}, Comment: "請先看"})
		task := ""
		for _, x := range o.read("P12", sent.Case).Flow.Tasks {
			if x.Origin == workflow.OriginBefore {
				task = x.ID
			}
		}
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: task, Comment: "找錯人了"})
		e := last()
		if e.Verb != workflow.VerbRemoveSigner || e.For == nil || e.For.Person != "P11" || len(e.Named()) != 1 || e.Named()[0].Person != "P04" {
			t.Errorf("taken away: for %+v, named %+v", e.For, e.Named())
		}
		sent.Case = o.memo()
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "意見寫錯"})
		if e := last(); e.Verb != workflow.VerbTakeBack || e.For == nil || e.For.Person != "P11" {
			t.Errorf("taken back: %s for %+v", e.Verb, e.For)
		}
		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), sent.Case); err != nil || len(faults) != 0 {
			t.Errorf("%+v, %v", faults, err)
		}
	})
}

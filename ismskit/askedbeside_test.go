package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Who is asked beside a step reads what is asked of him, in his task, in his list, in the notice
// and on the record: he is not the head whose step it is.
func TestWhoIsAskedBesideAStepIsNotCalledByIt(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		asks := func(verb workflow.Verb, person, comment, name string) {
			t.Helper()
			o.act("P11", id, ismskit.Action{Verb: verb, People: []string{person}, Comment: comment})
			o.settle()
			mine := o.read(person, id).Mine
			if len(mine) != 1 || mine[0].Name.In("zh-TW") != name || mine[0].Asked != comment {
				t.Fatalf("%s: asked %+v", verb, mine)
			}
			list := o.todo(person)
			if i := slices.IndexFunc(list, func(x ismskit.Todo) bool { return x.Case == id }); i < 0 || list[i].StepName.In("zh-TW") != name {
				t.Errorf("%s: listed as %+v", verb, list)
			}
			notices := o.noticesOf(person)
			if n := notices[len(notices)-1]; !strings.Contains(n.Subject, "待您辦理："+name) {
				t.Errorf("%s: told %s", verb, n.Subject)
			}
			o.act(person, id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
			trail := o.read("P11", id).Trail
			if e := trail[len(trail)-1]; e.StepName.In("zh-TW") != name || trail[len(trail)-2].StepName.In("zh-TW") != "科長" {
				t.Errorf("%s: on record as %s", verb, e.StepName.In("zh-TW"))
			}
		}
		asks(workflow.VerbAddBefore, "P05", "請先看技術部分", "加簽（科長）")
		asks(workflow.VerbConsult, "P04", "請資訊室表示意見", "加會（科長）")
		asks(workflow.VerbDelegate, "P12", "請先查明", "交辦（科長）")

		// Who signs afterwards was asked before the yes with which his task opens.
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbAddAfter, People: []string{"P06"}, Comment: "請複閱金額"})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "擬同意"})
		if m := o.read("P06", id).Mine[0]; m.Asked != "請複閱金額" || m.Name.In("zh-TW") != "加簽（科長）" {
			t.Errorf("afterwards: %q %s", m.Asked, m.Name.In("zh-TW"))
		}
		// Who takes that over is asked the same.
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P06", id).Mine[0].ID, People: []string{"P10"}, Comment: "出差"})
		if m := o.read("P10", id).Mine[0]; m.Asked != "請複閱金額" {
			t.Errorf("taken over: %q", m.Asked)
		}
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove})
		if m := o.read("P01", id).Mine[0]; m.Asked != "" || m.Name.In("zh-TW") != "局長" {
			t.Errorf("the step's own: %q %s", m.Asked, m.Name.In("zh-TW"))
		}
	})
}

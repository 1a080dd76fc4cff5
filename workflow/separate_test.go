package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// beside are two opinions asked for at the same time, which two people must give.
func beside(t *testing.T, a, b string) workflow.Flow {
	t.Helper()
	flow := parse(t, `{"key":"test","version":"1","root":{"parallel":{"id":"both","branches":[`+a+`,`+b+`]}}}`)
	flow.Separate = [][]string{{"security", "system"}}
	return flow
}

// 並會: the security officer is among those who look after the system. He gets the one
// opinion, and his colleague the other, though both are asked for in the same moment.
func TestWhoIsNeededBesideIsNotTakenForBoth(t *testing.T) {
	flow := beside(t, step("security", "review", anyone, ""), step("system", "review", anyone, ""))
	d := newDesk(t, flow, values{}, seats("security", people("A"), "system", people("A", "B")))
	d.send()
	if got, _ := d.s.Task(d.open("system")); len(got.Holder.Named) != 1 || got.Holder.Named[0].Person != "B" {
		t.Fatalf("the system's opinion is asked of %+v", got.Holder.Named)
	}
	d.must(does(workflow.VerbApprove, d.open("security"), "A", ""))
	d.must(does(workflow.VerbApprove, d.open("system"), "B", ""))
	d.closed(workflow.OutcomeDone)

	// Where there is no colleague the rule is named, as for steps one after another.
	d = newDesk(t, flow, values{}, seats("security", people("A"), "system", people("A")))
	d.refuse(workflow.ErrNobody, workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
}

// 順會: whoever stands in line for the one opinion is not asked for the other meanwhile, for
// he could not give his own any more when his turn comes.
func TestWhoStandsInLineIsNotAskedBeside(t *testing.T) {
	flow := beside(t, step("security", "review", anyone, `"need":{"kind":"all","in_order":true}`), step("system", "review", anyone, ""))
	d := newDesk(t, flow, values{}, seats("security", people("A", "B"), "system", people("B", "C")))
	d.send()
	if got, _ := d.s.Task(d.open("system")); got.Holder.Has("B") {
		t.Fatalf("the system's opinion is asked of %+v", got.Holder.Named)
	}
	d.refuse(workflow.ErrSeparation, d.names(workflow.VerbReassign, d.open("system"), "BOSS", "B"))
	d.must(does(workflow.VerbApprove, d.open("system"), "C", ""))
	d.must(does(workflow.VerbApprove, d.open("security", "A"), "A", ""))
	d.must(does(workflow.VerbApprove, d.open("security", "B"), "B", ""))
	d.closed(workflow.OutcomeDone)
}

// One person alone may do both, and somebody looks at it afterwards. What he signed first was
// changed, and sent back once more before he had signed it again: he does so in the end, though
// he has acted alone meanwhile.
func TestWhoActsAloneSignsAgainWhatWasSentBackTwice(t *testing.T) {
	flow := parse(t, flowOf(step("a", "review", anyone, ""),
		step("b", "review", anyone, `"not_same_as":["a"],"resubmit":"back","alone":{"review":[`+anyone+`]}`)))
	d := newDesk(t, flow, values{}, seats("a", people("A"), "b", people("A"), "b/check", people("REVIEWER")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("a"), "A", ""))
	mended := workflow.Action{Verb: workflow.VerbSubmit, By: person("P13"), Changed: []workflow.FieldChange{{Path: "note"}}}
	for range 2 {
		d.must(does(workflow.VerbReturn, d.open("b"), "A", "請補正"))
		d.must(mended)
	}
	again := d.open("a")
	d.must(does(workflow.VerbApprove, d.open("b"), "A", ""))
	d.must(does(workflow.VerbApprove, again, "A", ""))
	d.must(does(workflow.VerbApprove, d.open("b", "REVIEWER"), "REVIEWER", "複核無誤"))
	d.closed(workflow.OutcomeDone)
}

// 並會, and one person has both: which opinion he gives first makes no difference.
func TestWhoActsAloneBesideDoesBothInEitherOrder(t *testing.T) {
	flow := beside(t, step("security", "review", anyone, ""), step("system", "review", anyone, `"alone":{"review":[`+anyone+`]}`))
	for _, first := range []string{"security", "system"} {
		d := newDesk(t, flow, values{}, seats("security", people("A"), "system", people("A"), "system/check", people("REVIEWER")))
		d.send()
		second := "security"
		if first == second {
			second = "system"
		}
		d.must(does(workflow.VerbApprove, d.open(first), "A", ""))
		d.must(does(workflow.VerbApprove, d.open(second, "A"), "A", ""))
		d.must(does(workflow.VerbApprove, d.open("system", "REVIEWER"), "REVIEWER", "複核無誤"))
		d.closed(workflow.OutcomeDone)
	}
}

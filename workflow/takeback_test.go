package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// Two opinions are wanted, one came in time, and the step ended without the other. Who gave his
// does not take it back: the other's time is over, and the step could never come to two again.
func TestWhatTheTermEndedIsNotTakenBack(t *testing.T) {
	flow := flowOf(step("units", "consult", anyone, `"need":{"kind":"all"},"due":{"term":"5wd"},"timeout":{"after":"5wd","then":"continue","reason":{"zh-TW":"逾期視為無意見"}}`),
		step("chief", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("units", people("A", "B"), "chief", people("C")))
	d.send()
	said := d.open("units", "A")
	d.must(does(workflow.VerbApprove, said, "A", ""))
	d.must(workflow.Action{Verb: workflow.VerbLapse, Task: d.open("units", "B")})
	d.opened("chief")
	d.refuse(workflow.ErrTakeBack, does(workflow.VerbTakeBack, said, "A", "誤簽"))
	d.must(does(workflow.VerbApprove, d.open("chief"), "C", ""))
	d.closed(workflow.OutcomeDone)
}

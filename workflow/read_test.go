package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// circulated is a paper that three people read, each for himself.
func circulated(t *testing.T, more string, readers ...string) *desk {
	flow := parse(t, flowOf(step("circulate", "read", anyone, more)))
	flow.Officers = []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}
	d := newDesk(t, flow, nil, seats("circulate", people(readers...)))
	d.send()
	return d
}

// readingOf is somebody's open task to read.
func (d *desk) readingOf(person string) string {
	d.t.Helper()
	for _, t := range d.s.Open() {
		if t.Holder.Has(person) {
			return t.ID
		}
	}
	d.t.Fatalf("%s has nothing to read: %+v", person, d.s.Open())
	return ""
}

// Who has left reads nothing any more, and nobody reads for him: it is waived, and the step waits
// for the others alone; where nobody is left, it is over.
func TestWhoHasLeftNeedNotRead(t *testing.T) {
	const own = `"in_person":true,"need":{"kind":"all"}`
	d := circulated(t, own, "P11", "P12", "P13")
	waive := workflow.Action{Verb: workflow.VerbWaive, Task: d.readingOf("P12"), By: person("P01")}
	d.refuse(workflow.ErrReason, waive)
	waive.Comment = "已離職"
	d.refuse(workflow.ErrSeparation, workflow.Action{Verb: workflow.VerbWaive, Task: waive.Task, By: person("P12"), Comment: "不想看"})
	d.must(waive)
	if got, _ := d.s.Task(waive.Task); got.Status != workflow.TaskNotNeeded || got.Verb != workflow.VerbWaive || got.By.Person != "P01" {
		t.Fatalf("waived: %+v", got)
	}
	d.refuse(workflow.ErrNotOpen, waive)
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.readingOf("P11"), By: person("P11")})
	if d.s.Phase != workflow.PhaseRunning {
		t.Fatal("it ended before P13 had read it")
	}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.readingOf("P13"), By: person("P13")})
	d.closed(workflow.OutcomeDone)

	d = circulated(t, own, "P11", "P12")
	for _, p := range []string{"P11", "P12"} {
		d.must(workflow.Action{Verb: workflow.VerbWaive, Task: d.readingOf(p), By: person("P01"), Comment: "已離職"})
	}
	d.closed(workflow.OutcomeDone)
}

// Where two of three are enough, the two who are left are still needed; in turn, the next is asked.
func TestAWaivedReadingAsksNoMoreOfTheOthers(t *testing.T) {
	d := circulated(t, `"in_person":true,"need":{"kind":"n","n":2}`, "P11", "P12", "P13")
	d.must(workflow.Action{Verb: workflow.VerbWaive, Task: d.readingOf("P12"), By: person("P01"), Comment: "已離職"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.readingOf("P11"), By: person("P11")})
	if d.s.Phase != workflow.PhaseRunning {
		t.Fatal("one was enough")
	}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.readingOf("P13"), By: person("P13")})
	d.closed(workflow.OutcomeDone)

	d = circulated(t, `"in_person":true,"need":{"kind":"all","in_order":true}`, "P11", "P12")
	d.must(workflow.Action{Verb: workflow.VerbWaive, Task: d.readingOf("P11"), By: person("P01"), Comment: "已離職"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.readingOf("P12"), By: person("P12")})
	d.closed(workflow.OutcomeDone)
}

// What a deputy may read for somebody, or one of several may, is nobody's own and is not waived.
func TestOnlyWhatIsOnesOwnToReadIsWaived(t *testing.T) {
	for name, more := range map[string]string{"a deputy may": `"need":{"kind":"all"}`, "any of them": `"in_person":true,"need":{"kind":"any"}`} {
		d := circulated(t, more, "P11", "P12")
		d.refuse(workflow.ErrOwed, workflow.Action{Verb: workflow.VerbWaive, Task: d.readingOf("P11"), By: person("P01"), Comment: name})
	}
}

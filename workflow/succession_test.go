package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// The head's post changes hands: the same task, with its time and whom he planned, is the
// successor's; the former head can no longer act, nor who stood in for him.
func TestATaskGoesWithThePost(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.must(d.names(workflow.VerbAddAfter, head, "H", "A"))
	d.must(d.names(workflow.VerbAppoint, head, "BOSS", "D"))
	d.must(d.names(workflow.VerbChase, head, "BOSS", "H"))
	before, _ := d.s.Task(head)
	d.refuse(workflow.ErrReason, workflow.Action{Verb: workflow.VerbPassOn, Task: head, By: person("SYSTEM"), People: people("N")})
	d.refuse(workflow.ErrPeople, d.names(workflow.VerbPassOn, head, "SYSTEM"))
	d.refuse(workflow.ErrAlready, d.names(workflow.VerbPassOn, head, "SYSTEM", "H"))
	d.refuse(workflow.ErrSeparation, d.names(workflow.VerbPassOn, head, "SYSTEM", "P13")) // the applicant signs nothing of his own
	d.refuse(workflow.ErrNotOpen, d.names(workflow.VerbPassOn, "t9", "SYSTEM", "N"))
	d.must(d.names(workflow.VerbPassOn, head, "SYSTEM", "N", "N"))
	after, _ := d.s.Task(head)
	if len(after.Holder.Named) != 1 || after.Holder.Named[0].Person != "N" || after.Appointed != nil || !after.Opened.Equal(before.Opened) || !after.Due.Equal(before.Due) {
		t.Fatalf("the task is %+v, was %+v", after, before)
	}
	if before.Chase == nil || after.Chase != nil {
		t.Errorf("the successor reads that he was chased: %+v", after.Chase)
	}
	d.must(d.names(workflow.VerbChase, head, "BOSS", "N")) // the same day: it is another
	d.refuse(workflow.ErrNotAssigned, does(workflow.VerbApprove, head, "H", ""))
	d.refuse(workflow.ErrNotAssigned, does(workflow.VerbApprove, head, "D", ""))
	d.must(does(workflow.VerbApprove, head, "N", ""))
	d.must(does(workflow.VerbApprove, d.open("head", "A"), "A", ""))
	d.opened("chief")
	d.refuse(workflow.ErrNotOpen, d.names(workflow.VerbPassOn, head, "SYSTEM", "H"))
}

// What somebody was given by name is his own, whatever post he has.
func TestWhatWasGivenByNameStays(t *testing.T) {
	d := twoStepDesk(t)
	d.must(d.names(workflow.VerbReassign, d.open("head"), "BOSS", "Z"))
	d.refuse(workflow.ErrVerb, d.names(workflow.VerbPassOn, d.open("head", "Z"), "SYSTEM", "N"))
}

package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// 批次核章: only the plain yes of a step that offers it.
func TestDecidedTogetherWithOthers(t *testing.T) {
	d := newDesk(t, parse(t, flowOf(step("head", "review", anyone, `"batch":true`), step("chief", "approve", anyone, ""))), values{}, seats("head", people("H"), "chief", people("C")))
	d.send()
	together := func(v workflow.Verb, task, by string) workflow.Action {
		a := does(v, task, by, "理由")
		a.Batch = true
		return a
	}
	head := d.open("head")
	d.refuse(workflow.ErrBatch, together(workflow.VerbReturn, head, "H"))
	d.refuse(workflow.ErrBatch, together(workflow.VerbReject, head, "H"))
	d.refuse(workflow.ErrNotAssigned, together(workflow.VerbApprove, head, "X"))
	d.must(together(workflow.VerbApprove, head, "H"))
	chief := d.open("chief")
	d.refuse(workflow.ErrBatch, together(workflow.VerbApprove, chief, "C"))
	d.must(does(workflow.VerbApprove, chief, "C", ""))
	d.closed(workflow.OutcomeDone)
}

package workflow_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// 改分: another person finishes it, and what was filled in stays; 移交 is the same
// act by a leaver's hand.
func TestReassigned(t *testing.T) {
	flow := flowOf(step("head", "review", anyone, ""), step("chief", "approve", anyone, `"not_same_as":["head"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("head", people("H"), "chief", people("C")))
	d.send()
	head := d.open("head")
	d.must(d.names(workflow.VerbReassign, head, "BOSS", "N"))
	if d.status(head) != workflow.TaskMoved {
		t.Fatal("the first task is still there")
	}
	d.refuse(workflow.ErrNotOpen, does(workflow.VerbApprove, head, "H", ""))
	d.refuse(workflow.ErrNotAssigned, does(workflow.VerbApprove, d.open("head"), "H", ""))
	d.must(does(workflow.VerbApprove, d.open("head", "N"), "N", ""))
	chief := d.open("chief")
	d.refuse(workflow.ErrSeparation, d.names(workflow.VerbReassign, chief, "BOSS", "N"))
	d.refuse(workflow.ErrSeparation, d.names(workflow.VerbReassign, chief, "BOSS", "P13"))
	d.refuse(workflow.ErrPeople, d.names(workflow.VerbReassign, chief, "BOSS", "D", "E"))
	d.must(d.names(workflow.VerbReassign, chief, "BOSS", "D"))
	d.must(does(workflow.VerbApprove, d.open("chief"), "D", ""))
	d.closed(workflow.OutcomeDone)
}

// 改分, and begin afresh: who takes over is not bound by whom the former holder wanted to sign
// after him, nor by what that one noted of an outside office or asked for; the deadline stays.
func TestReassignedAfresh(t *testing.T) {
	due := monday.Add(72 * time.Hour)
	takesOver := func(kind, more string, afresh bool, before func(d *desk, task string)) (d *desk, task workflow.Task) {
		flow := flowOf(step("work", kind, anyone, `"due":{"term":"3wd"},"extend":{"max":2,"tiers":[{"who":[`+anyone+`]}]}`+more), step("chief", "approve", anyone, ""))
		d = newDesk(t, parse(t, flow), values{}, map[string]workflow.Found{
			"work": {Signers: people("W"), Due: due, DueDate: "2026-11-26"}, "work/extend": {Signers: people("BOSS")}, "chief": {Signers: people("C")},
		})
		d.send()
		work := d.open("work")
		before(d, work)
		a := d.names(workflow.VerbReassign, work, "OFFICER", "N")
		a.Afresh = afresh
		d.must(a)
		if task, _ = d.s.Task(d.open("work", "N")); !task.Due.Equal(due) {
			t.Errorf("due %v", task.Due)
		}
		return d, task
	}
	for _, afresh := range []bool{false, true} {
		var asked string
		d, planned := takesOver("review", "", afresh, func(d *desk, work string) {
			d.must(d.names(workflow.VerbAddAfter, work, "W", "LATER"))
			ask := does(workflow.VerbExtend, work, "W", "資料未齊")
			ask.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "5wd", Due: due.Add(120 * time.Hour)}}
			d.must(ask)
			asked = d.open("work", "BOSS")
		})
		if gone := d.status(asked) == workflow.TaskRemoved; gone != afresh || (len(planned.Then) == 0) != afresh {
			t.Errorf("afresh %v: the request for more time is gone %v, %d sign afterwards", afresh, gone, len(planned.Then))
		}
		_, noted := takesOver("handle", `,"outside":{}`, afresh, func(d *desk, work string) {
			out := does(workflow.VerbSendOut, work, "W", "")
			out.Outside = &workflow.OutsideNote{To: "市府資訊中心", How: "電子郵件"}
			d.must(out)
		})
		if noted.Outside == nil || noted.Outside.Sent.IsZero() != afresh {
			t.Errorf("afresh %v: noted of the outside office is %+v", afresh, noted.Outside)
		}
	}
}

package workflow_test

import (
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// What was approved is frozen: a field changed later voids exactly the signatures
// that rest on it, and asks those people again (nextcloud/approval#347,
// ciso-assistant-community#4789).
func TestChangedFieldsVoidTheSignaturesThatRestOnThem(t *testing.T) {
	flow := flowOf(step("money", "review", anyone, `"material":["risk"]`), step("plan", "review", anyone, `"material":["reason","note"]`),
		step("chief", "approve", anyone, `"edit":["note"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("money", people("M"), "plan", people("P"), "chief", people("C")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("money"), "M", ""))
	plan := d.open("plan")
	d.must(does(workflow.VerbApprove, plan, "P", ""))
	edit := does(workflow.VerbApprove, d.open("chief"), "C", "")
	edit.Changed = []workflow.FieldChange{{Path: "note"}}
	d.must(edit)
	if d.status(plan) != workflow.TaskVoid {
		t.Fatal("the planner's signature still counts, though what he signed has changed")
	}
	d.opened("plan") // and nobody else: the accountant did not sign that
	again := d.open("plan", "P")
	if got, _ := d.s.Task(again); got.Origin != workflow.OriginAgain || got.From != plan {
		t.Fatalf("task %+v", got)
	}
	d.must(does(workflow.VerbApprove, again, "P", "同意修正"))
	d.closed(workflow.OutcomeDone)
}

func TestMendedFieldsVoidTheSignaturesThatRestOnThem(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "review", anyone, `"resubmit":"back"`))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("B")))
	d.send()
	a := d.open("a")
	d.must(does(workflow.VerbApprove, a, "A", ""))
	d.must(does(workflow.VerbReturn, d.open("b"), "B", "補件"))
	again := workflow.Action{Verb: workflow.VerbSubmit, By: person("P13"), Changed: []workflow.FieldChange{{Path: "account", Later: true}}}
	d.must(again) // a field that a later step fills in was nobody's to sign
	d.opened("b")
	d.must(does(workflow.VerbReturn, d.open("b"), "B", "再補"))
	again.Changed = []workflow.FieldChange{{Path: "reason"}}
	d.must(again)
	d.opened("a", "b")
	d.must(does(workflow.VerbApprove, d.open("b"), "B", ""))
	d.opened("a")
	d.must(does(workflow.VerbApprove, d.open("a"), "A", ""))
	d.closed(workflow.OutcomeDone)
}

// Who is asked again for what has changed, and sends it back, is asked once more when it comes
// back: straight back to where it was, or past the step that was to mend it.
func TestWhoSentBackWhatChangedIsAskedOnceMore(t *testing.T) {
	for to, mends := range map[string]func(d *desk){
		workflow.Applicant: func(d *desk) { d.must(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")}) },
		"draft": func(d *desk) {
			d.opened("draft") // not he yet: it has still to be mended
			d.must(does(workflow.VerbApprove, d.open("draft"), "D", ""))
		},
	} {
		flow := flowOf(step("draft", "review", anyone, `"material":["reason"]`),
			step("plan", "review", anyone, `"resubmit":"back","return_to":["applicant","draft"],"material":["note"]`),
			step("money", "review", anyone, `"edit":["note"]`), step("chief", "approve", anyone, ""))
		d := newDesk(t, parse(t, flow), values{}, seats("draft", people("D"), "plan", people("P"), "money", people("M"), "chief", people("C")))
		d.send()
		d.must(does(workflow.VerbApprove, d.open("draft"), "D", ""))
		d.must(does(workflow.VerbApprove, d.open("plan"), "P", ""))
		edit := does(workflow.VerbApprove, d.open("money"), "M", "")
		edit.Changed = []workflow.FieldChange{{Path: "note"}}
		d.must(edit)
		d.opened("plan", "chief")
		back := does(workflow.VerbReturn, d.open("plan"), "P", "數字不對")
		back.To = to
		d.must(back)
		mends(d)
		d.opened("plan", "chief")
		d.must(does(workflow.VerbApprove, d.open("chief"), "C", ""))
		d.opened("plan") // what P signed is void: the case does not end without him
		d.must(does(workflow.VerbApprove, d.open("plan"), "P", "已更正"))
		d.closed(workflow.OutcomeDone)
	}
}

// Who sends back alone what has changed has decided nothing that another must look at, and is asked
// once more all the same, though the step that mends it is done by several.
func TestWhoSignedAloneAndSentItBackIsAskedOnceMore(t *testing.T) {
	flow := flowOf(step("draft", "review", anyone, `"need":{"kind":"all"},"material":["reason"]`),
		step("plan", "review", anyone, `"not_same_as":["applicant"],"resubmit":"back","return_to":["draft"],"material":["note"],"alone":{"review":[`+anyone+`]}`),
		step("money", "review", anyone, `"edit":["note"]`), step("chief", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("draft", people("D", "E"), "plan", people("P13"), "plan/check", people("R"), "money", people("M"), "chief", people("C")))
	d.send()
	drafted := func() {
		d.must(does(workflow.VerbApprove, d.open("draft", "D"), "D", ""))
		d.must(does(workflow.VerbApprove, d.open("draft", "E"), "E", ""))
	}
	drafted()
	first := d.open("plan", "P13")
	d.must(does(workflow.VerbApprove, first, "P13", ""))
	edit := does(workflow.VerbApprove, d.open("money"), "M", "")
	edit.Changed = []workflow.FieldChange{{Path: "note"}}
	d.must(edit)
	sent := d.open("plan", "P13")
	d.must(does(workflow.VerbReturn, sent, "P13", "數字不對"))
	drafted()
	d.open("plan", "P13")
	for _, task := range d.s.Tasks {
		if task.Origin == workflow.OriginCheck && task.From == sent {
			t.Errorf("somebody is to look at what was only sent back: %+v", task)
		}
	}
}

// A signer who takes his decision back does not lose the one who was asked again in his step, and
// sent the case back meanwhile.
func TestTakenBackAfterAReturnAsksBothAgain(t *testing.T) {
	flow := flowOf(step("draft", "review", anyone, `"material":["reason"]`),
		step("plan", "review", anyone, `"resubmit":"back","return_to":["draft"],"need":{"kind":"all"},"edit":["note"],"material":["note"]`),
		step("chief", "approve", anyone, `"edit":["note"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("draft", people("D"), "plan", people("P", "Q"), "chief", people("C")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("draft"), "D", ""))
	d.must(does(workflow.VerbApprove, d.open("plan", "P"), "P", ""))
	second := d.open("plan", "Q")
	edit := does(workflow.VerbApprove, second, "Q", "")
	edit.Changed = []workflow.FieldChange{{Path: "note"}}
	d.must(edit)
	d.must(does(workflow.VerbReturn, d.open("plan", "P"), "P", "數字不對"))
	d.must(does(workflow.VerbTakeBack, second, "Q", "看錯"))
	d.must(does(workflow.VerbApprove, d.open("draft"), "D", ""))
	d.must(does(workflow.VerbApprove, d.open("plan", "Q"), "Q", ""))
	d.must(does(workflow.VerbApprove, d.open("plan", "P"), "P", ""))
	d.must(does(workflow.VerbApprove, d.open("chief"), "C", ""))
	d.closed(workflow.OutcomeDone)
}

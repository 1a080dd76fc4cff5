package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever is asked learns with the question what his silence will mean, and from when.
func TestWhoIsAskedIsToldWhatSilenceMeans(t *testing.T) {
	o := openOffice(t, nil)
	sent := o.apply("P13", oneRow())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
	o.settle()
	mine := o.read("P13", sent.Case).Mine
	if len(mine) != 1 || mine[0].Lapse == nil || !mine[0].Lapse.Closes || mine[0].Lapse.Last != (calendar.Date{Year: 2026, Month: 11, Day: 30}) {
		t.Fatalf("his task: %+v", mine)
	}
	told := o.noticesOf("P13")
	const want = "至 115.11.30 仍未回覆者，本案將以「逾期未確認，系統結案」結案。"
	if last := told[len(told)-1]; last.Rule != "opened" || !strings.HasSuffix(last.Body, want) {
		t.Errorf("told: %+v", last)
	}
	// It ends by itself on the day it said, not before.
	o.until(monday.AddDate(0, 0, 7)) // Monday 11-30, the last day
	if c := o.read("P13", sent.Case); c.Flow.Phase == workflow.PhaseClosed {
		t.Error("closed before its last day was over")
	}
	o.until(monday.AddDate(0, 0, 8))
	if c := o.read("P13", sent.Case); c.Flow.Outcome != workflow.OutcomeLapsed {
		t.Errorf("not closed after its last day: %s", c.Flow.Phase)
	}
	// Who approves is not threatened: nothing happens by itself there.
	other := o.apply("P13", oneRow())
	if mine := o.read("P11", other.Case).Mine; len(mine) != 1 || mine[0].Lapse != nil {
		t.Errorf("the head's task: %+v", mine)
	}
}

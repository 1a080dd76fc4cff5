package ismskit_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// An office outside has to be asked before a result is recorded. Only where a row is handled again
// after it was asked may its contact say why it was not asked this time, and not after all once it was.
func TestAnOfficeIsLeftUnaskedOnlyWhereItWasAskedBefore(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		values := threeRows()
		values["lines"] = slices.DeleteFunc(values["lines"].([]forms.Row), func(r forms.Row) bool {
			return r["system"].(forms.Ref).ID != "S04"
		})
		sent := o.apply("P13", values)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		record := func(row, why string) (field string) {
			t.Helper()
			_, err := o.kit.Act(o.ctx, o.as("P06"), row, ismskit.Action{
				Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh-mail"},
				Outside: &workflow.OutsideNote{Unasked: why},
			})
			invalid, _ := errors.AsType[forms.Invalid](err)
			if err != nil && len(invalid) == 0 {
				t.Fatal(err)
			}
			if len(invalid) > 0 {
				field = invalid[0].Field
			}
			return field
		}
		again := func() string {
			o.settle()
			o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbReturn, To: "rows", Comment: "名稱有誤"})
			o.settle()
			return o.todo("P06")[0].Case
		}
		first := o.todo("P06")[0].Case
		if at := record(first, "自行建立"); at != "outside.unasked" || o.read("P06", first).Mine[0].MayBeUnasked {
			t.Errorf("never asked: refused at %q", at)
		}
		o.act("P06", first, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1", Sent: o.now}})
		o.act("P06", first, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh-mail", "proof": []forms.File{o.upload("P06", "回復.txt")}},
			Outside: &workflow.OutsideNote{Replied: o.now, Reply: "已建立"}})

		second := again()
		if !o.read("P06", second).Mine[0].MayBeUnasked {
			t.Error("it does not say that it may be left unasked")
		}
		if at := record(second, ""); at != "outside.sent" {
			t.Errorf("without a word: refused at %q", at)
		}
		if at := record(second, "名稱由本所更正"); at != "" {
			t.Fatalf("refused at %q", at)
		}
		c := o.read("P06", second)
		note := c.Trail[len(c.Trail)-1].Outside
		if n := c.Flow.Tasks[0].Outside; note == nil || note.Unasked != "名稱由本所更正" || n.Unasked != note.Unasked || !n.Sent.IsZero() || c.Flow.Tasks[0].Waiting() {
			t.Errorf("on record %+v, in the trail %+v", n, note)
		}

		third := again() // the first turn counts, though it is not the last
		o.act("P06", third, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-2", Sent: o.now}})
		if at := record(third, "不送了"); at != "outside.unasked" {
			t.Errorf("asked already: refused at %q", at)
		}
	})
}

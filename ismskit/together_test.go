package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever handles a row is told at once all that is wrong with what he sends: what could
// not be read, what breaks a rule, and what is missing. Nothing of it is done.
func TestATaskSaysEverythingAtOnce(t *testing.T) {
	o := openOffice(t, nil)
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	inside, outside := o.todo("P05")[0].Case, o.todo("P06")[0].Case
	told := func(person, caseID string, a ismskit.Action, want ...string) {
		t.Helper()
		before := o.read(person, caseID).Revision
		_, err := o.kit.Act(o.ctx, o.as(person), caseID, a)
		invalid, _ := errors.AsType[forms.Invalid](err)
		var got []string
		for _, f := range invalid {
			got = append(got, f.Field+": "+f.Message("zh-TW"))
			if text := f.Message("en"); text == "" || strings.ContainsAny(text, "{}") {
				t.Errorf("%s says %q", f.Field, text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q (%v)", a.Verb, got, want, err)
		}
		if o.read(person, caseID).Revision != before {
			t.Errorf("%s was done all the same", a.Verb)
		}
	}
	day := forms.Fault{Field: "outside.sent", Code: "date_format", Label: forms.Text{"zh-TW": "送件日", "en": "Sent on"}}
	long := strings.Repeat("a", 101)
	const tooLong = "given_account: 給定帳號最多 100 個字，目前 101 個字，請精簡內容。"
	told("P05", inside, ismskit.Action{Verb: workflow.VerbRecord, Values: forms.Values{"given_account": long}, Comment: strings.Repeat("長", 2001)},
		tooLong, "comment: 意見或理由最多 2000 個字，目前 2001 個字，請精簡內容。", "action.result: 請選擇處置結果。")
	told("P06", outside, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心"}, Unread: forms.Invalid{day}},
		"outside.sent: 送件日：請填寫日期，例如 115.11.23、1151123 或 115/11/23。", "outside.how: 請填寫方式。")
	told("P05", inside, ismskit.Action{Verb: workflow.VerbUnable, Values: forms.Values{"given_account": long}},
		tooLong, "comment: 請填寫理由或意見。")
	// What could not be read stops an act that would be right otherwise.
	told("P05", inside, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Unread: forms.Invalid{{Field: "result_note", Code: "date_format", Label: day.Label}}}, "result_note: "+day.Message("zh-TW"))
	// One thing alone is said as ever.
	o.refused(workflow.ErrResult, "P05", inside, ismskit.Action{Verb: workflow.VerbRecord})
	o.refused(workflow.ErrReason, "P05", inside, ismskit.Action{Verb: workflow.VerbUnable})
}

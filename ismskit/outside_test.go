package ismskit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// What is noted about an office outside makes sense in time, and is refused field
// by field where it doesn't.
func TestDatesOfAnOfficeOutsideMakeSense(t *testing.T) {
	o := openOffice(t, nil)
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.todo("P06")[0].Case
	note := func(change func(*workflow.OutsideNote)) *workflow.OutsideNote {
		n := &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1", Sent: o.now}
		change(n)
		return n
	}
	day := 24 * time.Hour
	refused := func(verb workflow.Verb, n *workflow.OutsideNote, want ...string) {
		t.Helper()
		_, err := o.kit.Act(o.ctx, o.as("P06"), row, ismskit.Action{Verb: verb, Outside: n, Result: "opened"})
		invalid, ok := errors.AsType[forms.Invalid](err)
		var got []string
		for _, f := range invalid {
			got = append(got, f.Field+" "+f.Code)
			if f.Message("zh-TW") == "" || strings.Contains(f.Message("zh-TW"), "{") {
				t.Errorf("%s: %q", f.Code, f.Message("zh-TW"))
			}
		}
		if !ok || strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s: %v, want %v (%v)", verb, got, want, err)
		}
	}
	refused(workflow.VerbSendOut, nil, "outside.to required", "outside.how required")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Sent = o.now.Add(day) }), "outside.sent outside.future")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Sent = o.now.Add(-30 * day) }), "outside.sent outside.too_early")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Expected, n.ExpectedDate = o.now.Add(-day), "2026-11-22" }), "outside.expected outside.before_sent")
	refused(workflow.VerbSendOut, note(func(n *workflow.OutsideNote) { n.Text = strings.Repeat("長", 4001) }), "outside.text too_long")

	// Later the same day is today, and today is a good day for an answer.
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: note(func(n *workflow.OutsideNote) {
		n.Sent, n.Expected, n.ExpectedDate = o.now.Add(8*time.Hour), o.now, "2026-11-23"
	})})
	refused(workflow.VerbAnswer, nil, "outside.reply outside.no_reply")
	refused(workflow.VerbAnswer, &workflow.OutsideNote{Reply: "好", Replied: o.now.Add(-day)}, "outside.replied outside.before_sent")
	refused(workflow.VerbRecord, &workflow.OutsideNote{Reply: "好", Replied: o.now.Add(2 * day), Proof: []string{"x"}}, "outside.replied outside.future")
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立", Replied: o.now, Proof: []string{"電話紀錄"}}})
}

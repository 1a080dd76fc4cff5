package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// chased are the notices that an office outside has not answered yet, as day and words.
func (o *office) chased(person string) (days []string, words string) {
	o.t.Helper()
	for _, m := range o.noticesOf(person) {
		if m.Rule == "reply" {
			days, words = append(days, m.Created.In(taipei).Format("01-02")), m.Body
		}
	}
	return days, words
}

// What went to an office outside is chased every working day after the reply was
// expected, with the day named, however its contact gave that day; where he gave none,
// from the day the step is due, which nobody is told the office had promised. An answer ends it.
func TestAnOfficeOutsideIsChased(t *testing.T) {
	wednesday := time.Date(2026, 11, 25, 9, 0, 0, 0, taipei)
	for _, c := range []struct {
		given string
		note  workflow.OutsideNote
		days  []string
		named string
	}{
		{"a moment", workflow.OutsideNote{Expected: wednesday}, []string{"11-26", "11-27", "11-30"}, "，預計 115.11.25 回復，"},
		{"a day", workflow.OutsideNote{ExpectedDate: "2026-11-25"}, []string{"11-26", "11-27", "11-30"}, "，預計 115.11.25 回復，"},
		{"nothing", workflow.OutsideNote{}, []string{"11-27", "11-30"}, "，"}, // due in three working days
	} {
		t.Run(c.given, func(t *testing.T) {
			eachStore(t, func(t *testing.T, o *office) {
				sent := o.apply("P13", threeRows())
				o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
				o.settle()
				row := o.todo("P06")[0].Case
				note := c.note
				note.To, note.How, note.Number, note.Sent = "市府資訊中心", "email", "A-2211", o.now
				o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &note})
				var promised string
				if n := o.read("P06", row).Mine[0].Task.Outside; n != nil {
					promised = n.ExpectedDate
				}
				if none := c.note.Expected.IsZero() && c.note.ExpectedDate == ""; none != (promised == "") {
					t.Errorf("on record: expected %q", promised)
				}
				o.until(time.Date(2026, 11, 30, 12, 0, 0, 0, taipei))
				days, words := o.chased("P06")
				if !slices.Equal(days, c.days) || !strings.Contains(words, "已送 市府資訊中心"+c.named+"尚未登錄回復") {
					t.Errorf("chased on %v, not %v: %s", days, c.days, words)
				}
				// Of its lateness he hears by the chase alone, once: the last is what is left to read.
				live, err := o.kit.Queue().Notices(o.ctx, o.as("P06"), ismskit.NoticeFilter{Unread: true})
				if err != nil {
					t.Fatal(err)
				}
				late := 0
				for _, m := range live {
					if m.Case == row && slices.Contains([]string{"before", "on_day", "overdue", "reply"}, m.Rule) {
						late++
					}
				}
				if late != 1 {
					t.Errorf("%d unread reminders of one task", late)
				}
				o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立", ReplyNumber: "B-1", Replied: o.now}})
				o.until(o.now.AddDate(0, 0, 3))
				if after, _ := o.chased("P06"); !slices.Equal(after, days) {
					t.Errorf("chased after the answer: %v", after)
				}
			})
		})
	}
}

// What was noted of a sending is put right without the answer getting lost. A later day that is
// not before that of the answer, or another office, is one more sending: an answer is awaited
// anew, and the trail keeps the former.
func TestANoteOfASendingIsPutRight(t *testing.T) {
	for _, c := range []struct {
		done   string
		change func(o *office, n *workflow.OutsideNote)
		stays  bool
	}{
		{"a remark", func(_ *office, n *workflow.OutsideNote) { n.Text = "已電洽" }, true},
		{"no promised day", func(_ *office, n *workflow.OutsideNote) { n.ExpectedDate = "" }, true},
		{"a day mistyped", func(_ *office, n *workflow.OutsideNote) { n.Sent = n.Sent.AddDate(0, 0, 1) }, true},
		{"an answer put into it", func(o *office, n *workflow.OutsideNote) { n.Reply, n.Replied = "假的", o.now }, true},
		{"sent once more", func(_ *office, n *workflow.OutsideNote) { n.Sent = n.Sent.AddDate(0, 0, 2) }, false},
		{"no word of when it was sent", func(_ *office, n *workflow.OutsideNote) { n.Sent, n.ExpectedDate = time.Time{}, "" }, true},
		{"another office", func(_ *office, n *workflow.OutsideNote) { n.To = "市府資訊服務組" }, false},
	} {
		t.Run(c.done, func(t *testing.T) {
			o := openOffice(t, nil)
			sent := o.apply("P13", threeRows())
			o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
			o.settle()
			row := o.todo("P06")[0].Case
			note := workflow.OutsideNote{To: "市府資訊中心", How: "email", Number: "A-2211", Sent: o.now, ExpectedDate: "2026-11-26"}
			o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &note})
			o.until(o.now.AddDate(0, 0, 2))
			came := workflow.OutsideNote{Reply: "已建立", ReplyNumber: "B-1", Replied: o.now, Proof: []string{"電話紀錄"}}
			o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &came})
			o.until(o.now.AddDate(0, 0, 2))
			again := note
			c.change(o, &again)
			o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &again})
			got := o.read("P06", row).Mine[0].Task
			n := *got.Outside
			trail := o.read("P06", row).Trail
			if was := trail[len(trail)-1].Corrects; c.stays != (was != nil) {
				t.Errorf("what it puts right: %+v", was)
			}
			if c.stays && (got.Waiting() || n.Reply != came.Reply || n.ReplyNumber != came.ReplyNumber || !n.Replied.Equal(came.Replied) || len(n.Proof) != 1) {
				t.Errorf("the answer is lost: %+v", n)
			}
			if !c.stays && (!got.Waiting() || n.Reply != "" || n.ReplyNumber != "" || len(n.Proof) != 0) {
				t.Errorf("not awaited anew: %+v", n)
			}
		})
	}
}

// An answer is put right part by part: what is not said again stays, its day too.
func TestAnAnswerIsPutRight(t *testing.T) {
	o := openOffice(t, nil)
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	row := o.todo("P06")[0].Case
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "email", Sent: o.now}})
	o.until(o.now.Add(time.Hour))
	came := o.now
	o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Reply: "已建立", ReplyNumber: "R1", Replied: came}})
	o.until(o.now.AddDate(0, 0, 2))
	for _, c := range []struct {
		said   workflow.OutsideNote
		reply  string
		number string
		day    time.Time
	}{
		{workflow.OutsideNote{ReplyNumber: "R2"}, "已建立", "R2", came},
		{workflow.OutsideNote{Reply: "已建立信箱"}, "已建立信箱", "R2", came},
		{workflow.OutsideNote{ReplyNumber: "R3", Replied: time.Date(2026, 11, 23, 0, 0, 0, 0, taipei)}, "已建立信箱", "R3", came}, // the same day
		{workflow.OutsideNote{Replied: came.AddDate(0, 0, 1)}, "已建立信箱", "R3", came.AddDate(0, 0, 1)},
	} {
		o.act("P06", row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &c.said})
		if n := o.read("P06", row).Mine[0].Task.Outside; n.Reply != c.reply || n.ReplyNumber != c.number || !n.Replied.Equal(c.day) {
			t.Errorf("after %+v: %+v", c.said, n)
		}
	}
	_, err := o.kit.Act(o.ctx, o.as("P06"), row, ismskit.Action{Verb: workflow.VerbAnswer, Outside: &workflow.OutsideNote{Replied: came.AddDate(0, 0, 1)}})
	var wrong forms.Invalid
	if !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Code != "outside.no_reply" {
		t.Errorf("nothing was said: %v", err)
	}
}

package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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
// from the day the step is due. An answer ends it.
func TestAnOfficeOutsideIsChased(t *testing.T) {
	wednesday := time.Date(2026, 11, 25, 9, 0, 0, 0, taipei)
	for _, c := range []struct {
		given string
		note  workflow.OutsideNote
		days  []string
		named string
	}{
		{"a moment", workflow.OutsideNote{Expected: wednesday}, []string{"11-26", "11-27", "11-30"}, "115.11.25"},
		{"a day", workflow.OutsideNote{ExpectedDate: "2026-11-25"}, []string{"11-26", "11-27", "11-30"}, "115.11.25"},
		{"nothing", workflow.OutsideNote{}, []string{"11-27", "11-30"}, "115.11.26"}, // due in three working days
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
				o.until(time.Date(2026, 11, 30, 12, 0, 0, 0, taipei))
				days, words := o.chased("P06")
				if !slices.Equal(days, c.days) || !strings.Contains(words, "已送 市府資訊中心，預計 "+c.named+" 回復") {
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

package ismskit_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// What users of other systems reported and only a whole office can show, one test
// each. The numbers name the reports; workflow/REGRESSIONS.md lists all of them.

// frappe#6262: two schedulers at the same time send one message and one mail of each
// cause.
func TestTwoSchedulersSendOneMessage(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		other := openOfficeAt(t, store, monday, func(*ismskit.Config) {})
		o.apply("P13", oneRow())
		for day := 1; day <= 9; day++ {
			until := monday.AddDate(0, 0, day).Add(3 * time.Hour)
			var both sync.WaitGroup
			for _, server := range []*office{o, other} {
				both.Go(func() {
					if err := server.kit.RunUntil(t.Context(), until); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			o.now, other.now = until, until
		}
		o.told("P11", "opened@11-23", "before@11-24", "on_day@11-25", "overdue@11-26", "overdue@11-27", "overdue@11-30", "overdue@12-01", "overdue@12-02")
		mornings := map[string]int{}
		for _, m := range append(o.mailsTo("P11", monday), other.mailsTo("P11", monday)...) {
			mornings[m.At.In(taipei).Format("01-02 15:04")]++
		}
		for morning, n := range mornings {
			if n != 1 {
				t.Errorf("%d mails on %s", n, morning)
			}
		}
		if len(mornings) < 2 {
			t.Errorf("mails left on %v", mornings)
		}
	})
}

// frappe#6262: reminders are worded when they are sent. A program with other words says
// with them what is still to be sent, and what has been sent stays as it was.
func TestChangedWordsAreThoseOfRemindersNotYetSent(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		o.apply("P13", oneRow())
		o.settle()
		before := o.noticesOf("P11")
		later := openOfficeAt(t, store, o.now, func(cfg *ismskit.Config) { cfg.Lang = "en" })
		later.until(monday.AddDate(0, 0, 9).Add(3 * time.Hour))
		after := later.noticesOf("P11")
		if len(before) != 1 || len(after) < 2 || after[0].Subject != before[0].Subject || after[0].Body != before[0].Body {
			t.Fatalf("told before %+v, and now\n%+v", before, after)
		}
		for _, m := range after[1:] {
			if m.Subject == "" || strings.ContainsAny(m.Subject, "逾期限") {
				t.Errorf("in the words of before: %s", m.Subject)
			}
		}
	})
}

// frappe#6262: who is taken away from those who sign, or from whom the task was given to
// somebody else, is neither reminded nor mailed any more, of what he had not read either: he is told once, and
// where a mail had told him of it by mail too, that it is not his.
func TestWhoIsRemovedGetsNoMoreMail(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow())
		o.settle()
		kept := o.apply("P13", oneRow())
		for _, request := range []ismskit.Receipt{sent, kept} {
			o.act("P11", request.Case, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P04"}})
		}
		o.settle()
		if told := o.noticesOf("P04"); len(told) != 2 {
			t.Fatalf("who was added was told %+v", told)
		}
		c := o.read("P11", sent.Case)
		i := slices.IndexFunc(c.Others, func(a ismskit.OtherAct) bool { return a.Verb == workflow.VerbRemoveSigner })
		if i < 0 {
			t.Fatalf("he cannot be removed: %+v", c.Others)
		}
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: c.Others[i].Task, Comment: "已當面確認"})
		o.settle()
		o.until(monday.AddDate(0, 0, 12))
		about := map[string]int{}
		for _, m := range o.noticesOf("P04") {
			about[m.Case]++
		}
		if about[sent.Case] != 2 || about[kept.Case] < 3 { // that it came, and that it was taken away
			t.Errorf("told %d times of what is not his any more, and %d times of what is", about[sent.Case], about[kept.Case])
		}
		mailed := ""
		for _, m := range o.mailsTo("P04", monday) {
			mailed += m.Subject + "\n" + m.Body
		}
		if strings.Contains(mailed, sent.Number) || !strings.Contains(mailed, kept.Number) {
			t.Errorf("mailed, with %s taken away and %s not:\n%s", sent.Number, kept.Number, mailed)
		}
		if len(o.noticesOf("P11")) < 3 {
			t.Error("nor is whoever has it again")
		}

		// Where a mail had said that it came, one says that it was taken away.
		c = o.read("P11", kept.Case)
		i = slices.IndexFunc(c.Others, func(a ismskit.OtherAct) bool { return a.Verb == workflow.VerbRemoveSigner })
		taken := o.now
		o.act("P11", kept.Case, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: c.Others[i].Task, Comment: "已當面確認"})
		o.until(o.now.AddDate(0, 0, 12))
		mailed = ""
		for _, m := range o.mailsTo("P04", taken) {
			mailed += m.Subject + "\n" + m.Body
		}
		if strings.Count(mailed, kept.Number) != 1 || !strings.Contains(mailed, kept.Number+" 不須由您辦理") || strings.Contains(mailed, "已當面確認") {
			t.Errorf("mailed after it was taken away:\n%s", mailed)
		}
	})
}

// jmix#790: one working day from a Friday is the Monday after, and the Saturday where
// that one is made up for: what is due, what is late, and the day it is told on.
func TestOneWorkingDayOverAWeekendAndAMakeUpSaturday(t *testing.T) {
	for _, c := range []struct {
		sent time.Time
		due  string
	}{
		{time.Date(2025, 2, 14, 10, 0, 0, 0, taipei), "2025-02-17"}, // an ordinary Friday
		{time.Date(2025, 2, 7, 10, 0, 0, 0, taipei), "2025-02-08"},  // 補行上班 on the day after
		{time.Date(2025, 2, 8, 10, 0, 0, 0, taipei), "2025-02-10"},  // from that Saturday on
		{time.Date(2025, 2, 15, 10, 0, 0, 0, taipei), "2025-02-17"}, // from a Saturday that is off
	} {
		o := openOfficeAt(t, memory.New(), c.sent, func(cfg *ismskit.Config) {
			cfg.Types = append(cfg.Types, plainType(t))
			last := &cfg.Types[len(cfg.Types)-1]
			last.Flow.Root.Step.Due = &workflow.Due{Term: "1wd"}
			last.Flow.Root.Step.Remind = &workflow.Remind{OnDay: true, Every: "1wd"}
		})
		sent, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "plain", Values: forms.Values{"subject": "一個工作天"}, Submit: true})
		if err != nil {
			t.Fatal(err)
		}
		todo := o.todo("P11")
		if len(todo) != 1 || todo[0].Case != sent.Case || todo[0].DueDate != c.due || todo[0].Late {
			t.Errorf("sent %s: %+v, want it due on %s", c.sent.Format("01-02"), todo, c.due)
			continue
		}
		end, err := time.ParseInLocation("2006-01-02", c.due, taipei)
		if err != nil {
			t.Fatal(err)
		}
		end = end.AddDate(0, 0, 1)
		o.until(end.Add(-time.Second))
		if o.todo("P11")[0].Late {
			t.Errorf("sent %s: late on its last day", c.sent.Format("01-02"))
		}
		o.until(end)
		if !o.todo("P11")[0].Late {
			t.Errorf("sent %s: not late when %s is over", c.sent.Format("01-02"), c.due)
		}
		if told := o.noticesOf("P11"); len(told) != 2 || told[1].Rule != "on_day" || told[1].Created.In(taipei).Format("2006-01-02") != c.due {
			t.Errorf("sent %s: told %+v", c.sent.Format("01-02"), told)
		}
	}
}

package ismskit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// Nobody grants more time blind: whoever decides reads who asks, for which step, for how long, and
// what the deadline is and would be, in his notice, on his list and at the task. An auditor reads
// the same of what was asked and granted on the trail and on the print, and each of the two
// signatures holds it.
func TestWhoGrantsMoreTimeKnowsHowMuch(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		o.extend(func(c *ismskit.Config) { c.Types, c.Printer = append(c.Types, memo(t, memoFlow)), print.A4{} })
		id := o.memo()
		if l := o.read("P11", id).Mine[0].Extend; l == nil || !strings.HasPrefix(l.Text("zh-TW"), "尚可申請 2 次，每次至多 3 個工作天，合計至多 5 個工作天。合計 3 個工作天以內由") ||
			!strings.HasSuffix(l.Text("zh-TW"), "核定。") || !strings.Contains(l.Text("en"), "at most 5 working days together") {
			t.Errorf("the limits: %+v", l)
		}
		_, err := o.kit.Act(o.ctx, o.as("P11"), id, ismskit.Action{Verb: workflow.VerbExtend, Term: "4wd", Comment: "待廠商回覆"})
		if r := workflow.AsRefusal(err); r == nil || r.Message("zh-TW") != "展期的期間超過此關卡的上限（每次至多 3 個工作天，合計至多 5 個工作天）。" ||
			r.Message("en") != "That is more time than this step allows (at most 3 working days at a time, at most 5 working days together)." {
			t.Errorf("refused in the words of the program: %v", err)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "3wd", Comment: "待廠商回覆"})
		o.settle()
		asker := o.read("P13", id).Trail[len(o.read("P13", id).Trail)-1].By
		why := asker.Name + " " + asker.PostTitle + "就「科長」申請展期 3 個工作天，期限由 115.11.26 延至 115.12.01，由您核定"
		mine := o.read("P01", id).Mine[0]
		if got := mine.Why.In("zh-TW"); got != why {
			t.Errorf("at the task: %s", got)
		}
		if m := mine.MoreTime; m == nil || m.Term != "3wd" || !m.To.After(m.From) || m.By.Person != "P11" {
			t.Errorf("what is asked for: %+v", m)
		}
		if got := mine.Why.In("en"); !strings.Contains(got, "3 working days") || !strings.Contains(got, "26 Nov 2026") {
			t.Errorf("in English: %s", got)
		}
		if told := o.noticesOf("P01"); !strings.Contains(told[0].Body, why) {
			t.Errorf("the notice: %s", told[0].Body)
		}
		todo, err := o.kit.Tasks(o.ctx, o.as("P01"), ismskit.TodoFilter{Limit: 10})
		if err != nil || len(todo) != 1 || todo[0].Why.In("zh-TW") != why {
			t.Errorf("on the list: %+v %v", todo, err)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		if told := o.noticesOf("P11"); !strings.Contains(told[0].Body, "已同意展期 3 個工作天。期限 115.12.01。") {
			t.Errorf("whoever asked is told: %s", told[0].Body)
		}

		o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "再補件"})
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReject, Comment: "不宜再延"})
		var said []string
		for _, e := range o.read("P13", id).Trail {
			if e.MoreTime == nil {
				continue
			}
			said = append(said, e.MoreTime.Text(forms.Locale{Lang: "zh-TW", Location: taipei}))
			if signed := e.Extension != nil && e.Extension.Term == e.MoreTime.Term && e.Extension.Due.Equal(e.MoreTime.To) && e.Signature != ""; signed == e.MoreTime.Refused {
				t.Errorf("%s holds %+v under the signature %q", e.Verb, e.Extension, e.Signature)
			}
		}
		if got := strings.Join(said, "\n"); got != "展期 3 個工作天，期限由 115.11.26 延至 115.12.01\n展期 3 個工作天，期限由 115.11.26 延至 115.12.01\n"+
			"展期 2 個工作天，期限由 115.12.01 延至 115.12.03\n申請展期 2 個工作天（期限由 115.12.01 延至 115.12.03）未獲同意，期限仍為 115.12.01" {
			t.Errorf("the trail:\n%s", got)
		}
		sheet, err := o.kit.Records().Print(o.ctx, o.as("P13"), id, ismskit.Imprint{Lang: "zh-TW"})
		if err != nil || strings.Count(string(sheet.Body), "展期 3 個工作天，期限由 115.11.26 延至 115.12.01") != 2 {
			t.Errorf("the print: %v %s", err, sheet.Body)
		}
	})
}

// Whoever decides on more time for somebody who is away reads on his list what is asked for, as at
// the task itself: not only for whom he decides.
func TestADeputyReadsOnHisListHowMuchTimeIsAskedFor(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "3wd", Comment: "待廠商回覆"})
		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P01"), ismskit.Absence{Deputies: []string{"P06"}, From: o.now, To: o.now.AddDate(0, 0, 2), Reason: "公出"}); err != nil {
			t.Fatal(err)
		}
		o.now = o.now.Add(time.Minute)
		todo, err := o.kit.Tasks(o.ctx, o.as("P06"), ismskit.TodoFilter{Limit: 10})
		if err != nil || len(todo) != 1 {
			t.Fatalf("on his list: %+v, %v", todo, err)
		}
		why := todo[0].Why.In("zh-TW")
		if !strings.HasPrefix(why, "您代理") || !strings.Contains(why, "申請展期 3 個工作天，期限由 115.11.26 延至 115.12.01") {
			t.Errorf("on his list: %s", why)
		}
		if his := o.read("P06", id).Mine; len(his) != 1 || his[0].Why.In("zh-TW") != why {
			t.Errorf("at the task: %+v", his)
		}
	})
}

// Who decides on more time is named beforehand as he is asked in the end: also where that is whoever
// has signed an earlier step, in place of one who would be asked about his own.
func TestWhoDecidesOnMoreTimeIsNamedBeforehand(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head"}]}},
		{"step":{"id":"desk","name":{"zh-TW":"登記桌","en":"Registry"},"kind":"review","who":[{"kind":"person","ids":["P05"]}],"due":{"term":"3wd"},
			"extend":{"max":2,"tiers":[{"who":[{"kind":"person","ids":["P05"]},{"kind":"same_as","step":"head"}]}]}}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		limits := o.read("P05", id).Mine[0].Extend
		if limits == nil || len(limits.Tiers) != 1 || len(limits.Tiers[0].By) != 1 || limits.Tiers[0].By[0].Person != "P11" {
			t.Errorf("beforehand: %+v", limits)
		}
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "1wd", Comment: "待廠商回覆"})
		o.settle()
		if mine := o.read("P11", id).Mine; len(mine) != 1 || mine[0].MoreTime == nil {
			t.Errorf("it is for another: %+v", mine)
		}
	})
}

// Who asked for more time and signs all the same needs none: while the board waits for its other
// member, nobody is asked to grant it any more.
func TestWhoHasSignedNeedsNoMoreTime(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"board","name":{"zh-TW":"審查小組","en":"Board"},"kind":"review",
		"who":[{"kind":"person","ids":["P11","P05"]}],"need":{"kind":"all"},"due":{"term":"3wd"},
		"extend":{"max":2,"each":"3wd","total":"5wd","tiers":[{"who":[{"kind":"person","ids":["P01"]}]}]}}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "待廠商回覆"})
		if todo := o.todo("P01"); len(todo) != 1 {
			t.Fatalf("asked: %+v", todo)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		if todo, his := o.todo("P01"), o.read("P01", id).Mine; len(todo) != 0 || len(his) != 0 {
			t.Errorf("once it is signed: %+v, %+v", todo, his)
		}
		if r := o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove}); r.Outcome != workflow.OutcomeDone {
			t.Errorf("the memo is %s %s", r.Phase, r.Outcome)
		}
	})
}

package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

func date(month time.Month, day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: month, Day: day}
}

// B5.4: before expiry the applicant is asked whether to extend. Somebody who has
// left is not asked; the next one is, and is told why. (accessbot#221: it warns before.)
func TestB5_4BeforeItsEndTheApplicantIsAsked(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		// 116.1.8 is a Friday; thirty days before it is Wednesday 115.12.9.
		until := calendar.Date{Year: 2027, Month: time.January, Day: 8}
		asked := at(time.December, 9, 8, 20)
		gone := []struct {
			left  []string
			asked string
			why   string
		}{
			{nil, "P17", "您申請的權限將於 116.01.08 到期"},
			{[]string{"P17"}, "P18", "申請人已離職或調動，您是帳號使用者"},
			{[]string{"P18"}, "P16", "申請人及使用者已離開，您是負責人"},
			{[]string{"P16"}, "P04", "申請人、使用者及負責人均已離開，您是單位主管（嶼東戶政事務所無可簽核之人，改送資訊室主管）"},
		}
		for i, g := range gone {
			id, last := "GX"+string(rune('1'+i)), until.AddDays(7*i)
			o.bring(id, date(time.September, 1), last)
			day := asked.AddDate(0, 0, 7*i)
			o.runTo(day.Add(-time.Minute))
			if _, early := o.waiting(TypeGrantExtension, id); early {
				t.Errorf("%s was asked about before its day", id)
			}
			o.leave(calendar.DateOf(day.AddDate(0, 0, -1)), g.left...)
			o.runTo(day)
			task, ok := o.waiting(TypeGrantExtension, id)
			if !ok {
				t.Fatalf("nobody is asked about %s", id)
			}
			if want := o.l.books.person(g.asked).Name; !slices.Equal(task.Holders, []string{want}) {
				t.Errorf("%s: %v is asked, not %s", id, task.Holders, want)
			}
			if why := task.Why.In("zh-TW"); !strings.Contains(why, strings.ReplaceAll(g.why, "116.01.08", last.ROC())) {
				t.Errorf("%s: why %q, not %q", id, why, g.why)
			}
			// Of many about one system each says which it is.
			if which := "（" + last.ROC() + "）qh-" + id; !strings.HasSuffix(task.Subject, which) {
				t.Errorf("%s is called %q, without %q", id, task.Subject, which)
			}
		}
	})
}

// B5.4: whoever has moved to another unit since he asked for the permission is not
// asked either; the head is that of the unit that asked.
func TestB5_4WhoMovedIsNotAskedBeforeItsEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		left []string
		want string
		why  string
	}{
		{"account user", nil, "P18", "申請人已離職或調動，您是帳號使用者"},
		{"person in charge", []string{"P18"}, "P16", "申請人及使用者已離開，您是負責人"},
		{"unit head", []string{"P18", "P16"}, "P04", "申請人、使用者及負責人均已離開，您是單位主管（嶼東戶政事務所無可簽核之人，改送資訊室主管）"},
	} {
		t.Run(c.name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, o *office) {
				o.bring("GX", date(time.September, 1), calendar.Date{Year: 2027, Month: time.January, Day: 8})
				day := at(time.December, 9, 8, 20)
				o.runTo(day.Add(-time.Minute))
				o.move("P17", "U03")
				o.leave(calendar.DateOf(day.AddDate(0, 0, -1)), c.left...)
				o.runTo(day)
				task, ok := o.waiting(TypeGrantExtension, "GX")
				if !strings.HasSuffix(c.why, "）") { // of the applicant it is said by name
					c.why += "（" + o.l.books.person("P17").Name + "已調離嶼東戶政事務所）"
				}
				if want := o.l.books.person(c.want).Name; !ok || !slices.Equal(task.Holders, []string{want}) || task.Why.In("zh-TW") != c.why {
					t.Errorf("%v is asked, not %s, because %q", task.Holders, want, task.Why.In("zh-TW"))
				}
			})
		})
	}
}

// B5.4: an extension is a request of its own, put before whoever asked for it; once
// it is handled the permission ends later, and is asked about again then. (casdoor#5611,
// accessbot#221: an approved access can be extended before it ends.)
func TestB5_4AnExtensionMovesTheEnd(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		g02, _ := o.waiting(TypeGrantExtension, "G02")
		to := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		_, err := o.kit.Act(o.ctx, o.as("P13"), g02.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": date(time.December, 1)}})
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Field != "extend_until" || !strings.Contains(invalid[0].Message("zh-TW"), "晚於目前的使用期限") {
			t.Errorf("an extension that ends before the permission does: %v", err)
		}
		_, err = o.kit.Act(o.ctx, o.as("P13"), g02.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": date(time.January, 1).AddDays(15 * 365)}})
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Field != "extend_until" || !strings.Contains(invalid[0].Message("zh-TW"), "最長為今日起 3 年") {
			t.Errorf("an extension for ever: %v", err)
		}
		o.act("P13", g02.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": to}})

		drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{"draft"}})
		must(t, err)
		if len(drafts) != 1 || drafts[0].Subject != "延長使用期間：公文系統" {
			t.Fatalf("drafts: %+v", drafts)
		}
		draft, err := o.kit.Case(o.ctx, o.as("P13"), drafts[0].ID)
		must(t, err)
		line := draft.Fields["lines"].([]forms.Row)[0]
		if p := line["period"].(forms.Period); p.From != date(time.November, 23) || p.To != to {
			t.Errorf("period %+v", p)
		}
		// All that the form asks of the permission is there; only why is his to say.
		if line["purpose"] != "承辦本單位公文" {
			t.Errorf("purpose %v", line["purpose"])
		}
		if l, err := o.kit.Tasks(o.ctx, o.as("P13"), ismskit.TodoFilter{Case: draft.ID}); err != nil || len(l) != 1 || l[0].DueDate != "2026-12-03" || l[0].Late {
			t.Errorf("it is to be sent before the permission ends: %+v, %v", l, err)
		}
		if len(draft.Links) != 1 || draft.Links[0].Case != g02.Case {
			t.Errorf("it does not say where it came from: %+v", draft.Links)
		}
		filled := draft.Fields.Clone()
		filled["reason"] = "續辦公文"
		o.act("P13", draft.ID, ismskit.Action{Verb: workflow.VerbSubmit, Values: filled})
		o.act("P12", draft.ID, ismskit.Action{Verb: workflow.VerbApprove}) // for the chief, who is away
		o.act("P10", o.line(draft.ID), ismskit.Action{Verb: workflow.VerbRecord, Result: "changed"})

		g := o.grant("G02")
		if last, ok := g.until(); !ok || last != to || g.period().From != date(time.November, 23).AddDays(-355) {
			t.Errorf("period %+v", g.period())
		}
		o.runTo(at(time.December, 4, 9, 0)) // the day after the old end
		if task, ok := o.waiting(TypeGrantClosure, "G02"); ok {
			t.Errorf("it was to be closed at its old end: %+v", task)
		}
		o.runTo(time.Date(2027, time.May, 31, 9, 0, 0, 0, taipei))
		if _, ok := o.waiting(TypeGrantExtension, "G02"); !ok {
			t.Error("nobody was asked before the new end")
		}
	})
}

// B5.4: whoever wants more time has not got it before the request is sent. The draft put
// before him stands on his list, and he is told of it until it is sent.
func TestB5_4APreparedExtensionIsNotForgotten(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		g02, _ := o.waiting(TypeGrantExtension, "G02")
		to := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		o.act("P13", g02.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": to}})
		drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{"draft"}})
		must(t, err)
		id := drafts[0].ID
		list := func() []ismskit.Todo {
			list, err := o.kit.Tasks(o.ctx, o.as("P13"), ismskit.TodoFilter{Case: id})
			must(t, err)
			return list
		}
		if l := list(); len(l) != 1 || l[0].Kind != ismskit.TaskUnsent || l[0].Why.In("zh-TW") != "系統已備妥草稿，請補填後送出" {
			t.Errorf("on his list: %+v", l)
		}
		told := func() (days []string) {
			all, err := o.kit.Queue().Of(o.ctx, o.as("P13"), id)
			must(t, err)
			for _, m := range all {
				if m.Rule == "unsent" {
					days = append(days, m.Created.In(taipei).Format("01-02"))
				}
			}
			slices.Sort(days)
			return days
		}
		o.runTo(at(time.December, 2, 9, 0))
		if days := told(); !slices.Equal(days, []string{"11-23", "11-26", "12-01"}) {
			t.Errorf("told on %v", days)
		}
		draft, err := o.kit.Case(o.ctx, o.as("P13"), id)
		must(t, err)
		filled := draft.Fields.Clone()
		filled["reason"] = "續辦公文"
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit, Values: filled})
		o.runTo(at(time.December, 8, 9, 0))
		if l, days := list(), told(); len(l) != 0 || len(days) != 3 {
			t.Errorf("sent, and still on his list (%d) or told again (%v)", len(l), days)
		}
	})
}

// B5.4: after its last day a permission can't be extended any more. The question that
// nobody answered closes with it, and says so; a request to extend that begins after the
// end keeps its own beginning.
func TestB5_4AfterItsEndAnExtensionIsANewRequest(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		g02, _ := o.waiting(TypeGrantExtension, "G02")
		old := o.grant("G02").period()
		o.runTo(at(time.December, 10, 9, 0)) // a week after its last day, 115.12.3
		to := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		if q, err := o.kit.Case(o.ctx, o.as("P13"), g02.Case); err != nil || q.Flow.Outcome != workflow.OutcomeLapsed {
			t.Fatalf("the question ended as %q, %v", q.Flow.Outcome, err)
		}
		told, err := o.kit.Queue().Of(o.ctx, o.as("P13"), g02.Case)
		must(t, err)
		if !slices.ContainsFunc(told, func(m ismskit.Told) bool {
			return m.Rule == "closed" && strings.HasSuffix(m.Body, "權限已到期；如仍需使用，請重新申請。")
		}) {
			t.Errorf("told: %+v", told)
		}

		// Somebody asks to extend it all the same.
		id := o.askLate("P13", g02.Case, "續辦公文", to)
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P10", o.line(id), ismskit.Action{Verb: workflow.VerbRecord, Result: "changed"})
		if p := o.grant("G02").period(); p.From != date(time.December, 10) || p.To != to || p.From == old.From {
			t.Errorf("the days without permission are gone: %+v", p)
		}
		_, history, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Grants, "G02")
		must(t, err)
		if last := history[len(history)-1]; last.Reason != "原使用期間屆滿後始申請延長，中斷期間不計入" {
			t.Errorf("its history says %q", last.Reason)
		}
	})
}

// B5.4: 鍾明哲 says in time that he needs it longer, and sends the request that was put
// before him a week after the end, as it stands: it names a day before the end. Nobody had
// asked until then, so that the days between are days without permission.
func TestB5_4AnExtensionSentAfterTheEndLeavesTheDaysBetweenOut(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		g02, _ := o.waiting(TypeGrantExtension, "G02")
		to := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		o.act("P13", g02.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": to}})
		drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{"draft"}})
		must(t, err)
		o.runTo(at(time.December, 10, 9, 0))
		draft, err := o.kit.Case(o.ctx, o.as("P13"), drafts[0].ID)
		must(t, err)
		filled := draft.Fields.Clone()
		filled["reason"] = "續辦公文"
		o.act("P13", draft.ID, ismskit.Action{Verb: workflow.VerbSubmit, Values: filled})
		o.runTo(at(time.December, 14, 9, 0))
		o.act("P11", draft.ID, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P10", o.line(draft.ID), ismskit.Action{Verb: workflow.VerbRecord, Result: "changed"})
		if p := o.grant("G02").period(); p.From != date(time.December, 10) || p.To != to {
			t.Errorf("the days without permission are gone: %+v", p)
		}
	})
}

// B5.4: an extension is asked for in time and handled after the end, of an account that
// has the permission twice. The account stays, so nobody is to close it: what was waiting
// for its closing is void, with the reason, and only the new end is asked about.
func TestB5_4AnExtensionHandledAfterTheEndNeedsNoClosing(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		g02, _ := o.waiting(TypeGrantExtension, "G02") // to 115.12.3
		twice := o.grant("G02")
		twice.id, twice.seen = "G02b", 0
		period := twice.period()
		period.To = date(time.December, 7)
		twice.values["period"] = period
		_, err := o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Grants, ID: twice.id, Values: twice.values})
		must(t, err)
		must(t, o.kit.Queue().Plan(o.ctx, loading, twice.openings(o.clock.Now(), o.l.days.cal, taipei)...))

		to := calendar.Date{Year: 2027, Month: time.June, Day: 30}
		o.act("P13", g02.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "extend", Values: forms.Values{"extend_until": to}})
		drafts, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{Phases: []string{"draft"}})
		must(t, err)
		draft, err := o.kit.Case(o.ctx, o.as("P13"), drafts[0].ID)
		must(t, err)
		filled := draft.Fields.Clone()
		filled["reason"] = "續辦公文"
		o.act("P13", draft.ID, ismskit.Action{Verb: workflow.VerbSubmit, Values: filled})
		o.runTo(at(time.December, 9, 9, 0))
		var closures []string
		for _, id := range []string{"G02", "G02b"} {
			task, ok := o.waiting(TypeGrantClosure, id)
			if !ok {
				t.Fatalf("%s is not to be closed, though it has ended", id)
			}
			closures = append(closures, task.Case)
		}
		o.act("P11", draft.ID, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P10", o.line(draft.ID), ismskit.Action{Verb: workflow.VerbRecord, Result: "changed"})

		number := o.numberOf(draft.ID)
		for i, why := range []string{"使用期間已變更", "由 " + number + " 接續，不需停用"} {
			c, err := o.kit.Case(o.ctx, loading, closures[i])
			must(t, err)
			last := c.Trail[len(c.Trail)-1]
			if c.Flow.Outcome != workflow.OutcomeVoid || last.Comment != why {
				t.Errorf("the closing ended as %q: %q", c.Flow.Outcome, last.Comment)
			}
		}
		if p := o.grant("G02").period(); p.To != to || o.grant("G02").text("state") != grantActive || o.grant("G02b").text("state") != grantClosed {
			t.Errorf("until %v, %s beside %s", p.To, o.grant("G02").text("state"), o.grant("G02b").text("state"))
		}
	})
}

// numberOf is the number of a request.
func (o *office) numberOf(id string) string {
	o.Helper()
	c, err := o.kit.Case(o.ctx, loading, id)
	must(o, err)
	return c.Number
}

// B5.4: the question of a short permission comes a few days before its end. It is due by
// that end, not after it, and reminded of before.
func TestB5_4AQuestionIsDueBeforeThePermissionEnds(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		until := date(time.December, 4)
		o.bring("GY1", date(time.November, 23), until)
		o.runTo(at(time.December, 1, 9, 0))
		task, ok := o.waiting(TypeGrantExtension, "GY1")
		if !ok || task.DueDate != until.String() || task.Late {
			t.Fatalf("asked %v, due %s", ok, task.DueDate)
		}
		o.runTo(at(time.December, 4, 12, 0))
		told, err := o.kit.Queue().Of(o.ctx, loading, task.Case)
		must(t, err)
		var rules []string
		for _, m := range told {
			rules = append(rules, m.Rule)
		}
		if !slices.Contains(rules, "on_day") || slices.Contains(rules, "overdue") {
			t.Errorf("told by %v", rules)
		}
		o.runTo(at(time.December, 5, 9, 0))
		if c, err := o.kit.Case(o.ctx, loading, task.Case); err != nil || c.Flow.Outcome != workflow.OutcomeLapsed {
			t.Errorf("it ended as %q, %v", c.Flow.Outcome, err)
		}
	})
}

// askLate asks to extend the permission of a question that has closed.
func (o *office) askLate(person, question, subject string, to calendar.Date) string {
	o.Helper()
	q, err := o.kit.Case(o.ctx, o.as(person), question)
	must(o, err)
	row := forms.Row{forms.RowID: "row1", "purpose": "承辦公文", "period": forms.Period{From: date(time.December, 10), To: to}}
	for _, key := range []string{"system", "permission", "account_user", "account", "responsible"} {
		if v, ok := q.Fields[key]; ok {
			row[key] = v
		}
	}
	sent, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: forms.Values{
		"subject": subject, "op": opExtend, "reason": "業務需要", "lines": []forms.Row{row},
	}})
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	return sent.Case
}

// B5.5: after expiry the administrator is reminded until the account is closed, on every
// working day at first, and after five of them somebody else is told too. (casdoor#5611:
// an approved access ends by itself.)
func TestB5_5AfterItsEndItIsChasedUntilClosed(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.bring("GX", date(time.September, 1), date(time.November, 25)) // a Wednesday
		o.runTo(at(time.November, 25, 8, 19))
		if _, early := o.waiting(TypeGrantClosure, "GX"); early {
			t.Error("it was to be closed before its last day")
		}
		o.runTo(at(time.November, 25, 8, 20))
		task, ok := o.waiting(TypeGrantClosure, "GX")
		if !ok || task.DueDate != "2026-11-25" || !slices.Equal(task.Holders, []string{"卓育誠"}) {
			t.Fatalf("%+v", task)
		}
		o.runTo(at(time.December, 4, 18, 0))
		told, err := o.kit.Queue().Of(o.ctx, loading, task.Case)
		must(t, err)
		days := map[string]int{}
		for _, m := range told {
			if m.Rule == "overdue" && m.Person == "P17" {
				days[m.Created.In(taipei).Format("01-02")]++
			}
		}
		want := map[string]int{"11-26": 1, "11-27": 1, "11-30": 1, "12-01": 1, "12-02": 1, "12-03": 1, "12-04": 1}
		if len(days) != len(want) {
			t.Errorf("reminded on %v", days)
		}
		for day, n := range want {
			if days[day] != n {
				t.Errorf("%s: %d reminders", day, days[day])
			}
		}
		if !slices.ContainsFunc(told, func(m ismskit.Told) bool { return m.Rule == "escalate" && m.Person == "P04" }) {
			t.Error("nobody else was told")
		}
		if len(o.mails.To("P17")) == 0 {
			t.Error("no mail left")
		}

		_, err = o.kit.Act(o.ctx, o.as("P17"), task.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: resultDisabled})
		if err == nil {
			t.Error("closed without a word of what was done")
		}
		o.act("P17", task.Case, ismskit.Action{Verb: workflow.VerbRecord, Result: resultDisabled, Values: forms.Values{"result_note": "已停用帳號"}})
		g := o.grant("GX")
		if by := g.ref("closed_by"); g.text("state") != grantClosed || by.ID != "P17" || g.text("proof") != "已停用帳號" {
			t.Errorf("%+v", g.values)
		}
		before := len(told)
		o.runTo(at(time.December, 11, 18, 0))
		told, err = o.kit.Queue().Of(o.ctx, loading, task.Case)
		must(t, err)
		for _, m := range told {
			if m.Rule == "overdue" && m.Created.After(at(time.December, 4, 18, 0)) {
				t.Errorf("reminded after it was closed: %+v (%d before)", m, before)
			}
		}
	})
}

func TestTheDayOfTheQuestion(t *testing.T) {
	cal := calendar.Taiwan()
	for _, c := range []struct {
		from, to calendar.Date
		want     calendar.Date
		say      string
	}{
		{date(1, 1), date(12, 31), date(12, 1), "a month before"},
		{date(1, 1), date(12, 23), date(11, 23), "a month before"},
		{date(1, 1), date(12, 29), date(11, 27), "not on a Sunday but the Friday before"},
		{date(11, 1), date(12, 14), date(12, 4), "ten days before a shorter one"},
		{date(11, 23), date(12, 4), date(11, 27), "half-way through a very short one, on a working day"},
		{date(11, 23), date(11, 23), date(11, 23), "on the day itself for a day"},
	} {
		if got := askDay(forms.Period{From: c.from, To: c.to}, cal); got != c.want {
			t.Errorf("%s: %v–%v is asked on %v, not %v", c.say, c.from, c.to, got, c.want)
		}
	}
}

// Permission without end needs a reason, which a day far away would go round: a period
// with an end is three years at most, in a new request as in one that extends.
func TestAPeriodOfUseIsThreeYearsAtMost(t *testing.T) {
	o := openOffice(t, inMemory(t))
	send := func(op string, period forms.Period) error {
		line := o.adLine("qh120008", "general_user")
		line[forms.RowID], line["period"] = "r1", period
		_, err := o.kit.Open(o.ctx, o.as("P08"), ismskit.Opening{Type: TypeAccountRequest, Submit: true, Values: forms.Values{
			"subject": "帳號申請", "op": op, "reason": "業務需要", "lines": []forms.Row{line},
		}})
		return err
	}
	from := date(time.December, 1)
	for _, op := range []string{opAdd, opChange, opExtend} {
		for _, to := range []calendar.Date{{Year: 2029, Month: time.December, Day: 2}, {Year: 2127, Month: time.November, Day: 30}} {
			err := send(op, forms.Period{From: from, To: to})
			invalid, ok := errors.AsType[forms.Invalid](err)
			if !ok || len(invalid) != 1 || invalid[0].Path() != "lines.1.period.to" || !strings.Contains(invalid[0].Message("zh-TW"), "使用期間最長 3 年；確有長期需要者，請勾選「無期限」並說明理由。") {
				t.Errorf("%s until %v: %v", op, to, err)
			}
		}
	}
	must(t, send(opAdd, forms.Period{From: from, To: calendar.Date{Year: 2029, Month: time.December, Day: 1}}))
	must(t, send(opAdd, forms.Period{From: from, Open: true, Reason: "在職期間均須登入"}))
}

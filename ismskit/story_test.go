package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// One request from beginning to end: three rows go to three handlers, one of them
// at an outside office, and come back to the applicant.
func TestOneRequestGoesItsWholeWay(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		if sent.Number != "IS-04-012-115-0001" {
			t.Errorf("number %q", sent.Number)
		}
		o.settle()
		todo := o.todo("P11")
		if len(todo) != 1 || todo[0].DueDate != "2026-11-25" {
			t.Fatalf("the head's list: %+v", todo)
		}
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "確有業務需要"})
		o.settle()
		for _, handler := range []string{"P05", "P10"} {
			todo := o.todo(handler)
			if len(todo) != 1 {
				t.Fatalf("list of %s: %+v", handler, todo)
			}
			o.act(handler, todo[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened",
				Values: forms.Values{"given_account": "qh150013", "result_note": "已開通"}})
		}
		todo = o.todo("P06")
		if len(todo) != 1 {
			t.Fatalf("list of P06: %+v", todo)
		}
		mail := todo[0].Case
		o.act("P06", mail, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{
			To: "市府資訊中心", How: "email", Number: "A-2211", Sent: o.now, Expected: o.now.Add(24 * time.Hour), ExpectedDate: "2026-11-24",
		}})
		if list := o.todo("P06"); list[0].Waiting == "" {
			t.Error("the list does not say that it waits for the outside office")
		}
		o.act("P06", mail, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Outside: &workflow.OutsideNote{
			ReplyNumber: "B-1", Reply: "已建立信箱", Replied: o.now, Proof: []string{"reply.pdf"},
		}})
		o.settle()
		c := o.read("P13", sent.Case)
		if c.Flow.Phase != workflow.PhaseRunning || len(c.Mine) != 1 || c.Mine[0].Step != "confirm" {
			t.Fatalf("phase %s, mine %+v", c.Flow.Phase, c.Mine)
		}
		o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		c = o.read("P13", sent.Case)
		if c.Flow.Phase != workflow.PhaseClosed || c.Flow.Outcome != workflow.OutcomeDone {
			t.Fatalf("ended %s %s", c.Flow.Phase, c.Flow.Outcome)
		}
		if len(c.Faults) != 0 {
			t.Errorf("trail: %v", c.Faults)
		}
		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), sent.Case); err != nil || len(faults) != 0 {
			t.Errorf("verify: %v %v", faults, err)
		}
		if len(c.Rows) != 3 {
			t.Errorf("%d rows", len(c.Rows))
		}
		for _, e := range c.Trail {
			t.Logf("%d %s %s %s %s", e.Seq, e.Verb, e.Step, e.By.Name, e.Comment)
		}
	})
}

// A request that its applicant does not confirm closes by itself after five
// working days, with a notice.
func TestB5_7UnconfirmedClosesByItself(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		values := threeRows()
		values["lines"] = values["lines"].([]forms.Row)[:1]
		delete(values, "nda")
		sent := o.apply("P13", values)
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
		o.settle()
		// Asked on Monday 115.11.23: the fifth working day is the Monday after.
		due := calendar.DateOf(monday.In(taipei)).AddDays(7)
		o.until(due.AddDays(1).Start(taipei).Add(-time.Minute))
		if c := o.read("P13", sent.Case); c.Flow.Phase != workflow.PhaseRunning || len(o.todo("P13")) != 1 {
			t.Fatalf("on its last day it is %q", c.Flow.Phase)
		}
		o.until(due.AddDays(1).Start(taipei).Add(time.Minute))
		c := o.read("P13", sent.Case)
		if c.Flow.Outcome != workflow.OutcomeLapsed || len(o.todo("P13")) != 0 {
			t.Fatalf("outcome %q, phase %q", c.Flow.Outcome, c.Flow.Phase)
		}
		// Its way says what happened: the last step lapsed, on the day it was due.
		last := c.Way.Steps[len(c.Way.Steps)-1]
		if last.State != ismskit.RouteLapsed || last.Due.Date != due || len(last.People) != 1 || !c.Way.Latest.IsZero() {
			t.Errorf("lapsed step %+v, latest %s", last, c.Way.Latest)
		}
		if e := c.Trail[len(c.Trail)-1]; e.Verb != workflow.VerbLapse || e.By.Person != ismskit.SystemPerson || e.Comment != "逾期未確認，系統結案" {
			t.Errorf("on the trail: %+v", e.Event)
		}
		told, err := o.kit.Queue().Of(o.ctx, o.as("P13"), sent.Case)
		if err != nil {
			t.Fatal(err)
		}
		closed := slices.DeleteFunc(told, func(m ismskit.Told) bool { return m.Rule != "closed" })
		if len(closed) != 1 || closed[0].Person != "P13" || closed[0].Urgent || !strings.Contains(closed[0].Body, "逾期未確認，系統結案") {
			t.Errorf("told that it closed: %+v", closed)
		}
	})
}

// A head on leave: the first deputy sees the task and signs, both names stay.
func TestB8_3DeputySignsForAHeadOnLeave(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		_, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{
			Deputies: []string{"P12", "P10"}, From: o.now, To: o.now.AddDate(0, 0, 3), Reason: "公假",
		})
		if err != nil {
			t.Fatal(err)
		}
		values := threeRows()
		route, err := o.kit.Route(o.ctx, o.as("P13"), ismskit.Preview{Type: "account_request", Values: values})
		if err != nil {
			t.Fatal(err)
		}
		if p := route.Steps[0].People; len(p) != 1 || p[0].Person != "P11" || p[0].Acting == nil || p[0].Acting.Person != "P12" {
			t.Fatalf("route: %+v", route.Steps[0])
		}
		sent := o.apply("P13", values)
		o.settle()
		todo := o.todo("P12")
		if len(todo) != 1 || todo[0].For == nil || todo[0].For.Person != "P11" {
			t.Fatalf("deputy's list: %+v", todo)
		}
		if len(o.todo("P10")) != 0 {
			t.Error("the second deputy sees it while the first is there")
		}
		// Whoever may sign now may read it and finds it in the archive; nobody else yet.
		for person, want := range map[string]int{"P12": 1, "P10": 0} {
			found, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{Kinds: []string{ismskit.RecordCase}})
			n, cerr := o.kit.Records().Count(o.ctx, o.as(person), record.Query{Kinds: []string{ismskit.RecordCase}}, record.ByAll)
			if err != nil || cerr != nil || len(found) != want || n[0].Count != want {
				t.Errorf("%s finds %d and counts %d, want %d: %v %v", person, len(found), n[0].Count, want, err, cerr)
			}
		}
		o.read("P12", sent.Case)
		// Lists of who holds what name who stands in.
		all, err := o.kit.Tasks(o.ctx, o.as("P11"), ismskit.TodoFilter{Everybody: true})
		if err != nil || len(all) != 1 || len(all[0].Standins) != 1 || all[0].Standins[0].Person != "P11" || all[0].Holders[all[0].Standins[0].At] != "邱柏叡" || all[0].Standins[0].Reason != "公假" || all[0].Standins[0].Deputy.Name != "范語彤" {
			t.Errorf("who holds it: %+v %v", all, err)
		}
		// Who may ask for that list is told so.
		for person, want := range map[string]bool{"P11": true, "P04": true, "P13": false} {
			me, err := o.kit.People().Me(o.ctx, o.as(person))
			_, refused := o.kit.Tasks(o.ctx, o.as(person), ismskit.TodoFilter{Everybody: true})
			if err != nil || me.Leads != want || (refused == nil) != want {
				t.Errorf("%s leads: %v, and the list: %v; %v", person, me.Leads, refused, err)
			}
		}
		mine, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
		if err != nil || len(mine) != 1 || len(mine[0].Waits) != 1 || mine[0].Waits[0].Standins[0].Deputy.Name != "范語彤" {
			t.Errorf("where it is: %+v %v", mine, err)
		}
		o.act("P12", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", sent.Case)
		last := c.Trail[len(c.Trail)-1]
		if last.By.Name != "范語彤" || last.For == nil || last.For.Name != "邱柏叡" {
			t.Errorf("on the trail: %s for %+v", last.By.Name, last.For)
		}
	})
}

// The applicant has left when the results are in: the account's user is asked,
// and told why it came to him.
func TestConfirmationGoesToTheAccountUserWhenTheApplicantLeft(t *testing.T) {
	o := openOffice(t, nil)
	values := threeRows()
	rows := values["lines"].([]forms.Row)[:1]
	rows[0]["account_user"] = person("P12")
	values["lines"] = rows
	delete(values, "nda")
	sent := o.apply("P13", values)
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.leave("P13")
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
	o.settle()
	todo := o.todo("P12")
	if len(todo) != 1 || todo[0].Why.In("zh-TW") != "申請人已離職或調動，您是帳號使用者；鍾明哲已離職或停用（最後在職日 115.11.22）" {
		t.Fatalf("list of the account's user: %+v", todo)
	}
}

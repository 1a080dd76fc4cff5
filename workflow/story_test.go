package workflow_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// An account request of three rows: the head agrees, three handlers work at the
// same time, the applicant never confirms, and the system closes the case.
func TestAccountRequestFromHeadToLapse(t *testing.T) {
	d := newDesk(t, read(t, "account_request.json"), values{rows: []string{"r1", "r2", "r3"}}, map[string]workflow.Found{
		"head": {Signers: people("P11"), Due: monday.Add(72 * time.Hour), DueDate: "2026-11-26", Why: map[string]string{"unit": "戶政科"}},
	})
	d.send()
	d.opened("head")
	head, _ := d.s.Task(d.open("head"))
	if head.DueDate != "2026-11-26" || head.Why["unit"] != "戶政科" || head.Round != 1 {
		t.Fatalf("task %+v", head)
	}

	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: head.ID, By: person("P11"), Comment: "確有業務需要"})
	wanted := d.event(workflow.EventChildrenWanted)
	if wanted.Type != "account_line" || len(wanted.Rows) != 3 {
		t.Fatalf("children wanted %+v", wanted)
	}
	d.opened()
	d.must(workflow.Action{Verb: workflow.VerbChildrenOpened, Task: wanted.Batch, Count: 2})
	d.must(workflow.Action{Verb: workflow.VerbChildrenOpened, Task: wanted.Batch, Count: 3})
	d.must(workflow.Action{Verb: workflow.VerbChildrenOpened, Task: wanted.Batch, Count: 2}) // carried out twice
	if p := d.c.Progress(d.s)[1]; p.ID != "rows" || p.Done != 3 || p.Of != 3 {
		t.Fatalf("progress of the split %+v", p)
	}

	join := workflow.Action{Verb: workflow.VerbJoin, Task: wanted.Batch, Children: []workflow.Child{
		{Row: "r1", Outcome: workflow.OutcomeDone, Result: "opened"},
		{Row: "r2", Outcome: workflow.OutcomeUnable},
	}}
	d.refuse(workflow.ErrChildren, join)
	join.Children = append(join.Children, workflow.Child{Row: "r3", Outcome: workflow.OutcomeDone, Result: "opened"})
	d.must(join)
	if e := d.event(workflow.EventChildrenJoined); e.Result != "mixed" {
		t.Fatalf("joined %+v", e)
	}
	d.refuse(workflow.ErrNotOpen, join) // two last children: the parent moves on once

	d.opened("confirm")
	confirm := d.open("confirm")
	d.must(workflow.Action{Verb: workflow.VerbLapse, Task: confirm})
	d.closed(workflow.OutcomeLapsed)
	if got, _ := d.s.Task(confirm); got.Status != workflow.TaskLapsed || got.Comment != "逾期未確認，系統結案" {
		t.Fatalf("confirm %+v", got)
	}
	d.refuse(workflow.ErrPhase, workflow.Action{Verb: workflow.VerbApprove, Task: confirm, By: person("P13")})
}

func TestChildHandledInside(t *testing.T) {
	d := newDesk(t, read(t, "account_line.json"), values{holds: map[string]bool{"system_outside == true": false}}, seats("handle", people("P05", "P06")))
	d.send()
	task := d.open("handle", "P06") // both share it
	if task != d.open("handle", "P05") {
		t.Fatal("any one is enough: one task is shared")
	}
	d.refuse(workflow.ErrVerb, workflow.Action{Verb: workflow.VerbApprove, Task: task, By: person("P06")})
	d.refuse(workflow.ErrVerb, workflow.Action{Verb: workflow.VerbSendOut, Task: task, By: person("P06")})
	d.refuse(workflow.ErrResult, workflow.Action{Verb: workflow.VerbRecord, Task: task, By: person("P06"), Result: "thrown_away"})
	d.must(workflow.Action{Verb: workflow.VerbRecord, Task: task, By: person("P06"), Result: "opened"})
	d.closed(workflow.OutcomeDone)
	d.refuse(workflow.ErrPhase, workflow.Action{Verb: workflow.VerbRecord, Task: task, By: person("P05"), Result: "opened"})
}

func TestChildUnable(t *testing.T) {
	d := newDesk(t, read(t, "account_line.json"), values{holds: map[string]bool{"system_outside == true": false}}, seats("handle", people("P05")))
	d.send()
	unable := workflow.Action{Verb: workflow.VerbUnable, Task: d.open("handle"), By: person("P05")}
	d.refuse(workflow.ErrReason, unable)
	unable.Comment = "系統已停用"
	d.must(unable)
	d.closed(workflow.OutcomeUnable)
}

// What came back from outside is taken with whatever its holder does in the task, and stands in
// the record of that act: he may not come to the task again.
func TestWhatCameBackIsTakenWithEveryAct(t *testing.T) {
	for _, verb := range []workflow.Verb{workflow.VerbDelegate, workflow.VerbConsult} {
		d := newDesk(t, read(t, "account_line.json"), values{holds: map[string]bool{"system_outside == true": true}}, seats("handle", people("P06")))
		d.send()
		task := d.open("handle")
		d.must(workflow.Action{Verb: workflow.VerbSendOut, Task: task, By: person("P06"), Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電子郵件"}})
		a := workflow.Action{Verb: verb, Task: task, By: person("P06"), Comment: "尚待補件", People: people("P07"), Outside: &workflow.OutsideNote{Reply: "請補件", ReplyNumber: "B-2"}}
		d.must(a)
		if got, _ := d.s.Task(task); got.Outside.Reply != "請補件" || got.Outside.ReplyNumber != "B-2" || got.Outside.How != "電子郵件" {
			t.Errorf("%s: %+v", verb, got.Outside)
		}
	}
}

// The mail system is run by the city's centre: the named contact sends it there,
// waits, and may record a result only with number and proof (K21).
func TestChildHandledByOutsideOffice(t *testing.T) {
	d := newDesk(t, read(t, "account_line.json"), values{holds: map[string]bool{"system_outside == true": true}}, seats("handle", people("P06")))
	d.send()
	task := d.open("handle")
	record := workflow.Action{Verb: workflow.VerbRecord, Task: task, By: person("P06"), Result: "opened"}
	d.refuse(workflow.ErrOutside, record)
	d.refuse(workflow.ErrVerb, workflow.Action{Verb: workflow.VerbAnswer, Task: task, By: person("P06"), Outside: &workflow.OutsideNote{Reply: "好"}})
	d.refuse(workflow.ErrOutside, workflow.Action{Verb: workflow.VerbSendOut, Task: task, By: person("P06"), Outside: &workflow.OutsideNote{To: "市府資訊中心"}})
	expected := monday.Add(96 * time.Hour)
	d.must(workflow.Action{Verb: workflow.VerbSendOut, Task: task, By: person("P06"), Outside: &workflow.OutsideNote{
		To: "市府資訊中心", How: "電子郵件", Number: "A-2211", Expected: expected, ExpectedDate: "2026-11-27",
	}})
	if got, _ := d.s.Task(task); !got.Waiting() || !got.Outside.Expected.Equal(expected) {
		t.Fatalf("outside %+v", got.Outside)
	}
	d.refuse(workflow.ErrOutside, record) // no proof yet
	d.must(workflow.Action{Verb: workflow.VerbAnswer, Task: task, By: person("P06"), Outside: &workflow.OutsideNote{Reply: "已建立", Proof: []string{"f1"}}})
	if got, _ := d.s.Task(task); got.Waiting() || got.Outside.Number != "A-2211" {
		t.Fatalf("outside %+v", got.Outside)
	}
	d.must(record)
	d.closed(workflow.OutcomeDone)
}

// The head is on leave: his deputy signs, and both names stay.
func TestDeputySigns(t *testing.T) {
	d := newDesk(t, read(t, "account_request.json"), values{rows: []string{"r1"}}, seats("head", people("P11")))
	d.send()
	head, p11 := d.open("head"), person("P11")
	p13 := person("P13")
	d.refuse(workflow.ErrNotAssigned, workflow.Action{Verb: workflow.VerbApprove, Task: head, By: person("P12")})
	d.refuse(workflow.ErrSeparation, workflow.Action{Verb: workflow.VerbApprove, Task: head, By: p13, For: &p11})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: head, By: person("P12"), For: &p11})
	got, _ := d.s.Task(head)
	if got.By.Person != "P12" || got.For.Person != "P11" {
		t.Fatalf("signed by %v for %v", got.By, got.For)
	}
}

func TestDeputyIsNotAnotherSigner(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("B")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A")})
	b := person("B")
	d.refuse(workflow.ErrDeputy, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("b"), By: person("A"), For: &b})
	d.refuse(workflow.ErrDeputy, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("b"), By: person("P13"), For: &b})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("b"), By: person("C"), For: &b})
	d.closed(workflow.OutcomeDone)
}

func TestReturnedMendedAndSentAgain(t *testing.T) {
	d := newDesk(t, read(t, "account_request.json"), values{rows: []string{"r1"}}, seats("head", people("P11")))
	d.send()
	first := d.open("head")
	d.refuse(workflow.ErrReason, workflow.Action{Verb: workflow.VerbReturn, Task: first, By: person("P11"), Comment: "　 "})
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: first, By: person("P11"), Comment: "使用期間漏填"})
	if d.s.Phase != workflow.PhaseReturned || d.s.Returned.Reason != "使用期間漏填" || d.s.Round != 2 {
		t.Fatalf("state %s", d.s.Encode())
	}
	d.opened()
	d.refuse(workflow.ErrNotApplicant, workflow.Action{Verb: workflow.VerbSubmit, By: person("P11")})
	d.send()
	second := d.open("head")
	if second == first {
		t.Fatal("a task's id is new at each opening")
	}
	d.refuse(workflow.ErrStale, workflow.Action{Verb: workflow.VerbApprove, Task: first, By: person("P11")})
	if got, _ := d.s.Task(first); got.Comment != "使用期間漏填" || got.Status != workflow.TaskVoid {
		t.Fatalf("what was said stays readable: %+v", got)
	}
}

func TestWithdraw(t *testing.T) {
	flow := parse(t, `{"key":"test","version":"1","withdraw":"undecided","root":{"sequence":[`+
		step("a", "review", anyone, "")+`,`+step("b", "approve", anyone, "")+`]}}`)
	d := newDesk(t, flow, values{}, seats("a", people("A"), "b", people("B")))
	withdraw := workflow.Action{Verb: workflow.VerbWithdraw, By: person("P13"), Comment: "重複申請"}
	d.send()
	d.refuse(workflow.ErrNotApplicant, workflow.Action{Verb: workflow.VerbWithdraw, By: person("A"), Comment: "不要了"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A")})
	d.refuse(workflow.ErrWithdraw, withdraw)
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("b"), By: person("B"), Comment: "請補附件"})
	d.must(withdraw)
	d.closed(workflow.OutcomeWithdrawn)
}

func TestSuspendedStandsStill(t *testing.T) {
	d := newDesk(t, read(t, "account_request.json"), values{rows: []string{"r1"}}, seats("head", people("P11")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbSuspend, By: person("P04"), Comment: "等候規格確認"})
	d.refuse(workflow.ErrPhase, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
	d.must(workflow.Action{Verb: workflow.VerbComment, By: person("P04"), Comment: "廠商已回復"})
	d.must(workflow.Action{Verb: workflow.VerbResume, By: person("P04"), Comment: "規格已確認"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11")})
	d.must(workflow.Action{Verb: workflow.VerbVoid, By: person("P07"), Comment: "誤建"})
	d.closed(workflow.OutcomeVoid)
	if e := d.event(workflow.EventChildrenDropped); e.Node != "rows" {
		t.Fatalf("open children are ended too: %+v", e)
	}
}

// A pool's task is done by whoever the caller says belongs to it, through it.
func TestPool(t *testing.T) {
	d := newDesk(t, parse(t, flowOf(step("a", "approve", anyone, ""))), values{}, map[string]workflow.Found{"a": {Pool: "role:registry"}})
	d.send()
	task := d.open("a")
	d.refuse(workflow.ErrNotAssigned, workflow.Action{Verb: workflow.VerbApprove, Task: task, By: person("P07")})
	d.refuse(workflow.ErrNotAssigned, workflow.Action{Verb: workflow.VerbApprove, Task: task, By: person("P07"), Via: "role:other"})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: task, By: person("P07"), Via: "role:registry"})
	d.closed(workflow.OutcomeDone)
}

func TestTestUntilItPasses(t *testing.T) {
	flow := flowOf(`{"repeat":{"id":"fix","until":"passed","max":3,"body":{"sequence":[`+
		step("mend", "handle", anyone, "")+`,`+step("test", "review", anyone, `"not_same_as":["mend"]`)+`]}}}`, step("end", "approve", anyone, ""))
	facts := values{holds: map[string]bool{"passed": false}}
	d := newDesk(t, parse(t, flow), facts, seats("mend", people("M"), "test", people("T"), "end", people("E")))
	round := func() {
		d.must(workflow.Action{Verb: workflow.VerbRecord, Task: d.open("mend"), By: person("M")})
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("test"), By: person("T")})
	}
	d.send()
	round()
	round()
	if got, _ := d.s.Task(d.open("mend")); got.Pass != 3 {
		t.Fatalf("pass %d", got.Pass)
	}
	facts.holds["passed"] = true
	round()
	d.opened("end")

	d = newDesk(t, parse(t, flow), facts, d.found)
	facts.holds["passed"] = false
	d.send()
	round()
	round()
	round() // a gate is not passed by failing often enough
	if d.s.Phase != workflow.PhaseReturned {
		t.Fatalf("phase %s", d.s.Phase)
	}
	for _, task := range d.s.Tasks {
		if task.Status != workflow.TaskVoid {
			t.Fatalf("after a return to the applicant all passes begin anew: %+v", task)
		}
	}
	d.send()
	d.opened("mend")
}

// Who checked the first time checks again, and the applicant is found by the
// engine itself.
func TestSamePersonAsBefore(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "confirm", `{"kind":"applicant"}`, ""), step("c", "approve", `{"kind":"same_as","step":"a"}`, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "A2")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A2")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("b"), By: person("P13")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("c", "A2"), By: person("A2")})
	d.closed(workflow.OutcomeDone)
}

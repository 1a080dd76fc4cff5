package workflow_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// does is an action of one person on a task.
func does(v workflow.Verb, task, by, comment string) workflow.Action {
	return workflow.Action{Verb: v, Task: task, By: person(by), Comment: comment}
}

func (d *desk) names(v workflow.Verb, task, by string, who ...string) workflow.Action {
	a := does(v, task, by, "理由")
	a.People = people(who...)
	return a
}

var twoSteps = flowOf(step("head", "review", anyone, ""), step("chief", "approve", anyone, ""))

func twoStepDesk(t *testing.T) *desk {
	d := newDesk(t, parse(t, twoSteps), values{}, seats("head", people("H"), "chief", people("C")))
	d.send()
	return d
}

// 加簽: the accountant is asked first, and the case comes back to the head.
func TestAddedSignerBefore(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.refuse(workflow.ErrPeople, d.names(workflow.VerbAddBefore, head, "H"))
	d.refuse(workflow.ErrPeople, d.names(workflow.VerbAddBefore, head, "H", "A", "A"))
	d.refuse(workflow.ErrAlready, d.names(workflow.VerbAddBefore, head, "H", "H"))
	d.refuse(workflow.ErrSeparation, d.names(workflow.VerbAddBefore, head, "H", "P13")) // the applicant signs nothing of his own
	d.must(d.names(workflow.VerbAddBefore, head, "H", "A", "B"))
	if d.status(head) != workflow.TaskWaiting {
		t.Fatal("the head's task does not wait")
	}
	d.refuse(workflow.ErrNotOpen, does(workflow.VerbApprove, head, "H", ""))
	a := d.open("head", "A")
	d.refuse(workflow.ErrAddAgain, d.names(workflow.VerbAddBefore, a, "A", "Z")) // who was added adds nobody
	d.must(does(workflow.VerbApprove, a, "A", "經費無虞"))
	d.must(does(workflow.VerbReject, d.open("head", "B"), "B", "時程不妥")) // an opinion: the head decides
	if d.status(head) != workflow.TaskOpen {
		t.Fatal("the task did not come back to the head")
	}
	d.must(does(workflow.VerbApprove, head, "H", ""))
	d.opened("chief")
}

// 加簽 after: the head says yes, then the accountant signs, then the chief.
func TestAddedSignerAfter(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.must(d.names(workflow.VerbAddAfter, head, "H", "A", "B"))
	d.refuse(workflow.ErrAlready, d.names(workflow.VerbAddAfter, head, "H", "A"))
	remove := does(workflow.VerbRemoveSigner, head, "H", "")
	remove.People = people("B")
	d.must(remove)
	d.must(does(workflow.VerbApprove, head, "H", ""))
	d.opened("head")
	d.must(does(workflow.VerbApprove, d.open("head", "A"), "A", ""))
	d.opened("chief")
}

// flowable#3642, #3133: adding and removing a signer in a sequential step keeps
// the count right.
func TestAddAndRemoveInOrder(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"all","in_order":true}`), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C"), "b", people("X")))
	d.send()
	first := d.open("a", "A")
	if len(d.s.Open()) != 1 {
		t.Fatal("one after another means one open task")
	}
	d.refuse(workflow.ErrAlready, d.names(workflow.VerbAddBefore, first, "A", "B")) // he stands in line
	d.must(d.names(workflow.VerbAddBefore, first, "A", "Z"))
	d.refuse(workflow.ErrAdder, does(workflow.VerbRemoveSigner, d.open("a", "Z"), "B", ""))
	d.must(does(workflow.VerbRemoveSigner, d.open("a", "Z"), "A", ""))
	if d.status(first) != workflow.TaskOpen {
		t.Fatal("the first one's task did not come back")
	}
	d.must(d.names(workflow.VerbAddAfter, first, "A", "Z"))
	d.must(does(workflow.VerbApprove, first, "A", ""))
	d.must(does(workflow.VerbApprove, d.open("a", "Z"), "Z", ""))
	d.must(does(workflow.VerbApprove, d.open("a", "B"), "B", ""))
	d.opened("a")
	d.must(does(workflow.VerbApprove, d.open("a", "C"), "C", ""))
	d.opened("b")
}

// 交辦: the officer works, and it comes back to the head.
func TestDelegatedComesBack(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.must(d.names(workflow.VerbDelegate, head, "H", "OFFICER"))
	officer := d.open("head", "OFFICER")
	d.refuse(workflow.ErrVerb, does(workflow.VerbReject, officer, "OFFICER", "不可"))
	d.must(does(workflow.VerbApprove, officer, "OFFICER", "已查明"))
	d.opened("head")
	d.must(does(workflow.VerbApprove, head, "H", ""))
	d.opened("chief")
}

// 加會 with an inner chain: the other unit's head lets his officer write the
// opinion; it comes back to him, then to who asked. Nobody of them ends the case.
func TestConsultWithInnerChain(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.must(d.names(workflow.VerbConsult, head, "H", "OTHER"))
	other := d.open("head", "OTHER")
	d.refuse(workflow.ErrVerb, does(workflow.VerbReject, other, "OTHER", "反對"))
	d.must(d.names(workflow.VerbDelegate, other, "OTHER", "CLERK"))
	d.must(does(workflow.VerbApprove, d.open("head", "CLERK"), "CLERK", "擬意見"))
	d.must(does(workflow.VerbApprove, other, "OTHER", "無意見"))
	d.must(does(workflow.VerbApprove, head, "H", ""))
	d.opened("chief")
}

// 退分: "not mine" goes to the registry, which assigns it anew.
func TestDeclinedToTheRegistry(t *testing.T) {
	flow := parse(t, twoSteps)
	d := newDesk(t, flow, values{}, seats("head", people("H")))
	d.send()
	d.refuse(workflow.ErrVerb, does(workflow.VerbDecline, d.open("head"), "H", "非本科業務")) // there is no registry

	flow.Registry = []workflow.Who{{Kind: workflow.WhoRole, Role: "owner"}}
	d = newDesk(t, flow, values{}, seats("head", people("H"), "head/registry", people("DESK"), "chief", people("C")))
	d.send()
	head := d.open("head")
	d.refuse(workflow.ErrReason, does(workflow.VerbDecline, head, "H", ""))
	d.must(does(workflow.VerbDecline, head, "H", "非本科業務"))
	desk := d.open("head", "DESK")
	if len(d.c.Offers(d.s, desk, nil)) != 0 {
		t.Fatal("the registry assigns, it does not sign")
	}
	d.must(d.names(workflow.VerbReassign, desk, "DESK", "RIGHT"))
	d.must(does(workflow.VerbApprove, d.open("head", "RIGHT"), "RIGHT", ""))
	d.opened("chief")
}

// 簽收 and 退回共同待辦.
func TestClaimAndRelease(t *testing.T) {
	flow := flowOf(step("desk", "handle", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, map[string]workflow.Found{"desk": {Pool: "role:desk"}})
	d.send()
	task := d.open("desk")
	claim := func(by string) workflow.Action {
		a := does(workflow.VerbClaim, task, by, "")
		a.Via = "role:desk"
		return a
	}
	d.refuse(workflow.ErrNotAssigned, does(workflow.VerbClaim, task, "A", ""))
	d.must(claim("A"))
	d.refuse(workflow.ErrClaimed, claim("B"))
	record := does(workflow.VerbRecord, task, "B", "")
	record.Via = "role:desk"
	d.refuse(workflow.ErrClaimed, record)
	release := claim("A")
	release.Verb = workflow.VerbRelease
	d.must(release)
	d.must(record)
	d.closed(workflow.OutcomeDone)
}

// 取回: by the signer who just acted, until the next one acts.
func TestTakenBackUntilTheNextActs(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.must(does(workflow.VerbApprove, head, "H", ""))
	chief := d.open("chief")
	d.refuse(workflow.ErrReason, does(workflow.VerbTakeBack, head, "H", ""))
	d.refuse(workflow.ErrNotAssigned, does(workflow.VerbTakeBack, head, "C", "誤簽"))
	d.must(does(workflow.VerbTakeBack, head, "H", "誤簽"))
	if d.status(head) != workflow.TaskVoid || d.status(chief) != workflow.TaskVoid {
		t.Fatal("what was signed, and what followed, still counts")
	}
	d.opened("head")
	again := d.open("head", "H")
	d.must(does(workflow.VerbApprove, again, "H", ""))
	d.must(does(workflow.VerbReturn, d.open("chief"), "C", "補件"))
	d.refuse(workflow.ErrPhase, does(workflow.VerbTakeBack, again, "H", "誤簽"))
}

func TestTakenBackReopensWhoWasNotNeeded(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"n","n":2}`), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C"), "b", people("X")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
	second := d.open("a", "B")
	d.must(does(workflow.VerbApprove, second, "B", ""))
	d.opened("b")
	d.must(does(workflow.VerbTakeBack, second, "B", "看錯"))
	d.opened("a")
	d.must(does(workflow.VerbApprove, d.open("a", "C"), "C", ""))
	d.must(does(workflow.VerbApprove, d.open("b"), "X", ""))
	d.closed(workflow.OutcomeDone)
}

func TestNotTakenBackOnceTheNextHasActed(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "review", anyone, ""), step("c", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("B"), "c", people("C")))
	d.send()
	a := d.open("a")
	d.must(does(workflow.VerbApprove, a, "A", ""))
	d.must(does(workflow.VerbApprove, d.open("b"), "B", ""))
	d.refuse(workflow.ErrTakeBack, does(workflow.VerbTakeBack, a, "A", "誤簽"))
	d.opened("c")
}

// In one order: the next one has only been asked, so the first may take back.
func TestTakenBackInOrder(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"all","in_order":true}`), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C"), "b", people("X")))
	d.send()
	first := d.open("a")
	d.must(does(workflow.VerbApprove, first, "A", ""))
	d.must(does(workflow.VerbTakeBack, first, "A", "誤簽"))
	for _, who := range []string{"A", "B", "C"} {
		d.must(does(workflow.VerbApprove, d.open("a", who), who, ""))
	}
	d.opened("b")
}

// 副知: no action, but it is known whether it was read, also after the end.
func TestCopies(t *testing.T) {
	flow := flowOf(step("head", "review", anyone, ""), step("told", "copy", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("head", people("H"), "told", people("X", "Y")))
	d.send()
	d.must(d.names(workflow.VerbCopy, "", "H", "Z"))
	d.refuse(workflow.ErrAlready, d.names(workflow.VerbCopy, "", "H", "Z"))
	d.must(does(workflow.VerbApprove, d.open("head"), "H", ""))
	d.closed(workflow.OutcomeDone) // nobody waits for a copy
	d.must(does(workflow.VerbRead, "", "X", ""))
	d.refuse(workflow.ErrCopy, does(workflow.VerbRead, "", "X", ""))
	d.refuse(workflow.ErrCopy, does(workflow.VerbRead, "", "H", ""))
	read := 0
	for _, c := range d.s.Copies {
		if !c.Read.IsZero() {
			read++
		}
	}
	if len(d.s.Copies) != 3 || read != 1 {
		t.Fatalf("copies %+v", d.s.Copies)
	}
}

// 催辦 is the applicant's, once a day.
func TestUrged(t *testing.T) {
	d := twoStepDesk(t)
	d.refuse(workflow.ErrNotApplicant, does(workflow.VerbUrge, "", "H", ""))
	d.must(does(workflow.VerbUrge, "", "P13", ""))
	d.refuse(workflow.ErrTooSoon, does(workflow.VerbUrge, "", "P13", ""))
	d.now = d.now.Add(24 * time.Hour)
	d.must(does(workflow.VerbUrge, "", "P13", ""))
}

// 稽催 is of one task whose turn it is, once a day whoever does it, and leaves alone what the
// applicant may urge.
func TestChased(t *testing.T) {
	d := twoStepDesk(t)
	chase := func(by, task string) workflow.Action {
		a := does(workflow.VerbChase, task, by, "請儘速")
		a.People = people("H")
		return a
	}
	head := d.open("head")
	d.refuse(workflow.ErrPeople, does(workflow.VerbChase, head, "O", ""))
	d.refuse(workflow.ErrNotOpen, chase("O", "t9"))
	d.must(chase("O", head))
	d.refuse(workflow.ErrChased, chase("BOSS", head))
	d.must(does(workflow.VerbUrge, "", "P13", ""))
	d.now = d.now.Add(workflow.ChaseEvery)
	d.must(chase("BOSS", head))
	if got, _ := d.s.Task(head); got.Chase == nil || got.Chase.Times != 2 || got.Chase.By.Person != "BOSS" || got.Chase.Comment != "請儘速" {
		t.Fatalf("chased %+v", got.Chase)
	}
	d.must(does(workflow.VerbApprove, head, "H", ""))
	d.now = d.now.Add(workflow.ChaseEvery)
	d.refuse(workflow.ErrNotOpen, chase("O", head))
}

// 展期: asked before it is due, granted by somebody else, counted and capped.
func TestExtended(t *testing.T) {
	flow := flowOf(step("work", "handle", anyone, `"due":{"term":"3wd"},"extend":{"max":1,"each":"5wd","tiers":[{"up_to":"5wd","who":[`+anyone+`]},{"who":[`+anyone+`]}]}`))
	due := monday.Add(72 * time.Hour)
	d := newDesk(t, parse(t, flow), values{}, map[string]workflow.Found{
		"work": {Signers: people("W"), Due: due, DueDate: "2026-11-26"}, "work/extend": {Signers: people("BOSS")},
	})
	d.send()
	task := d.open("work")
	ask := does(workflow.VerbExtend, task, "W", "待廠商回覆")
	d.refuse(workflow.ErrExtendTerm, ask)
	later := workflow.Extension{Term: "5wd", Due: due.Add(5 * 24 * time.Hour), DueDate: "2026-12-03"}
	ask.Extend = &workflow.ExtendRequest{Extension: later}
	d.must(ask)
	d.refuse(workflow.ErrExtendAsked, ask)
	if got, _ := d.s.Task(task); !got.Due.Equal(due) {
		t.Fatal("asking moves nothing")
	}
	d.must(does(workflow.VerbApprove, d.open("work", "BOSS"), "BOSS", ""))
	got, _ := d.s.Task(task)
	if !got.Due.Equal(later.Due) || got.DueDate != later.DueDate || got.Extended != 1 {
		t.Fatalf("task %+v", got)
	}
	ask.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "1wd", Due: later.Due.Add(24 * time.Hour)}}
	d.refuse(workflow.ErrExtendOften, ask)
	d.must(does(workflow.VerbRecord, task, "W", ""))
	d.closed(workflow.OutcomeDone)
}

func TestExtensionIsAskedBeforeItIsDue(t *testing.T) {
	flow := flowOf(step("work", "handle", anyone, `"due":{"term":"3wd"},"extend":{"max":3,"tiers":[{"who":[`+anyone+`]}]}`))
	due := monday.Add(72 * time.Hour)
	d := newDesk(t, parse(t, flow), values{}, map[string]workflow.Found{"work": {Signers: people("W"), Due: due}, "work/extend": {Signers: people("BOSS")}})
	d.send()
	ask := does(workflow.VerbExtend, d.open("work"), "W", "待廠商回覆")
	ask.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "5wd", Due: due.Add(120 * time.Hour)}}
	d.must(ask)
	d.must(does(workflow.VerbReject, d.open("work", "BOSS"), "BOSS", "不准")) // refused: the case goes on as it was
	d.opened("work")
	d.now = due
	d.refuse(workflow.ErrExtendLate, ask)
}

// 停止計時 keeps a ledger, and the deadlines move when the clock goes on.
func TestStoppedClockIsInTheLedger(t *testing.T) {
	d := twoStepDesk(t)
	d.refuse(workflow.ErrReason, does(workflow.VerbSuspend, "", "X", ""))
	d.must(does(workflow.VerbSuspend, "", "X", "等候補件"))
	resume := does(workflow.VerbResume, "", "X", "已補件")
	due := monday.Add(200 * time.Hour)
	resume.Dues = []workflow.NewDue{{Task: d.open("head"), Due: due, DueDate: "2026-12-01"}}
	d.must(resume)
	if s := d.s.Stops[0]; s.Reason != "等候補件" || !s.To.After(s.From) || s.By.Person != "X" {
		t.Fatalf("ledger %+v", d.s.Stops)
	}
	if got, _ := d.s.Task(d.open("head")); !got.Due.Equal(due) {
		t.Fatalf("due %v", got.Due)
	}
	redate := does(workflow.VerbRedate, "", "SYSTEM", "停止上班")
	redate.Dues = []workflow.NewDue{{Task: d.open("head"), Due: due.Add(24 * time.Hour), DueDate: "2026-12-02"}}
	d.must(redate)
	if got, _ := d.s.Task(d.open("head")); got.DueDate != "2026-12-02" {
		t.Fatalf("due %v", got.DueDate)
	}
}

// The head's deputies are away too: his superior appoints somebody (U5).
func TestAppointedDeputy(t *testing.T) {
	d := twoStepDesk(t)
	head := d.open("head")
	d.refuse(workflow.ErrSeparation, d.names(workflow.VerbAppoint, head, "BOSS", "P13"))
	d.must(d.names(workflow.VerbAppoint, head, "BOSS", "S"))
	got, _ := d.s.Task(head)
	if got.Appointed == nil || got.Appointed.Person != "S" {
		t.Fatalf("task %+v", got)
	}
	h := person("H")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: head, By: person("S"), For: &h})
	d.opened("chief")
}

// Whoever signed for another is no second signer of the same case: his own task
// is for somebody whom his superior names.
func TestWhoSignedForAnotherDoesNotSignAgain(t *testing.T) {
	d := twoStepDesk(t)
	h := person("H")
	// C is asked later; while his step is not open he may still sign for H.
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("C"), For: &h})
	chief := d.open("chief")
	d.refuse(workflow.ErrDeputy, does(workflow.VerbApprove, chief, "C", ""))
	d.must(d.names(workflow.VerbAppoint, chief, "BOSS", "S"))
	c := person("C")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: chief, By: person("S"), For: &c})
	d.closed(workflow.OutcomeDone)
}

func TestInPersonMeansNobodyElse(t *testing.T) {
	flow := flowOf(step("oral", "confirm", anyone, `"in_person":true`), step("b", "review", anyone, `"in_person":true`))
	d := newDesk(t, parse(t, flow), values{}, seats("oral", people("H"), "b", people("B")))
	d.send()
	h := person("H")
	d.refuse(workflow.ErrInPerson, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("oral"), By: person("S"), For: &h})
	d.refuse(workflow.ErrInPerson, d.names(workflow.VerbAppoint, d.open("oral"), "BOSS", "S"))
	d.must(does(workflow.VerbApprove, d.open("oral"), "H", ""))
	d.refuse(workflow.ErrInPerson, d.names(workflow.VerbDelegate, d.open("b"), "B", "S"))
}

// The applicant chooses who reviews, and the reviewer who approves.
func TestPeopleAreChosen(t *testing.T) {
	chosen := `{"kind":"chosen"}`
	flow := parse(t, flowOf(step("a", "review", chosen, `"choose":[{"step":"b","max":1}]`), step("b", "approve", chosen, "")))
	flow.Choose = []workflow.Pick{{Step: "a"}}
	d := newDesk(t, flow, values{}, nil)
	submit := workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")}
	d.refuse(workflow.ErrChoose, submit)
	submit.Chosen = map[string][]workflow.Signer{"a": people("A")}
	d.must(submit)
	sign := does(workflow.VerbApprove, d.open("a", "A"), "A", "")
	d.refuse(workflow.ErrChoose, sign)
	sign.Chosen = map[string][]workflow.Signer{"b": people("B", "C")}
	d.refuse(workflow.ErrChoose, sign) // one at most
	sign.Chosen = map[string][]workflow.Signer{"b": people("B")}
	d.must(sign)
	d.must(does(workflow.VerbApprove, d.open("b", "B"), "B", ""))
	d.closed(workflow.OutcomeDone)
}

func TestPercentAndWeights(t *testing.T) {
	flow := flowOf(step("vote", "approve", anyone, `"need":{"kind":"percent","percent":60}`))
	d := newDesk(t, parse(t, flow), values{}, seats("vote", people("A", "B", "C", "D")))
	d.send() // 60 % of four are three
	d.must(does(workflow.VerbReject, d.open("vote", "A"), "A", "反對"))
	d.must(does(workflow.VerbApprove, d.open("vote", "B"), "B", ""))
	d.must(does(workflow.VerbApprove, d.open("vote", "C"), "C", ""))
	d.must(does(workflow.VerbApprove, d.open("vote", "D"), "D", ""))
	d.closed(workflow.OutcomeDone)

	flow = flowOf(step("vote", "approve", anyone, `"need":{"kind":"weighted","n":3,"weights":{"A":2,"B":2}}`))
	d = newDesk(t, parse(t, flow), values{}, seats("vote", people("A", "B", "C", "D")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("vote", "A"), "A", ""))
	d.must(does(workflow.VerbReject, d.open("vote", "B"), "B", "反對"))
	d.must(does(workflow.VerbApprove, d.open("vote", "C"), "C", ""))
	d.closed(workflow.OutcomeDone) // 2 + 1

	d = newDesk(t, parse(t, flow), values{}, seats("vote", people("A", "B", "C")))
	d.send()
	d.must(does(workflow.VerbReject, d.open("vote", "A"), "A", "反對"))
	d.must(does(workflow.VerbReject, d.open("vote", "B"), "B", "反對"))
	d.closed(workflow.OutcomeRejected) // what is left can't reach 3
}

// An office of three: the only one left acts, and somebody looks at it afterwards.
func TestAloneIsReviewedAfterwards(t *testing.T) {
	flow := flowOf(step("do", "handle", anyone, ""),
		step("check", "review", anyone, `"not_same_as":["do"],"alone":{"review":[`+anyone+`],"due":{"term":"10wd"}}`), step("end", "read", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("do", people("A"), "check", people("A"), "check/check", people("OTHER"), "end", people("E")))
	d.send()
	d.must(does(workflow.VerbRecord, d.open("do"), "A", ""))
	check := d.open("check")
	if got, _ := d.s.Task(check); !got.Alone {
		t.Fatal("nothing says that one person did both")
	}
	d.must(does(workflow.VerbApprove, check, "A", ""))
	d.opened("check", "end") // the flow goes on while the review is owed
	d.must(does(workflow.VerbApprove, d.open("end"), "E", ""))
	d.opened("check")
	d.must(does(workflow.VerbApprove, d.open("check"), "OTHER", "複核無誤"))
	d.closed(workflow.OutcomeDone)

	without := flowOf(step("do", "handle", anyone, ""), step("check", "review", anyone, `"not_same_as":["do"]`))
	d = newDesk(t, parse(t, without), values{}, seats("do", people("A"), "check", people("A")))
	d.send()
	d.refuse(workflow.ErrNobody, does(workflow.VerbRecord, d.open("do"), "A", ""))
}

// Separation of duties over the whole case.
func TestSeparateOverTheWholeCase(t *testing.T) {
	flow := parse(t, flowOf(step("a", "review", anyone, ""), step("b", "review", anyone, ""), step("c", "approve", anyone, "")))
	flow.Separate = [][]string{{workflow.Applicant, "a", "b", "c"}}
	d := newDesk(t, flow, values{}, seats("a", people("A", "P13"), "b", people("A", "B"), "c", people("A", "B", "C")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("a"), "A", ""))
	if got, _ := d.s.Task(d.open("b")); len(got.Holder.Named) != 1 || got.Holder.Named[0].Person != "B" {
		t.Fatalf("b came to %+v", got.Holder.Named)
	}
	d.must(does(workflow.VerbApprove, d.open("b"), "B", ""))
	d.must(does(workflow.VerbApprove, d.open("c"), "C", ""))
	d.closed(workflow.OutcomeDone)
}

// Taken back twice, nobody has two votes.
func TestTakenBackTwiceKeepsTheCount(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, `"need":{"kind":"n","n":2}`), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C"), "b", people("X")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("a", "A"), "A", ""))
	for range 2 {
		second := d.open("a", "B")
		d.must(does(workflow.VerbApprove, second, "B", ""))
		d.must(does(workflow.VerbTakeBack, second, "B", "看錯"))
	}
	if open := d.s.Open(); len(open) != 2 {
		t.Fatalf("open tasks %+v", open)
	}
}

// Nobody decides on his own request: not when it is assigned anew, not as deputy.
func TestNobodyGrantsHisOwnExtension(t *testing.T) {
	flow := flowOf(step("work", "handle", anyone, `"due":{"term":"3wd"},"extend":{"max":1,"tiers":[{"who":[`+anyone+`]}]}`))
	due := monday.Add(72 * time.Hour)
	d := newDesk(t, parse(t, flow), values{}, map[string]workflow.Found{
		"work": {Signers: people("W"), Due: due, DueDate: "2026-11-26"}, "work/extend": {Signers: people("BOSS")},
	})
	d.send()
	ask := does(workflow.VerbExtend, d.open("work"), "W", "待廠商回覆")
	ask.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "5wd", Due: due.Add(120 * time.Hour)}}
	d.must(ask)
	asked := d.open("work", "BOSS")
	d.refuse(workflow.ErrAlready, d.names(workflow.VerbReassign, asked, "OFFICER", "W"))
	boss := person("BOSS")
	d.refuse(workflow.ErrSeparation, workflow.Action{Verb: workflow.VerbApprove, Task: asked, By: person("W"), For: &boss})
	// The clock stood still meanwhile: an extension never makes it earlier.
	d.must(does(workflow.VerbSuspend, "", "X", "等候"))
	resume := does(workflow.VerbResume, "", "X", "續辦")
	resume.Dues = []workflow.NewDue{{Task: d.open("work", "W"), Due: due.Add(240 * time.Hour)}}
	d.must(resume)
	d.refuse(workflow.ErrExtendTerm, does(workflow.VerbApprove, asked, "BOSS", ""))
	grant := does(workflow.VerbApprove, asked, "BOSS", "")
	grant.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "5wd", Due: due.Add(360 * time.Hour)}}
	d.must(grant)
	if got, _ := d.s.Task(d.open("work", "W")); !got.Due.Equal(due.Add(360*time.Hour)) || !got.Base.Equal(due.Add(240*time.Hour)) {
		t.Fatalf("due %v, without extensions %v", got.Due, got.Base)
	}
}

// A vote keeps its weight, whoever casts it in the end.
func TestWeightStaysWithTheVote(t *testing.T) {
	flow := flowOf(step("vote", "approve", anyone, `"need":{"kind":"weighted","n":3,"weights":{"A":2}}`))
	d := newDesk(t, parse(t, flow), values{}, seats("vote", people("A", "B")))
	d.send()
	d.must(d.names(workflow.VerbReassign, d.open("vote", "A"), "BOSS", "N"))
	d.must(does(workflow.VerbApprove, d.open("vote", "N"), "N", ""))
	d.opened("vote")
	d.must(does(workflow.VerbApprove, d.open("vote", "B"), "B", ""))
	d.closed(workflow.OutcomeDone)
}

// Rows end while the clock of their request stands; it goes on when the clock does.
func TestRowsEndWhileTheClockStands(t *testing.T) {
	d := newDesk(t, read(t, "account_request.json"), values{rows: []string{"r1"}}, seats("head", people("P11")))
	d.send()
	d.must(does(workflow.VerbApprove, d.open("head"), "P11", ""))
	batch := d.event(workflow.EventChildrenWanted).Batch
	d.must(does(workflow.VerbSuspend, "", "X", "等候"))
	d.must(workflow.Action{Verb: workflow.VerbJoin, Task: batch, Children: []workflow.Child{{Row: "r1", Outcome: workflow.OutcomeDone}}})
	if d.s.Phase != workflow.PhaseSuspended || len(d.s.Open()) != 0 {
		t.Fatalf("phase %s", d.s.Phase)
	}
	d.must(does(workflow.VerbResume, "", "X", "續辦"))
	d.opened("confirm")
}

// Who may not act in a step can't be chosen for it.
func TestChosenPeopleAreKeptApart(t *testing.T) {
	flow := parse(t, flowOf(step("a", "review", `{"kind":"chosen"}`, `"not_same_as":["applicant"]`)))
	flow.Choose = []workflow.Pick{{Step: "a"}}
	d := newDesk(t, flow, values{}, nil)
	d.refuse(workflow.ErrSeparation, workflow.Action{Verb: workflow.VerbSubmit, By: person("P13"), Chosen: map[string][]workflow.Signer{"a": people("P13")}})
}

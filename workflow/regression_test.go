package workflow_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// What users of other systems reported, one test each. The numbers name the
// reports.

// docuseal#481, OCA/server-ux#195: a later signer is neither asked nor able to
// act before his turn, also by a guessed task id.
func TestLaterSignerCannotActEarly(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("B")))
	d.send()
	d.opened("a")
	d.refuse(workflow.ErrNotOpen, workflow.Action{Verb: workflow.VerbApprove, Task: "t2", By: person("B")})
	d.refuse(workflow.ErrNotAssigned, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("B")})
	for _, e := range d.events {
		if e.Node == "b" {
			t.Fatalf("b is told too early: %+v", e)
		}
	}
}

// OCA/server-ux#306: the signers are fixed when the step opens, and a changed
// definition changes no running case.
func TestRunningCaseKeepsSignersAndVersion(t *testing.T) {
	flow := flowOf(step("a", "approve", anyone, `"need":{"kind":"all"}`))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B")))
	d.send()
	d.found["a"] = workflow.Found{Signers: people("A", "B", "C")}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a", "A"), By: person("A")})
	d.refuse(workflow.ErrNotAssigned, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("C")})

	next := parse(t, flow)
	next.Version = "2"
	c2, err := workflow.Compile(next, office())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c2.Parse(d.s.Encode()); err == nil {
		t.Fatal("a case of version 1 was read by version 2")
	}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a", "B"), By: person("B")})
	d.closed(workflow.OutcomeDone)
}

// glpi#841, rems#266: when the number is reached, the others' tasks close in the
// same turn and leave their lists.
func TestThresholdClosesTheOthersTasks(t *testing.T) {
	flow := flowOf(step("a", "approve", anyone, `"need":{"kind":"n","n":2}`), step("b", "read", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C"), "b", people("X")))
	d.send()
	late := d.open("a", "C")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a", "A"), By: person("A")})
	d.opened("a")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a", "B"), By: person("B")})
	d.opened("b")
	if got := d.status(late); got != workflow.TaskNotNeeded {
		t.Fatalf("C's task is %s", got)
	}
	d.refuse(workflow.ErrNotOpen, workflow.Action{Verb: workflow.VerbApprove, Task: late, By: person("C")})
}

// A no among n of m ends the case only once the number can't be reached.
func TestRejectionAmongSeveral(t *testing.T) {
	flow := flowOf(step("a", "approve", anyone, `"need":{"kind":"n","n":2}`))
	no := func(d *desk, who string) workflow.Action {
		return workflow.Action{Verb: workflow.VerbReject, Task: d.open("a", who), By: person(who), Comment: "不宜"}
	}
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A", "B", "C")))
	d.send()
	d.must(no(d, "A"))
	d.opened("a")
	d.must(no(d, "B"))
	d.closed(workflow.OutcomeRejected)

	d = newDesk(t, parse(t, flowOf(step("a", "approve", anyone, `"need":{"kind":"all"}`))), values{}, seats("a", people("A", "B")))
	d.send()
	d.must(no(d, "B"))
	d.closed(workflow.OutcomeRejected)

	d = newDesk(t, parse(t, flowOf(step("a", "review", anyone, `"on_reject":"continue"`), step("b", "approve", anyone, ""))), values{}, seats("a", people("A"), "b", people("B")))
	d.send()
	d.must(no(d, "A"))
	d.opened("b") // dissent is recorded and binds nobody
}

// flowable#3944, ruoyi-vue-pro#566: a return from one of several countersigners
// leaves no task of the others behind, and the case can end.
func TestReturnFromCountersignLeavesNoZombie(t *testing.T) {
	flow := flowOf(
		step("draft", "handle", anyone, ""),
		`{"parallel":{"id":"p","branches":[`+
			step("legal", "review", anyone, `"need":{"kind":"all"},"return_to":["applicant","draft"]`)+`,`+
			step("money", "consult", anyone, "")+`]}}`,
		step("end", "approve", anyone, ""))
	d := newDesk(t, parse(t, flow), values{}, seats("draft", people("D"), "legal", people("L1", "L2"), "money", people("M"), "end", people("E")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbRecord, Task: d.open("draft"), By: person("D")})
	money, l1, l2 := d.open("money"), d.open("legal", "L1"), d.open("legal", "L2")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: l1, By: person("L1"), Comment: "無意見"})
	d.refuse(workflow.ErrReturnTarget, workflow.Action{Verb: workflow.VerbReturn, Task: l2, By: person("L2"), Comment: "重擬", To: "money"})
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: l2, By: person("L2"), Comment: "重擬", To: "draft"})
	d.opened("draft")
	for _, task := range []string{money, l1, l2} {
		if got := d.status(task); got != workflow.TaskVoid {
			t.Fatalf("%s is %s", task, got)
		}
	}
	if got, _ := d.s.Task(l1); got.Comment != "無意見" {
		t.Fatal("opinions given so far stay visible")
	}
	d.refuse(workflow.ErrStale, workflow.Action{Verb: workflow.VerbApprove, Task: money, By: person("M")})

	d.must(workflow.Action{Verb: workflow.VerbRecord, Task: d.open("draft"), By: person("D")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("legal", "L1"), By: person("L1")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("legal", "L2"), By: person("L2")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("money"), By: person("M")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("end"), By: person("E")})
	d.closed(workflow.OutcomeDone)
}

// Resubmitted straight back to the returner: what was signed in between counts.
func TestReturnStraightBack(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "review", anyone, ""),
		step("c", "approve", anyone, `"resubmit":"back","return_to":["a","applicant"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("B"), "c", people("C")))
	d.send()
	ok := func(s, who string) {
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open(s), By: person(who)})
	}
	ok("a", "A")
	ok("b", "B")
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("c"), By: person("C"), Comment: "補正", To: "applicant"})
	d.send()
	d.opened("c")
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("c"), By: person("C"), Comment: "再審", To: "a"})
	d.opened("a")
	ok("a", "A")
	d.opened("c")
	ok("c", "C")
	d.closed(workflow.OutcomeDone)
}

// OCA/server-ux#699, steedos/workflow#2068: one person on several levels signs
// as the step says, comments stay per level, and a return counts anew.
func TestOnePersonOnSeveralLevels(t *testing.T) {
	for _, c := range []struct {
		same string
		asks bool
	}{{"again", true}, {"skip", false}} {
		flow := flowOf(step("a", "review", anyone, ""), step("b", "review", anyone, `"same_signer":"`+c.same+`"`), step("c", "approve", anyone, ""))
		d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("A"), "c", people("C")))
		d.send()
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A"), Comment: "一"})
		if c.asks {
			d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("b"), By: person("A"), Comment: "二"})
			if first, _ := d.s.Task("t1"); first.Comment != "一" {
				t.Fatalf("comment of the first level: %q", first.Comment)
			}
		}
		d.opened("c")
		if last := d.s.Tasks[1]; !c.asks && (last.Step != "b" || last.Status != workflow.TaskSkipped) {
			t.Fatalf("passed by without an entry: %+v", last)
		}
		d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("c"), By: person("C"), Comment: "補正"})
		d.found["b"] = workflow.Found{Signers: people("A")}
		d.found["a"] = workflow.Found{Signers: people("A2")} // the post has changed hands
		d.send()
		d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A2")})
		d.opened("b") // A's approval of the former round no longer counts
	}
}

// Skipping among all who are needed: the others still sign.
func TestSameSignerAmongAll(t *testing.T) {
	flow := flowOf(step("a", "review", anyone, ""), step("b", "approve", anyone, `"need":{"kind":"all"},"same_signer":"skip"`))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("A", "B")))
	d.send()
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A")})
	if open := d.s.Open(); len(open) != 1 || !open[0].Holder.Has("B") {
		t.Fatalf("open %+v", open)
	}
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("b"), By: person("B")})
	d.closed(workflow.OutcomeDone)
}

// The first branch of a parallel that is over closes the others.
func TestParallelAny(t *testing.T) {
	flow := flowOf(`{"parallel":{"id":"p","join":{"kind":"any"},"branches":[`+
		step("a", "approve", anyone, "")+`,{"sequence":[`+step("b", "review", anyone, "")+`,`+step("c", "approve", anyone, "")+`]}]}}`,
		step("end", "approve", anyone, `"return_to":["a"]`))
	d := newDesk(t, parse(t, flow), values{}, seats("a", people("A"), "b", people("B"), "c", people("C"), "end", people("E")))
	d.send()
	b := d.open("b")
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A")})
	d.opened("end")
	if got := d.status(b); got != workflow.TaskNotNeeded {
		t.Fatalf("b is %s", got)
	}
	d.must(workflow.Action{Verb: workflow.VerbReturn, Task: d.open("end"), By: person("E"), Comment: "再議"})
	d.opened("a") // what was not needed stays so
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("a"), By: person("A")})
	d.must(workflow.Action{Verb: workflow.VerbApprove, Task: d.open("end"), By: person("E")})
	d.closed(workflow.OutcomeDone)
}

// A role nobody holds refuses the action by name; nothing has happened.
func TestNobodyFoundIsNamed(t *testing.T) {
	d := newDesk(t, parse(t, flowOf(step("head", "review", anyone, ""))), values{}, seats("head", people()))
	err := d.try(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
	r := workflow.AsRefusal(err)
	if r == nil || r.Code != workflow.ErrNobody.Code || r.Step != "head" || r.Params["who"] != "role owner" {
		t.Fatalf("got %v", err)
	}
	if d.s.Phase != workflow.PhaseDraft {
		t.Fatalf("phase %s", d.s.Phase)
	}
}

func TestSeatRefusesWhatDoesNotFit(t *testing.T) {
	c, err := workflow.Compile(parse(t, flowOf(step("a", "review", anyone, `"need":{"kind":"n","n":2},"not_same_as":["applicant"]`))), office())
	if err != nil {
		t.Fatal(err)
	}
	turn, err := c.Start(values{}, monday, person("P13"))
	if err != nil || len(turn.Ask) != 1 || turn.Ask[0].Exclude[0] != "P13" {
		t.Fatalf("%+v %v", turn, err)
	}
	if _, err := c.Parse(turn.State.Encode()); err == nil {
		t.Fatal("a turn that is not over can't be stored")
	}
	for _, bad := range []struct {
		want  error
		found []workflow.Found
	}{
		{workflow.ErrNobody, nil},
		{workflow.ErrNobody, []workflow.Found{{Step: "a"}}},
		{workflow.ErrAnswer, []workflow.Found{{Step: "b", Signers: people("A")}, {Step: "a", Signers: people("A", "B")}}},
		{workflow.ErrAnswer, []workflow.Found{{Step: "a", Signers: people("A", "B")}, {Step: "a", Signers: people("A", "B")}}},
		{workflow.ErrAnswer, []workflow.Found{{Step: "a", Pool: "role:x"}}},
		{workflow.ErrAnswer, []workflow.Found{{Step: "a", Alternative: 1, Signers: people("A", "B")}}},
		{workflow.ErrQuorum, []workflow.Found{{Step: "a", Signers: people("A", "A")}}},
		{workflow.ErrSeparation, []workflow.Found{{Step: "a", Signers: people("A", "P13")}}},
		{workflow.ErrInput, []workflow.Found{{Step: "a", Signers: people("A", "\xff")}}},
	} {
		_, err := c.Seat(turn, bad.found, values{})
		if r := workflow.AsRefusal(err); r == nil || !r.Is(bad.want) {
			t.Errorf("%+v: got %v, want %v", bad.found, err, bad.want)
		}
	}
}

func TestConditionThatCannotBeDecidedRefuses(t *testing.T) {
	flow := flowOf(`{"choice":{"id":"c","cases":[{"when":"major","then":` + step("a", "review", anyone, "") + `}]}}`)
	d := newDesk(t, parse(t, flow), values{}, nil)
	d.refuse(workflow.ErrConditionFail, workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
	d.f = values{holds: map[string]bool{"major": false}}
	d.send() // nothing holds, no else: the choice is passed by
	d.closed(workflow.OutcomeDone)
}

func TestActRefusesWhatIsNoAction(t *testing.T) {
	d := newDesk(t, read(t, "account_request.json"), values{rows: []string{"r"}}, seats("head", people("P11")))
	d.refuse(workflow.ErrVerb, workflow.Action{Verb: "bless", By: person("P13")})
	d.refuse(workflow.ErrPhase, workflow.Action{Verb: workflow.VerbApprove, Task: "t1", By: person("P11")})
	if _, err := d.c.Act(d.s, workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")}, d.f); workflow.AsRefusal(err) == nil {
		t.Fatalf("an action without a moment: %v", err)
	}
	d.send()
	d.refuse(workflow.ErrPhase, workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")}) // sent twice
	d.refuse(workflow.ErrInput, workflow.Action{Verb: workflow.VerbApprove, Task: d.open("head"), By: person("P11"), Comment: "a\x00b"})
	d.refuse(workflow.ErrTimeout, workflow.Action{Verb: workflow.VerbLapse, Task: d.open("head")})
	d.refuse(workflow.ErrStale, workflow.Action{Verb: workflow.VerbJoin, Task: "b9"})
	if _, err := d.c.Act(d.s, workflow.Action{Verb: workflow.VerbApprove, Task: "t1", By: workflow.Signer{}, At: monday.Add(time.Hour)}, d.f); workflow.AsRefusal(err) == nil {
		t.Fatalf("an action by nobody: %v", err)
	}
}

package ismskit_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// memoWith is the flow of two steps that must be done by two people, neither of
// them the applicant.
func memoWith(do, check, more string) string {
	return `{"key":"memo","version":"1","separate":[["applicant","do","check"]],"registry":[{"kind":"person","ids":["P11"]}],
		"officers":[{"kind":"person","ids":["P04"]}],"root":{"sequence":[
		{"step":{"id":"do","name":{"zh-TW":"執行","en":"Do"},"kind":"review","who":[` + do + `],"due":{"term":"2wd"}}},
		{"step":{"id":"check","name":{"zh-TW":"覆核","en":"Check"},"kind":"review","who":[` + check + `],"due":{"term":"3wd"}` + more + `}}]}}`
}

const (
	analyst  = `{"kind":"post","ids":["T09"]}`   // P05
	analysts = `{"kind":"person","ids":["P05"]}` // the same man, by name
	bureau   = `{"kind":"post","ids":["T01"]}`   // P01
)

func (o *office) memoRoute(person string) ismskit.Route {
	o.t.Helper()
	route, err := o.kit.Route(o.ctx, o.as(person), ismskit.Preview{Type: "memo", Values: forms.Values{"subject": "採購"}})
	if err != nil {
		o.t.Fatal(err)
	}
	return route
}

// succeeds gives a post to somebody else.
func (o *office) succeeds(post, person string) {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Posts, post)
	if err != nil {
		o.t.Fatal(err)
	}
	fields, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		o.t.Fatal(err)
	}
	now := fields.Clone()
	now["holders"] = []forms.Row{{forms.RowID: "r1", "person": ref(register.People, person)}}
	if _, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Posts, ID: post, Seen: row.Revision, Values: now}); err != nil {
		o.t.Fatal(err)
	}
}

// U4: nobody but the one who did it could check it, and the type names no fallback:
// the route says so before anything is sent, and it is refused with step and rule.
// Check knows it as well, and it is mended by people alone.
func TestWhereSeparationLeavesNobodyTheTypeIsRefusedByName(t *testing.T) {
	eachSigning(t, memoWith(analysts, analyst, ""), func(t *testing.T, o *office) {
		step := o.memoRoute("P13").Steps[1]
		if !step.Nobody || len(step.People) > 0 || !slices.ContainsFunc(step.Apart, func(a ismskit.ApartFrom) bool { return a.Name.In("zh-TW") == "執行" }) {
			t.Fatalf("route %+v", step)
		}
		_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購"}, Submit: true})
		var lacks *ismskit.Unstaffed
		if !errors.As(err, &lacks) || lacks.Steps[0].Step != "check" || lacks.Steps[0].Apart[0].Step != "do" {
			t.Fatalf("sent: %v", err)
		}
		found, err := o.kit.Check(o.ctx)
		if err != nil || len(found) != 1 || found[0].Type != "memo" || found[0].Steps[0].Step != "check" || found[0].Steps[0].Possible {
			t.Fatalf("check: %+v, %v", found, err)
		}
		// Somebody else takes over the post: it can be sent.
		o.succeeds("T09", "P06")
		if id := o.memo(); id == "" {
			t.Fatal("still refused")
		}
	})
}

// The post above is the fallback: it is on the route as such, and it comes to him.
func TestThePostAboveIsAskedWhereSeparationLeavesNobody(t *testing.T) {
	eachSigning(t, memoWith(analysts, analyst+`,`+bureau, ""), func(t *testing.T, o *office) {
		step := o.memoRoute("P13").Steps[1]
		if step.Nobody || !step.Fallback || len(step.People) != 1 || step.People[0].Person != "P01" {
			t.Fatalf("route %+v", step)
		}
		id := o.memo()
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P01")
		// He himself applies: the post above is all there is, and that is he.
		if step := o.memoRoute("P01").Steps[1]; !step.Nobody || len(step.Apart) != 2 {
			t.Errorf("the head of the bureau applies: %+v", step)
		}
	})
}

// The post above those who may not act, wherever in the house they are: asked only
// where the rule leaves nobody, and the task goes with that post.
func TestThePostAboveThoseWhoMayNotActIsAsked(t *testing.T) {
	eachSigning(t, memoWith(`{"kind":"person","ids":["P05","P06"]}`, analyst+`,{"kind":"above"}`, ""), func(t *testing.T, o *office) {
		// It may be P06 who does it: then the analyst checks.
		if step := o.memoRoute("P13").Steps[1]; step.Nobody || step.Fallback || step.People[0].Person != "P05" {
			t.Fatalf("route %+v", step)
		}
		id := o.memo()
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P04") // who leads the analyst
		if way := o.read("P13", id).Way.Steps[1]; !way.Fallback || way.Elsewhere.In("zh-TW") != "原應由賴思妤辦理，依職務分工須由不同人辦理而迴避" {
			t.Errorf("not shown as the fallback: %+v", way)
		}
		o.succeeds("T07", "P10")
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove})
		// The analyst himself applies: it is the post above from the start.
		if step := o.memoRoute("P05").Steps[1]; !step.Fallback || step.People[0].Person != "P10" || step.Elsewhere.In("zh-TW") != "原應由賴思妤辦理，因其為申請人而迴避" {
			t.Errorf("the analyst applies: %+v", step)
		}
	})
}

// The same person does both and is reviewed: route, case and paper say by whom and
// until when; nobody to review refuses it.
func TestTheRouteSaysWhoReviewsWhatOneDoesAlone(t *testing.T) {
	alone := `,"alone":{"review":[` + bureau + `],"due":{"term":"10wd"}}`
	eachSigning(t, memoWith(analysts, analyst, alone), func(t *testing.T, o *office) {
		step := o.memoRoute("P13").Steps[1]
		// 115.11.23 + 2 and 3 working days, and 10 more.
		if step.Nobody || step.Review == nil || step.People[0].Person != "P05" || step.Review.People[0].Person != "P01" || step.Review.Due.Date.String() != "2026-12-14" {
			t.Fatalf("route %+v %+v", step, step.Review)
		}
		id := o.memo()
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		if way := o.read("P13", id).Way.Steps[1]; way.Review == nil || way.Review.People[0].Person != "P01" || !way.Review.Done.IsZero() {
			t.Fatalf("on its way %+v", way.Review)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
		if way := o.read("P13", id).Way.Steps[1]; way.Review == nil || way.Review.Done.IsZero() {
			t.Errorf("afterwards %+v", way.Review)
		}
		o.leave("P01")
		_, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購"}, Submit: true})
		var lacks *ismskit.Unstaffed
		if !errors.As(err, &lacks) || !lacks.Steps[0].Review {
			t.Errorf("nobody reviews it: %v", err)
		}
	})
}

// The rule holds on every way round: reassigned, given away, asked first or after,
// appointed, by a deputy, and when it comes back and goes its way again.
func TestSeparationHoldsOnEveryWayRound(t *testing.T) {
	eachSigning(t, memoWith(analyst, `{"kind":"person","ids":["P06","P10"]}`, `,"return_to":["do"]`), func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		for _, v := range []workflow.Verb{workflow.VerbAddBefore, workflow.VerbAddAfter, workflow.VerbDelegate, workflow.VerbConsult} {
			for _, person := range []string{"P05", "P13"} { // who did it, who applied
				o.refused(workflow.ErrSeparation, "P06", id, ismskit.Action{Verb: v, People: []string{person}, Comment: "請協助"})
			}
		}
		task := o.read("P06", id).Mine[0].ID
		o.refused(workflow.ErrSeparation, "P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: task, People: []string{"P05"}, Comment: "改分"})
		// He is the first deputy of one of those it came to: the next one acts.
		o.away("P06", 0, 2, "P05", "P11")
		o.now = o.now.AddDate(0, 0, 1)
		if todo := o.todo("P05"); len(todo) != 0 {
			t.Errorf("he who did it is to check it as a deputy: %+v", todo)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, To: "do", Comment: "請補測試紀錄"})
		// It goes back to whom it came from; now he who did it is still the one apart.
		o.holds(id, "P05")
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P05", id).Mine[0].ID, People: []string{"P10"}, Comment: "改分"})
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove})
		// Of the two the one is left who has not acted; his deputy's own signature is
		// void since the return, so he may stand in now.
		o.holds(id, "P05", "P06")
	})
}

// U4: an office of its own with nobody left asks the agency above, and the route says
// so before anything is sent.
func TestU4TheAgencyAboveIsAskedAndTheRouteSaysSo(t *testing.T) {
	eachSigning(t, memoWith(analysts, `{"kind":"person","ids":["P16"]},{"kind":"parent_agency"}`, ""), func(t *testing.T, o *office) {
		o.put(register.Units, "U08", forms.Values{"name": "嶼東戶政事務所", "kind": "subordinate_agency", "parent": unit("U00"), "head": ref(register.Posts, "T20b"), "fallback_unit": unit("U03")})
		o.post("T20b", "主任", "U08", "P16", true, "")
		o.post("T21", "課員", "U08", "P05", false, "T20b")
		o.hire("P16", "湯舒涵", "T20b", "U08")
		o.hire("P18", "康芷寧", "T21", "U08")
		if step := o.memoRoute("P18").Steps[1]; step.Fallback || step.People[0].Person != "P16" {
			t.Fatalf("her own head checks: %+v", step)
		}
		o.leave("P16")
		step := o.memoRoute("P18").Steps[1]
		if !step.Fallback || len(step.People) != 1 || step.People[0].Person != "P04" || step.Elsewhere.In("zh-TW") != "嶼東戶政事務所無可簽核之人，改送資訊室主管" {
			t.Fatalf("route %+v", step)
		}
	})
}

// 並會: two opinions are asked for in the same moment, which two people must give. Who is the only
// one for the first is not taken for the second, though he is among those who could give it.
func TestOpinionsAskedForAtOnceComeToTwoPeople(t *testing.T) {
	flow := `{"key":"memo","version":"1","separate":[["do","check"]],"root":{"parallel":{"id":"both","branches":[
		{"step":{"id":"do","name":{"zh-TW":"執行","en":"Do"},"kind":"review","who":[` + analysts + `]}},
		{"step":{"id":"check","name":{"zh-TW":"覆核","en":"Check"},"kind":"review","who":[{"kind":"person","ids":["P05","P06"]}]}}]}}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
		c, err := o.kit.Case(o.ctx, o.as("P13"), id)
		if err != nil || c.Flow.Outcome != workflow.OutcomeDone {
			t.Fatalf("outcome %s, %v", c.Flow.Outcome, err)
		}
		for _, task := range c.Flow.Tasks {
			want := map[string]string{"do": "P05", "check": "P06"}[task.Step]
			if len(task.Holder.Named) != 1 || task.Holder.Named[0].Person != want {
				t.Errorf("%s came to %v", task.Step, task.Holder.Named)
			}
		}
	})
}

package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// memo is a small paper that goes from a clerk over his head to the bureau's.
func memo(t *testing.T, flow string) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"subject",
		"number":{"pattern":"M-{roc}-{n:4}"},
		"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[
			{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true},
			{"key":"note","type":"text","label":{"zh-TW":"查明事項","en":"Findings"}}]},
		"flow":` + flow + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

const memoFlow = `{"key":"memo","version":"1",
	"registry":[{"kind":"person","ids":["P12"]}],"officers":[{"kind":"role","module":"organisation","role":"security_officer"}],
	"root":{"sequence":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head","because":{"zh-TW":"您是單位主管","en":"You head the unit"}}],
		"due":{"term":"3wd"},"edit":["note"],
		"extend":{"max":2,"each":"3wd","total":"5wd","tiers":[{"up_to":"3wd","who":[{"kind":"person","ids":["P01"]}]},{"who":[{"kind":"person","ids":["P04"]}]}]}}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"2wd"}}}]}}`

func (o *office) memo() string {
	o.t.Helper()
	r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購弱點掃描服務"}, Submit: true})
	if err != nil {
		o.t.Fatal(err)
	}
	o.settle()
	return r.Case
}

func (o *office) refused(want error, person, id string, a ismskit.Action) {
	o.t.Helper()
	if _, err := o.kit.Act(o.ctx, o.as(person), id, a); !errors.Is(err, want) {
		o.t.Fatalf("%s by %s: got %v, want %v", a.Verb, person, err, want)
	}
}

// holds says whose lists a case is on.
func (o *office) holds(id string, people ...string) {
	o.t.Helper()
	var on []string
	for _, p := range []string{"P01", "P04", "P05", "P06", "P10", "P11", "P12", "P13"} {
		if slices.ContainsFunc(o.todo(p), func(t ismskit.Todo) bool { return t.Case == id }) {
			on = append(on, p)
		}
	}
	slices.Sort(people)
	if !slices.Equal(on, people) {
		o.t.Fatalf("the case is on the lists of %v, want %v", on, people)
	}
}

// rules says by which rules somebody was told something.
func (o *office) rules(person string, want ...string) {
	o.t.Helper()
	var got []string
	for _, m := range o.noticesOf(person) {
		got = append(got, m.Rule)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		o.t.Errorf("%s was told by the rules %v, want %v", person, got, want)
	}
}

// may says what somebody may do beside his own tasks.
func (o *office) may(person, id string) []workflow.Verb {
	o.t.Helper()
	var out []workflow.Verb
	for _, a := range o.read(person, id).Others {
		out = append(out, a.Verb)
	}
	return out
}

func eachSigning(t *testing.T, flow string, story func(t *testing.T, o *office)) {
	eachStoreWith(t, []ismskit.Type{memo(t, flow)}, story)
}

// B8.2: add a signer before and after, take him away again; ask for an opinion,
// give the work away and have it back. Each is on the trail with a name.
func TestB8_2SignersAreAddedAndWorkGivenAway(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.refused(workflow.ErrUnknownPerson, "P11", id, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P99"}})
		o.refused(workflow.ErrNotAssigned, "P04", id, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P05"}})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P05", "P06"}, Comment: "請先看技術部分"})
		o.settle()
		o.holds(id, "P05", "P06")
		o.rules("P05", "opened")
		if why := o.read("P05", id).Mine[0].Why.In("zh-TW"); why != "邱柏叡 科長請您先簽，簽畢回到他那裡" {
			t.Errorf("why: %s", why)
		}
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "技術可行"})
		removed := o.read("P11", id)
		i := slices.IndexFunc(removed.Others, func(a ismskit.OtherAct) bool { return a.Verb == workflow.VerbRemoveSigner })
		if i < 0 {
			t.Fatalf("the head may not take P06 away: %+v", removed.Others)
		}
		o.refused(workflow.ErrAdder, "P05", id, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: removed.Others[i].Task})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: removed.Others[i].Task})
		o.settle()
		o.holds(id, "P11")
		o.rules("P11", "back", "opened")

		o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P04"}, Comment: "請資訊室表示意見"})
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbDelegate, People: []string{"P10"}})
		o.holds(id, "P10")
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "擬無意見"})
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbDelegate, People: []string{"P12"}})
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"note": "已查明"}})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbAddAfter, People: []string{"P06"}})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P06")
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P01")
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", id)
		if c.Flow.Outcome != workflow.OutcomeDone || len(c.Faults) > 0 || c.Fields["note"] != "已查明" {
			t.Fatalf("outcome %s, faults %v, note %v", c.Flow.Outcome, c.Faults, c.Fields["note"])
		}
		var acted []string
		for _, e := range c.Trail {
			acted = append(acted, string(e.Verb))
		}
		want := []string{"submit", "add_before", "approve", "remove_signer", "consult", "delegate", "approve", "approve", "delegate", "approve", "add_after", "approve", "approve", "approve"}
		if !slices.Equal(acted, want) {
			t.Errorf("trail %v", acted)
		}
	})
}

// B8.2: whom a head has planned to sign after him he takes away again, one by one; so
// does his deputy, and nobody else.
func TestB8_2WhoWouldSignAfterwardsIsTakenAway(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbAddAfter, People: []string{"P05", "P06", "P10"}})
		planned := func(reader string) (names []string) {
			for _, a := range o.read(reader, id).Others {
				if a.Planned != nil {
					names = append(names, a.Planned.Name)
				}
			}
			return names
		}
		if got := planned("P11"); !slices.Equal(got, []string{"賴思妤", "方冠宇", "龔怡安"}) {
			t.Fatalf("the head may take away %v", got)
		}
		if got := planned("P13"); len(got) > 0 {
			t.Errorf("the applicant may take away %v", got)
		}
		task := o.read("P11", id).Mine[0].ID
		remove := ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: task, People: []string{"P06"}, Comment: "已先口頭確認"}
		o.refused(workflow.ErrNotAssigned, "P13", id, remove)
		o.act("P11", id, remove)
		absence := ismskit.Absence{Deputies: []string{"P12"}, From: o.now, To: o.now.AddDate(0, 0, 1), Reason: "公假"}
		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), absence); err != nil {
			t.Fatal(err)
		}
		if got := planned("P12"); !slices.Equal(got, []string{"賴思妤", "龔怡安"}) {
			t.Fatalf("the deputy may take away %v", got)
		}
		remove.People = []string{"P10"}
		o.act("P12", id, remove)
		o.refused(workflow.ErrPeople, "P11", id, remove)
		trail := o.read("P13", id).Trail
		if named := trail[len(trail)-1].Named(); len(named) != 1 || named[0].Name != "龔怡安" {
			t.Errorf("the trail names %v", named)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.holds(id, "P05")
	})
}

// Who takes a matter over from somebody with an interest in it begins afresh: what that one had
// planned and asked for is left behind. The entry says so, and the signature binds it.
func TestReassignedToBeginAfresh(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbAddAfter, People: []string{"P10"}})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "資料未齊"})
		o.settle()
		o.holds(id, "P11", "P01")
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: head, People: []string{"P12"}, Comment: "科長須迴避", Afresh: true})
		o.settle()
		o.holds(id, "P12") // the request for more time is gone
		trail := o.read("P13", id).Trail
		if last := trail[len(trail)-1]; !last.Afresh || last.Signature == "" {
			t.Errorf("the entry says %+v", last.Event)
		}
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P01") // not P10
		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P04"), id); err != nil || len(faults) > 0 {
			t.Errorf("the trail has faults %v, %v", faults, err)
		}
	})
}

// B8.2: reassign, decline, take back, urge, copy, stop the clock, void.
func TestB8_2WhatOthersMayDo(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		o.refused(ismskit.ErrForbidden, "P13", id, ismskit.Action{Verb: workflow.VerbReassign, Task: head, People: []string{"P12"}, Comment: "請改分"})
		o.refused(ismskit.ErrNotFound, "P10", id, ismskit.Action{Verb: workflow.VerbReassign, Task: head, People: []string{"P12"}, Comment: "請改分"})
		o.refused(workflow.ErrReason, "P01", id, ismskit.Action{Verb: workflow.VerbReassign, Task: head, People: []string{"P12"}}) // the head's head may
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbDecline, Comment: "非本科業務"})
		o.holds(id, "P12") // the registry
		declined := o.read("P12", id).Mine[0].ID
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbReassign, Task: declined, People: []string{"P04"}, Comment: "改分資訊室"})
		o.settle()
		o.holds(id, "P04")
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P01")
		if may := o.may("P04", id); !slices.Contains(may, workflow.VerbTakeBack) {
			t.Fatalf("P04 may %v", may)
		}
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "附件有誤"})
		o.settle()
		o.holds(id, "P04")
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbApprove})
		signed := o.now
		o.now = signed.AddDate(0, 0, 8)
		o.refused(workflow.ErrTakeBack, "P04", id, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "附件有誤"}) // five working days
		o.now = signed

		o.refused(ismskit.ErrForbidden, "P04", id, ismskit.Action{Verb: workflow.VerbUrge})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbUrge})
		o.settle()
		o.rules("P01", "opened", "urged")
		o.refused(workflow.ErrTooSoon, "P13", id, ismskit.Action{Verb: workflow.VerbUrge})

		o.refused(ismskit.ErrNotFound, "P06", id, ismskit.Action{Verb: workflow.VerbRead})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbCopy, People: []string{"P06"}})
		o.settle()
		o.rules("P06", "copied")
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbRead})

		flow := o.read("P13", id).Flow
		before := flow.Open()[0]
		o.refused(ismskit.ErrForbidden, "P13", id, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "等候補件"})
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "等候補件"})
		o.now = o.now.AddDate(0, 0, 7) // five working days
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbResume, Comment: "已補件"})
		after := o.read("P13", id).Flow
		if before.DueDate != "2026-11-25" || after.Open()[0].DueDate != "2026-12-02" || after.Stops[0].Reason != "等候補件" {
			t.Errorf("due %s → %s, ledger %+v", before.DueDate, after.Open()[0].DueDate, after.Stops)
		}
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbVoid, Comment: "重複申請"})
		if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeVoid || c.Number == "" {
			t.Errorf("the number stays used: %s %q", c.Flow.Outcome, c.Number)
		}
	})
}

// 展期: counted from the deadline, each and in sum, and the sum says who grants it.
func TestExtensionTiersAndCaps(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		if due := o.read("P11", id).Mine[0].DueDate; due != "2026-11-26" {
			t.Fatalf("due %s", due)
		}
		ask := func(term string) ismskit.Action {
			return ismskit.Action{Verb: workflow.VerbExtend, Term: term, Comment: "待廠商回覆"}
		}
		o.refused(workflow.ErrExtendTerm, "P11", id, ask("soon"))
		o.refused(workflow.ErrExtendLong, "P11", id, ask("4wd"))
		o.act("P11", id, ask("3wd"))
		o.refused(workflow.ErrExtendAsked, "P11", id, ask("1wd"))
		o.holds(id, "P01", "P11")
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		if due := o.read("P11", id).Mine[0].DueDate; due != "2026-12-01" {
			t.Fatalf("due %s", due)
		}
		o.rules("P11", "extended", "opened")
		o.refused(workflow.ErrExtendLong, "P11", id, ask("3wd")) // six in all
		o.act("P11", id, ask("2wd"))
		o.holds(id, "P04", "P11") // above three days together
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReject, Comment: "不宜再延"})
		o.settle()
		c := o.read("P11", id)
		if c.Flow.Phase != workflow.PhaseRunning || c.Mine[0].DueDate != "2026-12-01" {
			t.Fatalf("phase %s due %s", c.Flow.Phase, c.Mine[0].DueDate)
		}
		o.rules("P11", "extended", "opened", "refused")
	})
}

// Whom the superior names is there himself: who is away as well is refused, the absent head too;
// and where he whom he named goes away later, the superior is asked again.
func TestTheSuperiorNamesSomebodyWhoIsThere(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		for _, leave := range []struct {
			who, deputy string
			first       int
		}{{"P11", "P12", 0}, {"P12", "P04", 0}, {"P06", "P05", 1}} {
			if _, told := o.away(leave.who, leave.first, 5-leave.first, leave.deputy); told != "" {
				t.Fatal(told)
			}
		}
		o.until(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		name := func(person string) ismskit.Action {
			return ismskit.Action{Verb: workflow.VerbAppoint, Task: head, People: []string{person}, Comment: "代理人均差假"}
		}
		toAppoint := func() int {
			list, err := o.kit.Tasks(o.ctx, o.as("P01"), ismskit.TodoFilter{Unattended: true})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		o.refused(workflow.ErrAway, "P01", id, name("P12"))
		o.refused(workflow.ErrAway, "P01", id, name("P11"))
		o.act("P01", id, name("P06"))
		if n := toAppoint(); n != 0 {
			t.Errorf("%d to appoint for, though somebody was named", n)
		}
		if todo := o.todo("P06"); len(todo) != 1 {
			t.Errorf("he has %+v", todo)
		}
		asked := func() (n int) {
			for _, m := range o.noticesOf("P01") {
				if m.Rule == "unattended" {
					n++
				}
			}
			return n
		}
		before := asked()
		o.until(time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC))
		if n := toAppoint(); n != 1 || asked() != before+1 {
			t.Errorf("%d to appoint for, and told %d times more, though whom he named has gone away", n, asked()-before)
		}
		for _, who := range []string{"P06", "P05"} { // he is away; his own deputy is not the head's
			if todo := o.todo(who); len(todo) != 0 {
				t.Errorf("%s has %+v", who, todo)
			}
		}
		o.act("P01", id, name("P05"))
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove, Task: head})
	})
}

// U5: the head is away and has named nobody; his superior names somebody from the
// task, who signs for him.
func TestU5SuperiorNamesADeputyFromTheTask(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		o.refused(ismskit.ErrForbidden, "P13", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: head, People: []string{"P12"}, Comment: "均不在"})
		if may := o.may("P01", id); !slices.Contains(may, workflow.VerbAppoint) {
			t.Fatalf("P01 may %v", may)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: head, People: []string{"P12"}, Comment: "第一、第二代理人均不在"})
		o.settle()
		o.rules("P12", "opened")
		o.holds(id, "P11", "P12")
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove, Task: head})
		o.settle()
		for _, e := range o.read("P13", id).Trail {
			if e.Verb == workflow.VerbApprove && (e.By.Person != "P12" || e.For == nil || e.For.Person != "P11" || e.Via != "deputy:appointed") {
				t.Errorf("signed by %v for %v via %s", e.By, e.For, e.Via)
			}
		}
		o.rules("P11", "acted", "opened")
	})
}

// A task may be taken by one of several, and given back.
func TestClaimTakesItOffTheOthersLists(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"desk","name":{"zh-TW":"登記桌","en":"Desk"},"kind":"handle",
		"who":[{"kind":"person","ids":["P05","P06"]}]}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.holds(id, "P05", "P06")
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbClaim})
		o.holds(id, "P05")
		o.refused(workflow.ErrNotAssigned, "P06", id, ismskit.Action{Verb: workflow.VerbRecord})
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbRelease, Comment: "改由他人"})
		o.holds(id, "P05", "P06")
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbRecord})
		if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeDone {
			t.Fatal(c.Flow.Outcome)
		}
	})
}

// B8.1: one after another, chosen by the signer before, by percentage, and copies
// that nobody waits for.
func TestB8_1OrderChoiceAndQuorum(t *testing.T) {
	flow := `{"key":"memo","version":"1","choose":[{"step":"first","from":[{"kind":"person","ids":["P11","P12"]}],"max":1}],
		"root":{"sequence":[
		{"step":{"id":"first","name":{"zh-TW":"審核","en":"Review"},"kind":"review","who":[{"kind":"chosen"}]}},
		{"step":{"id":"round","name":{"zh-TW":"順會","en":"In order"},"kind":"consult","who":[{"kind":"person","ids":["P04","P05","P06"]}],"need":{"kind":"all","in_order":true},"due":{"term":"2wd"}}},
		{"step":{"id":"told","name":{"zh-TW":"副知","en":"Copy"},"kind":"copy","who":[{"kind":"person","ids":["P10"]}]}},
		{"step":{"id":"vote","name":{"zh-TW":"表決","en":"Vote"},"kind":"approve","who":[{"kind":"person","ids":["P01","P04","P12"]}],"need":{"kind":"percent","percent":60}}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		open := ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "採購"}, Submit: true}
		for told, chosen := range map[string][]string{
			"請指定「審核」由誰簽核。":               nil,
			"「審核」請就邱柏叡、范語彤之中指定，賴思妤不在其列。": {"P05"},
			"「審核」最多指定 1 人，請減少人數。":        {"P11", "P12"},
			"「審核」指定的人員目前不在職，請重新指定。":      {"P99"},
		} {
			open.Chosen = map[string][]string{"first": chosen}
			_, err := o.kit.Open(o.ctx, o.as("P13"), open)
			invalid, _ := errors.AsType[forms.Invalid](err)
			if len(invalid) != 1 || invalid[0].Path() != "chosen.first" || invalid[0].Message("zh-TW") != told {
				t.Errorf("%v chosen: %v", chosen, err)
			}
			_, beforehand, err := o.kit.Types().Validate(o.ctx, o.as("P13"), ismskit.Preview{Type: "memo", Values: open.Values, Chosen: open.Chosen}, false)
			if err != nil || len(beforehand) != 1 || beforehand[0].Message("zh-TW") != told {
				t.Errorf("%v chosen, checked beforehand: %v, %v", chosen, beforehand, err)
			}
		}
		open.Chosen = map[string][]string{"chief": {"P01"}}
		if _, err := o.kit.Open(o.ctx, o.as("P13"), open); !errors.Is(err, workflow.ErrChoose) {
			t.Errorf("a step that is not his to choose for: %v", err)
		}
		// The draft keeps whom he means, wrong or right, and the route names him.
		open.Submit, open.Chosen = false, map[string][]string{"first": {"P05"}}
		r, err := o.kit.Open(o.ctx, o.as("P13"), open)
		if err != nil || len(r.Wrong) != 1 {
			t.Fatalf("a draft with somebody else chosen: %v, %v", r.Wrong, err)
		}
		o.act("P13", r.Case, ismskit.Action{Verb: ismskit.VerbSave, Chosen: map[string][]string{"first": {"P11"}}})
		o.act("P13", r.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "採購掃描服務"}})
		draft := o.read("P13", r.Case)
		if len(draft.Wrong) > 0 || draft.Chosen["first"][0].Name != "邱柏叡" || draft.Way.Steps[0].People[0].Name != "邱柏叡" {
			t.Errorf("the draft has %v, its route %+v, wrong is %v", draft.Chosen, draft.Way.Steps[0], draft.Wrong)
		}
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		o.holds(r.Case, "P11")
		o.act("P11", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請股長先看"})
		if again := o.read("P13", r.Case); again.Chosen["first"][0].Name != "邱柏叡" {
			t.Errorf("returned, it has forgotten whom he chose: %v", again.Chosen)
		}
		o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit, Chosen: map[string][]string{"first": {"P12"}}})
		o.holds(r.Case, "P12")
		o.act("P12", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		for i, p := range []string{"P04", "P05", "P06"} {
			o.holds(r.Case, p)
			o.now = o.now.Add(24 * time.Hour)
			if task := o.read(p, r.Case).Mine[0]; i > 0 && task.Opened.Equal(monday) {
				t.Error("the deadline of the next one counts from when he is asked")
			}
			o.act(p, r.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		}
		o.settle()
		o.rules("P10", "copied")
		o.holds(r.Case, "P01", "P04", "P12")
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P12", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(r.Case)
		if c := o.read("P13", r.Case); c.Flow.Outcome != workflow.OutcomeDone || len(c.Faults) > 0 {
			t.Fatalf("%s %v", c.Flow.Outcome, c.Faults)
		}
	})
}

// U3, U4: one person holds the posts of two steps that must be apart; the type
// says that he may do both and the bureau's head reviews it afterwards.
func TestU3MergedPostsAreReviewedAfterwards(t *testing.T) {
	flow := `{"key":"memo","version":"1","separate":[["applicant","do","check"]],"root":{"sequence":[
		{"step":{"id":"do","name":{"zh-TW":"執行","en":"Do"},"kind":"handle","who":[{"kind":"person","ids":["P05"]}]}},
		{"step":{"id":"check","name":{"zh-TW":"覆核","en":"Check"},"kind":"review","who":[{"kind":"post","ids":["T09"]}],
			"alone":{"review":[{"kind":"post","ids":["T01"]}],"due":{"term":"10wd"}}}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbRecord})
		mine := o.read("P05", id).Mine
		if len(mine) != 1 || !mine[0].Alone || mine[0].Why.In("zh-TW") != "無其他人員可辦，由同一人辦理，事後複核" {
			t.Fatalf("mine %+v", mine)
		}
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(id, "P01")
		if task := o.read("P01", id).Mine[0]; task.DueDate != "2026-12-07" {
			t.Errorf("review due %s", task.DueDate)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "複核無誤"})
		if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeDone {
			t.Fatal(c.Flow.Outcome)
		}
	})
}

// A returned case is mended in two sittings: whoever signed what was mended signs
// again, the others' signatures stay.
func TestMendedFieldsAreSignedAgain(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P11"]}]}},
		{"step":{"id":"money","name":{"zh-TW":"主計","en":"Accounts"},"kind":"consult","who":[{"kind":"person","ids":["P10"]}],"material":["note"]}},
		{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"resubmit":"back"}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P10", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbReturn, Comment: "主旨不明"})
		o.now = o.now.Add(time.Hour)
		o.act("P13", id, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"subject": "採購弱點掃描服務一年"}})
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit})
		o.settle()
		o.holds(id, "P01", "P11") // not the accounts: the subject is nothing to them
		mine := o.read("P11", id).Mine
		if mine[0].Origin != workflow.OriginAgain || mine[0].Why.In("en") != "What you signed has changed, so your signature no longer counts; please sign again" {
			t.Fatalf("mine %+v", mine)
		}
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", id)
		if c.Flow.Outcome != workflow.OutcomeDone || len(c.Faults) > 0 {
			t.Fatalf("%s %v", c.Flow.Outcome, c.Faults)
		}
		// Sent a second time it is filed anew, and still found by whoever took part before.
		for _, person := range []string{"P13", "P11", "P10", "P01"} {
			if !o.finds(person, "掃描")[id] {
				t.Errorf("%s took part and does not find it", person)
			}
		}
	})
}

// A to-do list begins with what is due first, however late it came.
func TestWhatIsDueFirstStandsFirst(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		late := o.memo()
		o.now = o.now.AddDate(0, 0, 1)
		urgent := o.memo()
		o.act("P11", late, ismskit.Action{Verb: workflow.VerbExtend, Term: "3wd", Comment: "待廠商回覆"})
		o.act("P01", late, ismskit.Action{Verb: workflow.VerbApprove})
		todo := o.todo("P11")
		if len(todo) != 2 || todo[0].Case != urgent || todo[1].Case != late || !todo[0].Due.Before(todo[1].Due) {
			t.Fatalf("list %+v", todo)
		}
	})
}

// A form with more combinations of branches than are walked: a step that nobody does
// blocks the requests that come to it only, for nothing is known of the ways left out.
func TestManyBranchesBlockNoRequestThatPassesThemBy(t *testing.T) {
	steps := ""
	for i := range 9 {
		who := `{"kind":"person","ids":["P11"]}`
		if i == 0 {
			who = `{"kind":"role","module":"nobody","role":"nobody"}`
		}
		steps += fmt.Sprintf(`,{"choice":{"id":"c%d","cases":[{"when":"not empty(note)","then":{"step":{"id":"s%d","name":{"zh-TW":"審核","en":"Review"},"kind":"review","who":[%s]}}}]}}`, i, i, who)
	}
	flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"first","name":{"zh-TW":"審核","en":"Review"},"kind":"review","who":[{"kind":"person","ids":["P11"]}]}}` + steps + `]}}`
	o := openOffice(t, nil, memo(t, flow))
	if _, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "memo", Values: forms.Values{"subject": "出差"}, Submit: true}); err != nil {
		t.Errorf("it comes to none of them: %v", err)
	}
}

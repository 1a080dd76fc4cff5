package ismskit_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Who sits on a board signs it for himself and for nobody else on it: while one of its members is
// away, his task is for his next deputy, or for whom his superior names, and never offered to one
// who would be refused. A dry run with him away says it beforehand.
func TestOnABoardNobodySignsForAnother(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"board","name":{"zh-TW":"審查小組","en":"Board"},"kind":"review",
		"who":[{"kind":"person","ids":["P11","P05"]}],"need":{"kind":"all"},"due":{"term":"3wd"}}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		trial := ismskit.Trial{Type: "memo", Applicant: "P13", Values: forms.Values{"subject": "採購"}, Absent: []string{"P05"}}
		names := func(principal string, deputies ...string) {
			var refs []forms.Ref
			for _, d := range deputies {
				refs = append(refs, ref("people", d))
			}
			o.put("deputies", "of_"+principal, forms.Values{"principal": ref("people", principal), "ordered": refs})
		}
		names("P05", "P11")
		if run := o.try("P04", trial); len(run.DeadEnds) != 1 || run.DeadEnds[0].Step != "board" {
			t.Errorf("with only a member for his deputy: %+v", run.DeadEnds)
		}
		names("P11", "P05", "P12")
		trial.Absent = []string{"P11"}
		run := o.try("P04", trial)
		if len(run.DeadEnds) != 0 || run.Route.Steps[0].People[0].Acting == nil || run.Route.Steps[0].People[0].Acting.Person != "P12" {
			t.Errorf("the next deputy: %+v", run.DeadEnds)
		}

		if _, told := o.away("P11", 0, 5, "P05", "P12"); told != "" {
			t.Fatal(told)
		}
		o.until(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
		id := o.memo()
		if mine := o.read("P05", id).Mine; len(mine) != 1 || mine[0].For != nil {
			t.Errorf("the member has %+v", mine)
		}
		if todo := o.todo("P05"); len(todo) != 1 || todo[0].For != nil {
			t.Errorf("on his list: %+v", todo)
		}
		if todo := o.todo("P12"); len(todo) != 1 || todo[0].For == nil || todo[0].For.Person != "P11" {
			t.Errorf("on the next deputy's list: %+v", todo)
		}
		all, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Everybody: true, Case: id})
		if err != nil || !slices.ContainsFunc(all, func(one ismskit.Todo) bool {
			return slices.Equal(one.People, []string{"P11"}) && len(one.Standins) == 1 && one.Standins[0].Deputy.Person == "P12"
		}) {
			t.Errorf("on the list of all: %+v, %v", all, err)
		}
		mine := o.read("P12", id).Mine
		if len(mine) != 1 || mine[0].For == nil || mine[0].For.Person != "P11" {
			t.Fatalf("the next deputy has %+v", mine)
		}
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove, Task: mine[0].ID})
		if c := o.read("P13", id); c.Flow.Phase != workflow.PhaseClosed || slices.ContainsFunc(c.Trail, func(e ismskit.Entry) bool { return e.For != nil && e.By.Person == "P05" }) {
			t.Errorf("the board is %s", c.Flow.Phase)
		}
	})
}

// Where any of several signs they have one task, and one of them acts for another who is away as he
// would for anybody: a dry run says the same as the running case. Of those who sign one after the
// other it is who has not signed yet.
func TestWhoSharesATaskActsForAnotherOfIt(t *testing.T) {
	for need, first := range map[string]string{`{"kind":"any"}`: "P05", `{"kind":"all","in_order":true}`: "P05", `{"kind":"all"}`: "P12"} {
		flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"board","name":{"zh-TW":"審查小組","en":"Board"},"kind":"review",
			"who":[{"kind":"person","ids":["P11","P05"]}],"need":` + need + `,"due":{"term":"3wd"}}}]}}`
		eachSigning(t, flow, func(t *testing.T, o *office) {
			o.put("deputies", "of_P11", forms.Values{"principal": ref("people", "P11"), "ordered": []forms.Ref{ref("people", "P05"), ref("people", "P12")}})
			run := o.try("P04", ismskit.Trial{Type: "memo", Applicant: "P13", Values: forms.Values{"subject": "採購"}, Absent: []string{"P11"}})
			if len(run.DeadEnds) != 0 || run.Route.Steps[0].People[0].Acting == nil || run.Route.Steps[0].People[0].Acting.Person != first {
				t.Errorf("%s: beforehand it is %+v", need, run.Route.Steps[0].People[0].Acting)
			}
			if _, told := o.away("P11", 0, 5, "P05", "P12"); told != "" {
				t.Fatal(told)
			}
			o.until(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
			id := o.memo()
			all, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Everybody: true, Case: id})
			if err != nil || !slices.ContainsFunc(all, func(one ismskit.Todo) bool {
				return one.People[0] == "P11" && len(one.Standins) == 1 && one.Standins[0].Deputy.Person == first
			}) {
				t.Errorf("%s: in the case it is %+v, %v", need, all, err)
			}
		})
	}
}

// Where all of a member's deputies sit on the board themselves, his superior names somebody from
// the task: nobody of the board, and whoever it is has it on his list.
func TestTheSuperiorNamesWhoSignsForAMemberOfABoard(t *testing.T) {
	flow := `{"key":"memo","version":"1","root":{"sequence":[{"step":{"id":"board","name":{"zh-TW":"審查小組","en":"Board"},"kind":"review",
		"who":[{"kind":"person","ids":["P11","P05"]}],"need":{"kind":"all"},"due":{"term":"3wd"}}}]}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		o.put("deputies", "of_P11", forms.Values{"principal": ref("people", "P11"), "ordered": []forms.Ref{ref("people", "P05")}})
		if _, told := o.away("P11", 0, 5, "P05"); told != "" {
			t.Fatal(told)
		}
		o.until(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
		id := o.memo()
		task := o.read("P11", id).Mine[0].ID
		name := func(person string) ismskit.Action {
			return ismskit.Action{Verb: workflow.VerbAppoint, Task: task, People: []string{person}, Comment: "代理人均為小組成員"}
		}
		if may := o.may("P01", id); !slices.Contains(may, workflow.VerbAppoint) {
			t.Fatalf("P01 may %v", may)
		}
		o.refused(workflow.ErrAlready, "P01", id, name("P05"))
		o.act("P01", id, name("P12"))
		if todo := o.todo("P12"); len(todo) != 1 || todo[0].For == nil || todo[0].For.Person != "P11" {
			t.Errorf("on the list of whom he named: %+v", todo)
		}
		all, err := o.kit.Tasks(o.ctx, o.as("P04"), ismskit.TodoFilter{Everybody: true, Case: id})
		if err != nil || !slices.ContainsFunc(all, func(one ismskit.Todo) bool {
			return slices.Equal(one.People, []string{"P11"}) && len(one.Standins) == 1 && one.Standins[0].Deputy.Person == "P12"
		}) {
			t.Errorf("on the list of all: %+v, %v", all, err)
		}
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove, Task: task})
		c := o.read("P13", id)
		if c.Flow.Phase != workflow.PhaseClosed || !slices.ContainsFunc(c.Trail, func(e ismskit.Entry) bool {
			return e.By.Person == "P12" && e.For != nil && e.For.Person == "P11" && e.Via == "deputy:appointed"
		}) {
			t.Errorf("the board is %s", c.Flow.Phase)
		}
	})
}

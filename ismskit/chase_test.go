package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// 稽催: the officers of a type and the superior of whoever has the task tell him to get on with
// it, once a day whoever does it. He is told by whom; once he is late his superior is told too.
func TestWhoIsOverALateTaskChasesIt(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo() // with the head P11, due on 115.11.26
		head := o.read("P11", id).Mine[0].ID
		chase := func(task string) ismskit.Action {
			return ismskit.Action{Verb: workflow.VerbChase, Task: task, Comment: "請於今日辦畢"}
		}
		told := func(person string) (rules []string) {
			for _, m := range o.noticesOf(person) {
				if m.Rule == "chased" || m.Rule == "chased_up" {
					rules = append(rules, m.Rule)
				}
			}
			return rules
		}
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbCopy, People: []string{"P06"}})
		o.settle()
		// The applicant urges, nobody chases himself, and who only reads it chases nobody: he
		// is told the same of a task that is not there. To the others the case is not there.
		for _, task := range []string{head, "t9"} {
			o.refused(ismskit.ErrForbidden, "P13", id, chase(task))
			o.refused(ismskit.ErrForbidden, "P11", id, chase(task))
			o.refused(ismskit.ErrForbidden, "P06", id, chase(task))
			o.refused(ismskit.ErrNotFound, "P10", id, chase(task))
		}
		o.refused(ismskit.ErrForbidden, "P04", id, ismskit.Action{Verb: workflow.VerbUrge})
		for person, may := range map[string]bool{"P04": true, "P01": true, "P13": false, "P11": false, "P06": false} {
			if offered := o.may(person, id); slices.Contains(offered, workflow.VerbChase) != may {
				t.Errorf("%s is offered %v", person, offered)
			}
		}

		o.act("P04", id, chase(head))
		o.settle()
		if p11, p01 := told("P11"), told("P01"); !slices.Equal(p11, []string{"chased"}) || len(p01) > 0 {
			t.Errorf("before it is late P11 is told %v, P01 %v", p11, p01)
		}
		o.refused(workflow.ErrChased, "P04", id, chase(head))
		o.refused(workflow.ErrChased, "P01", id, chase(head))
		if slices.Contains(o.may("P01", id), workflow.VerbChase) {
			t.Error("what would be refused is offered")
		}
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbUrge}) // the applicant's turn is his own
		entries := o.read("P13", id).Trail
		last := entries[len(entries)-2]
		if named := last.Named(); last.Verb != workflow.VerbChase || last.By.Person != "P04" || last.Via != "officer" || last.Comment != "請於今日辦畢" || len(named) != 1 || named[0].Person != "P11" {
			t.Errorf("the entry: %+v", last.Event)
		}
		if mine := o.read("P11", id).Mine[0]; mine.Chase == nil || mine.Chase.By.Person != "P04" || mine.Chase.Comment != "請於今日辦畢" {
			t.Errorf("P11 sees %+v", mine.Chase)
		}
		if todo := o.todo("P11")[0]; todo.Chased != 1 {
			t.Errorf("on his list: chased %d times", todo.Chased)
		}

		o.until(time.Date(2026, 11, 27, 10, 0, 0, 0, monday.Location()))
		o.act("P04", id, chase(head))
		o.minute()
		if p11, p01 := told("P11"), told("P01"); !slices.Equal(p11, []string{"chased", "chased"}) || !slices.Equal(p01, []string{"chased_up"}) {
			t.Errorf("late: P11 is told %v, P01 %v", p11, p01)
		}
		for _, m := range o.noticesOf("P01") {
			if m.Rule == "chased_up" && (!strings.Contains(m.Body, "江志恆已稽催，請督促") || strings.Contains(m.Body, "請於今日辦畢")) {
				t.Errorf("P01 reads %q", m.Body)
			}
		}
		o.until(o.now.Add(workflow.ChaseEvery))
		o.act("P01", id, chase(head))
		o.minute()
		if p01 := told("P01"); len(p01) != 1 {
			t.Errorf("who chases is told %v", p01)
		}
		if todo := o.todo("P11")[0]; todo.Chased != 3 {
			t.Errorf("on his list: chased %d times", todo.Chased)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.refused(workflow.ErrNotOpen, "P04", id, chase(head))
		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P04"), id); err != nil || len(faults) > 0 {
			t.Errorf("the trail has faults %v, %v", faults, err)
		}
	})
}

// The post changes hands after its holder was chased: his successor was not, from the first moment,
// whether or not the queue has come to his task, and whatever he does first.
func TestASuccessorWasNotChased(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbChase, Task: head, Comment: "請於今日辦畢"})
		o.settle()
		o.heads("P12", nil) // and nothing is carried out yet
		chased := func(when string) {
			t.Helper()
			mine, todo := o.read("P12", id).Mine, o.todo("P12")
			if len(mine) != 1 || len(todo) != 1 {
				t.Fatalf("%s he has %+v, on his list %+v", when, mine, todo)
			}
			if mine[0].Chase != nil || todo[0].Chased != 0 {
				t.Errorf("%s he reads that he was chased: %+v, on his list %d times", when, mine[0].Chase, todo[0].Chased)
			}
		}
		chased("before he acts")
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "新任科長接辦"})
		o.settle()
		if mine := o.read("P01", id).Mine; len(mine) == 1 {
			o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove, Task: mine[0].ID})
		}
		o.settle()
		chased("after he asked for more time")
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbChase, Task: o.read("P12", id).Mine[0].ID}) // the same day: it is another
	})
}

// Whom a superior named to stand in for somebody who is away stands in for no successor of his, who
// is there, also before the queue has given him the task.
func TestWhoStoodInForThePredecessorSignsForNoSuccessor(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		if _, told := o.away("P11", 0, 5, "P04"); told != "" {
			t.Fatal(told)
		}
		if _, told := o.away("P04", 0, 5, "P05"); told != "" {
			t.Fatal(told)
		}
		o.until(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
		id := o.memo()
		head := o.read("P11", id).Mine[0].ID
		o.act("P01", id, ismskit.Action{Verb: workflow.VerbAppoint, Task: head, People: []string{"P06"}, Comment: "代理人亦不在"})
		o.settle()
		o.heads("P12", nil) // and nothing is carried out yet
		o.refused(workflow.ErrNotAssigned, "P06", id, ismskit.Action{Verb: workflow.VerbApprove, Task: head})
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbApprove, Task: head})
	})
}

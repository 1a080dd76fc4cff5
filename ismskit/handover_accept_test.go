package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// leaving begins a sheet of 賴思妤's, who leaves with accounts and systems she looks after.
func (o *office) leaving() ismskit.Receipt {
	o.t.Helper()
	o.desk()
	return o.hands("P05", "leaving", dayOf(2026, 11, 30), nil)
}

// 江志恆 is on leave, and 方冠宇, his deputy, names herself as the successor: the step that
// asks her is hers to answer.
func TestADeputyWhoNamesHerselfAsSuccessorAnswersForHerself(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		if _, told := o.away("P04", 0, 5, "P06"); told != "" {
			t.Fatal(told)
		}
		sheet := o.leaving()
		o.now = o.now.AddDate(0, 0, 1)
		o.act("P06", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P06", sheet.Case, everything("P06"))})
		c := o.read("P06", sheet.Case)
		if len(c.Mine) != 1 || c.Mine[0].Step != "take" || c.Mine[0].For != nil {
			t.Fatalf("hers: %+v", c.Mine)
		}
		o.act("P06", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(sheet.Case, "P05")
	})
}

// Her superior gives what 方冠宇 was asked to nobody else; she says no, and another is named.
func TestASuccessorIsReplacedOnTheSheetAlone(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sheet := o.leaving()
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P06"))})
		if slices.Contains(o.may("P04", sheet.Case), workflow.VerbReassign) {
			t.Error("it is offered to give the task to somebody else")
		}
		if m := o.read("P06", sheet.Case).Mine[0]; m.SentBack != nil {
			t.Errorf("to her it came back from %+v", m.SentBack)
		}
		task := o.read("P06", sheet.Case).Mine[0].ID
		o.refused(workflow.ErrBound, "P04", sheet.Case, ismskit.Action{Verb: workflow.VerbReassign, Task: task, People: []string{"P10"}, Comment: "改請龔怡安承接"})
		o.act("P06", sheet.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "不認識該帳號"})
		back := o.read("P04", sheet.Case).Mine[0].SentBack
		if back == nil || back.By.Name != "方冠宇" || back.Comment != "不認識該帳號" {
			t.Errorf("the head is told that it came back because of %+v", back)
		}
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P12"))})
		o.holds(sheet.Case, "P12")
	})
}

// 顧維中 takes over one question; the sheet still waits for his approval of all of it.
func TestASuperiorWhoTakesOverOneThingStillApprovesTheSheet(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sheet := o.leaving()
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, func(row forms.Row) string {
			if row["kind"] == "question" {
				return "P01"
			}
			return "P06"
		})})
		o.act("P01", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P06", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P05", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.holds(sheet.Case, "P01")
		o.act("P01", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if c := o.read("P10", sheet.Case); c.Phase != string(workflow.PhaseClosed) {
			t.Errorf("the sheet is %s", c.Phase)
		}
	})
}

// A successor who leaves before he has said anything: the step finds the head in his place.
func TestASuccessorWhoLeavesFirstIsNotWaitedFor(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sheet := o.leaving()
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P06"))})
		own := o.hands("P06", "leaving", dayOf(2026, 11, 25), nil)
		rows, _ := o.read("P10", own.Case).Fields["items"].([]forms.Row)
		if !slices.ContainsFunc(rows, func(r forms.Row) bool {
			what, _ := r["what"].(string)
			return strings.Contains(what, "職務移交單")
		}) {
			t.Errorf("her own sheet lists %v", rows)
		}
		o.leave("P06")
		o.until(morning(dayOf(2026, 11, 27)))
		if c := o.read("P04", sheet.Case); len(c.Mine) != 1 || c.Mine[0].Step != "take" {
			t.Errorf("the head's: %+v", c.Mine)
		}
	})
}

// Before the head has named anybody, the route says where successors are named, and nothing
// of somebody who stands in for them.
func TestTheRouteSaysWhereSuccessorsAreNamed(t *testing.T) {
	o := openOffice(t, nil)
	sheet := o.leaving()
	take := func() ismskit.RouteStep {
		steps := o.read("P04", sheet.Case).Way.Steps
		return steps[slices.IndexFunc(steps, func(s ismskit.RouteStep) bool { return s.ID == "take" })]
	}
	if s := take(); s.NamedIn.In("zh-TW") != "單位主管指定承接人" || s.Fallback || s.Nobody || len(s.People) > 0 {
		t.Errorf("before: %+v", s)
	}
	o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P06"))})
	if s := take(); s.NamedIn != nil || s.Fallback || len(s.People) != 1 || s.People[0].Person != "P06" {
		t.Errorf("after: %+v", s)
	}
}

package ismskit_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Declaring void the number of a case that went on on paper ends it: the case says by whom, when
// and why, its applicant is told, the change is on record, and no paper is entered any more.
func TestTheNumberOfACaseOnPaperIsDeclaredVoid(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.wentOnOnPaper()
		o.refusedAt(o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), sent.Number, " "), "reason", "")
		if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P13"), sent.Number, "不辦了"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("the applicant voids it: %v", err)
		}
		if c := o.read("P13", sent.Case); c.OnPaper == nil || c.OnPaper.State != ismskit.NumberFree {
			t.Errorf("before, it goes on as %+v", c.OnPaper)
		}
		told := func() (out []ismskit.Message) {
			for _, m := range o.noticesOf("P13") {
				if m.Rule == "number_void" {
					out = append(out, m)
				}
			}
			return out
		}
		if len(told()) > 0 {
			t.Errorf("told before: %+v", told())
		}
		o.until(o.now.Add(time.Hour))
		if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), sent.Number, "申請人不再需要"); err != nil {
			t.Fatal(err)
		}
		c := o.read("P13", sent.Case)
		if on := c.OnPaper; on == nil || on.State != ismskit.NumberVoid || on.Void != "申請人不再需要" || on.By != "龔怡安" || !on.At.Equal(o.now) || on.Case != "" {
			t.Errorf("the case says %+v", c.OnPaper)
		}
		if last := c.Trail[len(c.Trail)-1]; last.Verb != workflow.VerbPaperVoid || last.By.Person != "P10" || last.Comment != "申請人不再需要" || c.Flow.Outcome != workflow.OutcomeVoid || !c.Flow.Closed.Equal(o.now) || !c.Closed.Equal(o.now) {
			t.Errorf("its record ends with %+v, as %s", last.Event, c.Flow.Outcome)
		}
		if keeper := o.read("P10", sent.Case); keeper.OnPaper == nil {
			t.Error("who declared it void does not read why any more")
		}
		if got := told(); len(got) != 1 || got[0].Subject != sent.Number+" 轉紙本續辦的編號已作廢" || got[0].Case != sent.Case {
			t.Errorf("the applicant is told %+v", got)
		}
		err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), sent.Number, "再一次")
		o.refusedAt(err, "number", "")
		_, err = o.enterPaper(o.signedBy(sent.Number, [3]any{"P13", "申請人", 23}, [3]any{"P11", "單位主管", 23}))
		o.refusedAt(err, "paper_number", "編號「"+sent.Number+"」已作廢，不能使用，請核對紙本。")
		found, err := o.kit.Evidence().Changes(o.ctx, ismskit.System("test"), ismskit.ChangeQuery{Lang: "zh-TW", List: register.ReservedNumbers, Limit: 1})
		if err != nil || len(found.Changes) != 1 || found.Changes[0].By.Person != "P10" || found.Changes[0].Reason != "申請人不再需要" || found.Changes[0].Name != sent.Number {
			t.Errorf("on record is %+v %v", found.Changes, err)
		}
	})
}

// Whoever was told to go on with it on paper, here the handlers of its rows, is told that there is
// nothing to go on with, once, and where his row is.
func TestWhoWasToldToGoOnOnPaperIsToldThatItsNumberIsVoid(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		row := o.todo("P05")[0].Case
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
		o.settle()
		if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), sent.Number, "不再需要"); err != nil {
			t.Fatal(err)
		}
		o.settle()
		whole := o.read("P10", sent.Case)
		for _, child := range whole.Rows {
			one := o.read("P10", child.Case.ID)
			if len(child.Faults)+len(one.Faults) > 0 || child.State.Outcome != workflow.OutcomeVoid || one.Flow.Outcome != workflow.OutcomeVoid || !one.Closed.Equal(whole.Closed) || !child.Case.Closed.Equal(whole.Closed) {
				t.Errorf("its row is %s, closed %v: %v %v", one.Outcome, one.Closed, child.Faults, one.Faults)
			}
		}
		for who, of := range map[string]string{"P13": sent.Case, "P05": row} {
			var got []string
			for _, m := range o.noticesOf(who) {
				if m.Rule == "number_void" {
					got = append(got, m.Case)
				}
			}
			if len(got) != 1 || got[0] != of {
				t.Errorf("%s is told of %q", who, got)
			}
		}
	})
}

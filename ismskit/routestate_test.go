package ismskit_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// A request on its way says of each step where it stands, from the draft to its end.
func TestTheWayOfACaseSaysWhereEachStepStands(t *testing.T) {
	o := openOffice(t, nil)
	draft := o.open("P13", "account_request", threeRows(), false)
	is := func(when string, begin, head, rows, confirm, end ismskit.RouteState) {
		t.Helper()
		way := o.read("P13", draft.Case).Way
		got := []ismskit.RouteState{way.Begin, way.Steps[0].State, way.Steps[1].State, way.Steps[2].State, way.End}
		for i, want := range []ismskit.RouteState{begin, head, rows, confirm, end} {
			if got[i] != want {
				t.Errorf("%s: %v, want %s in place %d", when, got, want, i)
			}
		}
	}
	const planned, open, due, overdue, done = ismskit.RoutePlanned, ismskit.RouteOpen, ismskit.RouteDue, ismskit.RouteOverdue, ismskit.RouteDone
	is("a draft", open, planned, planned, planned, planned)
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	is("sent", done, open, planned, planned, planned)
	o.until(time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC))
	is("on the last day", done, due, planned, planned, planned)
	o.until(time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC))
	is("a day later", done, overdue, planned, planned, planned)
	o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補正"})
	is("returned", ismskit.RouteReturned, planned, planned, planned, planned)
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	o.act("P11", draft.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "確有需要"})
	o.settle()
	is("agreed to", done, done, open, planned, planned)
	c := o.read("P13", draft.Case)
	if acts := c.Way.Steps[0].Acts; len(acts) == 0 || acts[len(acts)-1].By.Person != "P11" || acts[len(acts)-1].Comment != "確有需要" {
		t.Errorf("what the head did: %+v", acts)
	}
	if c.Done != 0 || c.Of != 3 {
		t.Errorf("%d of %d rows have ended", c.Done, c.Of)
	}
	for _, row := range c.Rows {
		if row.Step == nil || row.Step.State != open || row.Step.Due.Date.String() != "2026-12-01" || len(row.Step.People) != 1 || row.Carried {
			t.Errorf("row %s: %+v", row.Title, row.Step)
		}
	}

	o.sendOut("P06")
	o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
	o.settle()
	c = o.read("P13", draft.Case)
	states := map[string]ismskit.RouteState{"row1": done, "row2": open, "row3": ismskit.RouteOutside}
	for _, row := range c.Rows {
		if row.Step.State != states[row.Row] || row.Carried != (row.Row == "row1") {
			t.Errorf("row %s: %s, carried out %v", row.Row, row.Step.State, row.Carried)
		}
		if (row.Step.Sent != nil) != (row.Row == "row3") {
			t.Errorf("row %s was sent out: %v", row.Row, row.Step.Sent)
		}
	}
	if c.Done != 1 || c.Of != 3 {
		t.Errorf("%d of %d rows have ended", c.Done, c.Of)
	}
	o.until(time.Date(2026, 12, 3, 1, 0, 0, 0, time.UTC))
	for _, row := range o.read("P13", draft.Case).Rows {
		if row.Row == "row2" && row.Step.State != overdue {
			t.Errorf("two days late it is %s", row.Step.State)
		}
	}

	// What somebody takes back does not come to those after him.
	draft = o.apply("P13", beginning(calendar.Date{Year: 2026, Month: 12, Day: 3}, threeRows()))
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不需要了"})
	unreached := ismskit.RouteUnreached
	way := o.read("P13", draft.Case).Way
	if way.Steps[1].State != unreached || way.Steps[2].State != unreached || way.End != ismskit.RouteEnded || way.Steps[0].State.Current() {
		t.Errorf("withdrawn: %s %s %s", way.Steps[0].State, way.Steps[1].State, way.End)
	}
}

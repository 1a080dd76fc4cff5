package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// The ledger of the stopped clock says of each stop from when to when, by whom and why,
// and by how many working days it put off what is due; it comes to what the deadline moved.
func TestTheLedgerSaysHowFarEachStopMovedWhatIsDue(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow()) // on Monday 115.11.23, due on Wednesday
		if c := o.read("P13", sent.Case); len(c.Stops) != 0 {
			t.Errorf("before any stop: %+v", c.Stops)
		}
		due := func() string { return o.todo("P11")[0].DueDate }
		// What was taken out of the clock stands on his list and in everybody's, while it stands and after.
		days := func(want int, stands bool) {
			t.Helper()
			all, err := o.kit.Tasks(o.ctx, o.as("P01"), ismskit.TodoFilter{Everybody: true, Case: sent.Case})
			if err != nil || len(all) != 1 {
				t.Fatalf("everybody's: %v, %v", all, err)
			}
			for _, line := range []ismskit.Todo{o.todo("P11")[0], all[0]} {
				if line.StoppedDays != want || line.Stopped != stands {
					t.Errorf("on a list: %d days, stands %v; want %d, %v", line.StoppedDays, line.Stopped, want, stands)
				}
			}
		}
		days(0, false)
		o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待補件"})
		friday := monday.AddDate(0, 0, 4)
		o.until(friday)
		if c := o.read("P13", sent.Case); len(c.Stops) != 1 || !c.Stops[0].To.IsZero() || c.Stops[0].Workdays != 4 {
			t.Errorf("while it stands: %+v", c.Stops)
		}
		days(4, true)
		next := monday.AddDate(0, 0, 7)
		o.until(next)
		o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbResume, Comment: "已補件"})
		if due() != "2026-12-02" {
			t.Errorf("due %s", due())
		}
		days(5, false)
		o.until(next.Add(time.Hour))
		o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待會勘"})
		o.until(next.Add(2 * time.Hour))
		o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbResume, Comment: "當日會勘完畢"})
		c := o.read("P13", sent.Case)
		if len(c.Stops) != 2 || c.Stops[0].Workdays != 5 || c.Stops[0].Reason != "待補件" || c.Stops[0].By.Name != "顧維中" || !c.Stops[0].From.Equal(monday) || !c.Stops[0].To.Equal(next) {
			t.Fatalf("the ledger: %+v", c.Stops)
		}
		if c.Stops[1].Workdays != 0 || due() != "2026-12-02" {
			t.Errorf("the stop of an hour: %+v, due %s", c.Stops[1], due())
		}
		days(5, false)
		o.minute()
		var told []string
		for _, m := range o.noticesOf("P11") {
			if m.Rule == "clock_resumed" {
				told = append(told, m.Body)
			}
		}
		slices.Sort(told)
		if len(told) != 2 || !strings.HasSuffix(told[0], "期限不變。") || !strings.HasSuffix(told[1], "期限已順延。") {
			t.Errorf("who goes on is told: %q", told)
		}
		// Of who comes next it took nothing: his time has just begun.
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		all, err := o.kit.Tasks(o.ctx, o.as("P01"), ismskit.TodoFilter{Everybody: true})
		if err != nil || len(all) == 0 {
			t.Fatalf("afterwards: %v, %v", all, err)
		}
		for _, line := range all {
			if line.StoppedDays != 0 {
				t.Errorf("%s: %d days", line.StepName.In("zh-TW"), line.StoppedDays)
			}
		}
	})
}

// Whoever stops the clock of a request stops those of its rows under way, and they run again with
// it, their deadlines moved by as much; a row that was stopped by itself stays so, and one that has
// ended stays ended.
func TestTheClockOfARequestStandsForItsRows(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		rows := o.read("P13", sent.Case).Rows
		if len(rows) != 3 {
			t.Fatalf("%d rows", len(rows))
		}
		stand := func(want ...workflow.Phase) {
			t.Helper()
			for i, row := range rows {
				if c := o.read("P04", row.Case.ID); c.Flow.Phase != want[i] {
					t.Errorf("row %d is %s", i+1, c.Flow.Phase)
				}
			}
		}
		due := func(i int) string { return o.read("P04", rows[i].Case.ID).Flow.Tasks[0].DueDate }
		was := due(0)
		o.act("P04", rows[1].Case.ID, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待廠商到場"})
		o.act("P04", rows[2].Case.ID, ismskit.Action{Verb: workflow.VerbVoid, Comment: "重複申請"})
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待市府回復"})
		o.settle()
		stand(workflow.PhaseSuspended, workflow.PhaseSuspended, workflow.PhaseClosed)
		first := o.read("P04", rows[0].Case.ID)
		if len(first.Stops) != 1 || first.Stops[0].By.Person != ismskit.SystemPerson || !strings.Contains(first.Stops[0].Reason, "待市府回復") {
			t.Errorf("its ledger: %+v", first.Stops)
		}
		o.until(o.now.AddDate(0, 0, 7))
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbResume, Comment: "已回復"})
		o.settle()
		stand(workflow.PhaseRunning, workflow.PhaseSuspended, workflow.PhaseClosed)
		if due(0) == was {
			t.Errorf("due %s as before", was)
		}
		if c := o.read("P04", rows[0].Case.ID); c.Stops[0].Workdays != 5 {
			t.Errorf("its ledger: %+v", c.Stops)
		}
		// Stopped and started again before anybody came to its rows: they go on.
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待補件"})
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbResume, Comment: "已補件"})
		o.settle()
		stand(workflow.PhaseRunning, workflow.PhaseSuspended, workflow.PhaseClosed)
	})
}

// Rows that open while the clock of their request stands already stand with it.
func TestARowThatOpensWhileTheClockStands(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待市府回復"}) // before the queue opens them
		o.settle()
		rows := o.read("P13", sent.Case).Rows
		for i, row := range rows {
			if c := o.read("P04", row.Case.ID); c.Flow.Phase != workflow.PhaseSuspended {
				t.Errorf("row %d is %s", i+1, c.Flow.Phase)
			}
		}
		o.act("P04", sent.Case, ismskit.Action{Verb: workflow.VerbResume, Comment: "已回復"})
		o.settle()
		for i, row := range rows {
			if c := o.read("P04", row.Case.ID); len(rows) != 3 || c.Flow.Phase != workflow.PhaseRunning {
				t.Errorf("row %d of %d is %s", i+1, len(rows), c.Flow.Phase)
			}
		}
	})
}

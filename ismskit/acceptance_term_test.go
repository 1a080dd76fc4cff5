package ismskit_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// B8.4: a term of working days skips the New Year, also where the years' calendars
// meet; it is reminded of, chased and escalated on working days only, and not at all
// while the clock stands.
func TestB8_4TermsAreWorkingDaysAndWhatIsLateClimbs(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.now = time.Date(2026, 12, 30, 1, 0, 0, 0, time.UTC) // 115.12.30（三）09:00
		day := calendar.Date{Year: 2026, Month: 12, Day: 30}
		late, stopped := o.apply("P13", beginning(day, threeRows())), o.apply("P13", beginning(day, threeRows()))
		for _, task := range o.todo("P11") {
			if task.DueDate != "2027-01-04" { // 12.31 and 116.1.4: the 1st is a holiday, then a weekend
				t.Errorf("due %s", task.DueDate)
			}
		}
		o.act("P01", stopped.Case, ismskit.Action{Verb: workflow.VerbSuspend, Comment: "待申請人補充說明"})

		o.until(time.Date(2027, 1, 8, 4, 0, 0, 0, time.UTC)) // 116.1.8（五）12:00
		told := map[string][]string{}
		for _, m := range o.noticesOf("P11") {
			told[m.Case] = append(told[m.Case], m.Rule+"@"+m.Created.In(taipei).Format("01-02"))
		}
		for id, want := range map[string][]string{
			late.Case:    {"opened@12-30", "before@12-31", "on_day@01-04", "overdue@01-05", "overdue@01-06", "overdue@01-07", "overdue@01-08"},
			stopped.Case: {"clock_stopped@12-30", "opened@12-30", "suspended@01-07"}, // nothing is forgotten because its clock stands
		} {
			if !slices.Equal(told[id], want) {
				t.Errorf("told %v, want %v", told[id], want)
			}
		}
		o.told("P01", "escalate@01-07")

		for _, task := range o.todo("P11") { // what nobody can do is not late
			if is := task.Case == stopped.Case; task.Stopped != is || task.Late == is {
				t.Errorf("%s: stopped %v, late %v", task.Number, task.Stopped, task.Late)
			}
		}

		// Going on, the days that stood are added.
		o.act("P01", stopped.Case, ismskit.Action{Verb: workflow.VerbResume, Comment: "已補充"})
		for _, task := range o.todo("P11") {
			if task.Stopped {
				t.Errorf("%s: still said to stand", task.Number)
			}
			if task.Case == stopped.Case && task.DueDate <= "2027-01-08" {
				t.Errorf("the clock stood, and still it was due on %s", task.DueDate)
			}
		}
	})
}

package ismskit_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever fills in the sheet of somebody who leaves soon learns that she would come to sign when she
// has left, and who then does; where she comes to it before, she has no longer than her last day.
func TestALeaverSignsByTheLastDay(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	today := calendar.DateOf(o.now.In(taipei))
	ways := func(last calendar.Date) (ismskit.Route, ismskit.RouteStep) {
		t.Helper()
		route, err := o.kit.Route(o.ctx, o.as("P10"), ismskit.Preview{Type: "handover", Values: forms.Values{"person": person("P05"), "reason": "leaving", "last_day": last}})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(route.Steps, func(s ismskit.RouteStep) bool { return s.ID == "hand" })
		return route, route.Steps[i]
	}
	route, hand := ways(today.AddDays(60))
	if route.LeaverSigns != nil {
		t.Errorf("in good time she is told to be late: %+v", route.LeaverSigns)
	}
	free := hand.Due.Date
	_, hand = ways(free.AddDays(-1))
	if hand.Due.Date != free.AddDays(-1) {
		t.Errorf("her last day is %v, and she has until %v", free.AddDays(-1), hand.Due.Date)
	}
	soon := today.AddDays(1)
	route, hand = ways(soon)
	if s := route.LeaverSigns; s == nil || s.LastDay != soon || s.Due != free || hand.Due.Date != free || s.Name != "賴思妤" || len(s.Instead) != 1 || s.Instead[0].Person == "P05" {
		t.Errorf("leaving on %v she signs by %v: %+v", soon, free, s)
	}
	if route, _ = ways(today.AddDays(-1)); route.LeaverSigns != nil {
		t.Errorf("who has left is to hurry: %+v", route.LeaverSigns)
	}
}

// Once the last day is over and the sheet still on its way, it says so, and so do the lists of whoever
// is to act, and the page where what she has is told.
func TestASheetOnItsWaySaysThatTheLastDayIsOver(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		last := calendar.DateOf(o.now.In(taipei)).AddDays(1)
		sheet := o.hands("P05", "leaving", last, nil)
		o.settle()
		says := func(want calendar.Date, head ...string) {
			t.Helper()
			if got := o.read("P10", sheet.Case).LastDayOver; got != want {
				t.Errorf("the sheet says %v, not %v", got, want)
			}
			over, found, err := o.kit.Queue().Held().Sheet(o.ctx, o.as("P10"), "P05")
			if err != nil || !found || over.LastDayOver != want {
				t.Errorf("beside what she has stands %+v: %v", over, err)
			}
			for _, who := range head {
				todo := slices.DeleteFunc(o.todo(who), func(t ismskit.Todo) bool { return t.Case != sheet.Case })
				if len(todo) != 1 || todo[0].LastDayOver != want {
					t.Errorf("on the list of %s stands %+v", who, todo)
				}
			}
		}
		says(calendar.Date{}, "P04")
		o.until(last.AddDays(1).Start(taipei).Add(-time.Minute))
		says(calendar.Date{}, "P04")
		o.until(last.AddDays(1).Start(taipei))
		says(last, "P04")
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P06"))})
		o.settle()
		says(last, "P06")
		o.act("P06", sheet.Case, ismskit.Action{Verb: workflow.VerbReturn, To: "name", Comment: "部分事項請另行指定"})
		o.settle()
		says(last, "P04")
	})
}

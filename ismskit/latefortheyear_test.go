package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// moments are when somebody was told of a case by a rule, the first first.
func (y *year) moments(id, person, rule string) []time.Time {
	y.t.Helper()
	told, err := y.kit.Queue().Of(y.ctx, y.as("P04"), id)
	if err != nil {
		y.t.Fatal(err)
	}
	var out []time.Time
	for _, m := range slices.Backward(told) {
		if m.Person == person && m.Rule == rule {
			out = append(out, m.Created)
		}
	}
	return out
}

// neverSilent holds reminders to their rhythm: on so many working mornings one after
// another, from then on once a week, to the end.
func (y *year) neverSilent(what, id, person, rule string, daily int) {
	y.t.Helper()
	at := y.moments(id, person, rule)
	if len(at) < daily || len(at) > daily+52 {
		y.t.Fatalf("%s: %s was told %d times in the year", what, person, len(at))
	}
	for i := 1; i < len(at); i++ {
		from, to := calendar.DateOf(at[i-1].In(taipei)), calendar.DateOf(at[i].In(taipei))
		if i < daily && to != calendar.Taiwan().NextWorkday(from) {
			y.t.Errorf("%s: %s was told on %s, then on %s", what, person, from, to)
		}
		if days := to.Sub(from); i > daily && (days < 1 || days > 7+9) { // nine days off at the new year
			y.t.Errorf("%s: %s was told on %s, then on %s", what, person, from, to)
		}
	}
	if rest := y.now.Sub(at[len(at)-1]); rest > 16*24*time.Hour {
		y.t.Errorf("%s: %s was told on %s for the last time", what, person, at[len(at)-1].In(taipei))
	}
}

// toldAbove holds what those above are told: first after so many mornings, and again every
// four weeks.
func (y *year) toldAbove(what, id, person string, first string) {
	y.t.Helper()
	at := y.moments(id, person, "escalate")
	if len(at) < 12 || len(at) > 14 || at[0].In(taipei).Format("01-02") != first {
		y.t.Fatalf("%s: %s was told %d times: %v", what, person, len(at), at)
	}
	for i := 1; i < len(at); i++ {
		if days := at[i].Sub(at[i-1]).Hours() / 24; days < 28-10 || days > 28+10 {
			y.t.Errorf("%s: %s was told on %s, then on %s", what, person, at[i-1].In(taipei), at[i].In(taipei))
		}
	}
}

// B0.11 for a year: what nobody does is chased on every working morning first and every
// week later, never in silence and never daily for ever; those above are told, and told
// again, and the applicant with them.
func TestWhatNobodyDoesForAYear(t *testing.T) {
	open := func(t *testing.T) *year { return &year{office: openOffice(t, nil), ended: map[string]time.Time{}} }
	aYear := func(y *year) { y.until(monday.AddDate(1, 0, 0)) }

	t.Run("a review", func(t *testing.T) {
		y := open(t)
		id := y.apply("P13", oneRow()).Case
		aYear(y)
		y.neverSilent("the head", id, "P11", "overdue", 10)
		y.toldAbove("above the head", id, "P01", "11-30")
		if n, above := len(y.moments(id, "P13", "stuck")), len(y.moments(id, "P01", "escalate")); n != above {
			t.Errorf("the applicant was told %d times, those above %d times", n, above)
		}
		// What he was told is all kept; to read, the last is left, which counts the others.
		told := y.moments(id, "P13", "stuck")
		unread, err := y.kit.Queue().Notices(y.ctx, y.as("P13"), ismskit.NoticeFilter{Kinds: []string{ismskit.MessageRead}, Unread: true})
		if err != nil || len(unread) != 1 || unread[0].Rule != "stuck" || unread[0].Again != len(told)-1 || !unread[0].First.Equal(told[0]) {
			t.Errorf("of %d the applicant has to read %+v, %v", len(told), unread, err)
		}
		// Once the head has signed, nothing is held up.
		y.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		y.settle()
		unread, err = y.kit.Queue().Notices(y.ctx, y.as("P13"), ismskit.NoticeFilter{Kinds: []string{ismskit.MessageRead}, Unread: true})
		if err != nil || len(unread) != 0 {
			t.Errorf("he still reads that it is held up: %+v, %v", unread, err)
		}
	})
	t.Run("a handling", func(t *testing.T) {
		y := open(t)
		y.act("P11", y.apply("P13", oneRow()).Case, ismskit.Action{Verb: workflow.VerbApprove})
		y.settle()
		row := y.todo("P05")[0].Case
		aYear(y)
		y.neverSilent("the handler", row, "P05", "overdue", 20)
		y.toldAbove("above the handler", row, "P04", "12-01")
	})
	t.Run("a confirmation ends by itself", func(t *testing.T) {
		y := open(t)
		id := y.apply("P13", oneRow()).Case
		y.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		y.settle()
		y.act("P05", y.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
		aYear(y)
		y.heard("the applicant", id, "P13 opened 11-23 09:00", "P13 before 11-27 08:20", "P13 on_day 11-30 08:20", "P13 closed 12-01 00:00")
	})
	t.Run("an account that nobody closes", func(t *testing.T) {
		y := open(t)
		y.request(calendar.DateOf(monday.AddDate(0, 0, 7)), true)
		aYear(y)
		closure := y.cases("grant_closure")[0].ID
		y.neverSilent("the administrator", closure, "P05", "overdue", 20)
		y.toldAbove("above the administrator", closure, "P04", "12-07")
	})
	t.Run("an office outside that never answers", func(t *testing.T) {
		y := open(t)
		y.act("P11", y.apply("P13", threeRows()).Case, ismskit.Action{Verb: workflow.VerbApprove})
		y.settle()
		row := y.todo("P06")[0].Case
		y.act("P06", row, ismskit.Action{Verb: workflow.VerbSendOut, Outside: &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Sent: y.now, ExpectedDate: "2026-11-30"}})
		aYear(y)
		y.neverSilent("the contact", row, "P06", "reply", 10)
		if n := len(y.moments(row, "P06", "overdue")); n > 60 {
			t.Errorf("and %d times more", n)
		}
		for _, m := range y.toldOf(row) {
			if strings.HasPrefix(m, "P06 escalate") {
				t.Errorf("who is late himself is told as if he were above: %s", m)
			}
		}
	})
}

package ismskit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/workflow"
)

// twoStepFlow asks one after the other, beside somebody who has long.
const twoStepFlow = `{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],
	"root":{"parallel":{"id":"all","branches":[
	{"sequence":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P11"]}],"due":{"term":"1wd"}}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"review","who":[{"kind":"person","ids":["P01"]}],"due":{"term":"2wd"}}}]},
	{"step":{"id":"room","name":{"zh-TW":"資訊室","en":"IT room"},"kind":"review","who":[{"kind":"person","ids":["P06"]}],"due":{"term":"1m"},
		"extend":{"max":1,"tiers":[{"who":[{"kind":"person","ids":["P01"]}]}]}}}]}}}`

// allowed grants all extensions of a case that are asked for.
func (o *office) allowed(id string) {
	o.t.Helper()
	c := o.read("P01", id)
	for _, task := range c.Flow.Open() {
		if task.Origin == workflow.OriginExtend {
			o.act("P01", id, ismskit.Action{Verb: workflow.VerbApprove, Task: task.ID})
		}
	}
}

// A closure that moves nothing of what is open counts for the step that comes next, and
// for an extension; taken back, all is as it was.
func TestTheNextStepIsCountedByWhatIsClosed(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, twoStepFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		o.due(id, map[string]string{"head": "11-25 00:00", "room": "12-24 00:00"})
		o.closed(ismskit.ClosedDays{From: on(11, 26), Reason: "機房停電"})
		o.due(id, map[string]string{"head": "11-25 00:00", "room": "12-24 00:00"})
		o.until(time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC))
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.due(id, map[string]string{"chief": "11-28 00:00", "room": "12-24 00:00"})
		o.withdrawn(on(11, 26))
		o.due(id, map[string]string{"chief": "11-27 00:00", "room": "12-24 00:00"})

		o.closed(ismskit.ClosedDays{From: on(12, 28), Reason: "機房停電"})
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "5d", Comment: "資料待補"})
		o.allowed(id)
		o.due(id, map[string]string{"room": "12-30 00:00"})
	})
}

// A type that keeps its deadlines keeps those that are open: what opens after a calendar
// was issued anew goes by the new issue (114.6.13: 12.25 became a holiday).
func TestKeptDeadlinesAndTheNextStep(t *testing.T) {
	onEmptyDatabases(t, func(t *testing.T, store ismskit.Store) {
		kept := memo(t, strings.Replace(twoStepFlow, `"term":"1m"`, `"term":"4wd"`, 1))
		kept.KeepDeadlines = true
		open := func(c *calendar.Calendar) *office {
			return openOfficeAt(t, store, time.Date(2025, 12, 23, 1, 0, 0, 0, time.UTC), func(cfg *ismskit.Config) { // 114.12.23（二）
				cfg.Calendar, cfg.Types = c, append(cfg.Types, kept)
			})
		}
		id := open(calendar.TaiwanAsIssued()).memo()
		o := open(calendar.Taiwan())
		o.settle()
		o.due(id, map[string]string{"head": "12-25 00:00", "room": "12-30 00:00"})
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.due(id, map[string]string{"chief": "12-27 00:00", "room": "12-30 00:00"})

		o.until(time.Date(2025, 12, 24, 1, 0, 0, 0, time.UTC))
		o.closed(ismskit.ClosedDays{From: calendar.Date{Year: 2025, Month: 12, Day: 26}, Reason: "停電"})
		o.due(id, map[string]string{"chief": "12-30 00:00", "room": "12-31 00:00"})
		o.withdrawn(calendar.Date{Year: 2025, Month: 12, Day: 26})
		o.due(id, map[string]string{"chief": "12-27 00:00", "room": "12-30 00:00"})
	})
}

// lapsingFlow ends a case that nobody confirms in the term he has for it.
const lapsingFlow = `{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],
	"root":{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"person","ids":["P11"]}],"due":{"term":"3wd"},"remind":{"on_day":true},
		"timeout":{"after":"3wd","then":"close","reason":{"zh-TW":"逾期未確認，系統結案","en":"Not confirmed in time"}},
		"extend":{"max":1,"tiers":[{"who":[{"kind":"person","ids":["P01"]}]}]}}}}`

// What ends by itself with its deadline ends no day before the one that is shown, also
// where that was extended.
func TestNothingLapsesBeforeItsExtendedDeadline(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, lapsingFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbExtend, Term: "2wd", Comment: "資料待補"})
		o.allowed(id)
		o.settle()
		o.due(id, map[string]string{"head": "12-01 00:00"})
		o.until(time.Date(2026, 11, 30, 15, 59, 0, 0, time.UTC))
		o.due(id, map[string]string{"head": "12-01 00:00"})
		o.until(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC))
		if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeLapsed {
			t.Errorf("outcome %q", c.Flow.Outcome)
		}
	})
}

// The same where a type keeps its deadlines, and the calendar in force has a working day
// more than the one it was counted by.
func TestNothingLapsesBeforeItsKeptDeadline(t *testing.T) {
	kept := memo(t, lapsingFlow)
	kept.KeepDeadlines = true
	store := storagetest.Twice(memory.New())
	open := func(c *calendar.Calendar) *office {
		return openOfficeAt(t, store, time.Date(2025, 12, 23, 1, 0, 0, 0, time.UTC), func(cfg *ismskit.Config) { // 114.12.23（二）
			cfg.Calendar, cfg.Types = c, append(cfg.Types, kept)
		})
	}
	id := open(calendar.Taiwan()).memo()
	o := open(calendar.TaiwanAsIssued())
	o.settle()
	o.due(id, map[string]string{"head": "12-30 00:00"})
	o.until(time.Date(2025, 12, 29, 15, 59, 0, 0, time.UTC))
	o.due(id, map[string]string{"head": "12-30 00:00"})
	o.until(time.Date(2025, 12, 29, 16, 0, 0, 0, time.UTC))
	if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeLapsed {
		t.Errorf("outcome %q", c.Flow.Outcome)
	}
}

// Three servers are brought up at once, each with another new issue of the calendar: all
// start, and each issue counts in its turn.
func TestThreeServersStartWithACalendarIssuedAnew(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store, memo(t, incidentFlow))
		before := o.preview(typhoon).Seen
		const rounds, servers = 4, 3
		for round := range rounds {
			done := make(chan error, servers)
			for i := range servers {
				issue, err := calendar.New("tw", fmt.Sprintf("issue %d.%d", round, i), calendar.Taiwan().Days())
				if err != nil {
					t.Fatal(err)
				}
				server := serverOf(t, store, o.now, issue)
				go func() { done <- server.Start(context.Background()) }()
			}
			for range servers {
				if err := <-done; err != nil {
					t.Fatal(err)
				}
			}
		}
		o.settle()
		if n := o.preview(typhoon).Seen; n != before+rounds*servers {
			t.Errorf("state %d after %d issues, and %d before", n, rounds*servers, before)
		}
	})
}

// serverOf is a further server of an office, not yet started.
func serverOf(t *testing.T, store ismskit.Store, now time.Time, issue *calendar.Calendar) *ismskit.Kit {
	t.Helper()
	kit, err := ismskit.New(ismskit.Config{
		Store: store, Blobs: memory.NewBlobs(), Types: []ismskit.Type{memo(t, incidentFlow)}, Calendar: issue, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return kit
}

// The form that follows an approval by word of mouth (補單) is due a day later too, on its
// applicant's list and wherever it is chased, and his draft stays as he has it.
func TestALateFormMovesWithAClosure(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		draft, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "account_request", Values: urgent("P11", monday.Add(-20*time.Minute), time.Time{})})
		if err != nil {
			t.Fatal(err)
		}
		due := func(want string) {
			t.Helper()
			if todo := o.todo("P13"); len(todo) != 1 || todo[0].Kind != ismskit.TaskLateForm || todo[0].DueDate != want {
				t.Errorf("on his list: %+v, want %s", todo, want)
			}
			if c := o.read("P13", draft.Case); c.Oral == nil || c.Oral.Due.Date.String() != want {
				t.Errorf("on the page: %+v, want %s", c.Oral, want)
			}
		}
		due("2026-11-26")
		o.overseer("P05")
		if m := o.preview(typhoon); m.Deadlines != 1 || len(m.Lines) != 1 || m.Lines[0].From != on(11, 26) || m.Lines[0].To != on(11, 27) {
			t.Errorf("%+v", m)
		}
		o.closed(typhoon)
		due("2026-11-27")
		if _, err := o.kit.Act(o.ctx, o.as("P13"), draft.Case, ismskit.Action{Verb: ismskit.VerbSave, Revision: draft.Revision, Values: forms.Values{"reason": "主機磁碟故障"}}); err != nil {
			t.Errorf("his draft has gone stale: %v", err)
		}
		due("2026-11-27")
		o.withdrawn(on(11, 24))
		due("2026-11-26")
		o.until(monday.AddDate(0, 0, 4)) // 115.11.27（五）
		o.told("P13", "late_form@11-25", "late_form@11-26", "late_form@11-27")
	})
}

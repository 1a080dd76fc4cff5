package ismskit_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// previous is the store as a program has it that is older than calendars of the office:
// it knows no state of one, keeps on a case what it knows, and no more, and says nothing of
// the rest on the trail.
type previous struct{ ismskit.Store }

type (
	previousTx    struct{ ismskit.Tx }
	previousCases struct{ ismskit.Cases }
	noStates      struct{ ismskit.Definitions }
)

func (p previous) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return p.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, previousTx{tx}) })
}

func (p previous) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return p.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, previousTx{tx}) })
}

func (p previousTx) Cases() ismskit.Cases             { return previousCases{p.Tx.Cases()} }
func (p previousTx) Definitions() ismskit.Definitions { return noStates{p.Tx.Definitions()} }

func (p previousCases) Get(ctx context.Context, id string) (ismskit.CaseRow, error) {
	c, err := p.Cases.Get(ctx, id)
	if err == nil {
		c.Extra, err = knownBefore(c.Extra)
	}
	return c, err
}

func (p previousCases) Update(ctx context.Context, c ismskit.CaseRow, put []ismskit.TaskRow, drop []string) error {
	var err error
	if c.Extra, err = knownBefore(c.Extra); err != nil {
		return err
	}
	return p.Cases.Update(ctx, c, put, drop)
}

func knownBefore(extra []byte) ([]byte, error) {
	kept := map[string]json.RawMessage{}
	if err := json.Unmarshal(extra, &kept); err != nil {
		return nil, err
	}
	delete(kept, "calendar")
	delete(kept, "redated")
	delete(kept, "moved")
	return json.Marshal(kept)
}

func (d noStates) List(ctx context.Context, kind, key string) ([]ismskit.Definition, error) {
	if kind == "office_calendar" {
		return nil, nil
	}
	return d.Definitions.List(ctx, kind, key)
}

// openPrevious opens a previous program beside an office.
func (o *office) openPrevious(types ...ismskit.Type) *office {
	o.t.Helper()
	return openOfficeAt(o.t, previous{o.store}, o.now, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, types...) })
}

// later lets time pass for both programs.
func (o *office) later(before *office, by time.Duration) {
	o.t.Helper()
	o.until(o.now.Add(by))
	before.now = o.now
}

// While the office goes over to a new program, a previous one beside it writes a case whose
// deadline a closure has moved: it does not move a second time, and comes back to what it
// was when the closure is withdrawn.
func TestAPreviousProgramWritesWhatAClosureMoved(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, twoStepFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		o.due(id, map[string]string{"head": "11-25 00:00", "room": "12-24 00:00"})
		o.closed(typhoon)
		moved := map[string]string{"head": "11-26 00:00", "room": "12-24 00:00"}
		o.due(id, moved)

		before := o.openPrevious(memo(t, twoStepFlow))
		before.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "補充說明"})
		o.settle()
		o.due(id, moved)
		o.closed(ismskit.ClosedDays{From: on(12, 28), Reason: "機房停電"}) // which concerns nothing here
		o.due(id, moved)
		before.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "再補充"})
		o.withdrawn(on(11, 24))
		o.due(id, map[string]string{"head": "11-25 00:00", "room": "12-24 00:00"})

		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), id); err != nil || len(faults) != 0 {
			t.Errorf("trail: %v %v", faults, err)
		}
		// What opens now is counted by the calendar in force as ever.
		o.until(time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC))
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.due(id, map[string]string{"chief": "11-26 00:00"})
	})
}

// What this program opened, by the calendar in force, is known as such after a previous
// one has written the case: the next closure does not count the first once more.
func TestAPreviousProgramWritesWhatOpenedByTheCalendarInForce(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, twoStepFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		o.closed(typhoon)
		before := o.openPrevious(memo(t, twoStepFlow))
		o.later(before, time.Hour)
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		o.due(id, map[string]string{"chief": "11-27 00:00"}) // the 25th and the 26th

		o.later(before, time.Hour)
		before.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "補充說明"})
		o.closed(ismskit.ClosedDays{From: on(11, 25), Reason: "機房停電"})
		o.due(id, map[string]string{"chief": "11-28 00:00"})
	})
}

// What a previous program opens is counted as if no office were closed: the next closure
// makes up for all.
func TestAPreviousProgramOpensAStep(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, twoStepFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		o.closed(typhoon)
		before := o.openPrevious(memo(t, twoStepFlow))
		before.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove}) // at the moment of the closure
		o.due(id, map[string]string{"chief": "11-26 00:00"})              // the 24th and the 25th

		o.closed(ismskit.ClosedDays{From: on(11, 25), Reason: "機房停電"})
		o.due(id, map[string]string{"chief": "11-28 00:00"}) // the 26th and the 27th
	})
}

// watched counts the reads in which trails of cases are looked at.
type watched struct {
	ismskit.Store
	reads int
}

type (
	watchedTx struct {
		ismskit.Tx
		looked *bool
	}
	watchedTrail struct {
		ismskit.Trail
		looked *bool
	}
)

func (s *watched) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	looked := false
	err := s.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, watchedTx{tx, &looked}) })
	if looked {
		s.reads++
	}
	return err
}

func (t watchedTx) Trail() ismskit.Trail { return watchedTrail{t.Tx.Trail(), t.looked} }

func (t watchedTrail) Entries(ctx context.Context, q ismskit.EntryQuery) ([]ismskit.TrailEntry, error) {
	*t.looked = *t.looked || strings.HasPrefix(q.Chain, "case/")
	return t.Trail.Entries(ctx, q)
}

// By what a case is counted is asked of its trail only where a previous program may have
// written it: not of each case that nobody has touched since the office was first closed.
func TestOnlyWhatAPreviousProgramMayHaveWrittenIsLookedUp(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, twoStepFlow)}, func(t *testing.T, o *office) {
		kind := memo(t, twoStepFlow)
		store := &watched{Store: o.store}
		id := o.memo()
		before := o.openPrevious(kind)
		o.later(before, 2*time.Hour)
		o.closed(ismskit.ClosedDays{From: on(12, 28), Reason: "機房停電"}) // which moves nothing
		o.later(before, 2*time.Hour)
		looks := func(when string, want int) {
			t.Helper()
			reader := openOfficeAt(t, store, o.now, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, kind) })
			store.reads = 0
			if m := reader.preview(typhoon); !m.Others {
				t.Errorf("%s nothing moves: %+v", when, m)
			}
			if store.reads != want {
				t.Errorf("%s %d trails are read, want %d", when, store.reads, want)
			}
		}
		looks("untouched,", 0)
		before.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "補充說明"})
		looks("after a previous program,", 1)
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "再補充"})
		looks("after this program,", 0)

		store.reads = 0
		writer := openOfficeAt(t, store, o.now, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, kind) })
		writer.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "三補充"})
		if store.reads != 0 {
			t.Errorf("an action reads %d trails", store.reads)
		}
	})
}

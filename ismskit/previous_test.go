package ismskit_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// previous is a store through which a program writes that is older than calendars of the
// office: it keeps on a case what it knows, and no more, and says nothing of the rest on
// the trail.
type previous struct{ ismskit.Store }

type (
	previousTx    struct{ ismskit.Tx }
	previousCases struct{ ismskit.Cases }
)

func (p previous) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return p.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, previousTx{tx}) })
}

func (p previousTx) Cases() ismskit.Cases { return previousCases{p.Tx.Cases()} }

func (p previousCases) Update(ctx context.Context, c ismskit.CaseRow, put []ismskit.TaskRow, drop []string) error {
	kept := map[string]json.RawMessage{}
	if err := json.Unmarshal(c.Extra, &kept); err != nil {
		return err
	}
	delete(kept, "calendar")
	delete(kept, "redated")
	var err error
	if c.Extra, err = json.Marshal(kept); err != nil {
		return err
	}
	return p.Cases.Update(ctx, c, put, drop)
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

		before := openOfficeAt(t, previous{o.store}, o.now, func(cfg *ismskit.Config) { cfg.Types = append(cfg.Types, memo(t, twoStepFlow)) })
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

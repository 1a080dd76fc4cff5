package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/workflow"
)

// The clock of a request stands for its rows too: whoever stops it stops what is under way below
// it, and a row goes on when the request does. A row that somebody stopped by itself stays so.

// clockJob has the rows follow the clock of their request, as it is when the job comes to it.
func (w *work) clockJob(e workflow.Event) {
	for _, m := range w.after.state.Marks {
		if m.Batch != "" && m.Status == workflow.MarkOpen {
			id := w.after.row.ID
			w.jobs = append(w.jobs, Job{Key: rowsClockKey(id) + "|" + string(e.Kind), Kind: jobRowsClock, Subject: id, Due: w.now})
			return
		}
	}
}

func rowsClockKey(parent string) string { return "clock|" + parent }

// rowsClock stops or starts the clocks of a request's rows, where they don't stand as its own does.
func (k *Kit) rowsClock(ctx context.Context, job Job) error {
	parent, err := k.take(ctx, job.Subject)
	if err != nil {
		return err
	}
	if err := k.likeParent(ctx, parent); err != nil {
		return err
	}
	return k.done(ctx, job)
}

func (k *Kit) likeParent(ctx context.Context, parent caseInHand) error {
	children, err := k.children(ctx, parent.row.ID)
	if err != nil {
		return err
	}
	for _, child := range children {
		if m, open := markOf(parent.state, child.extra.Batch); !open || m.Status != workflow.MarkOpen || child.stopped() == parent.stopped() {
			continue
		}
		err := k.systemAct(ctx, child.row.ID, func(c caseInHand, w *work) (workflow.Action, bool, error) {
			switch {
			case parent.stopped() && c.state.Phase == workflow.PhaseRunning:
				why := parent.state.Stops[len(parent.state.Stops)-1].Reason
				return workflow.Action{Verb: workflow.VerbSuspend, Comment: k.text("clock.parent_stopped", map[string]string{"why": why})}, true, nil
			case !parent.stopped() && c.stopped() && c.state.Stops[len(c.state.Stops)-1].By.Person == SystemPerson:
				return workflow.Action{Verb: workflow.VerbResume, Comment: k.text("clock.parent_resumed", nil), Dues: w.resumedByNow()}, true, nil
			}
			return workflow.Action{}, false, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

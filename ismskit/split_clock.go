package ismskit

import (
	"context"
	"errors"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// The clock of a request stands for its rows too: whoever stops it stops what is under way below
// it, and a row goes on when the request does. A row that somebody stopped by itself stays so.

// clockJob has the rows follow the clock of their request, as it is when the job comes to it.
// A request has one such job: what is put while it runs has it run again.
func (w *work) clockJob() {
	for _, m := range w.after.state.Marks {
		if m.Batch != "" && m.Status == workflow.MarkOpen {
			w.jobs = append(w.jobs, rowsClockJob(w.after.row.ID, w.now))
			return
		}
	}
}

func rowsClockJob(parent string, due time.Time) Job {
	return Job{Key: "clock|" + parent, Kind: jobRowsClock, Subject: parent, Due: due}
}

// rowsClock stops or starts the clocks of a request's rows, where they don't stand as its own does.
// The request is looked at anew for each, and all of them where it has changed meanwhile: it may go
// on while this goes through its rows. A row that can't be worked with keeps none of the others.
func (k *Kit) rowsClock(ctx context.Context, job Job) error {
	for range maxRaces {
		before, err := k.take(ctx, job.Subject)
		if err != nil {
			return err
		}
		children, err := k.children(ctx, job.Subject)
		if err != nil {
			return err
		}
		var failed []error
		for _, child := range children {
			if child.state.Phase == workflow.PhaseRunning || child.stopped() {
				failed = append(failed, k.likeParent(ctx, job.Subject, child))
			}
		}
		if err := errors.Join(failed...); err != nil {
			return err
		}
		after, err := k.take(ctx, job.Subject)
		if err != nil {
			return err
		}
		if after.row.Revision == before.row.Revision {
			return k.done(ctx, job)
		}
	}
	return k.again(ctx, job, k.moment())
}

func (k *Kit) likeParent(ctx context.Context, parent string, child caseInHand) error {
	return k.systemAct(ctx, child.row.ID, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		of, err := k.take(ctx, parent)
		if err != nil {
			return workflow.Action{}, false, err
		}
		m, open := markOf(of.state, child.extra.Batch)
		switch {
		case !open || m.Status != workflow.MarkOpen:
		case of.stopped() && c.state.Phase == workflow.PhaseRunning:
			why := of.state.Stops[len(of.state.Stops)-1].Reason
			return workflow.Action{Verb: workflow.VerbSuspend, Comment: k.text("clock.parent_stopped", map[string]string{"why": why})}, true, nil
		case !of.stopped() && c.stopped() && c.state.Stops[len(c.state.Stops)-1].By.Person == SystemPerson:
			return workflow.Action{Verb: workflow.VerbResume, Comment: k.text("clock.parent_resumed", nil), Dues: w.resumedByNow()}, true, nil
		}
		return workflow.Action{}, false, nil
	})
}

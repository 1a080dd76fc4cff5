package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// Work is what is to be done, and what was told to whom.
type Work struct{ k *Kit }

// Dead lists the jobs that were given up, for those who look after the system.
func (w Work) Dead(ctx context.Context, actor Actor) ([]Job, error) {
	if err := w.k.allow(ctx, actor, w.k.cfg.Rights.ManageQueue); err != nil {
		return nil, err
	}
	var out []Job
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Jobs(ctx, JobQuery{Dead: true})
		out = found
		return err
	})
	return out, err
}

// Redrive lets a job that was given up be tried again now.
func (w Work) Redrive(ctx context.Context, actor Actor, id string) error {
	dead, err := w.Dead(ctx, actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(dead, func(j Job) bool { return j.ID == id })
	if i < 0 {
		return ErrNotFound
	}
	by, err := w.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	job, now := dead[i], w.k.moment()
	err = w.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Due: now, Since: job.Since}); err != nil {
			return err
		}
		return w.k.appendEvent(ctx, tx, "queue/"+job.Key, Event{Verb: "redrive", Number: job.Key, By: by}, now)
	})
	if err == nil {
		w.k.wakeAt(now)
	}
	return err
}

// Plan arms cases that open by themselves at a moment, as a closing hook's
// OpenLater does: for stock that a host brings along, such as grants that were
// given before. System actor only (ErrForbidden).
func (w Work) Plan(ctx context.Context, actor Actor, openings ...OpenLater) error {
	if !actor.system {
		return ErrForbidden
	}
	now := w.k.moment()
	err := w.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, o := range openings {
			if err := w.k.openLater(ctx, tx, o, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		for _, o := range openings {
			w.k.wakeAt(o.At)
		}
	}
	return err
}

// byline is how an actor stands on a trail that is no case's.
func (k *Kit) byline(ctx context.Context, actor Actor) (workflow.Signer, error) {
	if actor.system {
		return k.systemSigner(), nil
	}
	return k.person(ctx, actor.Person, k.moment())
}

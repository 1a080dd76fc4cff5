package ismskit

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// Work is what is to be done, and what was told to whom.
type Work struct{ k *Kit }

// Mails says whether what is told leaves by mail too. Without a Config.Notifier it
// stays on the notices page, and no mail is written. Anybody of the house.
func (w Work) Mails(ctx context.Context, actor Actor) (bool, error) {
	w.k = w.k.once()
	if !actor.system {
		if _, err := w.k.person(ctx, actor.Person, w.k.moment()); err != nil {
			return false, err
		}
	}
	return w.k.cfg.Notifier != nil, nil
}

// JobFilter selects a page of jobs, the one due first first.
type JobFilter struct {
	After   time.Time // keyset: Due of the last one seen, and its ID
	AfterID string
	Limit   int // 0 means 200
}

// Dead lists the jobs that were given up, for those who look after the system.
func (w Work) Dead(ctx context.Context, actor Actor, f JobFilter) ([]Job, error) {
	w.k = w.k.once()
	return w.dead(ctx, actor, JobQuery{After: f.After, AfterID: f.AfterID, Limit: f.Limit})
}

func (w Work) dead(ctx context.Context, actor Actor, q JobQuery) ([]Job, error) {
	if err := w.k.allow(ctx, actor, w.k.cfg.Rights.ManageQueue); err != nil {
		return nil, err
	}
	q.Dead = true
	var out []Job
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Jobs(ctx, q)
		out = found
		return err
	})
	return out, err
}

// Redrive lets a job that was given up be tried again now; ErrNotFound.
func (w Work) Redrive(ctx context.Context, actor Actor, id string) error {
	w.k = w.k.once()
	dead, err := w.dead(ctx, actor, JobQuery{IDs: []string{id}})
	if err != nil {
		return err
	}
	if len(dead) == 0 {
		return ErrNotFound
	}
	by, err := w.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	job, now := dead[0], w.k.moment()
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
	w.k = w.k.once()
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

package ismskit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/ismskit/reminder"
)

// waker tells the schedulers that run in this process that something is due. It
// is called after the commit.
type waker struct {
	mu         sync.Mutex
	schedulers []*reminder.Scheduler
}

func (w *waker) at(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.schedulers {
		s.Wake(t)
	}
}

func (w *waker) add(s *reminder.Scheduler) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.schedulers = append(w.schedulers, s)
}

func (w *waker) remove(s *reminder.Scheduler) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.schedulers = slices.DeleteFunc(w.schedulers, func(x *reminder.Scheduler) bool { return x == s })
}

// wakeAt tells the schedulers of this process that something is due. In a joined
// transaction that waits for the host's commit.
func (k *Kit) wakeAt(t time.Time) {
	if !k.joined {
		k.wake.at(t)
	}
}

// jobQueue is the Store's queue as the scheduler works off it.
type jobQueue struct{ store Store }

func (q jobQueue) Claim(ctx context.Context, c reminder.Claim) ([]reminder.Job, error) {
	var out []reminder.Job
	err := q.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		jobs, err := tx.Queue().Due(ctx, c.Due, c.Now, c.Limit)
		if err != nil || len(jobs) == 0 {
			out = nil
			return err
		}
		ids := make([]string, len(jobs))
		claimed := make([]reminder.Job, len(jobs))
		for i, j := range jobs {
			ids[i] = j.ID
			claimed[i] = reminder.Job{
				ID: j.ID, Key: j.Key, Kind: j.Kind, Subject: j.Subject, Payload: j.Payload,
				Due: j.Due, Since: j.Since, Attempt: j.Attempt, Fence: j.Fence + 1,
			}
		}
		if err := tx.Queue().Lease(ctx, c.Until, ids...); err != nil {
			return err
		}
		out = claimed
		return nil
	})
	return out, err
}

func (q jobQueue) Settle(ctx context.Context, s reminder.Settlement) error {
	err := q.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Queue().Settle(ctx, Settlement{
			ID: s.ID, Fence: s.Fence, Done: s.Done, Due: s.Due, Since: s.Since, Attempt: s.Attempt, Dead: s.Dead, Error: s.Error,
		})
	})
	if errors.Is(err, ErrConflict) {
		return reminder.ErrLost
	}
	return err
}

func (q jobQueue) Next(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := q.store.View(ctx, func(ctx context.Context, tx Tx) error {
		t, err := tx.Queue().Next(ctx)
		at = t
		return err
	})
	return at, err
}

func (k *Kit) scheduler() (*reminder.Scheduler, error) {
	return reminder.New(reminder.Config{
		Queue: jobQueue{k.store}, Now: k.moment, Log: k.log,
		Handle: func(ctx context.Context, job reminder.Job, at time.Time) (reminder.Result, error) {
			err := k.carryOut(ctx, Job{
				ID: job.ID, Key: job.Key, Kind: job.Kind, Subject: job.Subject, Payload: job.Payload,
				Due: job.Due, Since: job.Since, Attempt: job.Attempt, Fence: job.Fence,
			}, at)
			switch {
			case isPlainConflict(err):
				// Somebody moved the job meanwhile: it is due again and done anew.
				return reminder.Result{Settled: true}, nil
			case errors.Is(err, ErrNotFound) || errors.Is(err, ErrReadOnly):
				return reminder.Result{}, reminder.Fatal(err)
			}
			return reminder.Result{Settled: true}, err
		},
	})
}

// Run carries out what is due until ctx ends: it tells people, opens child cases,
// goes on with parents, lapses what nobody answered, and sends mail. Any number
// of servers may run it on the same Store. It begins with an entry on the trail, where this
// server is set up otherwise than the one that ran before (LogSettings).
func (k *Kit) Run(ctx context.Context) error {
	s, err := k.scheduler()
	if err != nil {
		return err
	}
	if err := k.noteSettings(ctx); err != nil {
		return err
	}
	k.wake.add(s)
	defer k.wake.remove(s)
	return s.Run(ctx)
}

// RunUntil carries out everything that is due up to t, in order, each at its own
// moment of business time. Tests and the demonstration move time only by it.
func (k *Kit) RunUntil(ctx context.Context, t time.Time) error {
	s, err := k.scheduler()
	if err != nil {
		return err
	}
	return s.RunUntil(ctx, t)
}

// enqueue puts jobs, each under an id of its own, so that a worker that was late
// never settles a later job of the same key.
func enqueue(ctx context.Context, tx Tx, at time.Time, jobs ...Job) error {
	named := make([]Job, len(jobs))
	for i, j := range jobs {
		named[i] = j
		named[i].ID = uuid.Must(uuid.NewV7()).String()
	}
	return tx.Queue().Put(ctx, at, named...)
}

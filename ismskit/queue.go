package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
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
// of servers may run it on the same Store.
func (k *Kit) Run(ctx context.Context) error {
	s, err := k.scheduler()
	if err != nil {
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
	job, now, by := dead[i], w.k.moment(), w.k.byline(ctx, actor)
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
func (k *Kit) byline(ctx context.Context, actor Actor) (by workflow.Signer) {
	if actor.system {
		return systemSigner()
	}
	by, err := k.person(ctx, actor.Person, k.moment())
	if err != nil {
		by.Person = actor.Person
	}
	return by
}

// NoticeFilter selects one's own messages, newest first.
type NoticeFilter struct {
	Kinds   []string // MessageAction, MessageRead, MessageMail; none means all
	Unread  bool
	After   time.Time // keyset: Created of the last one seen
	AfterID string
	Limit   int
}

// Notices lists the actor's messages and mails in the words they were sent.
func (w Work) Notices(ctx context.Context, actor Actor, f NoticeFilter) ([]Message, error) {
	if actor.Person == "" {
		return nil, ErrForbidden
	}
	var out []Message
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{
			Person: actor.Person, Kinds: f.Kinds, Unread: f.Unread, After: f.After, AfterID: f.AfterID, Limit: f.Limit,
		})
		out = found
		return err
	})
	return out, err
}

// Of lists everything that was told to anybody about a case, for those who may
// see it: when, by which rule, in which words.
func (w Work) Of(ctx context.Context, actor Actor, caseID string) ([]Message, error) {
	c, err := w.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	if _, err := w.k.mayRead(ctx, actor, c, w.k.moment()); err != nil {
		return nil, err
	}
	var out []Message
	err = w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{Case: caseID})
		out = found
		return err
	})
	return out, err
}

// Read marks the actor's own messages as read.
func (w Work) Read(ctx context.Context, actor Actor, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := w.k.person(ctx, actor.Person, w.k.moment()); err != nil {
		return err
	}
	now := w.k.moment()
	return w.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Person: actor.Person, Limit: len(ids)})
		if err != nil {
			return err
		}
		for _, m := range found {
			if !m.Read.IsZero() || m.Person != actor.Person {
				continue
			}
			m.Read = now
			if err := tx.Queue().PutMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// addressee is where a person's mail goes.
type addressee struct{ Name, Email string }

// Addresses is implemented by a Directory that knows people's mail addresses.
// Without it no mail is sent.
type Addresses interface {
	Address(ctx context.Context, person string) (name, email string, err error)
}

func (k *Kit) addressee(ctx context.Context, person string) (addressee, error) {
	port, ok := k.directory.(Addresses)
	if !ok {
		return addressee{}, nil
	}
	name, email, err := port.Address(ctx, person)
	if err != nil {
		return addressee{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	return addressee{Name: name, Email: email}, nil
}

// Address implements Addresses.
func (h HouseDirectory) Address(ctx context.Context, person string) (name, email string, err error) {
	p, found, err := h.Person(ctx, person)
	if err != nil || !found {
		return "", "", err
	}
	return p.Name, p.Email, nil
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

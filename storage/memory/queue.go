package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type queue struct{ *tx }

func jobCopy(j ismskit.Job) ismskit.Job {
	j.Payload = bytes.Clone(j.Payload)
	j.Due, j.Since, j.Leased = clean.Moment(j.Due), clean.Moment(j.Since), clean.Moment(j.Leased)
	return j
}

func (q queue) Put(_ context.Context, at time.Time, jobs ...ismskit.Job) error {
	for _, j := range jobs {
		if err := q.write(j.ID, j.Key, j.Kind, j.Subject, j.Error); err != nil {
			return q.fail(err)
		}
		j = jobCopy(j)
		old, ok := q.jobs[j.Key]
		if ok {
			if waitsAlready(old, j, at) {
				continue
			}
			j.ID, j.Fence = old.ID, old.Fence+1
			if !old.Dead && (!old.Due.After(at) || !old.Leased.IsZero()) {
				j.Due, j.Since = old.Due, old.Since
			}
		} else if _, taken := q.jobIDs[j.ID]; taken {
			return q.fail(ismskit.ErrConflict)
		}
		put(q.tx, q.jobs, j.Key, j)
		put(q.tx, q.jobIDs, j.ID, j.Key)
	}
	return nil
}

// waitsAlready says whether a job waits to be done now just as it would be put:
// nobody has it in hand, and whoever takes it will see what led to it.
func waitsAlready(old, j ismskit.Job, at time.Time) bool {
	return !old.Dead && !old.Due.After(at) && old.Leased.IsZero() && !j.Dead && j.Leased.IsZero() &&
		old.Kind == j.Kind && old.Subject == j.Subject && bytes.Equal(old.Payload, j.Payload) &&
		old.Attempt == j.Attempt && old.Error == j.Error
}

func (q queue) remove(j ismskit.Job) {
	drop(q.tx, q.jobs, j.Key)
	drop(q.tx, q.jobIDs, j.ID)
}

func (q queue) Drop(_ context.Context, keys ...string) error {
	if err := q.write(keys...); err != nil {
		return q.fail(err)
	}
	for _, k := range keys {
		if j, ok := q.jobs[k]; ok && !j.Dead {
			q.remove(j)
		}
	}
	return nil
}

func (q queue) Due(_ context.Context, now, lease time.Time, n int) ([]ismskit.Job, error) {
	if q.failed != nil {
		return nil, q.failed
	}
	var found []ismskit.Job
	for _, j := range q.jobs {
		if !j.Dead && !j.Due.After(now) && !j.Leased.After(lease) {
			found = append(found, j)
		}
	}
	return earliest(found, limit(n, 100)), nil
}

func jobOrder(a, b ismskit.Job) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) }

func earliest(found []ismskit.Job, n int) []ismskit.Job {
	slices.SortFunc(found, jobOrder)
	found = found[:min(len(found), n)]
	for i, j := range found {
		found[i] = jobCopy(j)
	}
	return found
}

func (q queue) Lease(_ context.Context, until time.Time, ids ...string) error {
	if err := q.write(ids...); err != nil {
		return q.fail(err)
	}
	for _, id := range ids {
		if key, ok := q.jobIDs[id]; ok {
			j := q.jobs[key]
			j.Leased, j.Fence = clean.Moment(until), j.Fence+1
			put(q.tx, q.jobs, key, j)
		}
	}
	return nil
}

func (q queue) Settle(_ context.Context, s ismskit.Settlement) error {
	if err := q.write(s.ID, s.Error); err != nil {
		return q.fail(err)
	}
	j, ok := q.jobs[q.jobIDs[s.ID]]
	if !ok || j.ID != s.ID || j.Fence != s.Fence {
		return q.fail(ismskit.ErrConflict)
	}
	if s.Done {
		q.remove(j)
		return nil
	}
	j.Due, j.Since, j.Attempt, j.Dead, j.Error = clean.Moment(s.Due), clean.Moment(s.Since), s.Attempt, s.Dead, s.Error
	j.Leased = time.Time{}
	put(q.tx, q.jobs, j.Key, j)
	return nil
}

func (q queue) Next(context.Context) (time.Time, error) {
	var next time.Time
	for _, j := range q.jobs {
		if !j.Dead && j.Leased.IsZero() && (next.IsZero() || j.Due.Before(next)) {
			next = j.Due
		}
	}
	return next, q.failed
}

func (q queue) Jobs(_ context.Context, w ismskit.JobQuery) ([]ismskit.Job, error) {
	if q.failed != nil {
		return nil, q.failed
	}
	last := ismskit.Job{ID: w.AfterID, Due: clean.Moment(w.After)}
	var found []ismskit.Job
	for _, j := range q.jobs {
		if wanted(w.IDs, j.ID) && same(w.Kind, j.Kind) && same(w.Subject, j.Subject) && (j.Dead || !w.Dead) && (w.AfterID == "" || jobOrder(last, j) < 0) {
			if w.Bare {
				j.Payload, j.Error = nil, ""
			}
			found = append(found, j)
		}
	}
	return earliest(found, limit(w.Limit, 200)), nil
}

func (q queue) PutMessage(_ context.Context, m ismskit.Message) error {
	if err := q.write(); err != nil {
		return q.fail(err)
	}
	for _, t := range []*time.Time{&m.Created, &m.Due, &m.Sent, &m.Read, &m.Gone, &m.First} {
		*t = clean.Moment(*t)
	}
	row, err := copied(m)
	if err != nil {
		return q.fail(err)
	}
	put(q.tx, q.messages, m.ID, row)
	return nil
}

func (q queue) Messages(_ context.Context, w ismskit.MessageQuery) ([]ismskit.Message, error) {
	if q.failed != nil {
		return nil, q.failed
	}
	var found []ismskit.Message
	for _, m := range q.messages {
		if wanted(w.IDs, m.ID) && same(w.Person, m.Person) && same(w.Case, m.Case) && wanted(w.Kinds, m.Kind) &&
			(!w.Unread || (m.Read.IsZero() && m.Gone.IsZero())) && (!w.Unmailed || m.Mail == "") &&
			older(m.Created, m.ID, w.After, w.AfterID) {
			found = append(found, m)
		}
	}
	order := func(a, b ismskit.Message) int { return newest(a.Created, a.ID, b.Created, b.ID) }
	out, err := page(found, order, limit(w.Limit, 200))
	for i := range out {
		if w.Bare {
			out[i] = ismskit.Message{ID: out[i].ID}
		}
	}
	return out, err
}

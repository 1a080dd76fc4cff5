package storage

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

type queue struct{ *tx }

var (
	jobDue = &Statement{
		SQLite: `SELECT ` + jobColumns + ` FROM isms_jobs WHERE NOT dead AND due <= ? AND leased <= ? ORDER BY due, id LIMIT ?`,
		// Whoever else asks at the same time gets the next ones.
		Postgres: `SELECT ` + jobColumns + ` FROM isms_jobs WHERE NOT dead AND due <= ? AND leased <= ? ORDER BY due, id LIMIT ? FOR UPDATE SKIP LOCKED`,
	}
	jobDueSeen = both(`SELECT ` + jobColumns + ` FROM isms_jobs WHERE NOT dead AND due <= ? AND leased <= ? ORDER BY due, id LIMIT ?`)
	jobLease   = both(`UPDATE isms_jobs SET leased = ?, fence = fence + 1 WHERE id = ?`)
	jobDone    = must(ismskit.ErrConflict, `DELETE FROM isms_jobs WHERE id = ? AND fence = ?`)
	jobAgain   = must(ismskit.ErrConflict, `UPDATE isms_jobs SET due = ?, since = ?, attempt = ?, dead = ?, error = ?, leased = ?
	WHERE id = ? AND fence = ?`)
	// A job somebody works on is not waiting; should he die, the scheduler's slow
	// poll finds its lease ended.
	jobNext = both(`SELECT due FROM isms_jobs WHERE NOT dead AND leased = ? ORDER BY due, id LIMIT 1`)
)

// notLeased is what a job's lease is while nobody works on it.
var notLeased = micros(time.Time{})

func (q queue) Put(ctx context.Context, at time.Time, jobs ...ismskit.Job) error {
	now := micros(at)
	for _, j := range jobs {
		err := q.write(ctx, jobPut, j.ID, j.Key, j.Kind, j.Subject, j.Payload, micros(j.Due), micros(j.Since), j.Fence,
			j.Attempt, micros(j.Leased), j.Dead, j.Error, now, notLeased, now, notLeased, now, notLeased, notLeased)
		if err != nil {
			return err
		}
	}
	return nil
}

func (q queue) Drop(ctx context.Context, keys ...string) error {
	for _, k := range keys {
		if err := q.write(ctx, jobDrop, k); err != nil {
			return err
		}
	}
	return nil
}

func (q queue) Due(ctx context.Context, now, lease time.Time, n int) ([]ismskit.Job, error) {
	s := jobDueSeen
	if q.s.Writable() {
		s = jobDue
	}
	rows, err := q.read(ctx, s, micros(now), micros(lease), limit(n, 100))
	return all(rows, err, scanJob)
}

func (q queue) Lease(ctx context.Context, until time.Time, ids ...string) error {
	for _, id := range ids {
		if err := q.write(ctx, jobLease, micros(until), id); err != nil {
			return err
		}
	}
	return nil
}

func (q queue) Settle(ctx context.Context, s ismskit.Settlement) error {
	if s.Done {
		return q.write(ctx, jobDone, s.ID, s.Fence)
	}
	return q.write(ctx, jobAgain, micros(s.Due), micros(s.Since), s.Attempt, s.Dead, s.Error, notLeased, s.ID, s.Fence)
}

func (q queue) Next(ctx context.Context) (time.Time, error) {
	var due int64
	found, err := q.one(ctx, jobNext, []any{notLeased}, &due)
	if err != nil || !found {
		return time.Time{}, err
	}
	return moment(due), nil
}

func (q queue) Jobs(ctx context.Context, w ismskit.JobQuery) ([]ismskit.Job, error) {
	columns := jobColumns
	if w.Bare {
		columns = bareJobColumns
	}
	s := q.from("isms_jobs AS j").ColumnExpr(columns)
	s = among(s, "j.id", w.IDs)
	s = equal(s, "j.kind", w.Kind)
	s = equal(s, "j.subject", w.Subject)
	if w.Dead {
		s = s.Where("j.dead")
	}
	if w.AfterID != "" {
		s = s.Where("(j.due, j.id) > (?, ?)", micros(w.After), w.AfterID)
	}
	rows, err := q.built(ctx, s.OrderExpr("j.due, j.id").Limit(int64(limit(w.Limit, 200))))
	return all(rows, err, scanJob)
}

func scanJob(rows Rows) (ismskit.Job, error) {
	var j ismskit.Job
	var due, since, leased int64
	err := rows.Scan(&j.ID, &j.Key, &j.Kind, &j.Subject, &j.Payload, &due, &since, &j.Fence, &j.Attempt, &leased, &j.Dead, &j.Error)
	j.Due, j.Since, j.Leased = moment(due), moment(since), moment(leased)
	return j, err
}

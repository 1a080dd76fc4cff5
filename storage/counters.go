package storage

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
)

var (
	// On PostgreSQL the row is taken (and made, if it is the first) so that
	// nobody else numbers in this scope until the end; SQLite has one writer.
	counterTake = &Statement{
		SQLite: `SELECT n FROM isms_counters WHERE scope = ?`,
		Postgres: `INSERT INTO isms_counters (scope, n) VALUES (?, 0)
	ON CONFLICT (scope) DO UPDATE SET n = isms_counters.n RETURNING n`,
	}
	counterGet = both(`SELECT n FROM isms_counters WHERE scope = ?`)
	counterSet = both(`INSERT INTO isms_counters (scope, n) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET n = excluded.n`)

	outcomeGet = both(`SELECT request, case_id, revision, at FROM isms_outcomes WHERE actor = ? AND key = ?`)
	outcomePut = both(`INSERT INTO isms_outcomes (actor, key, request, case_id, revision, at) VALUES (?, ?, ?, ?, ?, ?)`)
)

func (c cases) Counter(ctx context.Context, scope string) (int64, error) {
	s := counterGet
	if c.s.Writable() {
		s = counterTake
	}
	var n int64
	_, err := c.one(ctx, s, []any{scope}, &n)
	return n, err
}

func (c cases) SetCounter(ctx context.Context, scope string, n int64) error {
	return c.write(ctx, counterSet, scope, n)
}

func (c cases) Outcome(ctx context.Context, actor, key string) (ismskit.Outcome, bool, error) {
	o := ismskit.Outcome{Actor: actor, Key: key}
	var request []byte
	var at int64
	found, err := c.one(ctx, outcomeGet, []any{actor, key}, &request, &o.Case, &o.Revision, &at)
	if err != nil || !found {
		return ismskit.Outcome{}, false, err
	}
	o.At = moment(at)
	o.Request, err = digest(request)
	return o, err == nil, err
}

func (c cases) PutOutcome(ctx context.Context, o ismskit.Outcome) error {
	return c.write(ctx, outcomePut, o.Actor, o.Key, o.Request[:], o.Case, o.Revision, micros(o.At))
}

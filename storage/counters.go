package storage

import (
	"context"
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

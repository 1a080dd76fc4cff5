package storage

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/internal/cells"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

// Tx returns the rows of a session.
func Tx(s Session) ismskit.Tx { return &tx{s: s, e: s.Engine()} }

// tx is a Session with the checks every row kind needs.
type tx struct {
	s Session
	e Engine
}

func (t *tx) Cases() ismskit.Cases             { return cases{t} }
func (t *tx) Outcomes() ismskit.Outcomes       { return outcomes{t} }
func (t *tx) Trail() ismskit.Trail             { return trail{t} }
func (t *tx) Queue() ismskit.Queue             { return queue{t} }
func (t *tx) Documents() document.Store        { return documents{t} }
func (t *tx) Registers() register.Store        { return registers{t} }
func (t *tx) Records() record.Store            { return records{t} }
func (t *tx) Definitions() ismskit.Definitions { return definitions{t} }

// write holds every text to clean.Text before the session sees it.
func (t *tx) write(ctx context.Context, s *Statement, args ...any) error {
	if !t.s.Writable() {
		return ErrReadOnly
	}
	for _, a := range args {
		if text, ok := a.(string); ok {
			if err := clean.Text(text); err != nil {
				return err
			}
		}
	}
	return t.s.Write(ctx, s, args...)
}

// read runs a fixed query. A text that no store keeps is found nowhere; PostgreSQL
// would refuse the question.
func (t *tx) read(ctx context.Context, s *Statement, args ...any) (Rows, error) {
	for _, a := range args {
		if text, ok := a.(string); ok && clean.Text(text) != nil {
			return cells.New(nil), nil
		}
	}
	return t.s.Read(ctx, s, args...)
}

// one reads at most one row.
func (t *tx) one(ctx context.Context, s *Statement, args []any, dest ...any) (found bool, err error) {
	rows, err := t.read(ctx, s, args...)
	if err != nil {
		return false, err
	}
	return first(rows, dest...)
}

func first(rows Rows, dest ...any) (found bool, err error) {
	if found = rows.Next(); found {
		err = rows.Scan(dest...)
	}
	if err == nil {
		err = rows.Err()
	}
	if cerr := rows.Close(); err == nil {
		err = cerr
	}
	return found && err == nil, err
}

// all reads every row of a query through scan.
func all[T any](rows Rows, err error, scan func(Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, firstOf(err, rows.Close())
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, firstOf(err, rows.Close())
	}
	return out, rows.Close()
}

func firstOf(err, _ error) error { return err }

// built runs a query made with bun.
func (t *tx) built(ctx context.Context, q *bun.SelectQuery) (Rows, error) {
	b, err := q.AppendQuery(t.e.Builder.QueryGen(), nil)
	if err != nil {
		return nil, err
	}
	return t.s.ReadBuilt(ctx, string(b))
}

// from begins a query on tables written by their plain names.
func (t *tx) from(tables string) *bun.SelectQuery {
	return t.e.Builder.NewSelect().TableExpr(t.e.qualify(tables))
}

// qualify puts the schema before every table name.
func (e Engine) qualify(sql string) string {
	if e.Prefix == "" {
		return sql
	}
	return strings.ReplaceAll(sql, "isms_", e.Prefix+"isms_")
}

// among adds "column is one of values" if there are values.
func among[T any](q *bun.SelectQuery, column string, values []T) *bun.SelectQuery {
	switch len(values) {
	case 0:
		return q
	case 1: // a list of one is no equality to SQLite, which then leaves indexes of several columns alone
		return q.Where(column+" = ?", values[0])
	default:
		return q.Where(column+" IN (?)", bun.List(values))
	}
}

// equal adds "column is value" if the value is not empty.
func equal(q *bun.SelectQuery, column, value string) *bun.SelectQuery {
	if value == "" {
		return q
	}
	return q.Where(column+" = ?", value)
}

// contains adds "a folded column contains text".
func contains(q *bun.SelectQuery, column, text string) *bun.SelectQuery {
	if text == "" {
		return q
	}
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(record.Fold(text))
	return q.Where(column+` LIKE ? ESCAPE '\'`, "%"+escaped+"%")
}

// newestFirst orders by a moment and an id, both descending, and begins after
// the last row seen. A zero moment with an empty id is the start.
func newestFirst(q *bun.SelectQuery, moment, id string, seen time.Time, seenID string, limit int) *bun.SelectQuery {
	return after(q, moment, id, seen, seenID).OrderExpr(moment + " DESC, " + id + " DESC").Limit(int64(limit))
}

func after(q *bun.SelectQuery, moment, id string, seen time.Time, seenID string) *bun.SelectQuery {
	if seen.IsZero() && seenID == "" {
		return q
	}
	return q.Where("("+moment+", "+id+") < (?, ?)", micros(seen), seenID)
}

func limit(n, standard int) int {
	if n <= 0 {
		return standard
	}
	return n
}

// micros and moment carry a time into a whole number and back; the zero time is
// the year 1 in both directions.
func micros(t time.Time) int64 { return t.UnixMicro() }
func moment(n int64) time.Time { return time.UnixMicro(n).UTC() }

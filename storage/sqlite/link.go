package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/internal/cells"
)

// links hands out a pool's connections. What is prepared lies on the driver's own
// connection: an action of eight statements spends a third of its time in database/sql's
// bookkeeping otherwise. Safe for concurrent use.
type links struct {
	db     *sql.DB
	engine storage.Engine
}

// link is a connection checked out of a pool.
type link struct {
	conn   *sql.Conn
	engine storage.Engine
	own    *conn
}

func (l *links) take(ctx context.Context) (*link, error) {
	c, err := l.db.Conn(ctx)
	if err != nil {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return nil, err
		}
		// No connection to be had, as after Close: the driver has no code for that.
		return nil, fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
	}
	k := &link{conn: c, engine: l.engine}
	err = c.Raw(func(dc any) error {
		own, ok := dc.(*conn)
		if !ok {
			return fmt.Errorf("sqlite: driver connection is a %T", dc)
		}
		k.own = own
		return nil
	})
	if err != nil {
		return nil, errors.Join(failure(err), c.Close())
	}
	return k, nil
}

// give returns the connection to its pool.
func (k *link) give() error { return k.conn.Close() }

func (k *link) statement(ctx context.Context, s *storage.Statement) (driver.Stmt, error) {
	if st := k.own.prepared[s]; st != nil {
		return st, nil
	}
	st, err := k.own.PrepareContext(ctx, s.Text(k.engine))
	if err != nil {
		return nil, err
	}
	k.own.prepared[s] = st
	return st, nil
}

// exec runs a fixed statement and returns how many rows it touched.
func (k *link) exec(ctx context.Context, s *storage.Statement, args ...any) (touched int64, err error) {
	err = k.conn.Raw(func(any) error {
		st, err := k.statement(ctx, s)
		if err != nil {
			return err
		}
		res, err := st.(driver.StmtExecContext).ExecContext(ctx, k.named(args))
		if err != nil {
			return err
		}
		touched, err = res.RowsAffected()
		return err
	})
	return touched, err
}

func (k *link) read(ctx context.Context, s *storage.Statement, args ...any) (rows *cells.Rows, err error) {
	err = k.conn.Raw(func(any) error {
		st, err := k.statement(ctx, s)
		if err != nil {
			return err
		}
		rows, err = drain(st.(driver.StmtQueryContext).QueryContext(ctx, k.named(args)))
		return err
	})
	return rows, err
}

// query runs a read of either kind.
func (k *link) query(ctx context.Context, q query) (*cells.Rows, error) {
	if q.fixed != nil {
		return k.read(ctx, q.fixed, q.args...)
	}
	return k.readBuilt(ctx, q.text)
}

func (k *link) readBuilt(ctx context.Context, query string) (rows *cells.Rows, err error) {
	err = k.conn.Raw(func(any) error {
		var err error
		rows, err = drain(k.own.QueryContext(ctx, query, nil))
		return err
	})
	return rows, err
}

// drain reads a query to its end, so that no cursor stays open between calls.
func drain(rows driver.Rows, err error) (*cells.Rows, error) {
	if err != nil {
		return nil, err
	}
	values := make([]driver.Value, len(rows.Columns()))
	var out [][]any
	for {
		if err = rows.Next(values); err != nil {
			break
		}
		row := make([]any, len(values))
		for i, v := range values {
			row[i] = v
		}
		out = append(out, row)
	}
	if err == io.EOF {
		err = nil
	}
	if cerr := rows.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	return cells.New(out), nil
}

// named is valid until the next statement: the driver keeps no values.
func (k *link) named(args []any) []driver.NamedValue {
	out := k.own.args[:0]
	for i, a := range args {
		if n, ok := a.(int); ok {
			a = int64(n)
		}
		out = append(out, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	k.own.args = out
	return out
}

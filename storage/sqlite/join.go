package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"modernc.org/sqlite"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// Join makes a store of a host's own transaction on the same file: each Update
// is a savepoint of it, kept when the host commits. It takes the write lock; a
// transaction that began without it (BEGIN without IMMEDIATE) and has been
// overtaken is ismskit.ErrRetry, here or later: the host repeats its own.
//
// The transaction is for one host row and one action, not for bulk, and no other
// action of this process runs until it ends.
func (s *Store) Join(ctx context.Context, tx *sql.Tx) (ismskit.Store, error) {
	// A write that finds nothing still takes the lock.
	if _, err := tx.ExecContext(ctx, `UPDATE isms_counters SET n = n WHERE 0`); err != nil {
		return nil, joinFailure(err)
	}
	return &joined{tx: tx, engine: s.engine}, nil
}

// Joined is the host's transaction that a store made by Join works in, so that an
// ismskit.Bound directory reads the host's own tables through it; false for any
// other store.
func Joined(store ismskit.Store) (*sql.Tx, bool) {
	j, ok := store.(*joined)
	if !ok {
		return nil, false
	}
	return j.tx, true
}

// joined is a host's transaction as a store. A mutex keeps two goroutines of the
// host from mixing their savepoints.
type joined struct {
	tx     *sql.Tx
	engine storage.Engine
	mu     sync.Mutex
}

func (j *joined) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = detached(ctx)
	if _, err := j.tx.ExecContext(ctx, savepoint.SQLite); err != nil {
		return joinFailure(err)
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		for _, s := range []*storage.Statement{backTo, release} {
			if _, uerr := j.tx.ExecContext(ctx, s.SQLite); uerr != nil {
				err = errors.Join(err, joinFailure(uerr))
			}
		}
	}()
	s := &joinedSession{j: j, writable: true}
	if err := fn(ctx, storage.Tx(s)); err != nil {
		return err
	}
	if s.failed != nil {
		return s.failed
	}
	if _, err := j.tx.ExecContext(ctx, release.SQLite); err != nil {
		return joinFailure(err)
	}
	kept = true
	return nil
}

func (j *joined) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return fn(ctx, storage.Tx(&joinedSession{j: j}))
}

type joinedSession struct {
	j        *joined
	writable bool
	failed   error
}

func (s *joinedSession) Engine() storage.Engine { return s.j.engine }
func (s *joinedSession) Writable() bool         { return s.writable }

func (s *joinedSession) Write(ctx context.Context, st *storage.Statement, args ...any) error {
	if s.failed != nil {
		return s.failed
	}
	touched, err := s.exec(ctx, st, args)
	if err == nil && touched == 0 && st.Otherwise != nil {
		st = st.Otherwise
		touched, err = s.exec(ctx, st, args)
	}
	switch {
	case err != nil:
		s.failed = joinFailure(err)
	case touched == 0:
		s.failed = st.None
	}
	return s.failed
}

func (s *joinedSession) exec(ctx context.Context, st *storage.Statement, args []any) (int64, error) {
	res, err := s.j.tx.ExecContext(ctx, st.Text(s.j.engine), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (s *joinedSession) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	return s.query(ctx, st.Text(s.j.engine), args)
}

func (s *joinedSession) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	return s.query(ctx, query, nil)
}

func (s *joinedSession) query(ctx context.Context, query string, args []any) (storage.Rows, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	rows, err := s.j.tx.QueryContext(ctx, query, args...)
	if err != nil {
		s.failed = joinFailure(err)
		return nil, s.failed
	}
	return rows, nil
}

// joinFailure: what a store of its own would have tried again, the host must.
func joinFailure(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code()&0xff == codeBusy || e.Code()&0xff == codeLocked) {
		return fmt.Errorf("%w: %w", ismskit.ErrRetry, err)
	}
	return failure(err)
}

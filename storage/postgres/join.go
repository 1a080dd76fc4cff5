package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// Join makes a store of a host's own transaction on the same database: each
// Update is a savepoint of it, kept when the host commits. Where the transaction
// loses to another the error is ismskit.ErrRetry: the host repeats its own. The
// host's pool needs room for a second connection.
func (s *Store) Join(ctx context.Context, tx *sql.Tx) (ismskit.Store, error) {
	var strings, encoding string
	const look = "SELECT current_setting('standard_conforming_strings'), current_setting('client_encoding')"
	if err := tx.QueryRowContext(ctx, look, pgx.QueryExecModeSimpleProtocol).Scan(&strings, &encoding); err != nil {
		return nil, joinFailure(err)
	}
	if strings != "on" || encoding != "UTF8" {
		return nil, errSettings
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
	ctx = context.WithoutCancel(ctx)
	s := &joinedSession{tx: j.tx, engine: j.engine, writable: true}
	kept := false
	defer func() {
		if !kept && s.begun {
			if uerr := simple(ctx, j.tx, "ROLLBACK TO SAVEPOINT isms; RELEASE SAVEPOINT isms"); uerr != nil {
				err = errors.Join(err, joinFailure(uerr))
			}
		}
	}()
	if err := fn(ctx, storage.Tx(s)); err != nil {
		return err
	}
	if err := s.flush(ctx); err != nil {
		return err
	}
	if s.begun {
		if err := simple(ctx, j.tx, "RELEASE SAVEPOINT isms"); err != nil {
			return joinFailure(err)
		}
	}
	kept = true
	return nil
}

func (j *joined) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return fn(ctx, storage.Tx(&joinedSession{tx: j.tx, engine: j.engine}))
}

// joinedSession sends writes as one text of many statements.
type joinedSession struct {
	tx       *sql.Tx
	engine   storage.Engine
	writable bool
	begun    bool
	text     []byte
	failed   error
}

func (s *joinedSession) Engine() storage.Engine { return s.engine }
func (s *joinedSession) Writable() bool         { return s.writable }

func (s *joinedSession) Write(_ context.Context, st *storage.Statement, args ...any) error {
	if s.failed == nil {
		s.text = appendText(s.text, s.engine, command{fixed: st, args: args})
	}
	return s.failed
}

func (s *joinedSession) flush(ctx context.Context) error {
	if s.failed != nil || len(s.text) == 0 {
		return s.failed
	}
	text := string(s.text)
	if !s.begun {
		text = "SAVEPOINT isms;\n" + text
	}
	s.text, s.begun = s.text[:0], true
	s.failed = joinFailure(simple(ctx, s.tx, text))
	return s.failed
}

func (s *joinedSession) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	return s.ReadBuilt(ctx, s.engine.Builder.QueryGen().FormatQuery(st.Text(s.engine), args...))
}

func (s *joinedSession) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	if s.writable && !s.begun {
		// A read that fails must not take the host's transaction with it.
		s.text = append(s.text, "SELECT 1;\n"...)
	}
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	rows, err := s.tx.QueryContext(ctx, query, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		s.failed = joinFailure(err)
		return nil, s.failed
	}
	return rows, nil
}

// joinFailure: what a store of its own would have tried again, the host must.
func joinFailure(err error) error {
	if lost(err) {
		return fmt.Errorf("%w: %w", ismskit.ErrRetry, err)
	}
	return failure(err)
}

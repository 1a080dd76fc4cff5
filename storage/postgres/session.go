package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ismskit/ismskit/storage"
)

// session is one transaction on a connection. Writes wait until a read or the
// end needs the server.
type session struct {
	s        *Store
	conn     *sql.Conn       // nil until the server is needed, in an update
	caller   context.Context // of an update: ends its waiting for a connection
	until    time.Time       // of an update that has one: when it must have ended
	writable bool
	opening  command // how the transaction begins
	held     []command
	begun    bool  // the opening has been sent
	failed   error // sticks
	lost     bool  // failed because of another's transaction
}

var (
	openUpdate = command{fixed: &storage.Statement{Postgres: "BEGIN"}}
	openView   = command{fixed: &storage.Statement{Postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}}
	commit     = command{fixed: &storage.Statement{Postgres: "COMMIT"}}
	rollback   = command{text: "ROLLBACK"}
)

var _ storage.Session = (*session)(nil)

func (s *session) Engine() storage.Engine { return s.s.engine }
func (s *session) Writable() bool         { return s.writable }

func (s *session) Write(_ context.Context, st *storage.Statement, args ...any) error {
	if s.failed == nil {
		s.held = append(s.held, command{fixed: st, args: args})
	}
	return s.failed
}

func (s *session) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	return s.read(ctx, command{fixed: st, args: args})
}

func (s *session) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	return s.read(ctx, command{text: query})
}

// read sends what was held back and the query together.
func (s *session) read(ctx context.Context, query command) (storage.Rows, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	results, err := s.send(ctx, query)
	if err != nil {
		return nil, err
	}
	return results[len(results)-1].rows(), nil
}

// send runs what was held back and more in one round trip, in a transaction that goes on.
func (s *session) send(ctx context.Context, more ...command) ([]result, error) {
	var all []command
	if !s.begun {
		all = append(all, s.opening)
	}
	all = append(append(all, s.take()...), more...)
	s.begun = true
	return s.trip(ctx, all)
}

// keep commits. Where nothing was read the whole transaction goes in one round trip, which
// the server makes one by itself: what is sent up to a synchronisation is kept or undone
// together. Two statements fewer are worth a twentieth of a signature, and one commit for
// several updates a fifth.
func (s *session) keep(ctx context.Context) error {
	if s.begun || s.s.pooler {
		_, err := s.send(ctx, commit)
		return err
	}
	all := s.take()
	if size(all) <= mostBytes {
		err, left := s.s.share(s.caller, all)
		switch {
		case left:
			s.failed = err
			return err
		case !errors.Is(err, errAlone):
			return s.told(err)
		}
	}
	_, err := s.trip(ctx, all)
	return err
}

// take is what was held back, as few statements as it can be.
func (s *session) take() []command {
	held := s.held
	s.held = nil
	if s.s.pooler {
		return held // nothing is prepared there: a long text is planned anew each time
	}
	return s.s.joins.of(held)
}

func (s *session) trip(ctx context.Context, all []command) ([]result, error) {
	if s.conn == nil {
		if s.conn, s.failed = s.s.db.Conn(s.caller); s.failed != nil {
			s.failed = connFailure(s.caller, s.failed)
			return nil, s.failed
		}
		s.until = time.Now().Add(s.s.timeout)
	}
	ctx, cancel := s.limited(ctx)
	defer cancel()
	results, err := s.s.roundTrip(ctx, s.conn, all...)
	if err != nil {
		return nil, s.told(err)
	}
	return results, nil
}

// limited is the time that is left for the session's transaction.
func (s *session) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, s.until)
}

// told is what the end of a transaction says, nil where it was kept.
func (s *session) told(err error) error {
	if err != nil {
		s.lost, s.failed = lost(err), failure(err)
	}
	return s.failed
}

// end commits what fn did, or undoes it.
func (s *session) end(ctx context.Context, err error) error {
	if err == nil {
		err = s.failed
	}
	switch {
	case err == nil && (s.begun || len(s.held) > 0):
		if err = s.keep(ctx); err == nil {
			return nil
		}
	case err == nil || !s.begun:
		return err
	}
	if s.conn == nil {
		return err // nothing was sent but what the server has undone
	}
	ctx, cancel := s.limited(ctx)
	defer cancel()
	if _, uerr := s.s.roundTrip(ctx, s.conn, rollback); uerr != nil {
		// The server undoes what a lost connection had begun.
		return errors.Join(err, discard(s.conn))
	}
	return err
}

// roundTrip sends commands together and reads all they give back.
func (s *Store) roundTrip(ctx context.Context, conn *sql.Conn, commands ...command) (results []result, err error) {
	err = conn.Raw(func(dc any) error {
		c, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("postgres: the pool's driver is %T, not pgx's stdlib", dc)
		}
		pg := c.Conn().PgConn()
		if s.pooler {
			results, err = asText(ctx, pg, s.engine, commands)
		} else if results, err = asPipeline(ctx, pg, s.engine, s.names, commands); stale(err) {
			forget(pg)
		}
		return err
	})
	return results, err
}

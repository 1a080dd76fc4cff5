package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ismskit/ismskit/storage"
)

// session is one transaction on a connection. Writes wait in text until a read
// or the end needs the server.
type session struct {
	conn     *sql.Conn
	engine   storage.Engine
	writable bool
	text     []byte
	begun    bool  // BEGIN has been sent
	failed   error // sticks
	lost     bool  // failed because of another's transaction
	opening  string
}

const (
	openUpdate = "BEGIN;\n"
	openView   = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n"
)

var _ storage.Session = (*session)(nil)

func (s *session) Engine() storage.Engine { return s.engine }
func (s *session) Writable() bool         { return s.writable }

func (s *session) Write(_ context.Context, st *storage.Statement, args ...any) error {
	if s.failed == nil {
		s.text = appendWrite(s.text, s.engine, st, args)
	}
	return s.failed
}

func (s *session) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	return s.ReadBuilt(ctx, readText(s.engine, st, args))
}

// ReadBuilt sends what was held back and the query together.
func (s *session) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	results, err := s.send(ctx, query)
	if err != nil {
		return nil, err
	}
	return decode(results[len(results)-1])
}

// send runs what was held back and a tail in one round trip.
func (s *session) send(ctx context.Context, tail string) ([]*pgconn.Result, error) {
	text := make([]byte, 0, len(s.opening)+len(s.text)+len(tail))
	if !s.begun {
		text = append(text, s.opening...)
	}
	text = append(append(text, s.text...), tail...)
	s.text, s.begun = s.text[:0], true
	results, err := roundTrip(ctx, s.conn, string(text))
	if err != nil {
		s.lost = lost(err)
		s.failed = failure(err)
		return nil, s.failed
	}
	return results, nil
}

// end commits what fn did, or undoes it.
func (s *session) end(ctx context.Context, err error) error {
	if err == nil {
		err = s.failed
	}
	switch {
	case err == nil && (s.begun || len(s.text) > 0):
		if _, err = s.send(ctx, "COMMIT"); err == nil {
			return nil
		}
	case err == nil || !s.begun:
		return err
	}
	if _, uerr := roundTrip(ctx, s.conn, "ROLLBACK"); uerr != nil {
		// The server undoes what a lost connection had begun.
		return errors.Join(err, discard(s.conn))
	}
	return err
}

// roundTrip sends a text of any number of statements and reads all it gives
// back.
func roundTrip(ctx context.Context, conn *sql.Conn, text string) (results []*pgconn.Result, err error) {
	err = conn.Raw(func(dc any) error {
		c, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("postgres: the pool's driver is %T, not pgx's stdlib", dc)
		}
		pg := c.Conn().PgConn()
		// Values are quoted for these two settings; another would let a text break
		// out of its quotes.
		if pg.ParameterStatus("standard_conforming_strings") != "on" || pg.ParameterStatus("client_encoding") != "UTF8" {
			return errors.New("postgres: needs standard_conforming_strings on and client_encoding UTF8")
		}
		results, err = pg.Exec(ctx, text).ReadAll()
		return err
	})
	return results, err
}

package storage

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"github.com/ismskit/ismskit/storage/internal/clean"
)

// ErrText: a text holds a NUL or bytes that are no UTF-8; nothing was written.
var ErrText = clean.ErrText

// ErrReadOnly: a write inside View.
var ErrReadOnly = errors.New("storage: write inside View")

// Session is one transaction of an engine. It is used by one goroutine.
//
// A session may hold writes back until the next read or the end. Once one of its
// writes has failed every further call returns that error.
type Session interface {
	// Write runs a statement without caring for rows it may return, or holds it
	// back. Where s.None is set and no row was touched, the error is s.None; a
	// value that must be unique and is not is ismskit.ErrConflict.
	Write(ctx context.Context, s *Statement, args ...any) error
	// Read runs a fixed query. The caller closes the rows.
	Read(ctx context.Context, s *Statement, args ...any) (Rows, error)
	// ReadBuilt runs a query whose values are already in its text.
	ReadBuilt(ctx context.Context, query string) (Rows, error)
	// Writable is false inside View.
	Writable() bool
	// Engine says what the statements differ in.
	Engine() Engine
}

// Rows is what a query returned; *sql.Rows is one.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Engine names what the two databases differ in.
type Engine struct {
	// Builder makes queries in the engine's dialect; it is not used to run them. See
	// NewBuilder.
	Builder *bun.DB
	// Prefix stands before every table name, e.g. `"office".`; "" for none.
	Prefix string
	// Postgres tells the dialects apart where the SQL must differ.
	Postgres bool
}

// NewBuilder makes an Engine's builder for a dialect.
func NewBuilder(db *sql.DB, d schema.Dialect) *bun.DB { return bun.NewDB(db, askable{d}) }

// askable writes a text with a NUL as one that is stored nowhere. The dialects write an
// error of their own into the query instead, which then is no SQL.
type askable struct{ schema.Dialect }

func (d askable) AppendString(b []byte, s string) []byte {
	return d.Dialect.AppendString(b, strings.ReplaceAll(s, "\x00", "\uFFFD"))
}

// Statement is one fixed piece of SQL with ? for its values. Its address is its
// name: an engine prepares it once.
type Statement struct {
	SQLite, Postgres string
	// None is the error where a write touches no row, nil if that is no error.
	None error
	// Otherwise runs with the same values where a write on SQLite touches no row;
	// its None counts then.
	Otherwise *Statement
	// Apart says that the write touches no row that its neighbours of the same table touch
	// which are Apart too, so that their order does not matter; and that a revision which was
	// compared before it holds what it touches, so that nobody else has changed that meanwhile.
	Apart bool
	// Shared says of a read of one row by its key, which mostly comes before a write, that
	// on SQLite it is cheaper to wait a moment for whoever writes and be read over his
	// connection, together with others who wait.
	Shared bool
}

// Text returns the SQL for an engine, tables qualified.
func (s *Statement) Text(e Engine) string {
	if e.Postgres {
		return e.qualify(s.Postgres)
	}
	return e.qualify(s.SQLite)
}

func both(sql string) *Statement { return &Statement{SQLite: sql, Postgres: sql} }

func shared(sql string) *Statement { return &Statement{SQLite: sql, Postgres: sql, Shared: true} }

func must(none error, sql string) *Statement {
	return &Statement{SQLite: sql, Postgres: sql, None: none}
}

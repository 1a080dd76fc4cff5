package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ismskit/ismskit/ismskit"
)

// SQLSTATE codes this package acts on.
const (
	divisionByZero = "22012"
	invalidText    = "22P02"
	uniqueKey      = "23505"
	serialization  = "40001"
	deadlock       = "40P01"
	undefinedTable = "42P01"
	invalidSchema  = "3F000"

	unknownStatement = "26000" // not prepared (any more)
	doublePrepared   = "42P05"
	featureMissing   = "0A000" // a prepared plan whose table has changed
)

func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// lost: the transaction was undone for another's sake and may be tried again.
func lost(err error) bool {
	c := code(err)
	return c == serialization || c == deadlock || stale(err)
}

// stale: what the connection was thought to have prepared it has not, or not so.
func stale(err error) bool {
	c := code(err)
	return c == unknownStatement || c == doublePrepared || c == featureMissing
}

// failure says in the contract's words what an error of the driver means. The
// statements themselves divide by nothing and read numbers from no text except
// to say that they found no row; see none.
func failure(err error) error {
	if err == nil {
		return nil
	}
	c := code(err)
	switch {
	case c == divisionByZero || c == uniqueKey:
		return fmt.Errorf("%w: %w", ismskit.ErrConflict, err)
	case c == invalidText:
		return fmt.Errorf("%w: %w", ismskit.ErrNotFound, err)
	case lost(err), unavailable(c), c == "" && broken(err):
		return fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
	}
	return err
}

// unavailable: connection trouble (08), no room or too many clients (53), being
// shut down or started (57P), trouble with files (58), read-only (25006).
func unavailable(c string) bool {
	for _, class := range []string{"08", "53", "57P", "58", "25006", "55P03"} {
		if strings.HasPrefix(c, class) {
			return true
		}
	}
	return false
}

// broken: the connection is not there, or not any more.
func broken(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "conn closed")
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"

	"github.com/ismskit/ismskit/ismskit"
)

// Result codes of SQLite, the lower eight bits unless said otherwise.
const (
	codeBusy      = 5
	codeLocked    = 6
	codeNoMemory  = 7
	codeReadOnly  = 8
	codeInterrupt = 9
	codeIO        = 10
	codeCorrupt   = 11
	codeFull      = 13
	codeCantOpen  = 14
	codeNotADB    = 26

	codeUnique     = 2067 // extended
	codePrimaryKey = 1555 // extended
)

// failure says in the contract's words what an error of the driver means.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrConnDone) {
		return fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case codeUnique, codePrimaryKey:
		return fmt.Errorf("%w: %w", ismskit.ErrConflict, err)
	}
	switch e.Code() & 0xff {
	case codeBusy, codeLocked, codeNoMemory, codeReadOnly, codeIO, codeCorrupt, codeFull, codeCantOpen, codeNotADB:
		return fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
	}
	return err
}

// fatal reports whether an error may have ended the whole transaction, also for
// those who share it.
func fatal(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case codeBusy, codeLocked, codeNoMemory, codeReadOnly, codeInterrupt, codeIO, codeCorrupt, codeFull, codeCantOpen, codeNotADB:
			return true
		}
		return false
	}
	return errors.Is(err, sql.ErrTxDone) || errors.Is(err, sql.ErrConnDone)
}

// noTransaction: there was nothing to roll back. The code alone (1) says only
// that the statement could not be run.
func noTransaction(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == 1 && strings.Contains(e.Error(), "no transaction is active")
}

// detached keeps a context's values but not its end: work that others depend on
// is not given up because one caller left.
func detached(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

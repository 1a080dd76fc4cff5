package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// late carries a statement out once and answers that the caller has left, as the driver
// does where somebody leaves just before the statement begins; or it answers so and
// carries nothing out.
type late struct {
	driver.Stmt
	carries bool
	left    int
}

// ExecContext implements driver.StmtExecContext.
func (l *late) ExecContext(_ context.Context, args []driver.NamedValue) (driver.Result, error) {
	exec := func() (driver.Result, error) {
		return l.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), args)
	}
	if l.left == 0 {
		return exec()
	}
	l.left--
	if !l.carries {
		return nil, context.Canceled
	}
	if _, err := exec(); err != nil {
		return nil, err
	}
	return nil, context.Canceled
}

// A reader who leaves in the moment his transaction begins or ends leaves no connection
// behind that is still in it: the next one would be refused for ever, or read an old state.
func TestALateAnswerLeavesNoTransactionBehind(t *testing.T) {
	for name, of := range map[string]struct {
		statement *storage.Statement
		carries   bool
	}{
		"begun": {beginRead, true}, "not begun": {beginRead, false}, "not ended": {endRead, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), Options{Readers: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			k, err := s.reads.take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			st, err := k.statement(t.Context(), of.statement)
			if err != nil {
				t.Fatal(err)
			}
			k.own.prepared[of.statement] = &late{Stmt: st, carries: of.carries, left: 1}
			if err := k.give(); err != nil {
				t.Fatal(err)
			}
			var n int64
			reads := func() error {
				return s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
					for range 2 {
						if _, err := tx.Cases().List(ctx, ismskit.CaseQuery{Limit: 1}); err != nil {
							return err
						}
					}
					n, err = tx.Cases().Counter(ctx, "n")
					return err
				})
			}
			if err := reads(); !errors.Is(err, context.Canceled) {
				t.Fatalf("who left: %v", err)
			}
			err = s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().SetCounter(ctx, "n", 7) })
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := reads(); err != nil || n != 7 {
					t.Errorf("the next one: %d, %v", n, err)
				}
			}
		})
	}
}

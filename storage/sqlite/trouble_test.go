package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/sqlite"
)

func count(scope string, n int64) func(context.Context, ismskit.Tx) error {
	return func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().SetCounter(ctx, scope, n) }
}

func TestSecondServerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder", "公文?#100%.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), count("n", 7)); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("a second server: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = sqlite.Open(t.Context(), path, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		if n, err := tx.Cases().Counter(ctx, "n"); n != 7 || err != nil {
			t.Errorf("after a restart: %d, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A full disk: who needs room is refused, who doesn't is not, and it works again
// when there is room.
func TestFullDisk(t *testing.T) {
	s := open(t)
	if err := s.Update(t.Context(), count("n", 1)); err != nil {
		t.Fatal(err)
	}
	pragma := func(text string) {
		if _, err := s.DB().ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	pragma("PRAGMA max_page_count = 1") // becomes the present size
	big := func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Cases().SetCounter(ctx, "n", 99); err != nil {
			return err
		}
		return tx.Definitions().Put(ctx, ismskit.Definition{Kind: "form", Key: "big", Version: "1", Body: make([]byte, 4<<20)})
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if i%4 == 0 {
				if err := s.Update(t.Context(), big); !errors.Is(err, ismskit.ErrUnavailable) {
					t.Errorf("without room: %v", err)
				}
				return
			}
			if err := s.Update(t.Context(), count("n", int64(i))); err != nil {
				t.Errorf("beside one without room: %v", err)
			}
		})
	}
	all.Wait()
	pragma("PRAGMA max_page_count = 1000000")
	if err := s.Update(t.Context(), big); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// A host's transaction that read before it wrote has lost as soon as somebody
// else wrote, and is told so at once.
func TestOvertakenTransactionMustRetry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	host, err := sql.Open("sqlite", "file:"+path) // begins without IMMEDIATE
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	tx, err := host.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM isms_cases`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), count("n", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Join(t.Context(), tx); !errors.Is(err, ismskit.ErrRetry) {
		t.Errorf("joined: %v", err)
	}
}

// What a joined action wrote goes with the host's transaction.
func TestJoinedRollback(t *testing.T) {
	s := open(t)
	tx, err := s.DB().DB.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.Join(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Update(t.Context(), count("n", 5)); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		if n, err := tx.Cases().Counter(ctx, "n"); n != 0 || err != nil {
			t.Errorf("left behind: %d, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A test that gives up inside a closure, or a closure that panics among others,
// leaves the turn to the next.
func TestOneGivesUpAmongMany(t *testing.T) {
	s := open(t)
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			defer func() {
				if r := recover(); r != nil && !strings.Contains(r.(string), "gives up") {
					panic(r)
				}
			}()
			err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
				if i%5 == 0 {
					panic("gives up")
				}
				return tx.Outcomes().Put(ctx, ismskit.Outcome{Actor: "P05", Key: string(rune('a' + i))})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range 30 {
		err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			_, found, err := tx.Outcomes().Get(ctx, "P05", string(rune('a'+i)))
			if found != (i%5 != 0) {
				t.Errorf("%d is there: %v", i, found)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// The writing connection serves single reads while nobody needs it. A host that
// holds it for a transaction of its own stops no reader.
func TestReaderDoesNotWaitForTheHost(t *testing.T) {
	s := open(t)
	if err := s.Update(t.Context(), count("n", 1)); err != nil {
		t.Fatal(err)
	}
	tx, err := s.DB().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `UPDATE isms_counters SET n = 2`); err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		for range 2 {
			if n, err := tx.Cases().Counter(ctx, "n"); n != 1 || err != nil {
				t.Errorf("read %d, %v", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A store that was closed under its server is not available, as one whose disk is
// full or whose database was shut down.
func TestAClosedStoreIsUnavailable(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "closed.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	read := func(ctx context.Context, tx ismskit.Tx) error {
		_, err := tx.Cases().Counter(ctx, "n")
		return err
	}
	list := func(ctx context.Context, tx ismskit.Tx) error {
		_, err := tx.Cases().List(ctx, ismskit.CaseQuery{})
		return err
	}
	if err := s.View(t.Context(), read); err != nil {
		t.Fatal(err)
	}
	left, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.View(left, list); !errors.Is(err, context.Canceled) || errors.Is(err, ismskit.ErrUnavailable) {
		t.Errorf("for a caller who has left: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"reading": s.View(t.Context(), read), "listing": s.View(t.Context(), list), "writing": s.Update(t.Context(), count("n", 1)), "ping": s.Ping(t.Context()),
	} {
		if !errors.Is(err, ismskit.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/postgres"
)

// Two who change a list and then write to one chain lock in the same order, whatever each of
// them sends as one statement: the second waits for the first, finds the chain's place taken,
// and nobody is undone as one of two that wait for each other.
func TestWhatGoesTogetherLocksInItsOrder(t *testing.T) {
	s := open(t)
	change := func(row string, between func(ctx context.Context, tx ismskit.Tx) error) error {
		return s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			if err := tx.Registers().Put(ctx, register.Row{List: "systems", ID: row, Revision: 1}); err != nil {
				return err
			}
			if err := between(ctx, tx); err != nil {
				return err
			}
			return tx.Trail().Append(ctx, ismskit.TrailEntry{Payload: []byte(`{}`),
				Entry: evidence.Entry{Format: 1, Chain: "system", Seq: 1, At: time.Unix(0, 0).UTC(), Kind: "change", Actor: "P05"}})
		})
	}
	var second sync.WaitGroup
	tries := 0
	err := change("S01", func(ctx context.Context, tx ismskit.Tx) error {
		tries++
		_, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Chain: "system"}) // sends the list's change
		if err != nil || tries > 1 {
			return err
		}
		second.Go(func() {
			tries := 0
			err := change("S02", func(context.Context, ismskit.Tx) error { tries++; return nil })
			if !errors.Is(err, ismskit.ErrConflict) || tries != 1 {
				t.Errorf("the second: %v, in %d tries", err, tries)
			}
		})
		return waits(ctx, s)
	})
	second.Wait()
	if err != nil || tries != 1 {
		t.Errorf("the first: %v, in %d tries", err, tries)
	}
}

// waits returns once somebody waits for a lock.
func waits(ctx context.Context, s *postgres.Store) error {
	for n := 0; n == 0; {
		if err := s.DB().DB.QueryRowContext(ctx, "SELECT count(*) FROM pg_locks WHERE NOT granted").Scan(&n); err != nil {
			return err
		}
	}
	return nil
}

// Two put the same record in turn, the second having waited for the first: it is filed under
// the systems that the second says, and no others.
func TestTheLastWhoPutsARecordSaysOfWhatItIs(t *testing.T) {
	s := open(t)
	put := func(systems []string, before func(context.Context, ismskit.Tx) error) error {
		return s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			err := tx.Records().Put(ctx, record.Record{ID: "case/1", Kind: "case", Filed: time.Unix(1e9, 0).UTC(), ACL: "a", Systems: systems})
			if err != nil {
				return err
			}
			return before(ctx, tx)
		})
	}
	nothing := func(context.Context, ismskit.Tx) error { return nil }
	if err := put([]string{"S00"}, nothing); err != nil {
		t.Fatal(err)
	}
	var second sync.WaitGroup
	err := put([]string{"S01"}, func(ctx context.Context, tx ismskit.Tx) error {
		if _, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Chain: "none"}); err != nil { // sends the record
			return err
		}
		second.Go(func() {
			if err := put([]string{"S02"}, nothing); err != nil {
				t.Error(err)
			}
		})
		return waits(ctx, s)
	})
	second.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for system, want := range map[string]int{"S00": 0, "S01": 0, "S02": 1} {
		err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			found, err := tx.Records().Query(ctx, record.Query{All: true, Systems: []string{system}})
			if len(found) != want {
				t.Errorf("%s has %d records", system, len(found))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

package postgres_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// The same contract holds where a pooler allows plain text only.
func TestContractThroughPooler(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) ismskit.Store {
		return postgrestest.Open(t, postgres.Options{Pooler: true})
	})
}

func TestThreeServersStartAtOnce(t *testing.T) {
	dsn := postgrestest.Database(t)
	if _, err := postgres.Connect(t.Context(), dsn, postgres.Options{Migrate: postgres.Check}); !errors.Is(err, postgres.ErrSchema) {
		t.Errorf("an empty database passed the check: %v", err)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			s, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
			if err == nil {
				err = s.Close()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s, err := postgres.Connect(t.Context(), dsn, postgres.Options{Migrate: postgres.Check})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A server that restarts under load: requests fail cleanly, and it goes on
// afterwards.
func TestConnectionsCut(t *testing.T) {
	s := open(t)
	put := func() error {
		return s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().SetCounter(ctx, "n", 1) })
	}
	if err := put(); err != nil {
		t.Fatal(err)
	}
	const cut = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	if _, err := s.DB().ExecContext(t.Context(), cut); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 20 {
		if err = put(); err == nil {
			return
		}
		if !errors.Is(err, ismskit.ErrUnavailable) {
			t.Errorf("after a cut: %v", err)
		}
	}
	t.Errorf("does not work again: %v", err)
}

// A store whose pool was closed under its server is not available either.
func TestAClosedStoreIsUnavailable(t *testing.T) {
	s, err := postgres.Connect(t.Context(), postgrestest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	count := func(ctx context.Context, tx ismskit.Tx) error {
		_, err := tx.Cases().Counter(ctx, "n")
		return err
	}
	for name, err := range map[string]error{"reading": s.View(t.Context(), count), "writing": s.Update(t.Context(), count)} {
		if !errors.Is(err, ismskit.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is wrong with the schema is a fault that somebody must mend, and no outage after
// which one comes back, at the first read as at the second.
func TestAMissingTableIsNoOutage(t *testing.T) {
	s, err := postgres.Connect(t.Context(), postgrestest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.DB().ExecContext(t.Context(), `DROP TABLE isms.isms_jobs`); err != nil {
		t.Fatal(err)
	}
	for _, before := range []bool{false, true} {
		err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			if before {
				if _, err := tx.Cases().List(ctx, ismskit.CaseQuery{}); err != nil {
					t.Fatal(err)
				}
			}
			_, err := tx.Queue().Next(ctx)
			return err
		})
		if err == nil || errors.Is(err, ismskit.ErrUnavailable) {
			t.Errorf("second read %t: %v", before, err)
		}
	}
}

func TestWakeUp(t *testing.T) {
	s := open(t)
	ctx, stop := context.WithCancel(t.Context())
	woken, err := s.Listen(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Notify(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case <-woken:
	case <-time.After(10 * time.Second):
		t.Error("nobody woke up")
	}
	stop()
	for range woken { // until it is closed
	}
}

// Of two joined transactions that wait for each other one is told to repeat.
func TestJoinedDeadlock(t *testing.T) {
	s := open(t)
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return errors.Join(tx.Cases().SetCounter(ctx, "a", 1), tx.Cases().SetCounter(ctx, "b", 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	both := make(chan struct{}, 2)
	results := make(chan error, 2)
	step := sync.NewCond(&sync.Mutex{})
	arrived := 0
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		go func() {
			defer func() { both <- struct{}{} }()
			tx, err := s.DB().DB.BeginTx(t.Context(), nil)
			if err != nil {
				results <- err
				return
			}
			defer tx.Rollback()
			j, err := s.Join(t.Context(), tx)
			if err != nil {
				results <- err
				return
			}
			set := func(scope string) error {
				return j.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().SetCounter(ctx, scope, 2) })
			}
			err = set(order[0])
			step.L.Lock()
			arrived++
			step.Broadcast()
			for arrived < 2 {
				step.Wait()
			}
			step.L.Unlock()
			if err == nil {
				err = set(order[1])
			}
			results <- err
		}()
	}
	<-both
	<-both
	first, second := <-results, <-results
	if lost := errors.Is(first, ismskit.ErrRetry) != errors.Is(second, ismskit.ErrRetry); !lost {
		t.Errorf("%v and %v", first, second)
	}
}

// A server that is killed while somebody sends a file leaves nothing of it behind.
func TestAFileOnItsWayHasNoName(t *testing.T) {
	blobs := open(t).Blobs()
	t.Setenv("TMPDIR", t.TempDir())
	looked := false
	_, _, err := blobs.Put(t.Context(), io.MultiReader(strings.NewReader("機密"), readerFunc(func([]byte) (int, error) {
		left, err := filepath.Glob(filepath.Join(os.TempDir(), "*blob*"))
		if err != nil || len(left) > 0 {
			t.Errorf("on its way: %v, %v", left, err)
		}
		looked = true
		return 0, io.EOF
	})), 1<<20)
	if err != nil || !looked {
		t.Error(err, looked)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

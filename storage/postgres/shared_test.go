package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// rush is a store all of whose flights are held up, so that what comes waits together.
type rush struct {
	*postgres.Store
	t       *testing.T
	lock    *sql.Tx
	held    sync.WaitGroup
	waiting sync.WaitGroup
}

func openRush(t *testing.T) *rush {
	r := &rush{Store: postgrestest.Open(t, postgres.Options{}), t: t}
	r.HoldOn()
	r.lock = r.locked("held")
	for n := 1; n <= postgres.Flights; n++ {
		r.held.Go(func() {
			if err := r.count("held", t.Context()); err != nil {
				t.Error(err)
			}
		})
		r.untilLocked(n)
	}
	return r
}

// locked is a transaction that holds a counter until it ends.
func (r *rush) locked(name string) *sql.Tx {
	r.t.Helper()
	if err := r.count(name, r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	lock, err := r.DB().DB.BeginTx(r.t.Context(), nil)
	if err == nil {
		_, err = lock.ExecContext(r.t.Context(), "UPDATE "+r.In()+"isms_counters SET n = n WHERE scope = '"+name+"'")
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return lock
}

// untilLocked waits until so many wait for a row of this store; others may use the server too.
func (r *rush) untilLocked(n int) {
	const ask = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND strpos(query, $1) > 0"
	for found := -1; found < n; {
		if err := r.DB().DB.QueryRowContext(r.t.Context(), ask, r.In()).Scan(&found); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *rush) count(name string, ctx context.Context) error {
	return r.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().SetCounter(ctx, name, 1) })
}

func (r *rush) enter(row string) error {
	return r.Update(r.t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Registers().Put(ctx, register.Row{List: "systems", ID: row, Revision: 1})
	})
}

// comes has an update wait behind those that are there.
func (r *rush) comes(do func() error, then func(error)) {
	n := r.Waiting()
	r.waiting.Go(func() { then(do()) })
	for r.Waiting() == n {
		runtime.Gosched()
	}
}

func (r *rush) goOn() {
	r.t.Helper()
	if err := r.lock.Commit(); err != nil {
		r.t.Fatal(err)
	}
	r.held.Wait()
	r.waiting.Wait()
}

// transactions is by how many transactions the rows of a list came.
func (r *rush) transactions() (rows, by int) {
	r.t.Helper()
	ask := "SELECT count(*), count(DISTINCT xmin::text) FROM " + r.In() + "isms_registers WHERE list = 'systems'"
	if err := r.DB().DB.QueryRowContext(r.t.Context(), ask).Scan(&rows, &by); err != nil {
		r.t.Fatal(err)
	}
	return rows, by
}

// Whoever waits behind others is kept with those who wait with him, sixteen by one commit; who
// writes much waits for nobody, and keeps nobody waiting.
func TestUpdatesThatWaitShareATransaction(t *testing.T) {
	r := openRush(t)
	for i := range 20 {
		r.comes(func() error { return r.enter(fmt.Sprint("S", i)) }, func(err error) {
			if err != nil {
				t.Error(err)
			}
		})
	}
	err := r.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Registers().Put(ctx, register.Row{List: "offices", ID: "much", Revision: 1, Values: []byte(`"` + strings.Repeat("x", 64<<10) + `"`)})
	})
	if err != nil || r.Waiting() != 20 {
		t.Errorf("much is written: %v, %d wait", err, r.Waiting())
	}
	r.goOn()
	if rows, by := r.transactions(); rows != 20 || by != 2 {
		t.Errorf("%d rows by %d transactions", rows, by)
	}
}

// One of them that can't be kept is told so, and nobody else.
func TestOneOfASharedTransactionFailsAlone(t *testing.T) {
	r := openRush(t)
	var mu sync.Mutex
	conflicts := 0
	for i := range 10 {
		r.comes(func() error { return r.enter(fmt.Sprint("S", i/2*2)) }, func(err error) { // each row twice
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, ismskit.ErrConflict) {
				conflicts++
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	r.goOn()
	if rows, _ := r.transactions(); rows != 5 || conflicts != 5 {
		t.Errorf("%d rows and %d conflicts", rows, conflicts)
	}
}

// One that waits for a row which another transaction holds keeps nobody waiting with it.
func TestOneOfASharedTransactionWaitsAlone(t *testing.T) {
	r := openRush(t)
	slow := lockedBeside(t, r)
	var others sync.WaitGroup
	others.Add(9)
	late := make(chan error, 1)
	for i := range 10 {
		if i == 4 {
			r.comes(func() error { return r.count("slow", t.Context()) }, func(err error) { late <- err })
			continue
		}
		r.comes(func() error { return r.enter(fmt.Sprint("S", i)) }, func(err error) {
			if err != nil {
				t.Error(err)
			}
			others.Done()
		})
	}
	if err := r.lock.Commit(); err != nil {
		t.Fatal(err)
	}
	others.Wait()
	select {
	case err := <-late:
		t.Errorf("the one who waits is told %v", err)
	default:
	}
	if err := slow.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-late; err != nil {
		t.Error(err)
	}
}

// lockedBeside holds the counter slow, which nobody has counted yet.
func lockedBeside(t *testing.T, r *rush) *sql.Tx {
	t.Helper()
	lock, err := r.DB().DB.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = lock.ExecContext(t.Context(), "INSERT INTO "+r.In()+"isms_counters (scope, n) VALUES ('slow', 1)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

// However many wait for rows that somebody holds, whoever writes to others does not wait for them.
func TestWhoWaitsForARowIsInNobodysWay(t *testing.T) {
	s := &rush{Store: postgrestest.Open(t, postgres.Options{}), t: t}
	lock := s.locked("held")
	var held sync.WaitGroup
	for n := 1; n <= postgres.Flights; n++ {
		held.Go(func() {
			if err := s.count("held", t.Context()); err != nil {
				t.Error(err)
			}
		})
		s.untilLocked(n)
	}
	if err := s.enter("S1"); err != nil {
		t.Error(err)
	}
	if err := lock.Commit(); err != nil {
		t.Fatal(err)
	}
	held.Wait()
}

// An update has its time from when it has a connection: to wait for one in a busy pool is not to fail.
func TestWaitingForAConnectionIsNotCounted(t *testing.T) {
	const limit = 200 * time.Millisecond
	s := postgrestest.Open(t, postgres.Options{Timeout: limit})
	s.DB().SetMaxOpenConns(1)
	busy, err := s.DB().DB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithTimeout(t.Context(), 2*limit)
	defer cancel()
	reads := func(ctx context.Context, tx ismskit.Tx) error {
		_, err := tx.Cases().Counter(ctx, "n")
		return err
	}
	writes := func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().SetCounter(ctx, "n", 1) }
	var waiting sync.WaitGroup
	for name, do := range map[string]func(context.Context, ismskit.Tx) error{"reads": reads, "writes": writes} {
		waiting.Go(func() {
			if err := s.Update(t.Context(), do); err != nil {
				t.Errorf("who %s: %v", name, err)
			}
		})
	}
	<-over.Done()
	if err := busy.Close(); err != nil {
		t.Error(err)
	}
	waiting.Wait()
}

// Who leaves while he only waits has written nothing.
func TestWhoWaitsToBeKeptMayLeave(t *testing.T) {
	r := openRush(t)
	ctx, leave := context.WithCancel(t.Context())
	r.comes(func() error { return r.count("left", ctx) }, func(err error) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("who left is told %v", err)
		}
	})
	leave()
	for r.Waiting() > 0 {
		runtime.Gosched()
	}
	r.goOn()
	var n int
	if err := r.DB().DB.QueryRowContext(t.Context(), "SELECT count(*) FROM "+r.In()+"isms_counters WHERE scope = 'left'").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows of who left: %v", n, err)
	}
}

package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// tries is how often a transaction that lost to others is run.
const tries = 10

// Update runs fn in a transaction, which it may share with others where it only writes (see
// shared). A caller whose context ends before what it writes is under way leaves; afterwards
// the store's own time limit counts. If the
// connection breaks while the commit is under way the error is
// ismskit.ErrUnavailable and whether it was kept is not known: an action carries
// an idempotency key for that.
func (s *Store) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	for try := 1; ; try++ {
		again, err := s.updateOnce(ctx, fn)
		if !again || try == tries {
			return err
		}
		// The others need a moment to get out of each other's way.
		pause := time.NewTimer(time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 6))))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
	}
}

func (s *Store) updateOnce(ctx context.Context, fn func(context.Context, ismskit.Tx) error) (again bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	v := &session{s: s, caller: ctx, writable: true, opening: openUpdate}
	defer func() {
		if v.conn != nil {
			err = errors.Join(err, v.conn.Close())
		}
	}()
	err = run(context.WithoutCancel(ctx), v, fn)
	return v.lost, err
}

// run ends the transaction also where fn panics.
func run(ctx context.Context, v *session, fn func(context.Context, ismskit.Tx) error) error {
	err := errors.New("postgres: closure did not return")
	returned := false
	defer func() {
		if !returned {
			// The panic goes on; what it leaves is undone.
			_ = v.end(ctx, err)
		}
	}()
	err = fn(ctx, storage.Tx(v))
	returned = true
	return v.end(ctx, err)
}

// connFailure is why there is no connection to be had: the caller left, or the
// database is not available, whatever the pool calls it (Close has no code).
func connFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
}

// discard closes a connection instead of returning it to the pool. Being closed
// is the answer Raw gives for that.
func discard(conn *sql.Conn) error {
	err := conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}

// View runs fn on one consistent state. fn's first read needs no transaction. If
// a second follows, a transaction is opened and the first read repeated in it:
// mostly it gives the same, and fn goes on without noticing; else fn's read
// fails and fn runs again.
func (s *Store) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) (err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return connFailure(ctx, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	v := &view{session: session{s: s, conn: conn, opening: openView}}
	err = runView(ctx, v, fn)
	if !v.moved {
		return err
	}
	return runView(ctx, &view{session: session{s: s, conn: conn, opening: openView}, whole: true}, fn)
}

func runView(ctx context.Context, v *view, fn func(context.Context, ismskit.Tx) error) error {
	// Ending a view must not depend on the reader still being there.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	returned := false
	defer func() {
		if !returned { // fn panics: that is what its caller hears of, whatever ending it says
			_ = v.end(end, errMoved)
		}
	}()
	err := fn(ctx, storage.Tx(v))
	returned = true
	if err != nil {
		return v.end(end, err)
	}
	return v.end(end, nil)
}

var errMoved = errors.New("postgres: the state has moved, read again")

// view is a session whose first read stands alone.
type view struct {
	session
	whole bool // a transaction from the first read on
	first command
	alone bool // the first read has been made, without a transaction
	found result
	moved bool
}

func (v *view) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	return v.read(ctx, command{fixed: st, args: args})
}

func (v *view) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	return v.read(ctx, command{text: query})
}

func (v *view) read(ctx context.Context, query command) (storage.Rows, error) {
	switch {
	case v.failed != nil:
		return nil, v.failed
	case v.whole || v.begun:
		return v.session.read(ctx, query)
	case !v.alone:
		return v.readAlone(ctx, query)
	}
	results, err := v.send(ctx, v.first, query)
	if err != nil {
		return nil, err
	}
	if again := results[len(results)-2]; !reflect.DeepEqual(again, v.found) {
		v.moved, v.failed = true, errMoved
		return nil, v.failed
	}
	return results[len(results)-1].rows(), nil
}

func (v *view) readAlone(ctx context.Context, query command) (storage.Rows, error) {
	results, err := v.s.roundTrip(ctx, v.conn, query)
	if err != nil {
		v.moved = stale(err)
		v.failed = connFailure(ctx, err)
		if code(err) != "" { // the database has answered: it is there, and says what is wrong
			v.failed = failure(err)
		}
		return nil, v.failed
	}
	v.first, v.alone, v.found = query, true, results[0]
	return v.found.rows(), nil
}

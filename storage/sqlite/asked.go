package sqlite

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/storage/internal/cells"
)

// patience is how long a read waits for the end of a transaction: about as long as
// many who share one take on a disk that keeps up.
const patience = 20 * time.Millisecond

// asked is a read that would go over the writing connection: that one knows what it
// wrote last, while a reading one has forgotten everything with each commit and takes
// a lock of the whole process for each page it fetches again, for which the writer
// then waits. Reads that come while a transaction is open wait for its end and are
// answered in one go by the first of them, so they never see what is not committed.
type asked struct {
	q     query
	start chan struct{} // the turn has come: it answers itself and all that wait
	done  chan bool     // another has had the turn: it has been answered, or not
	rows  *cells.Rows
	err   error
}

// ask runs a read on the writing connection. ok is false where that is not to be had,
// as the host holds it or somebody writes: then a reading one has to do. Only a read
// that is said to be shared waits, no longer than the writer's patience, and not beside a
// transaction for which another has waited so long: a page may read many cases.
func (w *writer) ask(ctx context.Context, q query) (rows *cells.Rows, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, true, err
	}
	w.mu.Lock()
	if !w.held {
		w.held = true
		w.mu.Unlock()
		return w.answer(ctx, q)
	}
	if !q.fixed.Shared || w.late {
		w.mu.Unlock()
		return nil, false, nil
	}
	a := &asked{q: q, start: make(chan struct{}, 1), done: make(chan bool, 1)}
	w.asked = append(w.asked, a)
	w.mu.Unlock()
	late := time.NewTimer(w.patience)
	defer late.Stop()
	select {
	case <-a.start:
		return w.answer(ctx, q)
	case ok := <-a.done:
		return a.rows, ok, a.err
	case <-ctx.Done():
		err, ok = ctx.Err(), true
	case <-late.C:
	}
	if w.withdraw(a, !ok) {
		return nil, ok, err
	}
	// In the same moment the turn came, or somebody began to answer.
	select {
	case <-a.start:
		return w.answer(ctx, q)
	case ok := <-a.done:
		return a.rows, ok, a.err
	}
}

// withdraw takes a back, since it has waited long enough or its caller has left; false if
// it waits no longer.
func (w *writer) withdraw(a *asked, late bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.asked, a)
	if i < 0 {
		return false
	}
	w.asked = slices.Delete(w.asked, i, i+1)
	w.late = w.late || late
	return true
}

// answer has the turn. It runs q and what else is asked, and passes the turn on. ok is
// false where the host holds the connection.
func (w *writer) answer(ctx context.Context, q query) (rows *cells.Rows, ok bool, err error) {
	defer w.rest()
	if w.links.db.Stats().InUse > 0 {
		return nil, false, nil
	}
	k, err := w.links.take(ctx)
	if err != nil {
		return nil, true, err
	}
	defer func() { err = errors.Join(err, k.give()) }()
	// Like a closure's, its end does not depend on the caller's context.
	ctx = detached(ctx)
	rows, err = k.query(ctx, q)
	w.answerOthers(ctx, k)
	return rows, true, err
}

func (w *writer) answerOthers(ctx context.Context, k *link) {
	w.mu.Lock()
	others := w.asked
	w.asked = nil
	w.mu.Unlock()
	defer func() { // where the driver panics, the others read for themselves
		for _, o := range others {
			o.done <- false
		}
	}()
	for len(others) > 0 {
		o := others[0]
		o.rows, o.err = k.query(ctx, o.q)
		others = others[1:]
		o.done <- true
	}
}

package sqlite

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// errAgain tells everyone of a shared transaction that it failed as a whole.
var errAgain = errors.New("sqlite: shared transaction failed")

// writer lets one caller after the other run its closure, each on its own
// goroutine, in one open transaction. Whoever finds nobody waiting behind him
// commits for all. There is no goroutine of the writer's own, so there is none
// to stop, and a closure that panics does so where it was called.
type writer struct {
	links    *links
	share    int
	patience time.Duration // how long a read waits for the turn

	mu    sync.Mutex
	queue []*turn
	asked []*asked // reads that wait for the turn, which comes to them before the next transaction
	read  bool     // reads had the last turn: who waits to write is next
	late  bool     // a read has waited in vain for the turn that somebody has: no other does
	held  bool     // somebody has the turn

	// These belong to whoever has the turn and are passed on with it.
	open *batch
	wary int // how many closures are to run in savepoints, since one has failed
}

// waryFor is how many closures run in savepoints after one that had written made
// all who shared its transaction run again: where one fails, others may.
const waryFor = 256

// turn is one caller's place.
type turn struct {
	start chan struct{} // the turn has come
	done  chan error    // the transaction it wrote in has ended
	tries int           // shared transactions that failed with it
}

// guarded: a transaction it shared has failed, perhaps because of its closure.
func (t *turn) guarded() bool { return t.tries > 0 }

// alone: it shares no transaction any more.
func (t *turn) alone() bool { return t.tries > 1 }

func newWriter(l *links, share int) *writer {
	if share <= 0 {
		share = 128
	}
	return &writer{links: l, share: share, patience: patience}
}

// Update runs fn in a transaction it may share with others. A caller whose
// context ends before fn has begun leaves; afterwards he waits for the answer.
func (s *Store) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	t := &turn{start: make(chan struct{}, 1), done: make(chan error, 1)}
	for {
		if err := s.writer.wait(ctx, t); err != nil {
			return err
		}
		if err := s.writer.run(detached(ctx), t, fn); !errors.Is(err, errAgain) {
			return err
		}
		t.tries++
	}
}

// wait returns once t has the turn.
func (w *writer) wait(ctx context.Context, t *turn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	if !w.held {
		w.held = true
		w.mu.Unlock()
		return nil
	}
	w.queue = append(w.queue, t)
	w.mu.Unlock()
	select {
	case <-t.start:
		return nil
	case <-ctx.Done():
	}
	if !w.leave(t) { // the turn came in the same moment
		<-t.start
		w.yield()
	}
	return ctx.Err()
}

// leave takes t out of the queue; false if its turn has come.
func (w *writer) leave(t *turn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.queue, t)
	if i < 0 {
		return false
	}
	w.queue = slices.Delete(w.queue, i, i+1)
	return true
}

// pass gives the turn to the next in the queue; false if there is nobody.
func (w *writer) pass() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		return false
	}
	next := w.queue[0]
	w.queue = slices.Delete(w.queue, 0, 1)
	next.start <- struct{}{}
	return true
}

// rest gives the turn up where no transaction is open. Reads go first, as whoever is to
// write has mostly read before, but not twice where somebody waits to write.
func (w *writer) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late = false
	w.read = len(w.asked) > 0 && !(w.read && len(w.queue) > 0)
	switch {
	case w.read:
		first := w.asked[0]
		w.asked = slices.Delete(w.asked, 0, 1)
		first.start <- struct{}{}
	case len(w.queue) > 0:
		next := w.queue[0]
		w.queue = slices.Delete(w.queue, 0, 1)
		next.start <- struct{}{}
	default:
		w.held = false
	}
}

// yield gives the turn up and sees to it that an open transaction is ended by
// somebody.
func (w *writer) yield() {
	if w.open != nil && len(w.open.members) < w.share && w.pass() {
		return
	}
	w.commit()
	w.rest()
}

func (w *writer) commit() {
	if b := w.open; b != nil {
		w.open = nil
		b.commit()
	}
}

// run has the turn. It returns when the transaction fn ran in has ended.
func (w *writer) run(ctx context.Context, t *turn, fn func(context.Context, ismskit.Tx) error) error {
	if t.alone() {
		w.commit()
	}
	if w.open == nil {
		b, err := begin(ctx, w.links)
		if err != nil {
			w.rest()
			return err
		}
		w.open = b
	}
	b, ended := w.open, false
	defer func() {
		if !ended { // fn panicked, or a test in it gave up
			w.open = nil
			b.abandon()
			w.rest()
		}
	}()
	err, broken := b.step(ctx, t.guarded() || w.wary > 0, fn)
	ended = true
	w.wary = max(0, w.wary-1)
	if broken || (err != nil && len(b.members) == 0) {
		w.open = nil
		shared := len(b.members) > 0
		if shared {
			w.wary = waryFor
		}
		b.abandon()
		w.rest()
		if shared {
			return errAgain
		}
		return err
	}
	b.members = append(b.members, t)
	if t.alone() {
		w.commit()
		w.rest()
	} else {
		w.yield()
	}
	if cerr := <-t.done; cerr != nil {
		return cerr
	}
	return err
}

package sqlite_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// leaving is the context of somebody who leaves when it is looked at for the n-th time,
// which comes to each moment of a read: also while the driver carries a statement out.
type leaving struct {
	context.Context
	at, looked int64
	once       sync.Once
	done       chan struct{}
}

// Done implements context.Context.
func (l *leaving) Done() <-chan struct{} {
	if atomic.AddInt64(&l.looked, 1) == l.at {
		go l.once.Do(func() { close(l.done) })
	}
	return l.done
}

// Err implements context.Context.
func (l *leaving) Err() error {
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}

// Readers leave at any moment, also while their transaction begins: the connections they
// had serve the next readers, who see what was written last.
func TestReadersWhoLeaveSpoilNoConnection(t *testing.T) {
	s := open(t)
	reads := func(ctx context.Context) error {
		return s.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
			if _, err := tx.Cases().List(ctx, ismskit.CaseQuery{Limit: 1}); err != nil {
				return err
			}
			_, err := tx.Cases().Counter(ctx, "n")
			return err
		})
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for n := range 400 {
				ctx := &leaving{Context: t.Context(), at: int64(n%40) + 1, done: make(chan struct{})}
				// Whether he has left already, leaves now or later, no answer is wrong.
				_ = reads(ctx)
			}
		})
	}
	group.Wait()
	if err := s.Update(t.Context(), count("n", 7)); err != nil {
		t.Fatal(err)
	}
	for range 16 {
		group.Go(func() {
			for range 20 {
				err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
					if _, err := tx.Cases().List(ctx, ismskit.CaseQuery{Limit: 1}); err != nil {
						return err
					}
					n, err := tx.Cases().Counter(ctx, "n")
					if err == nil && n != 7 {
						t.Errorf("an old state: %d", n)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// lookedAt counts how often a store is looked at.
type lookedAt struct {
	ismskit.Store
	times int
	err   error
}

func (l *lookedAt) View(context.Context, func(context.Context, ismskit.Tx) error) error {
	l.times++
	return l.err
}

// Whoever asks for the figures again and again does not wear out the database.
func TestTheQueueIsLookedAtNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &lookedAt{err: errors.New("the database is away")}
		m := &keptMeter{store: store}
		for range 100 {
			if f := m.figures(); f.err == nil {
				t.Fatal("a database that is away counts as an empty queue")
			}
		}
		if store.times != 1 {
			t.Errorf("asked %d times", store.times)
		}
		store.err = nil
		time.Sleep(meterFresh)
		if f := m.figures(); f.err != nil || store.times != 2 {
			t.Errorf("after a while: %v, asked %d times", f.err, store.times)
		}
	})
}

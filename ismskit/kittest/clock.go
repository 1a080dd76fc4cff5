package kittest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// Clock is business time that stands until it is moved. Its Now is for
// Config.Now. Safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock that stands at a moment.
func NewClock(at time.Time) *Clock { return &Clock{at: at} }

// Now is the moment at which the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set moves the clock without carrying anything out.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// RunTo carries out everything that comes due up to a moment, each at its own, and
// leaves the clock there.
func (c *Clock) RunTo(ctx context.Context, t testing.TB, k *ismskit.Kit, at time.Time) {
	t.Helper()
	if err := k.RunUntil(ctx, at); err != nil {
		t.Fatalf("up to %v: %v", at, err)
	}
	c.Set(at)
}

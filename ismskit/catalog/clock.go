package catalog

import (
	"sync/atomic"
	"time"
)

// clock is business time while the demonstration is loaded: it stands until it is
// set, so that what happened years ago is done at its own moment.
type clock struct{ at atomic.Pointer[time.Time] }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}

func (c *clock) now() time.Time { return *c.at.Load() }

func (c *clock) set(at time.Time) { c.at.Store(&at) }

package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

const (
	// leapStep is how far the clock is moved at once. A leap that is cut off has
	// done whole steps only: no work at moments that have not come.
	leapStep = 24 * time.Hour
	// stepPatience is how long the queue may take for a step.
	stepPatience = 2 * time.Minute
)

// leaper moves the demonstration's clock forward in the background, one leap at
// a time: everything that falls due on the way is carried out first, each at its
// own moment.
type leaper struct {
	kit   *ismskit.Kit
	clock *account.Clock
	log   *slog.Logger

	mu      sync.Mutex
	stopped bool
	last    *leap // under way, or the last one that ended
}

// leap is one move of the clock.
type leap struct {
	from, to time.Time
	incident string        // under which the log has what went wrong
	done     chan struct{} // closed when it has ended
	halt     context.CancelFunc
	cut      context.CancelFunc
	err      error // once done; context.Canceled when the server stopped meanwhile
	told     sync.Once
}

// underWay says whether the leap has not ended.
func (l *leap) underWay() bool {
	select {
	case <-l.done:
		return false
	default:
		return true
	}
}

// begin starts a leap. While another is under way it gives that one: whoever
// presses twice looks at the same. Nil once the server stops.
func (d *leaper) begin(ctx context.Context, to time.Time, incident string) *leap {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopped {
		return nil
	}
	if d.last != nil && d.last.underWay() {
		return d.last
	}
	// It goes on although the browser leaves.
	steps, cut := context.WithCancel(context.WithoutCancel(ctx))
	going, halt := context.WithCancel(steps)
	l := &leap{from: d.clock.Now(), to: to, incident: incident, done: make(chan struct{}), halt: halt, cut: cut}
	d.last = l
	go func() {
		defer close(l.done)
		defer cut()
		if l.err = d.move(going, steps, to); l.err != nil && !errors.Is(l.err, context.Canceled) {
			d.log.ErrorContext(steps, "moving the demonstration's time", "incident", incident, "to", to, "error", l.err)
		}
	}()
	return l
}

// latest is the leap under way or the last one that ended; nil where there was none.
func (d *leaper) latest() *leap {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last
}

// move goes step by step as long as going lasts; a step is cut off only by the end
// of steps.
func (d *leaper) move(going, steps context.Context, to time.Time) error {
	for now := d.clock.Now(); now.Before(to); now = d.clock.Now() {
		if err := going.Err(); err != nil {
			return err
		}
		next := now.Add(leapStep)
		if next.After(to) {
			next = to
		}
		if err := d.step(steps, next); err != nil {
			return err
		}
	}
	return nil
}

func (d *leaper) step(ctx context.Context, to time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, stepPatience)
	defer cancel()
	if err := d.kit.RunUntil(ctx, to); err != nil {
		return err
	}
	err := d.clock.MoveTo(ctx, to)
	if errors.Is(err, account.ErrClockBack) {
		return nil // the time is past it already, as when another server has moved it
	}
	return err
}

// stop ends a leap that is under way after the step it is at, or at once when ctx
// ends; no other begins.
func (d *leaper) stop(ctx context.Context) {
	d.mu.Lock()
	d.stopped = true
	l := d.last
	d.mu.Unlock()
	if l == nil {
		return
	}
	l.halt()
	select {
	case <-l.done:
	case <-ctx.Done():
		l.cut()
		<-l.done
	}
}

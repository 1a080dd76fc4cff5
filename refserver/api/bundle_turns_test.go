package api

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Two bundles of large cases arrive slowly. A third colleague is told after a moment to come back,
// and does not hang until his line is cut; whoever sends two at once is told so at once, and keeps
// nobody from the other place.
func TestASlowBundleKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, from := newChecks(), time.Now()
		begin := func(person string, want error) func() {
			t.Helper()
			end, err := c.begin(t.Context(), person)
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", person, err, want)
			}
			return end
		}
		first := begin("P10", nil)
		begin("P10", errCheckUnderWay)
		second := begin("P06", nil)
		if waited := time.Since(from); waited > 0 {
			t.Errorf("who found a place, or has one, waited %v", waited)
		}
		begin("P07", errChecksFull)
		if waited := time.Since(from); waited != checkPatience {
			t.Errorf("who found none waited %v", waited)
		}
		go func() {
			time.Sleep(time.Second)
			second()
		}()
		begin("P07", nil)() // and is not taken for one who still waits
		first()
		begin("P10", nil)()
		begin("P06", nil)()
		begin("P12", nil)
		begin("P13", nil)
		left, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.begin(left, "P10"); !errors.Is(err, context.Canceled) {
			t.Errorf("who has gone: %v", err)
		}
		begin("P10", errChecksFull)
	})
}

package account

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/uptrace/bun"
)

// What somebody keeps of a task is there until he has done it or a week is over: nothing
// newer pushes it out, no form whose session ended, and what has no room is refused.
func TestWhatIsHeldGivesWayToNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := open(t, db)
		hold := func(person, task, text string) error {
			return s.Hold(t.Context(), Held{Person: person, Case: "c1", Task: task, Fields: map[string][]string{"comment": {text}}}, monday)
		}
		for i := range MostHeld {
			if err := hold("P13", fmt.Sprint("t", i), "其餘待商議"); err != nil {
				t.Fatal(err)
			}
		}
		if err := hold("P13", "t0", "再想想"); err != nil { // in its own place
			t.Error(err)
		}
		if err := hold("P13", "one more", "沒有位置"); !errors.Is(err, ErrHeld) {
			t.Errorf("one too many: %v", err)
		}
		if err := hold("P12", "t0", "另一位"); err != nil {
			t.Error(err)
		}
		for i := range mostWaiting + 1 {
			if _, err := s.Keep(t.Context(), Interrupted{Person: "P13", Token: fmt.Sprint(i), Path: "/apply/x"}, monday.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Held(t.Context(), "P13", "")
		if err != nil || len(all) != MostHeld {
			t.Fatalf("%d are held, %v", len(all), err)
		}
		for _, h := range all {
			if want := map[bool]string{true: "再想想", false: "其餘待商議"}[h.Task == "t0"]; h.Fields["comment"][0] != want || !h.At.Equal(moment(monday)) {
				t.Errorf("%+v", h)
			}
		}
		if other, err := s.Held(t.Context(), "P13", "c2"); err != nil || len(other) != 0 {
			t.Errorf("of another case: %v, %v", other, err)
		}
		if err := s.Release(t.Context(), "P13", "c1", "t0"); err != nil {
			t.Fatal(err)
		}
		if err := hold("P13", "one more", "有位置了"); err != nil {
			t.Error(err)
		}
		for _, c := range []struct {
			at   time.Time
			left int
		}{{monday.Add(waits), MostHeld}, {monday.Add(waits + time.Minute), 0}} {
			if err := s.Sweep(t.Context(), c.at); err != nil {
				t.Fatal(err)
			}
			if all, err = s.Held(t.Context(), "P13", ""); err != nil || len(all) != c.left {
				t.Errorf("%s: %d are left, %v", c.at, len(all), err)
			}
		}
	})
}

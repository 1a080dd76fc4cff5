package ismskit

import (
	"context"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
)

// unitsOnly is a directory that knows nothing but its units.
type unitsOnly struct {
	Directory
	Roster
	units []directory.Unit
}

func (d unitsOnly) Units(context.Context, time.Time) ([]directory.Unit, error) { return d.units, nil }

// For seven days the nights ask anew who heads the units that tasks came to: should some be
// missed, the next makes up for them. After that they do not, nor before the day.
func TestNightsAskForHeadsAnewWhereAUnitHasJustChanged(t *testing.T) {
	at := time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)
	for days, want := range map[int]bool{-1: false, 0: true, 1: true, 6: true, 7: false, 30: false} {
		day := at.AddDate(0, 0, -days)
		for name, u := range map[string]directory.Unit{"begins": {ID: "U10", From: day}, "ends": {ID: "U06", From: at.AddDate(-9, 0, 0), To: day}} {
			k := &Kit{directory: unitsOnly{units: []directory.Unit{{ID: "U00"}, u}}}
			if got, err := k.reorganised(t.Context(), at); err != nil || got != want {
				t.Errorf("%s %d days ago: %v, want %v, %v", name, days, got, want, err)
			}
		}
	}
}

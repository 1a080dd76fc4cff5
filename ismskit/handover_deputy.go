package ismskit

import (
	"context"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
)

// goesTo is the unit to which who stays in the house moves by a sheet, "" where it moves
// nobody, or was written before sheets said where.
func (h *Handover) goesTo(values forms.Values) string {
	if h.Move == nil {
		return ""
	}
	unit, _ := values[h.Move.Unit].(forms.Ref)
	return unit.ID
}

// leftBehind tells which deputyships somebody leaves behind with a unit: people are the
// usual deputies of colleagues, so that who moves to another unit signs for nobody of the
// old one any more, unless his sheet says otherwise. One that was set up for an absence
// ends with it, wherever he is by then.
func (k *Kit) leftBehind(ctx context.Context, kind *kind, values forms.Values, unit string, at time.Time) func(Holding) (bool, error) {
	to := kind.Handover.goesTo(values)
	return func(held Holding) (bool, error) {
		if !held.usual || to == "" || to == unit {
			return false, nil
		}
		answers, err := k.directory.Resolve(ctx, []directory.Question{{ID: "principal", Kind: directory.KindPerson, Person: held.principal, At: at}})
		if err != nil {
			return false, fmt.Errorf("ismskit: directory: %w", err)
		}
		return len(answers) == 1 && len(answers[0].Holders) > 0 && answers[0].Holders[0].Unit == unit, nil
	}
}

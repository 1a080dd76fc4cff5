package ismskit

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// disposalHints say, of a list that was sent, which records it would not dispose of if it were carried out
// now: a hold has come since, they are to be kept longer, or another list disposed of them already. And
// which stand in another list too. Whoever signs is told before and not after.
func (k *Kit) disposalHints(ctx context.Context, actor Actor, c caseInHand, places rowPlaces) ([]Hint, error) {
	if c.kind.Disposes == "" || c.unsentYet() || c.state.Phase == workflow.PhaseClosed {
		return nil, nil
	}
	rows, ids := c.disposalRecords()
	listed, err := k.recordsOf(ctx, record.Query{All: true}, ids)
	if err != nil {
		return nil, err
	}
	kept, err := k.retaining(ctx)
	if err != nil {
		return nil, err
	}
	others, err := k.listedNow(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	today, numberOf := calendar.DateOf(k.moment().In(k.location)), k.numbersFor(ctx, actor, k.moment())
	var out []Hint
	for i, row := range rows {
		rec, found := listed[ids[i]]
		if !found {
			continue
		}
		called, text := k.recordBare(rec), forms.Text(nil)
		one, over := k.overdue(kept, rec, today)
		other, isListed := others[rec.ID]
		switch {
		case rec.State == record.StateDisposed:
			by, err := k.disposedBy(ctx, rec.Case)
			if err != nil {
				return nil, err
			}
			number, err := numberOf(CaseRow{ID: by.Case, Number: by.Number})
			if err != nil {
				return nil, err
			}
			text = saidOfList("dispose.before", "dispose.before.unnamed", number, called)
		case one.Held:
			text = saidOf("dispose.stays_held", called)
		case !over:
			text = saidOf("dispose.stays_early", called)
		case isListed:
			number, err := numberOf(other)
			if err != nil {
				return nil, err
			}
			text = saidOfList("dispose.listed_too", "dispose.listed_too.unnamed", number, called)
		default:
			continue
		}
		id, _ := row[forms.RowID].(string)
		out = append(out, Hint{Row: id, RowNo: places.beside(c, id), Text: text})
	}
	return out, nil
}

// disposedBy is by what a case was disposed of, the zero Disposal where that can't be read.
func (k *Kit) disposedBy(ctx context.Context, id string) (Disposal, error) {
	c, err := k.take(ctx, id)
	if unread(err) || errors.Is(err, ErrNotFound) {
		return Disposal{}, nil
	}
	if err != nil || c.extra.Disposed == nil {
		return Disposal{}, err
	}
	return *c.extra.Disposed.by(), nil
}

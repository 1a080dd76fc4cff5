package ismskit

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// change is what is written of a change of closures beside the closures.
type change struct {
	agency, reason string
	seen           int // the state of the calendar that its maker has seen
	by             workflow.Signer
}

// change writes the closures of an agency: what edit makes of them, nil for nothing at
// all. One change is made at a time, so that what edit finds entered, and the state that
// its maker has seen, still hold when it is committed.
func (c Closures) change(ctx context.Context, actor Actor, ch change, edit func(context.Context, Tx, []ClosedDay, []forms.Row) ([]forms.Row, error)) error {
	k, now := c.k, c.k.moment()
	agency := forms.Values{}
	if ch.agency != "" {
		agency["agency"] = forms.Ref{List: "unit", ID: ch.agency}
	}
	form, _ := k.lists.Form(register.Calendars)
	lookup, err := k.lookup(ctx, actor, caseInHand{}, form.Needs(agency), now)
	if err != nil {
		return err
	}
	changed := false
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		changed = false
		if err := alone(ctx, tx, aloneClosures); err != nil {
			return err
		}
		there, err := k.enteredDays(ctx, tx)
		if err != nil {
			return err
		}
		row, err := k.calendarRow(ctx, tx, ch.agency)
		if err != nil {
			return err
		}
		values, err := k.rowOrNew(row)
		if err != nil {
			return err
		}
		lines, _ := values["closures"].([]forms.Row)
		if lines, err = edit(ctx, tx, there, slices.Clone(lines)); err != nil || lines == nil {
			return err
		}
		if err := sees(ctx, tx, ch.seen); err != nil {
			return err
		}
		values["closures"] = lines
		maps.Copy(values, agency)
		next, err := k.lists.Apply(row, register.Change{
			List: register.Calendars, ID: row.ID, Seen: row.Revision, Values: values, At: now, By: ch.by.Person, Reason: ch.reason,
			Check: forms.CheckContext{Lookup: unlimited{lookup}, Today: calendar.DateOf(now.In(k.location)), Location: k.location},
		})
		if err != nil || next.Revision == row.Revision {
			return err
		}
		changed = true
		return k.storeRow(ctx, tx, row, next, rowChange{reason: ch.reason, by: ch.by, via: actor.Channel, at: now})
	})
	if err == nil && changed {
		k.forget()
		k.wakeAt(now) // deadlines move with it
	}
	return err
}

// sees refuses whoever has seen another state of the calendar.
func sees(ctx context.Context, tx Tx, seen int) error {
	n, err := countStates(ctx, tx)
	if err == nil && max(n, 1) != seen+1 {
		err = fmt.Errorf("%w: the calendar is in state %d, not %d", ErrConflict, max(n, 1)-1, seen)
	}
	return err
}

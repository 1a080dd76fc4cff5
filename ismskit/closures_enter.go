package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
)

// Preview says what entering closures would move. Everything that is wrong with them is
// forms.Invalid, at from, to, part, agency, reason, place and announced, in this order.
func (c Closures) Preview(ctx context.Context, actor Actor, d ClosedDays) (Moves, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return Moves{}, err
	}
	days, wrong, err := c.check(ctx, &d)
	if err == nil {
		wrong, err = c.also(ctx, days, wrong)
	}
	if err == nil {
		err = wrong.Err()
	}
	if err != nil {
		return Moves{}, err
	}
	return c.moves(ctx, actor, func(last *calendarState) (*calendarState, error) {
		return &calendarState{n: last.n + 1, base: last.base, closed: append(slices.Clip(last.closed), days...)}, nil
	})
}

// Enter enters closures, and has what Preview showed carried out. seen is
// Moves.Seen; where the calendar has changed since it is ErrConflict. The same entered
// twice is one entry.
func (c Closures) Enter(ctx context.Context, actor Actor, d ClosedDays, seen int) error {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return err
	}
	by, err := c.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	days, wrong, err := c.check(ctx, &d)
	if err == nil && len(wrong) > 0 {
		wrong, err = c.also(ctx, days, wrong)
	}
	if err == nil {
		err = wrong.Err()
	}
	if err != nil {
		return err
	}
	return c.change(ctx, actor, change{agency: d.Agency, reason: d.Reason, seen: seen, by: by}, func(ctx context.Context, tx Tx, there []ClosedDay, lines []forms.Row) ([]forms.Row, error) {
		if e, same := entered(there, days); e != nil {
			first, err := c.k.lastHand(ctx, tx, *e)
			if err == nil && (!same || first != by.Person) {
				err = c.twice(*e)
			}
			return nil, err // a double click, or an answer that was lost
		}
		for _, day := range days {
			lines = append(lines, forms.Row{
				forms.RowID: forms.NewRowID(), "day": day.Date, "kind": ClosureKind(day.Outage), "part": partKey(day.Part), "place": day.Place, "reason": day.Reason,
				"announced": d.Announced, "entered": c.k.moment(), "entered_by": by.Name,
			})
		}
		return lines, nil
	})
}

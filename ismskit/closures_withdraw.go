package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// PreviewWithdrawal says what withdrawing a day would move; ErrNotFound where there is
// no such day, or it is withdrawn.
func (c Closures) PreviewWithdrawal(ctx context.Context, actor Actor, id string) (ClosedDay, Moves, error) {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return ClosedDay{}, Moves{}, err
	}
	all, err := c.list(ctx)
	if err != nil {
		return ClosedDay{}, Moves{}, err
	}
	day, ok := dayOf(all, id)
	if !ok || day.Withdrawn {
		return ClosedDay{}, Moves{}, ErrNotFound
	}
	gone := closedDay{day.Agency, day.Closure}
	moves, err := c.moves(ctx, actor, func(last *calendarState) (*calendarState, error) {
		closed := slices.Clone(last.closed)
		if i := slices.Index(closed, gone); i >= 0 {
			closed = slices.Delete(closed, i, i+1)
		}
		return &calendarState{n: last.n + 1, base: last.base, closed: closed}, nil
	})
	return day, moves, err
}

// Withdraw takes a day back, with the reason, and moves deadlines back. What is wrong
// is forms.Invalid at why.
func (c Closures) Withdraw(ctx context.Context, actor Actor, id, why string, seen int) error {
	c.k = c.k.once()
	if err := c.allow(ctx, actor); err != nil {
		return err
	}
	all, err := c.list(ctx)
	if err != nil {
		return err
	}
	day, ok := dayOf(all, id)
	if !ok {
		return ErrNotFound
	}
	by, err := c.k.byline(ctx, actor)
	if err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" || tooLong(why) {
		return numberFault("why", "closure.why", map[string]string{"max": strconv.Itoa(maxWords)})
	}
	_, line, _ := strings.Cut(id, "/")
	return c.change(ctx, actor, change{agency: day.Agency, reason: why, seen: seen, by: by}, func(ctx context.Context, tx Tx, there []ClosedDay, lines []forms.Row) ([]forms.Row, error) {
		if now, ok := dayOf(there, id); !ok || now.Withdrawn {
			last, err := c.k.lastHand(ctx, tx, now)
			if err == nil && (now.Why != why || last != by.Person) {
				err = ErrNotFound
			}
			return nil, err // a double click, or an answer that was lost
		}
		for i := range lines {
			if lines[i][forms.RowID] == line {
				lines[i] = lines[i].Clone()
				lines[i]["withdrawn"], lines[i]["withdrawn_at"], lines[i]["withdrawn_by"], lines[i]["withdrawn_why"] = true, c.k.moment(), by.Name, why
			}
		}
		return lines, nil
	})
}

// lastHand is who entered a closure, or withdrew it, by id: two people may have one name.
func (k *Kit) lastHand(ctx context.Context, tx Tx, d ClosedDay) (string, error) {
	id, _, _ := strings.Cut(d.ID, "/")
	history, err := tx.Registers().History(ctx, register.Calendars, id)
	if err != nil {
		return "", err
	}
	for _, row := range history {
		found := false
		err := k.closuresOf(row, func(_ string, row register.Row, line forms.Row) {
			e := enteredDay("", row, line)
			found = found || e.ID == d.ID && e.Withdrawn == d.Withdrawn
		})
		if err != nil || found {
			return row.ChangedBy, err
		}
	}
	return "", nil
}

func dayOf(all []ClosedDay, id string) (ClosedDay, bool) {
	i := slices.IndexFunc(all, func(d ClosedDay) bool { return d.ID == id })
	if i < 0 {
		return ClosedDay{}, false
	}
	return all[i], true
}

package ismskit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// moves works out what another set of closures moves.
func (c Closures) moves(ctx context.Context, actor Actor, change func([]closedDay) []closedDay) (Moves, error) {
	k := c.k
	k.office.forget()
	if err := k.freshen(ctx); err != nil {
		return Moves{}, err
	}
	known, _, _ := k.office.states()
	last := known.last()
	next := &calendarState{n: last.n + 1, base: last.base, closed: change(last.closed)}
	under := known.under
	if closed := agencies(append(slices.Clip(known.all), next)...); len(closed) > 0 {
		var err error
		if under, err = k.under(ctx, closed); err != nil {
			return Moves{}, err
		}
	}
	out := Moves{Seen: last.n}
	q := CaseQuery{Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseSuspended)}, Limit: 500}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return Moves{}, err
		}
		for _, row := range rows {
			if err := c.movesOf(ctx, actor, row, next, under[row.Unit], &out); err != nil {
				return Moves{}, err
			}
		}
		if len(rows) < q.Limit {
			break
		}
		q.After, q.AfterID = rows[len(rows)-1].Created, rows[len(rows)-1].ID
	}
	slices.SortStableFunc(out.Lines, func(a, b Move) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Number, b.Number))
	})
	out.Lines = out.Lines[:min(len(out.Lines), MovesShown)]
	return out, nil
}

// movesOf adds what moves in one case. A case that can't be worked on here moves once
// it can.
func (c Closures) movesOf(ctx context.Context, actor Actor, row CaseRow, next *calendarState, under []string, out *Moves) error {
	k := c.k
	in, err := k.inHand(ctx, row)
	if errors.Is(err, ErrReadOnly) {
		return nil
	}
	if err != nil {
		return err
	}
	r := k.recounted(in, next, under, k.moment())
	if len(r.dues) == 0 {
		return nil
	}
	if in.state.Phase == workflow.PhaseSuspended {
		out.Stopped++
		return nil
	}
	out.Cases++
	out.Deadlines += len(r.dues)
	way, err := k.mayRead(ctx, actor, in, k.moment())
	if ignoreNotFound(err) != nil {
		return err
	}
	for _, due := range r.dues {
		t, _ := in.state.Task(due.Task)
		step, _ := in.kind.flow.Step(t.Step)
		m := Move{Number: row.Number, RowNo: in.rowNo(), Title: workflow.Text(in.kind.Title), Step: step.Name, Holders: called(t.Holder.Named)}
		if len(m.Holders) == 0 && t.Why["members"] != "" {
			m.Holders = strings.Split(t.Why["members"], memberSeparator)
		}
		if way != "" {
			m.Case = row.ID
			if !Confidential(row.Class) {
				m.Subject = row.Subject
			}
		}
		if m.From, err = parseISO(t.DueDate); err != nil {
			return fmt.Errorf("ismskit: case %s: task %s: %w", row.ID, t.ID, err)
		}
		if m.To, err = parseISO(due.DueDate); err != nil {
			return fmt.Errorf("ismskit: case %s: task %s: %w", row.ID, t.ID, err)
		}
		out.Lines = append(out.Lines, m)
	}
	return nil
}

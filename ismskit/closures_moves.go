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

// preview gathers what a change of closures moves, for one reader.
type preview struct {
	k     *Kit
	actor Actor
	shows func(context.Context, caseInHand) (bool, error)
	next  *calendarState
	lines []movedLine
	out   Moves
}

// movedLine is a line with its case and task, which are asked for whoever reads, and whoever
// has it by now, only where the line is kept.
type movedLine struct {
	Move
	in   caseInHand
	task workflow.Task // none where it lies with the applicant
}

// moves works out what a further state of the calendar moves, as far as the reader may
// see it.
func (c Closures) moves(ctx context.Context, actor Actor, change func(last *calendarState) (*calendarState, error)) (Moves, error) {
	k := c.k
	k.office.forget()
	if err := k.freshen(ctx); err != nil {
		return Moves{}, err
	}
	known, _, _ := k.office.states()
	last := known.last()
	next, err := change(last)
	if err != nil {
		return Moves{}, err
	}
	under := known.under
	if closed := agencies(append(slices.Clip(known.all), next)...); len(closed) > 0 {
		if under, err = k.under(ctx, closed); err != nil {
			return Moves{}, err
		}
	}
	shows, err := k.overviewer(ctx, actor)
	if err != nil {
		return Moves{}, err
	}
	p := &preview{k: k, actor: actor, shows: shows, next: next, out: Moves{Seen: last.n}}
	q := CaseQuery{Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseSuspended), string(workflow.PhaseDraft), string(workflow.PhaseReturned)}, Limit: 500}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return Moves{}, err
		}
		for _, row := range rows {
			if err := p.add(ctx, row, under[row.Unit]); err != nil {
				return Moves{}, err
			}
		}
		p.keep()
		if len(rows) < q.Limit {
			break
		}
		q.After, q.AfterID = rows[len(rows)-1].Created, rows[len(rows)-1].ID
	}
	return p.moves(ctx)
}

// overviewer says of cases whether somebody sees them on lists of everybody's tasks, or
// may read them: what is confidential only where he may read everything.
func (k *Kit) overviewer(ctx context.Context, actor Actor) (func(context.Context, caseInHand) (bool, error), error) {
	all, overview := actor.system, false
	var err error
	if !all {
		if all, err = k.hasRole(ctx, actor.Person, k.cfg.Rights.ReadAll); err != nil {
			return nil, err
		}
		if overview, err = k.hasRole(ctx, actor.Person, k.cfg.Rights.Overview); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, c caseInHand) (bool, error) {
		switch {
		case all:
			return true, nil
		case k.classes().Confidential(c.row.Class):
			return false, nil
		case overview:
			return true, nil
		}
		way, err := k.mayRead(ctx, actor, c, k.moment())
		return way != "", ignoreNotFound(err)
	}, nil
}

// keep keeps the first lines.
func (p *preview) keep() {
	slices.SortStableFunc(p.lines, func(a, b movedLine) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Number, b.Number))
	})
	if len(p.lines) > MovesShown {
		p.lines = slices.Clone(p.lines[:MovesShown])
	}
}

// moves are the lines that are kept, with what their reader may open.
func (p *preview) moves(ctx context.Context) (Moves, error) {
	now := p.k.moment()
	for _, l := range p.lines {
		if l.task.ID != "" {
			holders, err := p.k.holdersNow(ctx, l.in, l.task, now)
			if err != nil {
				return Moves{}, err
			}
			l.Holders = called(holders)
		}
		way, err := p.k.mayRead(ctx, p.actor, l.in, now)
		if ignoreNotFound(err) != nil {
			return Moves{}, err
		}
		if way != "" {
			l.Case = l.in.row.ID
			if !p.k.classes().Confidential(l.in.row.Class) {
				l.Subject = l.in.row.Subject
			}
		}
		p.out.Lines = append(p.out.Lines, l.Move)
	}
	return p.out, nil
}

// add adds what moves in one case. A case that can't be worked on here moves once it can.
func (p *preview) add(ctx context.Context, row CaseRow, under []string) error {
	k := p.k
	in, dated, err := k.datedInHand(ctx, row)
	if errors.Is(err, ErrReadOnly) || err == nil && !dated {
		return nil
	}
	if err != nil {
		return err
	}
	r := k.recounted(in, p.next, under, k.moment())
	from, to, lies := k.applicantMoves(in, p.next, under)
	if len(r.dues) == 0 && !lies {
		return nil
	}
	sees, err := p.shows(ctx, in)
	if err != nil {
		return err
	}
	if !sees {
		p.out.Others = true
		return nil
	}
	if in.state.Phase == workflow.PhaseSuspended {
		p.out.Stopped++
		return nil
	}
	p.out.Cases++
	line := movedLine{Move: Move{Number: row.Number, RowNo: in.rowNo(), Title: workflow.Text(in.kind.Title)}, in: in}
	if lies {
		_, _, step := in.withApplicant()
		line.Step, line.Holders, line.From, line.To = k.texts(step), []string{row.ApplicantName}, from.Date, to.Date
		p.out.Deadlines++
		p.lines = append(p.lines, line)
	}
	for _, due := range r.dues {
		t, _ := in.state.Task(due.Task)
		step, _ := in.kind.flow.Step(t.Step)
		l := line
		l.Step, l.task = taskName(step, t), t
		if l.From, err = parseISO(t.DueDate); err != nil {
			return fmt.Errorf("ismskit: case %s: task %s: %w", row.ID, t.ID, err)
		}
		if l.To, err = parseISO(due.DueDate); err != nil {
			return fmt.Errorf("ismskit: case %s: task %s: %w", row.ID, t.ID, err)
		}
		p.out.Deadlines++
		p.lines = append(p.lines, l)
	}
	return nil
}

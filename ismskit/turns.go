package ismskit

import (
	"context"
	"errors"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// HandledAgain says of a row that was handled in one case which later turns bear upon that. A turn that
// was withdrawn, became void or went on on paper changed nothing of what was done before.
type HandledAgain struct {
	Counts   int // the last that was carried out, or could not be: it counts in its place; 0 where none was
	UnderWay int // one that will count once it is done, 0 where there is none
}

// with is the same after one more turn.
func (h HandledAgain) with(turn int, s workflow.State) HandledAgain {
	switch {
	case s.Phase != workflow.PhaseClosed:
		h.UnderWay = turn
	case s.Outcome == workflow.OutcomeDone || s.Outcome == workflow.OutcomeUnable:
		h.Counts = turn
	}
	return h
}

// Again is which later turns bear upon what became of a row in this case. Turns that the reader may
// not see are not known here.
func (c Case) Again() (again HandledAgain) {
	for _, t := range c.Turns {
		if !t.Earlier {
			again = again.with(t.Turn, t.State)
		}
	}
	return again
}

// otherTurns are the other turns in which the row was, or is, handled that a case handles, as far as
// the actor may read them, in their order.
func (k *Kit) otherTurns(ctx context.Context, actor Actor, c caseInHand, now time.Time) ([]ChildCase, error) {
	if c.row.Parent == "" {
		return nil, nil
	}
	parent, err := k.take(ctx, c.row.Parent)
	if errors.Is(err, ErrNotFound) || unread(err) {
		return nil, nil // the row is shown all the same
	}
	if err != nil {
		return nil, err
	}
	if _, last := markOf(parent.state, c.extra.Batch); last && c.extra.Turn < 2 {
		return nil, nil // it was opened once
	}
	children, err := k.children(ctx, c.row.Parent)
	if err != nil {
		return nil, err
	}
	var out []ChildCase
	turn, past := 0, false
	for _, child := range children {
		if child.row.Type != c.row.Type || child.row.ParentRow != c.row.ParentRow {
			continue
		}
		if turn++; child.row.ID == c.row.ID {
			past = true
			continue
		}
		_, may, err := k.readable(ctx, actor, child.row.ID, now)
		if err != nil {
			return nil, err
		}
		if !may {
			continue
		}
		one := ChildCase{
			Row: child.row.ParentRow, RowNo: child.rowNo(), Case: child.row, Form: child.kind.form, Word: stateWord(&child), State: child.state,
			Result: lastResult(child.state), Reason: notCarriedOut(child.state), Turn: turn, Earlier: !past,
		}
		hidden, err := k.hiddenNow(ctx, actor, child, now)
		if err != nil {
			return nil, err
		}
		one.Fields, one.Files = child.kind.form.Redact(child.values, hidden), visible(child.extra.Files, hidden)
		for _, t := range child.state.Tasks {
			if step, ok := child.kind.flow.Step(t.Step); ok && t.Result != "" {
				one.ResultText = resultText(step, t.Result)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

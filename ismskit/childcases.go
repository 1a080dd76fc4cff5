package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// ChildCase is a row of a case with its own handler.
type ChildCase struct {
	Row   string
	RowNo int // its place in the request, for NumberIn; 0 where it has a number of its own
	// Turn is 2 where the row is handled for the second time, and so on; Earlier says that it
	// has been opened anew since: what became of it then no longer counts.
	Turn    int
	Earlier bool
	// Reason is why it was not carried out, "" where it was, or is under way.
	Reason string
	Title  string // what the row is called
	Case   CaseRow
	Fields forms.Values
	Form   *forms.Form
	Word   string
	State  workflow.State
	Stops  []ClockStop
	Result string
	// ResultText is the step's own word for Result.
	ResultText workflow.Text
	// Carried says that it was carried out: then ResultText is its state.
	Carried bool
	// Step is the step at which it stands, or that was the last; nil before any.
	Step *RouteStep
	// Waits are those it waits for.
	Waits []Waiting
	Trail []Entry
	Files []Attached
	// Faults is what the check of the row's own trail found.
	Faults []evidence.Fault
}

// rowsOf are a case's child cases, without what is hidden from the reader: in the
// case itself, or in what he has to do in a row.
func (k *Kit) rowsOf(ctx context.Context, actor Actor, c caseInHand, hidden []string, now time.Time) ([]ChildCase, error) {
	if len(c.state.Marks) == 0 || !slices.ContainsFunc(c.state.Marks, func(m workflow.Mark) bool { return m.Batch != "" }) {
		return nil, nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	out := make([]ChildCase, 0, len(children))
	asked := k.newWaits(now)
	for _, child := range children {
		child.goesWith(c)
		one := ChildCase{
			Row: child.row.ParentRow, RowNo: child.rowNo(), Title: child.title(k), Case: child.row, Fields: child.values, Form: child.kind.form,
			Word: stateWord(&child), State: child.state, Stops: k.stops(child, now), Result: lastResult(child.state), Files: child.extra.Files, Reason: notCarriedOut(child.state), Carried: child.state.Outcome == workflow.OutcomeDone,
		}
		r := router{k: k, actor: actor, now: now}
		if one.Step, err = r.rowStep(ctx, child); err != nil {
			return nil, err
		}
		waits := asked.beside()
		if err := waits.addOpen(ctx, &child); err != nil {
			return nil, err
		}
		one.Waits = waits.list
		if one.Trail, one.Faults, err = k.trail(ctx, child); err != nil {
			return nil, err
		}
		hides, err := k.hiddenInRow(ctx, actor, c, child, hidden, now)
		if err != nil {
			return nil, err
		}
		one.Case.Closed = child.state.Closed
		one.Fields, one.Files = child.kind.form.Redact(child.values, hides), visible(child.extra.Files, hides)
		redactTrail(one.Trail, hides)
		for _, e := range one.Trail {
			if e.Result != "" {
				one.ResultText = e.ResultText
			}
		}
		out = append(out, one)
	}
	countTurns(out)
	place := c.places()
	slices.SortStableFunc(out, func(a, b ChildCase) int { return place[a.Row] - place[b.Row] })
	return out, nil
}

// goesWith gives a row the outcome that it has in its request: one that was made void when its
// request went on on paper went on too (rows have that outcome themselves since), and one that
// went on is void where the paper's number is.
func (c *caseInHand) goesWith(parent caseInHand) {
	switch {
	case c.state.Outcome == workflow.OutcomeVoid && parent.state.Outcome == workflow.OutcomePaper && !c.state.Closed.Before(parent.state.Closed):
		c.state.Outcome = workflow.OutcomePaper
	case c.state.Outcome == workflow.OutcomePaper && parent.extra.PaperVoid:
		c.state.Outcome, c.extra.PaperVoid = workflow.OutcomeVoid, true
		c.state.Closed = parent.state.Closed // the stored row stays as its record has it
	}
}

// countTurns says of child cases, in the order in which they were opened, for the how manieth
// time each handles its row, and which of them no longer count.
func countTurns(rows []ChildCase) {
	last := map[[2]string]int{} // by type and row
	for i := range rows {
		of := [2]string{rows[i].Case.Type, rows[i].Row}
		rows[i].Turn = 1
		if j, again := last[of]; again {
			rows[i].Turn, rows[j].Earlier = rows[j].Turn+1, true
		}
		last[of] = i
	}
}

// Counts are the rows as they count now: of one that was opened several times, the last.
func (c Case) Counts() []ChildCase {
	return slices.DeleteFunc(slices.Clone(c.Rows), func(r ChildCase) bool { return r.Earlier })
}

// notCarriedOut is why a row was not carried out: what whoever ended it said.
func notCarriedOut(s workflow.State) string {
	if s.Phase != workflow.PhaseClosed || s.Outcome == workflow.OutcomeDone {
		return ""
	}
	for _, t := range slices.Backward(s.Tasks) {
		if t.By != nil && t.Closed.Equal(s.Closed) {
			return t.Comment
		}
	}
	return ""
}

// places are the places of all rows of a case's tables, by their identity.
func (c *caseInHand) places() map[string]int {
	out := map[string]int{}
	for _, v := range c.values {
		rows, _ := v.([]forms.Row)
		for i, row := range rows {
			if id, ok := row[forms.RowID].(string); ok {
				out[id] = i
			}
		}
	}
	return out
}

package ismskit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// childBatch is how many rows of a split a job opens before it lets others go on.
const childBatch = 50

func joinKey(parent string) string            { return "join|" + parent }
func childrenKey(caseID, batch string) string { return "children|" + caseID + "|" + batch }

// rowCause is what opens the case of a row, in one batch of them.
func rowCause(parent, batch, row string) string { return "row/" + parent + "/" + batch + "/" + row }

// markOf finds a split's mark by its batch.
func markOf(s workflow.State, batch string) (workflow.Mark, bool) {
	i := slices.IndexFunc(s.Marks, func(m workflow.Mark) bool { return m.Batch == batch })
	if i < 0 {
		return workflow.Mark{}, false
	}
	return s.Marks[i], true
}

// openChildren opens a split's child cases, some at a time, each as an ordinary
// action; the id of each follows from its cause, so none is opened twice.
func (k *Kit) openChildren(ctx context.Context, job Job) error {
	batch := string(job.Payload)
	parent, err := k.takeToWork(ctx, job.Subject) // no row is opened that it could not note
	if err != nil {
		return err
	}
	mark, ok := markOf(parent.state, batch)
	if !ok || mark.Status != workflow.MarkOpen || mark.Opened >= mark.Rows {
		return k.done(ctx, job)
	}
	split, ok := parent.kind.flow.Split(mark.Node)
	if !ok {
		return fmt.Errorf("ismskit: %s has no split %s", parent.kind.name(), mark.Node)
	}
	kind, err := k.childKind(ctx, parent, split.Type)
	if err != nil {
		return err
	}
	before, err := k.handledBefore(ctx, parent, split.Type, batch)
	if err != nil {
		return err
	}
	rows, _ := parent.values[split.Over].([]forms.Row)
	numbered, err := k.rowPlaces(ctx, parent)
	if err != nil {
		return err
	}
	places := numbered.in(split.Over, rowIDs(rows))
	handled, err := k.standIn(ctx, parent, split)
	if err != nil {
		return err
	}
	until := min(len(rows), mark.Opened+childBatch)
	for i, row := range rows[mark.Opened:until] {
		id, _ := row[forms.RowID].(string)
		if slices.ContainsFunc(handled, func(c caseInHand) bool { return c.row.ParentRow == id }) {
			continue
		}
		_, err := k.Open(ctx, System("queue"), Opening{
			Type: split.Type, Values: childValues(kind, parent.values, row), Submit: true,
			Applicant: parent.row.Applicant, Cause: rowCause(parent.row.ID, batch, id),
			parent: &parent, row: id, place: places[mark.Opened+i], batch: batch, turn: before[id].turn, back: before[id].back, asked: before[id].asked,
		})
		if errors.Is(err, ErrConflict) { // the request has moved on; perhaps it wants no rows any more
			return k.again(ctx, job, k.moment())
		}
		if err != nil {
			return fmt.Errorf("ismskit: row %s: %w", id, err)
		}
	}
	err = k.systemAct(ctx, parent.row.ID, func(c caseInHand, _ *work) (workflow.Action, bool, error) {
		m, ok := markOf(c.state, batch)
		if !ok || m.Status != workflow.MarkOpen || m.Opened >= until {
			return workflow.Action{}, false, nil
		}
		return workflow.Action{Verb: workflow.VerbChildrenOpened, Task: batch, Count: until}, true, nil
	})
	if err != nil {
		return err
	}
	if until < len(rows) {
		return k.again(ctx, job, k.moment())
	}
	// Children that ended before all were there could not join yet.
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true})
		if err == nil {
			jobs := []Job{{Key: joinKey(parent.row.ID), Kind: jobJoin, Subject: parent.row.ID, Due: k.moment()}}
			var now CaseRow
			if now, err = tx.Cases().Get(ctx, parent.row.ID); err != nil {
				return err
			}
			if now.Phase == string(workflow.PhaseSuspended) { // those that opened meanwhile stand with it
				jobs = append(jobs, rowsClockJob(parent.row.ID, k.moment()))
			}
			err = enqueue(ctx, tx, k.moment(), jobs...)
		}
		return err
	})
}

// rowBefore is how a row of a request was opened before.
type rowBefore struct {
	turn  int         // for the how manieth time it is handled now; 0 for the first
	asked bool        // an office outside was asked then
	back  *sentBackBy // who sent the request back since it was opened last, and why; nil for nobody
}

// handledBefore says which rows of a request were handled before, as countTurns counts them. A
// row that is new since the request was sent back was sent back to nobody.
func (k *Kit) handledBefore(ctx context.Context, parent caseInHand, typ, batch string) (map[string]rowBefore, error) {
	var back *sentBackBy
	for _, t := range parent.state.Tasks {
		if t.Verb == workflow.VerbReturn && t.By != nil && (back == nil || t.Closed.After(back.At)) {
			back = &sentBackBy{By: *t.By, At: t.Closed, Reason: t.Comment}
		}
	}
	children, err := k.children(ctx, parent.row.ID)
	if err != nil {
		return nil, err
	}
	out := map[string]rowBefore{}
	for _, child := range children {
		if child.row.Type != typ || child.extra.Batch == batch {
			continue
		}
		b := rowBefore{turn: max(1, out[child.row.ParentRow].turn) + 1, asked: out[child.row.ParentRow].asked}
		b.asked = b.asked || slices.ContainsFunc(child.state.Tasks, func(t workflow.Task) bool { return t.Outside != nil && !t.Outside.Sent.IsZero() })
		if back != nil && !back.At.Before(child.row.Created) {
			b.back = back
		}
		out[child.row.ParentRow] = b
	}
	return out, nil
}

// children lists a case's child cases, those of its earlier rounds too, in the order in
// which they were opened.
func (k *Kit) children(ctx context.Context, parent string) ([]caseInHand, error) {
	var rows []CaseRow
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows = rows[:0]
		for q := (CaseQuery{Parent: parent, Limit: forms.MaxRows}); ; {
			page, err := tx.Cases().List(ctx, q)
			if err != nil {
				return err
			}
			if rows = append(rows, page...); len(page) < q.Limit {
				return nil
			}
			last := page[len(page)-1]
			q.After, q.AfterID = last.Created, last.ID
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]caseInHand, 0, len(rows))
	for _, row := range rows {
		c, err := k.inHand(ctx, row)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	// Those of one opening, or of two in the same instant, stand by their place in the table.
	slices.SortStableFunc(out, func(a, b caseInHand) int {
		return cmp.Or(
			a.row.Created.Compare(b.row.Created), cmp.Compare(len(a.extra.Batch), len(b.extra.Batch)),
			cmp.Compare(a.extra.Batch, b.extra.Batch), cmp.Compare(a.extra.Row, b.extra.Row),
		)
	})
	return out, nil
}

// join goes on with a parent, split by split, where the last row has ended. Each row
// that ends asks for it; when two do at once, one of them finds it done.
func (k *Kit) join(ctx context.Context, job Job) error {
	parent, err := k.take(ctx, job.Subject)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(parent.state.Marks, waitsForRows) {
		return k.done(ctx, job)
	}
	children, err := k.children(ctx, job.Subject)
	if err != nil {
		return err
	}
	for _, mark := range parent.state.Marks {
		if !waitsForRows(mark) {
			continue
		}
		rows, err := k.rowsIn(ctx, parent, mark, children)
		if err != nil {
			return err
		}
		if err := k.joinBatch(ctx, job.Subject, mark.Batch, rows); err != nil {
			return err
		}
	}
	return k.done(ctx, job)
}

// waitsForRows says whether all rows of a mark are open cases, and its split waits for
// their ends.
func waitsForRows(m workflow.Mark) bool {
	return m.Batch != "" && m.Status == workflow.MarkOpen && m.Opened >= m.Rows
}

// movingOn says whether the last row of a split has ended and the queue has not gone on
// yet: whose task comes next can't act, and is not told that it is somebody else's.
func (k *Kit) movingOn(ctx context.Context, c caseInHand) (bool, error) {
	if c.state.Phase != workflow.PhaseRunning || !slices.ContainsFunc(c.state.Marks, waitsForRows) {
		return false, nil
	}
	children, err := k.children(ctx, c.row.ID)
	if err != nil {
		return false, err
	}
	for _, m := range c.state.Marks {
		if !waitsForRows(m) {
			continue
		}
		rows, err := k.rowsIn(ctx, c, m, children)
		if err != nil {
			return false, err
		}
		ended := 0
		for _, row := range rows {
			if row.state.Phase == workflow.PhaseClosed {
				ended++
			}
		}
		if ended >= m.Rows {
			return true, nil
		}
	}
	return false, nil
}

// rowsIn are the cases of the rows of one opening among a case's child cases, with those that stand
// in for one that was not opened.
func (k *Kit) rowsIn(ctx context.Context, parent caseInHand, m workflow.Mark, children []caseInHand) ([]caseInHand, error) {
	out := slices.DeleteFunc(slices.Clone(children), func(c caseInHand) bool { return c.extra.Batch != m.Batch })
	split, ok := parent.kind.flow.Split(m.Node)
	if !ok || len(out) >= m.Rows {
		return out, nil
	}
	handled, err := k.standIn(ctx, parent, split)
	for _, c := range handled {
		if !slices.ContainsFunc(out, func(o caseInHand) bool { return o.row.ParentRow == c.row.ParentRow }) {
			out = append(out, c)
		}
	}
	return out, err
}

func (k *Kit) joinBatch(ctx context.Context, parent, batch string, rows []caseInHand) error {
	var ended []workflow.Child
	var notes []ChildNote
	for _, c := range rows {
		if c.state.Phase != workflow.PhaseClosed {
			continue
		}
		result := lastResult(c.state)
		ended = append(ended, workflow.Child{Row: c.row.ParentRow, Case: c.row.ID, Outcome: c.state.Outcome, Result: result})
		notes = append(notes, ChildNote{
			Row: c.row.ParentRow, Case: c.row.ID, Outcome: c.state.Outcome, Result: result,
			Seq: c.row.Head.Seq, Head: c.row.Head.Hash.String(),
		})
	}
	return k.systemAct(ctx, parent, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		mark, ok := markOf(c.state, batch)
		if !ok || mark.Status != workflow.MarkOpen || len(ended) < mark.Rows {
			return workflow.Action{}, false, nil
		}
		w.event.Kids = notes
		return workflow.Action{Verb: workflow.VerbJoin, Task: batch, Children: ended}, true, nil
	})
}

func lastResult(s workflow.State) string {
	result := ""
	for _, t := range s.Tasks {
		if t.Result != "" {
			result = t.Result
		}
	}
	return result
}

// dropChildren ends the child cases of an opening that a return or an end made void.
func (k *Kit) dropChildren(ctx context.Context, job Job) error {
	parent, err := k.take(ctx, job.Subject) // also of one that can only be read: nothing of it changes
	if err != nil {
		return err
	}
	verb, why := workflow.VerbVoid, "void.parent"
	if parent.state.Outcome == workflow.OutcomePaper { // nothing of it is void: it goes on on the paper
		verb, why = workflow.VerbToPaper, "void.paper"
	}
	children, err := k.children(ctx, job.Subject)
	if err != nil {
		return err
	}
	for _, child := range children {
		if child.extra.Batch != string(job.Payload) || child.state.Phase == workflow.PhaseClosed {
			continue
		}
		if err := k.endByItself(ctx, child.row.ID, verb, k.text(why, nil)); err != nil {
			return err
		}
	}
	return k.done(ctx, job)
}

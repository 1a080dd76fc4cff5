package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// Counting says by which state of the office's calendar the open deadlines of a case are
// counted, and which of them were counted otherwise before. It stands on the trail wherever
// it changes, because a previous program that runs beside this one keeps neither on the case.
type Counting struct {
	Calendar int       `json:"calendar"`
	Redated  []Redated `json:"redated,omitempty"`
}

// countedNow notes on the trail by what the case is counted from now on, where that is new
// there: a draft has no trail.
func (w *work) countedNow() *Counting {
	is := w.after.extra
	if is.Calendar == 0 || is.Calendar == w.before.extra.Calendar && len(w.before.row.Extra) > 0 && w.before.row.Head.Seq > 0 {
		return nil
	}
	return &Counting{Calendar: is.Calendar, Redated: is.Redated}
}

func plainCounting(c Counting) any {
	m := plainMap{"calendar": int64(c.Calendar)}
	list(m, "redated", c.Redated, func(r Redated) any {
		n := plainMap{"task": r.Task, "counted": int64(r.Counted)}
		n.moment("due", r.Due)
		n.text("due_date", r.DueDate)
		n.moment("now", r.Now)
		n.moment("at", r.At)
		return map[string]any(n)
	})
	return map[string]any(m)
}

// countedAnew takes from the trail by what a case is counted, where the case itself says
// nothing and has deadlines that might move twice. Where no entry says it, it is counted
// by the first state, as one that was never written since. What opened after the entry
// came from a previous program, which knows the first state alone.
func (k *Kit) countedAnew(ctx context.Context, c *caseInHand) error {
	known, _, _ := k.office.states()
	if c.extra.Calendar > 0 || known.last().n == 0 || !c.dated() {
		return nil
	}
	rows, err := k.trailRows(ctx, chainOf(c.row.ID))
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(entriesOf(rows)) {
		if e.Counted == nil || e.Seq > c.row.Head.Seq {
			continue
		}
		c.extra.Calendar, c.extra.Redated = e.Counted.Calendar, e.Counted.Redated
		for _, t := range c.state.Tasks {
			if t.Opened.After(e.At) && t.Status != workflow.TaskDone && !t.Due.IsZero() {
				c.extra.Redated = append(slices.Clip(c.extra.Redated), Redated{Task: t.ID, Due: t.Due, DueDate: t.DueDate, Now: t.Due})
			}
		}
		return k.knows(ctx, c.extra.Calendar)
	}
	return nil
}

package ismskit

import (
	"context"
	"slices"
	"time"
)

// Counting says by which state of the office's calendar the open deadlines of a case are
// counted, which tasks have them, and which of them were counted otherwise before. It
// stands on the trail wherever the state changes or a task gets a deadline, because a
// previous program that runs beside this one does not keep it on the case.
type Counting struct {
	Calendar int       `json:"calendar"`
	Tasks    []string  `json:"tasks,omitempty"`
	Redated  []Redated `json:"redated,omitempty"`
	// Moved are the moves of those by task, oldest first.
	Moved map[string][]Redating `json:"moved,omitempty"`
	// Applicant is how the day moved by which its applicant has to send it again; nil where it
	// didn't. It is no task's, so nothing above says it.
	Applicant *DayMoved `json:"applicant,omitempty"`
}

// DayMoved is a day that moved, both as 2026-12-03.
type DayMoved struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// countedNow notes on the trail by what the case is counted from now on, where that, or
// a task with a deadline, is new there: a draft has no trail.
func (w *work) countedNow() *Counting {
	is, had, has := w.after.extra, w.before.deadlines(), w.after.deadlines()
	known := w.before.row.Head.Seq > 0 && is.Calendar == w.before.extra.Calendar
	gets := func(task string) bool { return !slices.Contains(had, task) }
	if is.Calendar == 0 || known && !slices.ContainsFunc(has, gets) {
		return nil
	}
	return &Counting{Calendar: is.Calendar, Tasks: has, Redated: is.Redated, Moved: is.Moved, Applicant: w.dayMoved}
}

func plainCounting(c Counting) any {
	m := plainMap{"calendar": int64(c.Calendar)}
	list(m, "tasks", c.Tasks, plainText)
	list(m, "redated", c.Redated, func(r Redated) any {
		n := plainMap{"task": r.Task, "counted": int64(r.Counted)}
		n.moment("due", r.Due)
		n.text("due_date", r.DueDate)
		n.moment("now", r.Now)
		n.moment("at", r.At)
		return map[string]any(n)
	})
	moved := plainMap{}
	for task, moves := range c.Moved {
		list(moved, task, moves, func(r Redating) any {
			n := plainMap{"from": r.From}
			n.moment("at", r.At)
			return map[string]any(n)
		})
	}
	if len(moved) > 0 {
		m["moved"] = map[string]any(moved)
	}
	if c.Applicant != nil {
		m["applicant"] = map[string]any{"from": c.Applicant.From, "to": c.Applicant.To}
	}
	return map[string]any(m)
}

// clocksApart is by how much the clocks of two servers may differ.
const clocksApart = time.Hour

// countedAnew takes from the trail by what a case is counted, where the case itself says
// nothing and may have been written since there is more than one state. Where no entry
// says it, it is counted by the first state. A task that got its deadline after the entry
// got it from a previous program, which knows the first state alone.
func (k *Kit) countedAnew(ctx context.Context, c *caseInHand) error {
	known, _, _ := k.office.states()
	if c.extra.Calendar > 0 || len(known.all) < 2 || !c.dated() || c.row.Changed.Before(known.all[1].since.Add(-clocksApart)) {
		return nil
	}
	said, err := k.lastCounting(ctx, c.row)
	if err != nil || said == nil {
		return err
	}
	c.extra.countBy(said.Calendar, recount{notes: slices.Clip(said.Redated), moved: said.Moved})
	for _, t := range c.state.Tasks {
		if hasDeadline(t) && !slices.Contains(said.Tasks, t.ID) {
			c.extra.Redated = append(c.extra.Redated, Redated{Task: t.ID, Due: t.Due, DueDate: t.DueDate, Now: t.Due})
		}
	}
	return k.knows(ctx, c.extra.Calendar)
}

// lastCounting is the last Counting on the trail of a case as it was read, nil for none.
// What a previous program wrote since is mostly little: it begins at the end.
func (k *Kit) lastCounting(ctx context.Context, row CaseRow) (*Counting, error) {
	const page = 50
	var said *Counting
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		said = nil
		for before := row.Head.Seq + 1; before > 1; before -= page {
			rows, err := tx.Trail().Entries(ctx, EntryQuery{Chain: chainOf(row.ID), Before: before, Newest: true, Limit: page})
			if err != nil {
				return err
			}
			for _, e := range entriesOf(rows) {
				if e.Counted != nil {
					said = e.Counted
					return nil
				}
			}
		}
		return nil
	})
	return said, err
}

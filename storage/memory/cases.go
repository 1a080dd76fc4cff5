package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type cases struct{ *tx }

func (c cases) Get(_ context.Context, id string) (ismskit.CaseRow, error) {
	if c.failed != nil {
		return ismskit.CaseRow{}, c.failed
	}
	r, ok := c.cases[id]
	if !ok {
		return r, ismskit.ErrNotFound
	}
	return caseCopy(r), nil
}

// caseCopy is written by hand because every action reads a case.
func caseCopy(r ismskit.CaseRow) ismskit.CaseRow {
	r.Values, r.State, r.Extra = bytes.Clone(r.Values), bytes.Clone(r.State), bytes.Clone(r.Extra)
	for _, t := range []*time.Time{&r.Created, &r.Submitted, &r.Changed, &r.Closed, &r.Due} {
		*t = clean.Moment(*t)
	}
	return r
}

func (c cases) check(r ismskit.CaseRow) error {
	return c.write(r.ID, r.Type, r.Version, r.Number, r.Subject, r.Class, r.Phase, r.Outcome, r.Step, r.Applicant,
		r.ApplicantName, r.Writer, r.Unit, r.UnitName, r.Parent, r.ParentRow, r.Head.Chain)
}

func (c cases) Insert(_ context.Context, r ismskit.CaseRow, open []ismskit.TaskRow) error {
	if err := c.check(r); err != nil {
		return c.fail(err)
	}
	if _, ok := c.cases[r.ID]; ok {
		return c.fail(ismskit.ErrConflict)
	}
	put(c.tx, c.cases, r.ID, caseCopy(r))
	return c.putTasks(r.ID, open)
}

func (c cases) Update(_ context.Context, r ismskit.CaseRow, changed []ismskit.TaskRow, gone []string) error {
	if err := c.check(r); err != nil {
		return c.fail(err)
	}
	old, ok := c.cases[r.ID]
	if !ok || old.Revision != r.Revision-1 {
		return c.fail(ismskit.ErrConflict)
	}
	r.Children = old.Children
	put(c.tx, c.cases, r.ID, caseCopy(r))
	for _, id := range gone {
		drop(c.tx, c.tasks, pair{r.ID, id})
	}
	return c.putTasks(r.ID, changed)
}

func (c cases) putTasks(caseID string, tasks []ismskit.TaskRow) error {
	for _, t := range tasks {
		if _, there := c.tasks[pair{caseID, t.Task}]; there {
			return c.fail(ismskit.ErrConflict)
		}
		t.Case, t.Opened, t.Due = caseID, clean.Moment(t.Opened), clean.Moment(t.Due)
		row, err := copied(t)
		if err != nil {
			return c.fail(err)
		}
		put(c.tx, c.tasks, pair{caseID, t.Task}, row)
	}
	return nil
}

func (c cases) AddChildren(_ context.Context, id string, delta int) error {
	if err := c.write(id); err != nil {
		return c.fail(err)
	}
	r, ok := c.cases[id]
	if !ok {
		return c.fail(ismskit.ErrNotFound)
	}
	r.Children += delta
	put(c.tx, c.cases, id, r)
	return nil
}

func (c cases) List(_ context.Context, q ismskit.CaseQuery) ([]ismskit.CaseRow, error) {
	if c.failed != nil {
		return nil, c.failed
	}
	var found []ismskit.CaseRow
	for _, r := range c.cases {
		if wanted(q.IDs, r.ID) && same(q.Applicant, r.Applicant) && same(q.Writer, r.Writer) && wanted(q.Units, r.Unit) && same(q.Parent, r.Parent) &&
			(!q.Roots || r.Parent == "") &&
			wanted(q.Types, r.Type) && wanted(q.Phases, r.Phase) && same(q.Number, r.Number) &&
			older(r.Created, r.ID, q.After, q.AfterID) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b ismskit.CaseRow) int { return newest(a.Created, a.ID, b.Created, b.ID) })
	found = found[:min(len(found), limit(q.Limit, 500))]
	for i, r := range found {
		found[i] = caseCopy(r)
	}
	return found, nil
}

// older: behind the last row seen of a list that begins with the newest.
func older(at time.Time, id string, after time.Time, afterID string) bool {
	if after.IsZero() && afterID == "" {
		return true
	}
	return newest(clean.Moment(after), afterID, at, id) < 0
}

func newest(a time.Time, aID string, b time.Time, bID string) int {
	return cmp.Or(b.Compare(a), cmp.Compare(bID, aID))
}

func (c cases) Tasks(_ context.Context, q ismskit.TaskQuery) ([]ismskit.TaskRow, error) {
	if c.failed != nil {
		return nil, c.failed
	}
	last := ismskit.TaskRow{Due: clean.Moment(q.AfterDue), Case: q.AfterCase, Task: q.AfterTask}
	start := q.AfterDue.IsZero() && q.AfterCase == ""
	var found []ismskit.TaskRow
	for _, t := range c.tasks {
		if held(q.Holders, t) && same(q.Case, t.Case) && same(q.Parent, t.Parent) && wanted(q.Kinds, t.Kind) &&
			wanted(q.Types, t.Type) && (start || byDue(last, t) < 0) {
			if q.Bare {
				t.Subject, t.Body = "", nil
			}
			found = append(found, t)
		}
	}
	return page(found, byDue, limit(q.Limit, 500))
}

func held(by []string, t ismskit.TaskRow) bool {
	return by == nil || slices.ContainsFunc(t.Holders, func(h string) bool { return slices.Contains(by, h) })
}

func byDue(a, b ismskit.TaskRow) int {
	switch {
	case a.Due.IsZero() && !b.Due.IsZero():
		return 1
	case !a.Due.IsZero() && b.Due.IsZero():
		return -1
	}
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Case, b.Case), cmp.Compare(a.Task, b.Task))
}

func (c cases) Counter(_ context.Context, scope string) (int64, error) {
	return c.counters[scope], c.failed
}

func (c cases) SetCounter(_ context.Context, scope string, n int64) error {
	if err := c.write(scope); err != nil {
		return c.fail(err)
	}
	put(c.tx, c.counters, scope, n)
	return nil
}

package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

func insertCases(t *testing.T, s ismskit.Store, rows ...ismskit.CaseRow) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, r := range rows {
			if err := tx.Cases().Insert(ctx, r, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func getCase(t *testing.T, s ismskit.Store, id string) ismskit.CaseRow {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx ismskit.Tx) (ismskit.CaseRow, error) { return tx.Cases().Get(ctx, id) })
}

func tasks(t *testing.T, s ismskit.Store, q ismskit.TaskQuery) []ismskit.TaskRow {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.TaskRow, error) { return tx.Cases().Tasks(ctx, q) })
}

func taskIDs(rows []ismskit.TaskRow) []string {
	return idsOf(rows, func(r ismskit.TaskRow) string { return r.Task })
}

// caseRows: what is written is read, by id, and every part of it can change.
func caseRows(t *testing.T, s ismskit.Store) {
	err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		_, err := tx.Cases().Get(ctx, "none")
		return err
	})
	if !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a case that is not there: %v", err)
	}
	first := aCase("case1")
	insertCases(t, s, first, aCase("case2"))
	same(t, "inserted", getCase(t, s, "case1"), first)

	next := first
	next.Revision, next.Number, next.Subject, next.Phase, next.Outcome, next.Step = 2, "115-2", "改過的主旨", "closed", "approved", ""
	next.Type, next.Version, next.Class, next.Applicant, next.ApplicantName = "other", "2", "secret", "P09", "邱柏叡"
	next.Unit, next.UnitName, next.Parent, next.ParentRow = "U04", "秘書室", "case0", "r2"
	next.Values, next.State, next.Extra = []byte(`{}`), nil, []byte("x")
	next.Head.Seq, next.Head.Hash = 2, hash(9)
	next.Created, next.Submitted, next.Changed, next.Closed, next.Due = at(1), at(2), at(3), at(4), time.Time{}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, next, nil, nil) })
	same(t, "everything changed", getCase(t, s, "case1"), next)

	next.Revision, next.State, next.Step = 3, []byte("y"), "applicant"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, next, nil, nil) })
	same(t, "a step further", getCase(t, s, "case1"), next)
	next.Revision, next.Writer = 4, "P99"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, next, nil, nil) })
	same(t, "filled in for somebody else", getCase(t, s, "case1"), next)
	same(t, "another case", getCase(t, s, "case2"), aCase("case2"))
}

func caseConflicts(t *testing.T, s ismskit.Store) {
	insertCases(t, s, aCase("case1"))
	for name, write := range map[string]func(ctx context.Context, tx ismskit.Tx) error{
		"existing id": func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Insert(ctx, aCase("case1"), nil) },
		"stale": func(ctx context.Context, tx ismskit.Tx) error {
			return tx.Cases().Update(ctx, aCase("case1"), nil, nil)
		},
		"from the future": func(ctx context.Context, tx ismskit.Tx) error {
			c := aCase("case1")
			c.Revision = 3
			return tx.Cases().Update(ctx, c, nil, nil)
		},
		"not there": func(ctx context.Context, tx ismskit.Tx) error {
			c := aCase("none")
			c.Revision = 2
			return tx.Cases().Update(ctx, c, nil, nil)
		},
	} {
		if err := s.Update(t.Context(), write); !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().AddChildren(ctx, "none", 1) })
	if !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("children of nothing: %v", err)
	}
	same(t, "untouched", getCase(t, s, "case1"), aCase("case1"))
}

func caseList(t *testing.T, s ismskit.Store) {
	var rows []ismskit.CaseRow
	for i, id := range []string{"a", "b", "c", "d", "e"} {
		r := aCase(id)
		r.Created = at(i / 2) // a b | c d | e
		rows = append(rows, r)
	}
	rows[0].Applicant, rows[0].Phase = "P99", "closed"
	rows[1].Unit, rows[1].Type = "U99", "other"
	rows[2].Parent = "e"
	rows[3].Writer, rows[4].Writer = "P98", ""
	insertCases(t, s, rows...)
	for name, c := range map[string]struct {
		q    ismskit.CaseQuery
		want []string
	}{
		"all":         {ismskit.CaseQuery{}, []string{"e", "d", "c", "b", "a"}},
		"ids":         {ismskit.CaseQuery{IDs: []string{"a", "d", "x"}}, []string{"d", "a"}},
		"applicant":   {ismskit.CaseQuery{Applicant: "P99"}, []string{"a"}},
		"writer":      {ismskit.CaseQuery{Writer: "P98"}, []string{"d"}},
		"units":       {ismskit.CaseQuery{Units: []string{"U99", "U03"}, Limit: 2}, []string{"e", "d"}},
		"parent":      {ismskit.CaseQuery{Parent: "e"}, []string{"c"}},
		"no rows":     {ismskit.CaseQuery{Roots: true}, []string{"e", "d", "b", "a"}},
		"types":       {ismskit.CaseQuery{Types: []string{"other"}}, []string{"b"}},
		"phases":      {ismskit.CaseQuery{Phases: []string{"closed", "draft"}}, []string{"a"}},
		"number":      {ismskit.CaseQuery{Number: "115-權限-c"}, []string{"c"}},
		"second page": {ismskit.CaseQuery{After: at(1), AfterID: "d", Limit: 2}, []string{"c", "b"}},
	} {
		got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.CaseRow, error) { return tx.Cases().List(ctx, c.q) })
		same(t, name, idsOf(got, func(r ismskit.CaseRow) string { return r.ID }), c.want)
	}
}

func taskLists(t *testing.T, s ismskit.Store) {
	late, never := aTask("t2", "p:P05"), aTask("t3", "role:admin", "p:P05", "post:head")
	late.Due = at(60)
	never.Due, never.DueDate, never.Kind, never.Parent = time.Time{}, "", "handle", "case0"
	nobody := aTask("t4")
	nobody.Waiting, nobody.Type = "市府資訊中心", "other"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Cases().Insert(ctx, aCase("case1"), []ismskit.TaskRow{aTask("t1", "p:P05", "role:admin"), late, never}); err != nil {
			return err
		}
		return tx.Cases().Insert(ctx, aCase("case2"), []ismskit.TaskRow{nobody})
	})
	for name, c := range map[string]struct {
		q    ismskit.TaskQuery
		want []string
	}{
		"everybody's":           {ismskit.TaskQuery{}, []string{"t2", "t1", "t4", "t3"}},
		"nobody's":              {ismskit.TaskQuery{Holders: []string{}}, nil},
		"a person's":            {ismskit.TaskQuery{Holders: []string{"p:P05"}}, []string{"t2", "t1", "t3"}},
		"once for two holders":  {ismskit.TaskQuery{Holders: []string{"p:P05", "role:admin", "post:x"}, Limit: 2}, []string{"t2", "t1"}},
		"a post's":              {ismskit.TaskQuery{Holders: []string{"post:head"}}, []string{"t3"}},
		"a case's":              {ismskit.TaskQuery{Case: "case2"}, []string{"t4"}},
		"of child cases":        {ismskit.TaskQuery{Parent: "case0"}, []string{"t3"}},
		"of a kind":             {ismskit.TaskQuery{Kinds: []string{"handle"}}, []string{"t3"}},
		"of a type":             {ismskit.TaskQuery{Types: []string{"other"}}, []string{"t4"}},
		"next page":             {ismskit.TaskQuery{AfterDue: at(60), AfterCase: "case1", AfterTask: "t2", Limit: 2}, []string{"t1", "t4"}},
		"behind those with due": {ismskit.TaskQuery{AfterDue: at(600), AfterCase: "case2", AfterTask: "t4"}, []string{"t3"}},
		"behind the last":       {ismskit.TaskQuery{AfterCase: "case1", AfterTask: "t3"}, nil},
	} {
		same(t, name, taskIDs(tasks(t, s, c.q)), c.want)
	}
	want := aTask("t1", "p:P05", "role:admin")
	want.Case = "case1"
	same(t, "the whole row", tasks(t, s, ismskit.TaskQuery{Holders: []string{"role:admin"}, Limit: 1}), []ismskit.TaskRow{want})
}

func tasksChange(t *testing.T, s ismskit.Store) {
	c := aCase("case1")
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Cases().Insert(ctx, c, []ismskit.TaskRow{aTask("t1", "p:P05", "p:P06"), aTask("t2", "p:P05")})
	})
	c.Revision = 2
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Cases().Update(ctx, c, []ismskit.TaskRow{aTask("t1", "p:P07"), aTask("t3", "p:P05")}, []string{"t1", "t2", "unknown"})
	})
	c.Revision = 3
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Cases().Update(ctx, c, []ismskit.TaskRow{aTask("t3", "p:P05")}, nil)
	})
	if !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("a task that is still there comes again: %v", err)
	}
	same(t, "handed over", taskIDs(tasks(t, s, ismskit.TaskQuery{Holders: []string{"p:P07"}})), []string{"t1"})
	same(t, "P05 has", taskIDs(tasks(t, s, ismskit.TaskQuery{Holders: []string{"p:P05"}})), []string{"t3"})
	same(t, "P06 has", taskIDs(tasks(t, s, ismskit.TaskQuery{Holders: []string{"p:P06"}})), nil)
	same(t, "open", taskIDs(tasks(t, s, ismskit.TaskQuery{})), []string{"t1", "t3"})
	want := aTask("t3", "p:P05")
	want.Case, want.Subject, want.Body = "case1", "", nil
	same(t, "to count", tasks(t, s, ismskit.TaskQuery{Holders: []string{"p:P05"}, Bare: true}), []ismskit.TaskRow{want})
}

// tasksChangeTwice: a case changes twice in one transaction, and the second drops what the
// first put, however many they are.
func tasksChangeTwice(t *testing.T, s ismskit.Store) {
	c := aCase("case1")
	insertCases(t, s, c)
	var put []ismskit.TaskRow
	var drop []string
	for i := range 20 {
		put = append(put, aTask(fmt.Sprint("t", i), "p:P05"))
		drop = append(drop, fmt.Sprint("t", 19-i))
	}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		c.Revision = 2
		if err := tx.Cases().Update(ctx, c, put, nil); err != nil {
			return err
		}
		c.Revision = 3
		return tx.Cases().Update(ctx, c, []ismskit.TaskRow{aTask("t20", "p:P06")}, drop)
	})
	same(t, "open", taskIDs(tasks(t, s, ismskit.TaskQuery{})), []string{"t20"})
}

// lastChildren: handlers close their rows in the same instant; the count ends at
// exactly 0, exactly one of them sees it, and nobody meets a conflict.
func lastChildren(t *testing.T, s ismskit.Store) {
	n := crowd(20)
	parent := aCase("parent")
	parent.Children = n
	insertCases(t, s, parent)
	var all sync.WaitGroup
	zero := make(chan string, n)
	for _, id := range names("child", n) {
		all.Go(func() {
			var left int
			err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
				if err := tx.Cases().Insert(ctx, aCase(id), nil); err != nil {
					return err
				}
				if err := tx.Cases().AddChildren(ctx, "parent", -1); err != nil {
					return err
				}
				p, err := tx.Cases().Get(ctx, "parent")
				left = p.Children
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if left == 0 {
				zero <- id
			}
		})
	}
	all.Wait()
	if got := getCase(t, s, "parent"); got.Children != 0 || got.Revision != 1 {
		t.Errorf("parent has %d open children at revision %d", got.Children, got.Revision)
	}
	if len(zero) != 1 {
		t.Errorf("%d children saw themselves as the last", len(zero))
	}
	// Who acts on the parent does not overwrite the count.
	next := parent
	next.Revision, next.Children = 2, 77
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, next, nil, nil) })
	if got := getCase(t, s, "parent"); got.Children != 0 || got.Revision != 2 {
		t.Errorf("after an action: %d children, revision %d", got.Children, got.Revision)
	}
}

// counters: numbers of one scope are given one after the other, without gaps.
func counters(t *testing.T, s ismskit.Store) {
	n := crowd(20)
	var all sync.WaitGroup
	given := make([]int64, n)
	for i := range n {
		all.Go(func() {
			err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
				last, err := tx.Cases().Counter(ctx, "115|權限")
				if err != nil {
					return err
				}
				if err := tx.Cases().SetCounter(ctx, "115|權限", last+1); err != nil {
					return err
				}
				given[i] = last + 1
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	slices.Sort(given)
	for i, g := range given {
		if g != int64(i+1) {
			t.Fatalf("numbers given: %v", given)
		}
	}
	other := get(t, s, func(ctx context.Context, tx ismskit.Tx) (int64, error) { return tx.Cases().Counter(ctx, "116|權限") })
	if other != 0 {
		t.Errorf("another scope stands at %d", other)
	}
}

func outcomes(t *testing.T, s ismskit.Store) {
	o := ismskit.Outcome{Actor: "P05", Key: "k1", Request: hash(4), Case: "case1", Revision: 3, At: monday}
	keep := func(ctx context.Context, tx ismskit.Tx) error { return tx.Outcomes().Put(ctx, o) }
	update(t, s, keep)
	if err := s.Update(t.Context(), keep); !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("the same key again: %v", err)
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		got, found, err := tx.Outcomes().Get(ctx, "P05", "k1")
		if err != nil || !found {
			t.Errorf("found %v, %v", found, err)
		}
		same(t, "outcome", got, o)
		if _, found, err := tx.Outcomes().Get(ctx, "P06", "k1"); found || err != nil {
			t.Errorf("another person's key: found %v, %v", found, err)
		}
		return nil
	})
}

// outcomesForgotten: what is old enough goes, what is not stays, and a key that
// was forgotten can be used again.
func outcomesForgotten(t *testing.T, s ismskit.Store) {
	keep := func(key string, at time.Time) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
			return tx.Outcomes().Put(ctx, ismskit.Outcome{Actor: "P05", Key: key, Request: hash(4), Case: "case1", Revision: 1, At: at})
		})
	}
	keep("old", monday.Add(-time.Microsecond))
	keep("new", monday)
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Outcomes().Forget(ctx, monday) })
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for key, want := range map[string]bool{"old": false, "new": true} {
			if _, found, err := tx.Outcomes().Get(ctx, "P05", key); found != want || err != nil {
				t.Errorf("%s: found %v, %v", key, found, err)
			}
		}
		return nil
	})
	keep("old", monday)
	// Undone with everything else of its transaction.
	undone := errors.New("undone")
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Outcomes().Forget(ctx, monday.Add(time.Hour)); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Errorf("rolled back with %v", err)
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if _, found, err := tx.Outcomes().Get(ctx, "P05", "old"); !found || err != nil {
			t.Errorf("after a rollback: found %v, %v", found, err)
		}
		return nil
	})
}

func trailEntries(t *testing.T, s ismskit.Store) {
	disposed := anEntry("case1", 3)
	disposed.Payload = nil
	told := anEntry("case1", 4)
	told.Kind = "told"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx, anEntry("case1", 1), anEntry("case1", 2), disposed, told, anEntry("case2", 1))
	})
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx, anEntry("case1", 5), anEntry("case1", 2))
	})
	if !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("a number used twice: %v", err)
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		got, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "case1", Limit: 10})
		if err != nil {
			return err
		}
		same(t, "entries", got, []ismskit.TrailEntry{anEntry("case1", 1), anEntry("case1", 2), disposed, told})
		for name, page := range map[string]struct {
			q    ismskit.EntryQuery
			want []ismskit.TrailEntry
		}{
			"a page":               {ismskit.EntryQuery{After: 1, Limit: 1}, []ismskit.TrailEntry{anEntry("case1", 2)}},
			"the newest":           {ismskit.EntryQuery{Newest: true, Limit: 2}, []ismskit.TrailEntry{told, disposed}},
			"those before it":      {ismskit.EntryQuery{Newest: true, Before: 3, Limit: 2}, []ismskit.TrailEntry{anEntry("case1", 2), anEntry("case1", 1)}},
			"those between":        {ismskit.EntryQuery{After: 1, Before: 4}, []ismskit.TrailEntry{anEntry("case1", 2), disposed}},
			"none between":         {ismskit.EntryQuery{After: 3, Before: 3}, nil},
			"those of a kind":      {ismskit.EntryQuery{Kind: "told"}, []ismskit.TrailEntry{told}},
			"of a kind before":     {ismskit.EntryQuery{Kind: "told", Before: 4}, nil},
			"the last of the rest": {ismskit.EntryQuery{Kind: disposed.Kind, Newest: true, Limit: 1}, []ismskit.TrailEntry{disposed}},
		} {
			page.q.Chain = "case1"
			if got, err = tx.Trail().Entries(ctx, page.q); err != nil {
				return err
			}
			same(t, name, got, page.want)
		}
		for chain, want := range map[string][]evidence.Head{"case1": {headOf(told)}, "none": nil} {
			heads, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Chain: chain})
			if err != nil {
				return err
			}
			same(t, "the end of "+chain, heads, want)
		}
		return nil
	})
	gone := func(e ismskit.TrailEntry) ismskit.TrailEntry { e.Payload = nil; return e }
	last := anEntry("case1", 5)
	last.Disposes = true
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error { return tx.Trail().Append(ctx, last) })
	last.Disposes = false
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for chain, want := range map[string][]ismskit.TrailEntry{"case1": {gone(anEntry("case1", 1)), gone(anEntry("case1", 2)), disposed, gone(told), last}, "case2": {anEntry("case2", 1)}} {
			got, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: chain})
			if err != nil {
				return err
			}
			same(t, "after the content of "+chain+" was disposed of", got, want)
		}
		return nil
	})
}

func definitions(t *testing.T, s ismskit.Store) {
	changed := aDefinition("1")
	changed.Digest = hash(8)
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, v := range []string{"1", "2", "1"} {
			if err := tx.Definitions().Put(ctx, aDefinition(v)); err != nil {
				return err
			}
		}
		return nil
	})
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Definitions().Put(ctx, changed) })
	if !errors.Is(err, ismskit.ErrConflict) {
		t.Errorf("a changed body under an old version: %v", err)
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		d, err := tx.Definitions().Get(ctx, "form", "account_request", "1")
		if err != nil {
			return err
		}
		same(t, "definition", d, aDefinition("1"))
		all, err := tx.Definitions().List(ctx, "form", "")
		if err != nil {
			return err
		}
		same(t, "versions", idsOf(all, func(d ismskit.Definition) string { return d.Version }), []string{"1", "2"})
		for _, d := range all {
			if d.Body != nil {
				t.Error("a list carries bodies")
			}
		}
		if _, err = tx.Definitions().Get(ctx, "form", "account_request", "3"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a version that is not there: %v", err)
		}
		return nil
	})
}

package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// everything writes one row of every kind, and changes or removes one of what ground laid
// wherever that is possible.
func everything(ctx context.Context, tx ismskit.Tx) error {
	for _, write := range []func() error{
		func() error { return tx.Cases().Insert(ctx, aCase("case1"), []ismskit.TaskRow{aTask("t1", "p:P05")}) },
		func() error { return tx.Cases().AddChildren(ctx, "case0", 3) },
		func() error { return tx.Cases().SetCounter(ctx, "115", 7) },
		func() error {
			return tx.Outcomes().Put(ctx, ismskit.Outcome{Actor: "P05", Key: "k", Case: "case1", At: monday})
		},
		func() error { return tx.Trail().Append(ctx, anEntry("case1", 1)) },
		func() error { return tx.Queue().Put(ctx, monday, aJob("j1", at(1))) },
		func() error { return tx.Trail().Mark(ctx, headOf(anEntry("case/0", 1))) },
		func() error { return tx.Outcomes().Forget(ctx, at(-1)) },
		func() error { return tx.Queue().Lease(ctx, at(9), "j0") },
		func() error { return tx.Queue().Drop(ctx, aJob("waits", at(0)).Key) },
		func() error { return tx.Queue().Settle(ctx, ismskit.Settlement{ID: "worked", Fence: 1, Done: true}) },
		func() error { return tx.Queue().PutMessage(ctx, aMessage("m1", "P05", monday)) },
		func() error { return tx.Definitions().Put(ctx, aDefinition("1")) },
		func() error { return tx.Registers().Put(ctx, aPerson("P05", "湯舒涵", 1)) },
		func() error { return tx.Documents().PutDocument(ctx, aDocument("d1", "IS-02-008")) },
		func() error { return tx.Documents().PutVersion(ctx, aVersion("d1", "1.0", 1)) },
		func() error {
			r := aRecord("r1", monday)
			r.Files = []string{"aa"}
			return tx.Records().Put(ctx, r)
		},
		func() error { return tx.Records().PutText(ctx, "r1", "權限") },
		func() error { return tx.Records().Join(ctx, "r1", monday, "P05") },
		func() error { return tx.Records().PutACL(ctx, record.ACL{ID: "acl"}) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func ground(t *testing.T, s ismskit.Store) {
	t.Helper()
	insertCases(t, s, aCase("case0"))
	putJobs(t, s, monday, aJob("j0", at(0)), aJob("waits", at(0)), aJob("worked", at(0)))
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return errors.Join(
			tx.Queue().Lease(ctx, at(9), "worked"), tx.Trail().Append(ctx, anEntry("case/0", 1)),
			tx.Outcomes().Put(ctx, ismskit.Outcome{Actor: "P05", Key: "old", Case: "case0", At: at(-2)}),
		)
	})
}

// kinds are what written reports once everything has run.
var kinds = []string{"case", "task", "children", "counter", "outcome", "entry", "job", "lease", "message", "definition", "row", "history",
	"mark", "forgotten", "dropped", "settled", "stamp", "document", "version", "record", "text", "participant", "acl", "file"}

// written counts rows of every kind beyond the ground, and what of the ground is gone.
func written(ctx context.Context, tx ismskit.Tx) (map[string]int, error) {
	n := map[string]int{}
	var errs []error
	note := func(kind string, found int, err error) {
		if found > 0 {
			n[kind] = found
		}
		errs = append(errs, err)
	}
	cs, err := tx.Cases().List(ctx, ismskit.CaseQuery{IDs: []string{"case1"}})
	note("case", len(cs), err)
	ts, err := tx.Cases().Tasks(ctx, ismskit.TaskQuery{})
	note("task", len(ts), err)
	parent, err := tx.Cases().Get(ctx, "case0")
	note("children", parent.Children, err)
	c, err := tx.Cases().Counter(ctx, "115")
	note("counter", int(c), err)
	if _, found, err := tx.Outcomes().Get(ctx, "P05", "k"); found || err != nil {
		note("outcome", 1, err)
	}
	es, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "case1", Limit: 9})
	note("entry", len(es), err)
	js, err := tx.Queue().Jobs(ctx, ismskit.JobQuery{})
	errs = append(errs, err)
	n["dropped"], n["settled"] = 1, 1
	for _, j := range js {
		switch j.ID {
		case "j1":
			note("job", 1, nil)
		case "j0":
			if j.Fence != 0 || !j.Leased.IsZero() {
				note("lease", 1, nil)
			}
		case "waits":
			delete(n, "dropped")
		case "worked":
			delete(n, "settled")
		}
	}
	heads, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Prefix: "case/", Unmarked: true})
	note("mark", 1-len(heads), err)
	if _, found, err := tx.Outcomes().Get(ctx, "P05", "old"); !found || err != nil {
		note("forgotten", 1, err)
	}
	ms, err := tx.Queue().Messages(ctx, ismskit.MessageQuery{})
	note("message", len(ms), err)
	ds, err := tx.Definitions().List(ctx, "form", "")
	note("definition", len(ds), err)
	rs, err := tx.Registers().Rows(ctx, register.Query{List: "people"})
	note("row", len(rs), err)
	hs, err := tx.Registers().History(ctx, "people", "P05")
	note("history", len(hs), err)
	stamp, err := tx.Registers().Stamp(ctx, "people")
	note("stamp", int(min(stamp, 1)), err)
	docs, err := tx.Documents().Documents(ctx, document.Query{})
	note("document", len(docs), err)
	vs, err := tx.Documents().Versions(ctx, "d1")
	note("version", len(vs), err)
	all, err := tx.Records().Query(ctx, record.Query{All: true})
	note("record", len(all), err)
	found, err := tx.Records().Query(ctx, record.Query{All: true, Text: "權限"})
	note("text", len(found), err)
	took, err := tx.Records().Query(ctx, record.Query{Reader: "P05"})
	note("participant", len(took), err)
	as, err := tx.Records().ACLs(ctx)
	note("acl", len(as), err)
	loose, err := tx.Records().Unreferenced(ctx, []string{"aa"})
	note("file", 1-len(loose), err)
	return n, errors.Join(errs...)
}

// rollback: a closure that fails leaves no row of any kind; one that doesn't
// leaves one of each.
func rollback(t *testing.T, s ismskit.Store) {
	ground(t, s)
	refused := errors.New("refused")
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		if err := everything(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Cases().Get(ctx, "case1"); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatal(err)
	}
	same(t, "left behind", get(t, s, written), map[string]int{})
	update(t, s, everything)
	if got := get(t, s, written); len(got) != len(kinds) {
		t.Errorf("kept: %v", got)
	}
}

// rollbackOnConflict: the last write of many is stale.
func rollbackOnConflict(t *testing.T, s ismskit.Store) {
	ground(t, s)
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		if err := everything(ctx, tx); err != nil {
			return err
		}
		return tx.Cases().Update(ctx, aCase("case0"), nil, nil)
	})
	if !errors.Is(err, ismskit.ErrConflict) {
		t.Fatal(err)
	}
	same(t, "left behind", get(t, s, written), map[string]int{})
}

// swallowedConflict: what went wrong cannot be passed over.
func swallowedConflict(t *testing.T, s ismskit.Store) {
	ground(t, s)
	for name, fn := range map[string]func(ctx context.Context, tx ismskit.Tx){
		"stale": func(ctx context.Context, tx ismskit.Tx) { _ = tx.Cases().Update(ctx, aCase("case0"), nil, nil) },
		"twice": func(ctx context.Context, tx ismskit.Tx) { _ = tx.Cases().Insert(ctx, aCase("case0"), nil) },
	} {
		err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			fn(ctx, tx)
			_ = tx.Cases().SetCounter(ctx, "115", 7)
			return nil
		})
		if !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, "left behind", get(t, s, written), map[string]int{})
}

func readOwnWrites(t *testing.T, s ismskit.Store) {
	ground(t, s)
	var got map[string]int
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := everything(ctx, tx); err != nil {
			return err
		}
		n, err := written(ctx, tx)
		got = n
		return err
	})
	if len(got) != len(kinds) {
		t.Errorf("seen inside: %v", got)
	}
}

func viewIsReadOnly(t *testing.T, s ismskit.Store) {
	ground(t, s)
	err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Cases().SetCounter(ctx, "115", 7); err == nil {
			t.Error("a write inside View succeeded")
		}
		return nil
	})
	if err != nil {
		t.Logf("View: %v", err)
	}
	same(t, "left behind", get(t, s, written), map[string]int{})
}

// viewIsConsistent: two counters always move together; no reader sees them apart.
func viewIsConsistent(t *testing.T, s ismskit.Store) {
	n := crowd(200)
	stop := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		defer close(stop)
		for i := range n {
			err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
				if err := tx.Cases().SetCounter(ctx, "a", int64(i)); err != nil {
					return err
				}
				return tx.Cases().SetCounter(ctx, "b", int64(i))
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				var a, b int64
				err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
					first, err := tx.Cases().Counter(ctx, "a")
					if err != nil {
						return err
					}
					second, err := tx.Cases().Counter(ctx, "b")
					a, b = first, second
					return err
				})
				if err != nil || a != b {
					t.Errorf("seen %d and %d, %v", a, b, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// twentyWriters of one revision: one wins, nineteen learn that they lost, and
// nothing of theirs stays.
func twentyWriters(t *testing.T, s ismskit.Store) {
	insertCases(t, s, aCase("case1"))
	var won, lost atomic.Int64
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
				if err := tx.Queue().PutMessage(ctx, aMessage(fmt.Sprint("m", i), "P05", monday)); err != nil {
					return err
				}
				c := aCase("case1")
				c.Revision, c.Step = 2, fmt.Sprint("by ", i)
				if err := tx.Cases().Update(ctx, c, []ismskit.TaskRow{aTask(fmt.Sprint("t", i), "p:P05")}, nil); err != nil {
					return err
				}
				return tx.Trail().Append(ctx, anEntry("case1", 2))
			})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, ismskit.ErrConflict):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || lost.Load() != 19 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
	if got := tasks(t, s, ismskit.TaskQuery{}); len(got) != 1 {
		t.Errorf("%d tasks", len(got))
	}
	told := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.Message, error) {
		return tx.Queue().Messages(ctx, ismskit.MessageQuery{})
	})
	if len(told) != 1 {
		t.Errorf("%d messages", len(told))
	}
}

// oneFailsAlone: of many who write at the same time only the guilty gets an
// error, and only his work is missing.
func oneFailsAlone(t *testing.T, s ismskit.Store) {
	n := crowd(60)
	refused := errors.New("refused")
	var all, begun sync.WaitGroup
	begun.Add(n)
	// All of them come while one is at work, so that a store which shares transactions
	// has them share one.
	all.Go(func() {
		err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			begun.Wait()
			return tx.Cases().SetCounter(ctx, "115", 7)
		})
		if err != nil {
			t.Errorf("the one at work: %v", err)
		}
	})
	for i, id := range names("c", n) {
		all.Go(func() {
			begun.Done()
			err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
				if err := tx.Cases().Insert(ctx, aCase(id), []ismskit.TaskRow{aTask("t", "p:P05")}); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return refused
				case 2:
					return tx.Cases().Insert(ctx, aCase(id), nil)
				}
				return nil
			})
			want := []error{nil, refused, ismskit.ErrConflict}[i%3]
			if !errors.Is(err, want) || (want == nil) != (err == nil) {
				t.Errorf("%s: %v, want %v", id, err, want)
			}
		})
	}
	all.Wait()
	var want []string
	for i, id := range names("c", n) {
		if i%3 == 0 {
			want = append([]string{id}, want...)
		}
	}
	got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.CaseRow, error) {
		return tx.Cases().List(ctx, ismskit.CaseQuery{})
	})
	same(t, "kept", idsOf(got, func(r ismskit.CaseRow) string { return r.ID }), want)
	if got := tasks(t, s, ismskit.TaskQuery{}); len(got) != len(want) {
		t.Errorf("%d tasks of %d cases", len(got), len(want))
	}
}

// cancelledCaller: who leaves ends nobody's work but his own.
func cancelledCaller(t *testing.T, s ismskit.Store) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	err := s.Update(gone, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Insert(ctx, aCase("never"), nil) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who had left: %v", err)
	}
	n := crowd(40)
	var all sync.WaitGroup
	kept := make([]bool, n)
	for i, id := range names("c", n) {
		all.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%2 == 1 {
				go cancel() // somewhere on the way
			}
			err := s.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Insert(ctx, aCase(id), nil) })
			kept[i] = err == nil
			if i%2 == 0 && err != nil {
				t.Errorf("%s stayed and got %v", id, err)
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	all.Wait()
	got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.CaseRow, error) {
		return tx.Cases().List(ctx, ismskit.CaseQuery{})
	})
	there := map[string]bool{}
	for _, c := range got {
		there[c.ID] = true
	}
	for i, id := range names("c", n) {
		if kept[i] != there[id] {
			t.Errorf("%s was told %v and is there: %v", id, kept[i], there[id])
		}
	}
}

// closureContext: inside, the caller's leaving is not felt; his values are.
func closureContext(t *testing.T, s ismskit.Store) {
	type key struct{}
	ctx, leave := context.WithCancel(context.WithValue(t.Context(), key{}, "trace"))
	err := s.Update(ctx, func(inside context.Context, tx ismskit.Tx) error {
		leave()
		if inside.Err() != nil || inside.Value(key{}) != "trace" {
			t.Errorf("inside: %v, %v", inside.Err(), inside.Value(key{}))
		}
		return tx.Cases().Insert(inside, aCase("case1"), nil)
	})
	there := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]ismskit.CaseRow, error) {
		return tx.Cases().List(ctx, ismskit.CaseQuery{})
	})
	if (err == nil) != (len(there) == 1) {
		t.Errorf("told %v with %d cases there", err, len(there))
	}
}

// panics: a closure that panics is rolled back and blocks nobody.
func panics(t *testing.T, s ismskit.Store) {
	ground(t, s)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			if err := everything(ctx, tx); err != nil {
				return err
			}
			panic("in the closure")
		})
		t.Errorf("returned %v", err)
	}()
	same(t, "left behind", get(t, s, written), map[string]int{})
	update(t, s, everything)
}

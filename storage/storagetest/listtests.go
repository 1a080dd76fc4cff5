package storagetest

import (
	"context"
	"errors"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

func putRows(t *testing.T, s ismskit.Store, rows ...register.Row) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, r := range rows {
			if err := tx.Registers().Put(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func stamp(t *testing.T, s ismskit.Store, lists ...string) int64 {
	t.Helper()
	return get(t, s, func(ctx context.Context, tx ismskit.Tx) (int64, error) { return tx.Registers().Stamp(ctx, lists...) })
}

// registerRows: a change is a further revision, and the earlier ones stay.
func registerRows(t *testing.T, s ismskit.Store) {
	before := stamp(t, s, "people", "units")
	first, second := aPerson("P05", "湯舒涵", 1), aPerson("P05", "湯舒涵（秘書室）", 2)
	second.From, second.To, second.Keys = at(0), at(500), []string{"login=tang"}
	putRows(t, s, first)
	between := stamp(t, s, "people", "units")
	putRows(t, s, second)
	if after := stamp(t, s, "people", "units"); before >= between || between >= after {
		t.Errorf("stamps %d, %d, %d don't grow", before, between, after)
	}
	if a, b := stamp(t, s, "units"), stamp(t, s, "roles"); a != b {
		t.Errorf("stamps of untouched lists %d, %d", a, b)
	}
	for name, r := range map[string]register.Row{"stale": second, "gap": aPerson("P05", "x", 4), "again new": first, "new at 2": aPerson("P06", "x", 2)} {
		err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error { return tx.Registers().Put(ctx, r) })
		if !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		got, found, err := tx.Registers().Row(ctx, "people", "P05")
		if err != nil || !found {
			t.Errorf("found %v, %v", found, err)
		}
		same(t, "current", got, second)
		if _, found, err := tx.Registers().Row(ctx, "units", "P05"); found || err != nil {
			t.Errorf("in another list: found %v, %v", found, err)
		}
		kept, err := tx.Registers().History(ctx, "people", "P05")
		same(t, "history", kept, []register.Row{first, second})
		return err
	})
	other := aPerson("P07", "溫佩真", 1)
	putRows(t, s, other)
	known := stamp(t, s, "people")
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Registers().Put(ctx, register.Row{List: "people", ID: "P05", Gone: true})
	})
	if stamp(t, s, "people") <= known {
		t.Error("that an entry was forgotten does not move the stamp")
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		left, err := tx.Registers().Rows(ctx, register.Query{List: "people"})
		if err != nil {
			return err
		}
		same(t, "left", left, []register.Row{other})
		kept, err := tx.Registers().History(ctx, "people", "P05")
		if err != nil {
			return err
		}
		byKey, err := tx.Registers().Rows(ctx, register.Query{List: "people", Keys: second.Keys})
		if len(kept)+len(byKey) > 0 {
			t.Errorf("of what was forgotten: %v, %v", kept, byKey)
		}
		return err
	})
}

func registerQuery(t *testing.T, s ismskit.Store) {
	gone, coming := aPerson("P01", "邱柏叡", 1), aPerson("P02", "范語彤", 1)
	gone.To, coming.From = at(10), at(10)
	upper := aPerson("P03", "龔怡安 VPN 100% A_B", 1)
	unit := aPerson("U01", "資訊室", 1)
	unit.List = "units"
	putRows(t, s, gone, coming, upper, unit)
	for name, c := range map[string]struct {
		q    register.Query
		want []string
	}{
		"all":                 {register.Query{}, []string{"P01", "P02", "P03"}},
		"ids":                 {register.Query{IDs: []string{"P03", "P01", "U01"}}, []string{"P01", "P03"}},
		"key":                 {register.Query{Keys: []string{"login=P02"}}, []string{"P02"}},
		"one of two keys":     {register.Query{Keys: []string{"login=P02", "login=P01"}}, []string{"P01", "P02"}},
		"shared key":          {register.Query{Keys: []string{"unit=U03"}, Limit: 2}, []string{"P01", "P02"}},
		"two characters":      {register.Query{Text: "語彤"}, []string{"P02"}},
		"any case, any width": {register.Query{Text: "ｖｐｎ"}, []string{"P03"}},
		"a sign":              {register.Query{Text: "0%"}, []string{"P03"}},
		"an underscore":       {register.Query{Text: "a_b"}, []string{"P03"}},
		"only a sign":         {register.Query{Text: "a%b"}, nil},
		"in force before":     {register.Query{At: at(9)}, []string{"P01", "P03"}},
		"in force from":       {register.Query{At: at(10)}, []string{"P02", "P03"}},
		"page":                {register.Query{After: "P01", Limit: 1}, []string{"P02"}},
	} {
		c.q.List = "people"
		got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]register.Row, error) { return tx.Registers().Rows(ctx, c.q) })
		same(t, name, idsOf(got, func(r register.Row) string { return r.ID }), c.want)
	}
}

func documentRows(t *testing.T, s ismskit.Store) {
	first := aDocument("d1", "IS-02-008")
	second := first
	second.Revision, second.Number, second.FormerNumbers = 2, "IS-02-108", []string{"IS-02-008"}
	// The version of a label was withdrawn, and a later one has its row and holds it.
	later, withdrawn := aVersion("d1", "1.2", 4), aVersion("d1", "1.2", 2)
	withdrawn.State, withdrawn.Withdrawal = document.Withdrawn, &document.Withdrawal{On: "2025-01-01", Person: "P07", By: "溫佩真", Reason: "發行日誤繕"}
	later.Revision, later.State, later.SupersededBy, later.Earlier = 2, document.Superseded, "1.3", []document.Version{withdrawn}
	later.Refiled = &document.Refiling{Version: "1.2", Year: 114, On: "2025-01-02", Person: "P04", By: "江志恆", Reason: "屬前一年度"}
	put := func(d document.Document, vs ...document.Version) error {
		return s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			if err := tx.Documents().PutDocument(ctx, d); err != nil {
				return err
			}
			for _, v := range vs {
				if err := tx.Documents().PutVersion(ctx, v); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := put(first, aVersion("d1", "1.3", 3), aVersion("d1", "1.2", 2), aVersion("d2", "1.0", 1)); err != nil {
		t.Fatal(err)
	}
	if err := put(second, later); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"stale document": put(second), "document again new": put(first),
		"stale version": put(func() document.Document { d := second; d.Revision = 3; return d }(), later),
	} {
		if !errors.Is(err, ismskit.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		got, found, err := tx.Documents().Document(ctx, "d1")
		if err != nil || !found {
			t.Errorf("found %v, %v", found, err)
		}
		same(t, "document", got, second)
		if _, found, err := tx.Documents().Document(ctx, "d9"); found || err != nil {
			t.Errorf("none: found %v, %v", found, err)
		}
		vs, err := tx.Documents().Versions(ctx, "d1")
		same(t, "versions", vs, []document.Version{aVersion("d1", "1.3", 3), later})
		return err
	})
}

func documentQuery(t *testing.T, s ismskit.Store) {
	form, twin, secret := aDocument("d2", "IS-04-012"), aDocument("d3", "IS-04-012"), aDocument("d4", "IS-03-001")
	form.Level, form.Parent, form.Title = 4, "IS-02-008", map[string]string{"zh-TW": "權限帳號申請單"}
	twin.State, twin.FormerNumbers = document.Retired, nil
	annex := aDocument("d5", "IS-04-012（附件一）") // as it was kept before numbers were kept in one writing
	annex.Parent = "IS-02-008（本文）"
	secret.Class = "secret"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, d := range []document.Document{form, aDocument("d1", "IS-02-008"), secret, twin, annex} {
			if err := tx.Documents().PutDocument(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
	for name, c := range map[string]struct {
		q    document.Query
		want []string
	}{
		"all, by number":    {document.Query{}, []string{"d1", "d4", "d2", "d3", "d5"}},
		"a number twice":    {document.Query{Numbers: []string{"IS-04-012"}}, []string{"d2", "d3"}},
		"a former number":   {document.Query{Numbers: []string{"OLD-IS-04-012"}}, []string{"d2"}},
		"half width":        {document.Query{Numbers: []string{"is–04–012(附件一)"}}, []string{"d5"}},
		"full width":        {document.Query{Numbers: []string{"IS-04-012（附件一）"}}, []string{"d5"}},
		"typed":             {document.Query{Numbers: []string{" ＩＳ－04－012"}}, []string{"d2", "d3"}},
		"former, typed":     {document.Query{Numbers: []string{"old-is-04-012（附件一）"}}, []string{"d5"}},
		"its parent":        {document.Query{Parent: "IS-02-008（本文）"}, []string{"d5"}},
		"parent, typed":     {document.Query{Parent: "ＩＳ－02－008"}, []string{"d2"}},
		"level":             {document.Query{Levels: []int{1, 4}}, []string{"d2"}},
		"parent":            {document.Query{Parent: "IS-02-008"}, []string{"d2"}},
		"state":             {document.Query{States: []document.State{document.Retired}}, []string{"d3"}},
		"classes":           {document.Query{Classes: []string{"secret"}}, []string{"d4"}},
		"no class at all":   {document.Query{Classes: []string{}}, nil},
		"within reach":      {document.Query{Reach: &document.Reach{Classes: []string{"internal"}}}, []string{"d1", "d2", "d3", "d5"}},
		"lent":              {document.Query{Levels: []int{2}, Reach: &document.Reach{Classes: []string{"internal"}, IDs: []string{"d4"}}}, []string{"d1", "d4", "d3", "d5"}},
		"lent alone":        {document.Query{Reach: &document.Reach{IDs: []string{"d4", "d9"}}}, []string{"d4"}},
		"nothing in reach":  {document.Query{Reach: &document.Reach{}}, nil},
		"lent, other class": {document.Query{Classes: []string{"internal"}, Reach: &document.Reach{IDs: []string{"d4"}}}, nil},
		"two characters":    {document.Query{Text: "帳號"}, []string{"d2"}},
		"part of a number":  {document.Query{Text: "is-02"}, []string{"d1"}},
		"part of a title":   {document.Query{Text: "OPERATIONS", Limit: 1}, []string{"d1"}},
		"page":              {document.Query{After: "IS-04-012\x00d2"}, []string{"d3", "d5"}},
	} {
		got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]document.Document, error) {
			return tx.Documents().Documents(ctx, c.q)
		})
		same(t, name, idsOf(got, func(d document.Document) string { return d.ID }), c.want)
	}
}

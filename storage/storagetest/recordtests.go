package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

func file(t *testing.T, s ismskit.Store, rows ...record.Record) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, r := range rows {
			if err := tx.Records().Put(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func find(t *testing.T, s ismskit.Store, q record.Query) []string {
	t.Helper()
	got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.Record, error) { return tx.Records().Query(ctx, q) })
	return idsOf(got, func(r record.Record) string { return r.ID })
}

func count(t *testing.T, s ismskit.Store, q record.Query, by record.Facet) map[string]int {
	t.Helper()
	got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.Bucket, error) {
		return tx.Records().Count(ctx, q, by)
	})
	out := map[string]int{}
	for _, b := range got {
		out[b.Value] = b.Count
	}
	return out
}

func recordRows(t *testing.T, s ismskit.Store) {
	first := aRecord("r1", monday)
	file(t, s, first)
	next := first
	next.State, next.Systems, next.Filed, next.Files = "returned", []string{"S02", "S03"}, at(5), []string{"aa"}
	file(t, s, next)
	got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.Record, error) {
		return tx.Records().Query(ctx, record.Query{All: true})
	})
	same(t, "replaced", got, []record.Record{next})
	same(t, "by its old system", find(t, s, record.Query{All: true, Systems: []string{"S01"}}), nil)
	same(t, "by both its systems", find(t, s, record.Query{All: true, Systems: []string{"S02", "S03"}}), []string{"r1"})
	file(t, s, first) // and filed again as before
	same(t, "by a system of then", find(t, s, record.Query{All: true, Systems: []string{"S01"}}), []string{"r1"})
	same(t, "by a system of meanwhile", find(t, s, record.Query{All: true, Systems: []string{"S03"}}), nil)
	file(t, s, next)

	rule := record.ACL{ID: "acl-1", Unit: "U03", Class: "internal", Readers: []string{"role:auditor"}}
	other := rule
	other.Unit = "U99"
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, a := range []record.ACL{rule, {ID: "acl-0"}, other} {
			if err := tx.Records().PutACL(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	acls := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.ACL, error) { return tx.Records().ACLs(ctx) })
	same(t, "rules", acls, []record.ACL{{ID: "acl-0"}, rule})
}

// recordSight: what a person may not see doesn't exist for him, also not in counts.
func recordSight(t *testing.T, s ismskit.Store) {
	mine, foreign, both, draft := aRecord("a-mine", at(1)), aRecord("b-foreign", at(2)), aRecord("c-both", at(3)), aRecord("d-draft", at(4))
	foreign.ACL, draft.Draft = "acl-U99", true
	file(t, s, mine, foreign, both, draft)
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Records().Join(ctx, both.ID, both.Filed, "P05"); err != nil {
			return err
		}
		if err := tx.Records().Join(ctx, draft.ID, draft.Filed, "P05"); err != nil {
			return err
		}
		if err := tx.Records().Join(ctx, foreign.ID, foreign.Filed, "P05", "P06", "P05"); err != nil {
			return err
		}
		return tx.Records().Join(ctx, foreign.ID, foreign.Filed, "P05")
	})
	moved := foreign
	moved.Filed = at(9) // filed anew: the order for those who took part follows
	for step := range 2 {
		for name, c := range map[string]struct {
			q    record.Query
			want []string
		}{
			"nobody":             {record.Query{}, nil},
			"rule":               {record.Query{ACLs: []string{"acl-U03", "acl-U50"}}, []string{"c-both", "a-mine"}},
			"took part":          {record.Query{Reader: "P06"}, []string{"b-foreign"}},
			"may act":            {record.Query{Also: []string{"a-mine", "d-draft", "e-nowhere"}}, []string{"a-mine"}},
			"may act, took part": {record.Query{Reader: "P06", Also: []string{"a-mine", "b-foreign"}}, []string{"b-foreign", "a-mine"}},
			"rule or took part": {record.Query{ACLs: []string{"acl-U03"}, Reader: "P05"}, [][]string{
				{"c-both", "b-foreign", "a-mine"}, {"b-foreign", "c-both", "a-mine"}}[step]},
			"neither": {record.Query{ACLs: []string{"acl-U50"}, Reader: "P99"}, nil},
			"many rules": {record.Query{ACLs: append(names("acl-x", 40), "acl-U03"), Reader: "P06"}, [][]string{
				{"c-both", "b-foreign", "a-mine"}, {"b-foreign", "c-both", "a-mine"}}[step]},
			"everything":    {record.Query{All: true}, [][]string{{"c-both", "b-foreign", "a-mine"}, {"b-foreign", "c-both", "a-mine"}}[step]},
			"a draft by id": {record.Query{All: true, IDs: []string{"d-draft"}}, nil},
		} {
			same(t, name, find(t, s, c.q), c.want)
			same(t, name+", counted", count(t, s, c.q, record.ByAll), map[string]int{"": len(c.want)})
		}
		// Those who took part do so in the record as it is filed.
		file(t, s, moved)
		same(t, "filed anew", find(t, s, record.Query{Reader: "P06"}), [][]string{nil, {"b-foreign"}}[step])
		update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
			return tx.Records().Join(ctx, moved.ID, moved.Filed, "P06", "P05")
		})
	}
}

func recordFilters(t *testing.T, s ismskit.Store) {
	odd := aRecord("b", at(2))
	odd.Kind, odd.Number, odd.Form, odd.Type, odd.Year, odd.Unit, odd.Person = "upload", "114-盤點-7", "IS-04-001", "stocktaking", 114, "U04", "P09"
	odd.State, odd.Class, odd.Origin, odd.Parent, odd.Systems = "open", "secret", "paper", "a", []string{"S02", "S07"}
	odd.Files, odd.Category, odd.DocKind, odd.Editions = []string{"d1", "d2"}, "C04", "minutes", []string{"D7/1.2", "D8/2.0"}
	other := odd // filed elsewhere before
	other.Category, other.DocKind, other.Systems, other.Files, other.Editions = "C05", "C04", nil, nil, []string{"D7/1.1"}
	file(t, s, other)
	file(t, s, aRecord("a", at(1)), odd, aRecord("c", at(3)))
	for name, q := range map[string]record.Query{
		"id": {IDs: []string{"b", "x"}}, "kind": {Kinds: []string{"upload", "row"}}, "number": {Numbers: []string{"114-盤點-7"}},
		"number's beginning": {Numbers: []string{"114-盤*", "99*"}}, "form": {Forms: []string{"IS-04-001"}}, "type": {Types: []string{"stocktaking"}},
		"year": {Years: []int{113, 114}}, "system": {Systems: []string{"S07", "S02"}}, "unit": {Units: []string{"U04"}}, "person": {People: []string{"P09"}},
		"state": {States: []string{"open"}}, "another state": {Without: []string{aRecord("z", at(1)).State, "void"}}, "class": {Classes: []string{"secret"}}, "origin": {Origins: []string{"paper"}}, "parent": {Parent: "a"}, "file": {Files: []string{"d2", "d9"}},
		"category": {Categories: []string{"C04", "C09"}}, "kind of record": {DocKinds: []string{"minutes"}}, "version of a document": {Editions: []string{"D8/2.0", "D9/1.0"}}, "version and form": {Editions: []string{"D7/1.2"}, Forms: []string{"IS-04-001"}}, "both": {Categories: []string{"C04"}, DocKinds: []string{"minutes", "other"}},
		"filed": {From: at(2), To: at(3)}, "two of them": {Years: []int{114}, Units: []string{"U04", "U03"}},
	} {
		q.All = true
		same(t, name, find(t, s, q), []string{"b"})
		same(t, name+", counted", count(t, s, q, record.ByAll), map[string]int{"": 1})
	}
	same(t, "filed elsewhere now", find(t, s, record.Query{All: true, Categories: []string{"C05"}}), nil)
	same(t, "made under another version", find(t, s, record.Query{All: true, Editions: []string{"D7/1.1"}}), nil)
	same(t, "a kind is no category", find(t, s, record.Query{All: true, DocKinds: []string{"C04"}}), nil)
	same(t, "contradiction", find(t, s, record.Query{All: true, Years: []int{114}, Units: []string{"U03"}}), nil)
	same(t, "half a number without a star", find(t, s, record.Query{All: true, Numbers: []string{"114-盤"}}), nil)
}

func recordText(t *testing.T, s ismskit.Store) {
	file(t, s, aRecord("a", at(1)), aRecord("b", at(2)))
	secret := aRecord("c", at(3))
	secret.ACL = "acl-secret"
	file(t, s, secret)
	texts := map[string]string{
		"a": "權限帳號申請單 IS-04-012 電子郵件系統 湯舒涵",
		"b": "防火牆規則VPN 10.1.2.3 權限",
		"c": "權限帳號 機密",
	}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for id, text := range texts {
			if err := tx.Records().PutText(ctx, id, text); err != nil {
				return err
			}
		}
		return nil
	})
	sees := record.Query{ACLs: []string{"acl-U03"}}
	for text, want := range map[string][]string{
		"帳號": {"a"}, "權限": {"b", "a"}, "郵件 申請": {"a"}, "is-04": {"a"}, "04-012": {"a"}, "ＶＰＮ": {"b"}, "10.1": {"b"}, "防火牆": {"b"},
		"帳單": nil, "機密": nil, "權限 機密": nil, "權限帳號": {"a"}, `"帳號`: {"a"}, "'": nil, "%": nil, "。": nil, "　": {"b", "a"}, "權限 OR 防火牆": nil,
	} {
		q := sees
		q.Text = text
		same(t, text, find(t, s, q), want)
		same(t, text+", counted", count(t, s, q, record.ByAll), map[string]int{"": len(want)})
	}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Records().PutText(ctx, "a", "盤點"); err != nil {
			return err
		}
		return tx.Records().PutText(ctx, "b", "")
	})
	same(t, "words that were taken away", find(t, s, record.Query{All: true, Text: "權限"}), []string{"c"})
	same(t, "words instead", find(t, s, record.Query{All: true, Text: "盤點"}), []string{"a"})
	// Words may come before the facets.
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Records().PutText(ctx, "d", "先到"); err != nil {
			return err
		}
		return tx.Records().Put(ctx, aRecord("d", at(9)))
	})
	same(t, "words first", find(t, s, record.Query{All: true, Text: "先到"}), []string{"d"})
	// A day is found by how the pages write it.
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Records().PutText(ctx, "d", "會議 2026-11-30")
	})
	for text, want := range map[string][]string{"115.11.30": {"d"}, "民國115年11月30日": {"d"}, "會議 115/11/30": {"d"}, "盤點 115.11.30": nil, "115.11.29": nil} {
		same(t, text, find(t, s, record.Query{All: true, Text: text}), want)
	}
}

// recordPages: page after page gives every record once, whichever way the reader
// came to see it, also where many were filed in the same instant.
func recordPages(t *testing.T, s ismskit.Store) {
	n := max(30, crowd(120))
	var want []string
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		var ids []string
		for i, id := range names("r", n) {
			r := aRecord(id, at(i/10))
			r.ACL = fmt.Sprintf("acl-%d", i%3)
			if err := tx.Records().Put(ctx, r); err != nil {
				return err
			}
			if i%5 == 0 {
				if err := tx.Records().Join(ctx, id, r.Filed, "P05"); err != nil {
					return err
				}
			}
			if i%3 == 1 || i%5 == 0 {
				ids = append([]string{id}, ids...)
			}
		}
		want = ids
		return nil
	})
	all := func(oldest bool) (got []string) {
		q := record.Query{ACLs: []string{"acl-1"}, Reader: "P05", Oldest: oldest, Limit: 7}
		for range n {
			page := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.Record, error) { return tx.Records().Query(ctx, q) })
			if len(page) == 0 {
				break
			}
			got = append(got, idsOf(page, func(r record.Record) string { return r.ID })...)
			last := page[len(page)-1]
			q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
		}
		return got
	}
	same(t, "all pages", all(false), want)
	slices.Reverse(want)
	same(t, "all pages, the oldest first", all(true), want)
	err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		_, err := tx.Records().Query(ctx, record.Query{All: true, Text: "申請", Oldest: true})
		return err
	})
	if !errors.Is(err, record.ErrOldestWords) {
		t.Errorf("words, the oldest first: %v", err)
	}
}

// recordCounts: counts go by the same rule as the list, stop at 1,000 and look no
// further than at the newest.
func recordCounts(t *testing.T, s ismskit.Store) {
	old := aRecord("old", at(1))
	old.Year, old.Unit, old.UnitName, old.Form, old.State, old.Origin, old.Systems = 99, "U04", "秘書室", "IS-04-001", "open", "paper", []string{"S01", "S02"}
	old.Category, old.DocKind = "C04", "minutes"
	old.Type, old.Class, old.Person = "document_change", "confidential", "P14"
	bare := aRecord("bare", at(2))
	bare.Year, bare.Unit, bare.UnitName, bare.Form, bare.State, bare.Origin, bare.Systems = 0, "", "", "", "", "", nil
	bare.Type, bare.Class, bare.Person = "", "", ""
	hidden := aRecord("hidden", at(3))
	hidden.ACL, hidden.Category = "acl-secret", "C04"
	file(t, s, aRecord("r", at(0)), old, bare, hidden)
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, err := range []error{
			tx.Records().Join(ctx, old.ID, old.Filed, "P05", "P06"), tx.Records().Join(ctx, bare.ID, bare.Filed, "P05"),
			tx.Records().Join(ctx, bare.ID, at(9), "P07"), tx.Records().Join(ctx, hidden.ID, hidden.Filed, "P08"), tx.Records().Join(ctx, "nothing", old.Filed, "P09"),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	q := record.Query{ACLs: []string{"acl-U03"}}
	for by, want := range map[record.Facet][]record.Bucket{
		record.ByReader:     {{Value: "P05", Count: 2}, {Value: "P06", Count: 1}},
		record.ByAll:        {{Count: 3}},
		record.ByYear:       {{Value: "99", Count: 1}, {Value: "115", Count: 1}},
		record.ByUnit:       {{Value: "U03", Label: "資訊室", Count: 1}, {Value: "U04", Label: "秘書室", Count: 1}},
		record.ByForm:       {{Value: "IS-04-001", Count: 1}, {Value: "IS-04-012", Count: 1}},
		record.BySystem:     {{Value: "S01", Count: 2}, {Value: "S02", Count: 1}},
		record.ByState:      {{Value: "closed", Count: 1}, {Value: "open", Count: 1}},
		record.ByOrigin:     {{Value: "online", Count: 1}, {Value: "paper", Count: 1}},
		record.ByType:       {{Value: "account_request", Count: 1}, {Value: "document_change", Count: 1}},
		record.ByClass:      {{Value: "confidential", Count: 1}, {Value: "internal", Count: 1}},
		record.ByPerson:     {{Value: "P05", Count: 1}, {Value: "P14", Count: 1}},
		record.ByCategories: {{Value: "C04", Count: 1}},
		record.ByDocKind:    {{Value: "minutes", Count: 1}},
	} {
		got := get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.Bucket, error) {
			return tx.Records().Count(ctx, q, by)
		})
		same(t, "by "+string(by), got, want)
	}
	// The newest only, wherever a page begins; the total is of all.
	few := q
	few.Within, few.After = 2, record.Cursor{Filed: at(1), ID: "r"}
	for by, more := range map[record.Facet]bool{record.ByYear: true, record.BySystem: true, record.ByAll: false} {
		for _, b := range get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]record.Bucket, error) {
			return tx.Records().Count(ctx, few, by)
		}) {
			if b.More != more {
				t.Errorf("by %q of the newest two: %+v", by, b)
			}
		}
	}
	same(t, "the newest by year", count(t, s, few, record.ByYear), map[string]int{"99": 1})
	same(t, "the newest by system", count(t, s, few, record.BySystem), map[string]int{"S01": 1, "S02": 1})
	same(t, "all of them", count(t, s, few, record.ByAll), map[string]int{"": 3})
	if testing.Short() {
		return
	}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for i, id := range names("many", 1005) {
			r := aRecord(id, at(i))
			r.Systems = nil
			if err := tx.Records().Put(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "many", count(t, s, q, record.ByAll), map[string]int{"": 1000})
	same(t, "many of a year", count(t, s, q, record.ByYear), map[string]int{"99": 1, "115": 1000})
	if got := find(t, s, record.Query{All: true, Limit: 10_000}); len(got) != 500 {
		t.Errorf("a page of %d records", len(got))
	}
}

func recordFiles(t *testing.T, s ismskit.Store) {
	r, draft := aRecord("r", at(1)), aRecord("draft", at(1))
	r.Files, draft.Files, draft.Draft = []string{"aa", "bb"}, []string{"cc"}, true
	file(t, s, r, draft)
	loose := func() []string {
		return get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]string, error) {
			return tx.Records().Unreferenced(ctx, []string{"dd", "aa", "bb", "cc"})
		})
	}
	same(t, "unreferenced", loose(), []string{"dd"})
	r.Files = []string{"bb"}
	file(t, s, r)
	same(t, "after one was taken out", loose(), []string{"dd", "aa"})
}

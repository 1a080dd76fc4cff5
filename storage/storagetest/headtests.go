package storagetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

func headOf(e ismskit.TrailEntry) evidence.Head {
	return evidence.Head{Chain: e.Chain, Seq: e.Seq, Hash: e.Hash}
}

// trailHeads holds the ends of chains, and the marks that say how far they are in
// the log.
func trailHeads(t *testing.T, s ismskit.Store) {
	heads := func(q ismskit.HeadQuery) []evidence.Head {
		return get(t, s, func(ctx context.Context, tx ismskit.Tx) ([]evidence.Head, error) { return tx.Trail().Heads(ctx, q) })
	}
	if got := heads(ismskit.HeadQuery{}); len(got) > 0 {
		t.Errorf("an empty trail has %v", got)
	}
	names := []string{"case/a", "case/b", "list/人員/王", "list/人員/陳"}
	slices.Sort(names) // by bytes, whatever the database's own order
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for _, chain := range names {
			if err := tx.Trail().Append(ctx, anEntry(chain, 1), anEntry(chain, 2)); err != nil {
				return err
			}
		}
		return nil
	})
	var want []evidence.Head
	for _, chain := range names {
		want = append(want, headOf(anEntry(chain, 2)))
	}
	same(t, "all heads", heads(ismskit.HeadQuery{}), want)
	same(t, "a page", heads(ismskit.HeadQuery{After: "case/a", Limit: 2}), want[1:3])
	same(t, "by the beginning of the name", heads(ismskit.HeadQuery{Prefix: "case/"}), want[:2])
	same(t, "by name, a page", heads(ismskit.HeadQuery{Prefix: "case/", After: "case/a"}), want[1:2])
	same(t, "unmarked", heads(ismskit.HeadQuery{Unmarked: true}), want)

	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Mark(ctx, headOf(anEntry("case/a", 2)), headOf(anEntry("case/b", 1)))
	})
	same(t, "one is marked, one further than its mark", heads(ismskit.HeadQuery{Unmarked: true}), want[1:])
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Mark(ctx, want...)
	})
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Mark(ctx, headOf(anEntry("case/a", 1))) // a mark never goes back
	})
	if got := heads(ismskit.HeadQuery{Unmarked: true}); len(got) > 0 {
		t.Errorf("all are marked, and %v are not", got)
	}
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		if err := tx.Trail().Append(ctx, anEntry("case/b", 3)); err != nil {
			return err
		}
		got, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Unmarked: true})
		if err == nil && fmt.Sprint(got) != fmt.Sprint([]evidence.Head{headOf(anEntry("case/b", 3))}) {
			err = fmt.Errorf("its own writing is not seen: %v", got)
		}
		return err
	})
	same(t, "what grew", heads(ismskit.HeadQuery{Unmarked: true}), []evidence.Head{headOf(anEntry("case/b", 3))})
}

// What was changed in the lists is read across their chains, the newest first, in pages that
// neither repeat an entry nor leave one out, also among those of one moment.
func listEntries(t *testing.T, s ismskit.Store) {
	entry := func(chain string, seq int64, when int, actor string) ismskit.TrailEntry {
		e := anEntry(chain, seq)
		e.At, e.Actor = at(when), actor
		return e
	}
	wang, wang2 := entry("list/人員/王", 1, 1, "P04"), entry("list/人員/王", 2, 5, "P05")
	chen, post := entry("list/人員/陳", 1, 5, "P04"), entry("list/職務/科長", 1, 3, "P04")
	post.Payload = nil // lawfully disposed of
	longer := entry("list/人員檔/王", 1, 4, "P04")
	update(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx, wang, entry("case/x", 1, 9, "P04"), entry("lists", 1, 9, "P04"), entry("list0", 1, 9, "P04"), chen, post, wang2, longer)
	})
	place := func(e ismskit.TrailEntry) ismskit.EntryPlace {
		return ismskit.EntryPlace{At: e.At, Chain: e.Chain, Seq: e.Seq}
	}
	view(t, s, func(ctx context.Context, tx ismskit.Tx) error {
		for name, page := range map[string]struct {
			q     ismskit.ListEntryQuery
			limit int
			want  []ismskit.TrailEntry
		}{
			"all":                    {ismskit.ListEntryQuery{}, 0, []ismskit.TrailEntry{chen, wang2, longer, post, wang}},
			"a page":                 {ismskit.ListEntryQuery{}, 1, []ismskit.TrailEntry{chen}},
			"the next, same moment":  {ismskit.ListEntryQuery{Before: place(chen)}, 2, []ismskit.TrailEntry{wang2, longer}},
			"the last":               {ismskit.ListEntryQuery{Before: place(post)}, 2, []ismskit.TrailEntry{wang}},
			"beyond it":              {ismskit.ListEntryQuery{Before: place(wang)}, 2, nil},
			"of one list":            {ismskit.ListEntryQuery{List: "人員"}, 0, []ismskit.TrailEntry{chen, wang2, wang}},
			"by one person":          {ismskit.ListEntryQuery{Actor: "P05"}, 0, []ismskit.TrailEntry{wang2}},
			"from a moment on":       {ismskit.ListEntryQuery{From: at(4)}, 0, []ismskit.TrailEntry{chen, wang2, longer}},
			"of one list by one, on": {ismskit.ListEntryQuery{List: "人員", Actor: "P04", From: at(2)}, 0, []ismskit.TrailEntry{chen}},
			"of a list without any":  {ismskit.ListEntryQuery{List: "系統"}, 0, nil},
		} {
			got, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Lists: &page.q, Limit: page.limit})
			if err != nil {
				return err
			}
			same(t, name, got, page.want)
		}
		return nil
	})
}

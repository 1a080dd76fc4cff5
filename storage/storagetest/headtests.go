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

package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type trail struct{ *tx }

func bySeq(e ismskit.TrailEntry, seq int64) int { return cmp.Compare(e.Seq, seq) }

func (t trail) Append(_ context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		if err := t.write(e.Chain, e.Kind, e.Actor, e.For); err != nil {
			return t.fail(err)
		}
		chain := t.trail[e.Chain]
		i, taken := slices.BinarySearchFunc(chain, e.Seq, bySeq)
		if taken {
			return t.fail(ismskit.ErrConflict)
		}
		e.At, e.Payload = clean.Moment(e.At), bytes.Clone(e.Payload)
		// A new slice: a View's copy and the undo keep the old one.
		put(t.tx, t.trail, e.Chain, slices.Insert(slices.Clone(chain), i, e))
	}
	return nil
}

func (t trail) Entries(_ context.Context, chain string, after int64, n int) ([]ismskit.TrailEntry, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	all := t.trail[chain]
	i, _ := slices.BinarySearchFunc(all, after+1, bySeq)
	out := slices.Clone(all[i:min(len(all), i+limit(n, 1000))])
	for j := range out {
		out[j].Payload = bytes.Clone(out[j].Payload)
	}
	return out, nil
}

func (t trail) Head(_ context.Context, chain string) (evidence.Head, error) {
	all := t.trail[chain]
	if t.failed != nil || len(all) == 0 {
		return evidence.Head{}, t.failed
	}
	last := all[len(all)-1]
	return evidence.Head{Chain: chain, Seq: last.Seq, Hash: last.Hash}, nil
}

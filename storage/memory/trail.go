package memory

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

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
		disposes := e.Disposes
		e.Disposes = false
		// A new slice: a View's copy and the undo keep the old one.
		chain = slices.Insert(slices.Clone(chain), i, e)
		for before := range chain[:i] {
			if disposes {
				chain[before].Payload = nil
			}
		}
		put(t.tx, t.trail, e.Chain, chain)
	}
	return nil
}

func (t trail) Entries(_ context.Context, q ismskit.EntryQuery) ([]ismskit.TrailEntry, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	if q.Lists != nil {
		return t.ofLists(*q.Lists, limit(q.Limit, 1000)), nil
	}
	among := t.trail[q.Chain]
	if q.Before > 0 {
		end, _ := slices.BinarySearchFunc(among, q.Before, bySeq)
		among = among[:end]
	}
	begin, _ := slices.BinarySearchFunc(among, q.After+1, bySeq)
	among = among[min(begin, len(among)):]
	inOrder := slices.All(among)
	if q.Newest {
		inOrder = slices.Backward(among)
	}
	var out []ismskit.TrailEntry
	for _, e := range inOrder {
		if q.Kind != "" && e.Kind != q.Kind {
			continue
		}
		e.Payload = bytes.Clone(e.Payload)
		if out = append(out, e); len(out) == limit(q.Limit, 1000) {
			break
		}
	}
	return out, nil
}

func (t trail) ofLists(q ismskit.ListEntryQuery, most int) []ismskit.TrailEntry {
	among := "list/"
	if q.List != "" {
		among += q.List + "/"
	}
	q.From, q.Before.At = clean.Moment(q.From), clean.Moment(q.Before.At)
	var out []ismskit.TrailEntry
	for name, chain := range t.trail {
		if !strings.HasPrefix(name, among) {
			continue
		}
		for _, e := range chain {
			fits := (q.Actor == "" || e.Actor == q.Actor) && !e.At.Before(q.From)
			if fits && (q.Before.At.IsZero() || place(e, q.Before) < 0) {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b ismskit.TrailEntry) int {
		return place(b, ismskit.EntryPlace{At: a.At, Chain: a.Chain, Seq: a.Seq})
	})
	out = out[:min(most, len(out))]
	for i := range out {
		out[i].Payload = bytes.Clone(out[i].Payload)
	}
	return out
}

// place says whether an entry comes before a place.
func place(e ismskit.TrailEntry, p ismskit.EntryPlace) int {
	return cmp.Or(e.At.Compare(p.At), cmp.Compare(e.Chain, p.Chain), cmp.Compare(e.Seq, p.Seq))
}

func (t trail) Heads(_ context.Context, q ismskit.HeadQuery) ([]evidence.Head, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	var out []evidence.Head
	for _, chain := range slices.Sorted(maps.Keys(t.trail)) {
		last := t.trail[chain][len(t.trail[chain])-1]
		switch {
		case q.Chain != "":
			if chain != q.Chain {
				continue
			}
		case !strings.HasPrefix(chain, q.Prefix), chain <= q.After, q.Unmarked && last.Seq <= t.marks[chain]:
			continue
		}
		out = append(out, evidence.Head{Chain: chain, Seq: last.Seq, Hash: last.Hash})
		if len(out) == limit(q.Limit, 1000) {
			break
		}
	}
	return out, nil
}

func (t trail) Mark(_ context.Context, heads ...evidence.Head) error {
	for _, h := range heads {
		if err := t.write(h.Chain); err != nil {
			return t.fail(err)
		}
		if h.Seq > t.marks[h.Chain] {
			put(t.tx, t.marks, h.Chain, h.Seq)
		}
	}
	return nil
}

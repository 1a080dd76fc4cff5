package ismskit

import (
	"context"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/ismskit/record"
)

// undoers are cases, there or not, that may undo what concerns are about: those that
// are found in the archive by where it is looked.
type undoers struct {
	opened map[string]bool
	filed  map[place][]string
}

// place is where the archive is looked into for a concern.
type place struct{ system, word string }

func (c Concern) place() place {
	if len(record.Terms(c.Word)) == 0 {
		return place{system: c.System}
	}
	return place{c.System, c.Word}
}

// of are the ids of those that may undo what one concern is about.
func (c undoers) of(about Concern) []string {
	var out []string
	for _, cause := range about.Causes {
		out = append(out, idOfCause(cause))
	}
	return append(out, c.filed[about.place()]...)
}

func (c undoers) ids() []string {
	all := maps.Clone(c.opened)
	for _, ids := range c.filed {
		for _, id := range ids {
			all[id] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// mayUndo finds the cases that may undo what others are about. The archive is looked
// into once for each place, for what has not ended there.
func (k *Kit) mayUndo(ctx context.Context, own map[string][]Concern) (undoers, error) {
	out := undoers{opened: map[string]bool{}}
	var places []place
	for _, concerns := range own {
		for _, about := range concerns {
			for _, cause := range about.Causes {
				out.opened[idOfCause(cause)] = true
			}
			if p := about.place(); p.system != "" && !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
	}
	if len(places) == 0 {
		return out, nil
	}
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		filed := map[place][]string{}
		for _, p := range places {
			ids, err := k.openUnder(ctx, tx, p)
			if err != nil {
				return err
			}
			filed[p] = ids
		}
		out.filed = filed
		return nil
	})
	return out, err
}

// openUnder are the cases that were sent, have not ended and are filed in a place, newest
// first.
func (k *Kit) openUnder(ctx context.Context, tx Tx, p place) ([]string, error) {
	var out []string
	q := record.Query{All: true, Kinds: []string{RecordCase}, Types: k.undoableTypes(), States: record.OpenStates(), Systems: []string{p.system}, Text: p.word, Limit: 100}
	for {
		page, err := tx.Records().Query(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			out = append(out, r.Case)
		}
		if len(page) < q.Limit {
			return out, nil
		}
		last := page[len(page)-1]
		q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
	}
}

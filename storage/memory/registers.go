package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type registers struct{ *tx }

func (g registers) Row(_ context.Context, list, id string) (register.Row, bool, error) {
	r, ok := g.registers[pair{list, id}]
	if g.failed != nil || !ok {
		return register.Row{}, false, g.failed
	}
	r, err := copied(r)
	return r, err == nil, err
}

func (g registers) Rows(_ context.Context, q register.Query) ([]register.Row, error) {
	if g.failed != nil {
		return nil, g.failed
	}
	text := record.Fold(q.Text)
	var found []register.Row
	for k, r := range g.registers {
		if k[0] == q.List && wanted(q.IDs, r.ID) && keyed(q.Keys, r) && strings.Contains(record.Fold(r.Text), text) &&
			(q.At.IsZero() || r.InForce(clean.Moment(q.At))) && r.ID > q.After {
			found = append(found, r)
		}
	}
	return page(found, func(a, b register.Row) int { return cmp.Compare(a.ID, b.ID) }, q.Limit)
}

func keyed(any []string, r register.Row) bool {
	return len(any) == 0 || slices.ContainsFunc(r.Keys, func(k string) bool { return slices.Contains(any, k) })
}

func (g registers) History(_ context.Context, list, id string) ([]register.Row, error) {
	if g.failed != nil {
		return nil, g.failed
	}
	order := func(a, b register.Row) int { return cmp.Compare(a.Revision, b.Revision) }
	return page(slices.Clone(g.history[pair{list, id}]), order, 0)
}

func (g registers) Put(_ context.Context, r register.Row) error {
	if err := g.write(); err != nil {
		return g.fail(err)
	}
	r.From, r.To, r.ChangedAt = clean.Moment(r.From), clean.Moment(r.To), clean.Moment(r.ChangedAt)
	row, err := copied(r)
	if err != nil {
		return g.fail(err)
	}
	k := pair{r.List, r.ID}
	if r.Gone {
		drop(g.tx, g.registers, k)
		drop(g.tx, g.history, k)
		put(g.tx, g.stamps, r.List, g.stamps[r.List]+1)
		return nil
	}
	if g.registers[k].Revision != r.Revision-1 {
		return g.fail(ismskit.ErrConflict)
	}
	put(g.tx, g.registers, k, row)
	put(g.tx, g.history, k, append(slices.Clone(g.history[k]), row))
	put(g.tx, g.stamps, r.List, g.stamps[r.List]+1)
	return nil
}

func (g registers) Stamp(_ context.Context, lists ...string) (int64, error) {
	var n int64
	for list, stamp := range g.stamps {
		if wanted(lists, list) {
			n += stamp
		}
	}
	return n, g.failed
}

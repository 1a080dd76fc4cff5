package ismskit_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// keyReads counts the rows that queries by key give out, and how often the tree of
// categories is read, or all who are away now.
type keyReads struct {
	ismskit.Store
	rows, trees, deputies int
}

func (s *keyReads) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return s.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, keyReadsTx{tx, s}) })
}

type keyReadsTx struct {
	ismskit.Tx
	count *keyReads
}

func (t keyReadsTx) Registers() register.Store { return keyReadsRows{t.Tx.Registers(), t.count} }

type keyReadsRows struct {
	register.Store
	count *keyReads
}

func (r keyReadsRows) Rows(ctx context.Context, q register.Query) ([]register.Row, error) {
	rows, err := r.Store.Rows(ctx, q)
	if len(q.Keys) > 0 {
		r.count.rows += len(rows)
	}
	if q.List == register.Categories && len(q.IDs)+len(q.Keys) == 0 {
		r.count.trees++
	}
	if q.List == register.Deputies && !q.At.IsZero() && len(q.IDs)+len(q.Keys) == 0 {
		r.count.deputies++
	}
	return rows, err
}

// Rows share keys: all permissions of one system have its. The check of a long list asks for each
// key once and not again for each of its rows, which would take hours where there are thousands.
func TestACheckOfALongListAsksForEachKeyOnce(t *testing.T) {
	s := &keyReads{Store: memory.New()}
	o := openOffice(t, s)
	read := func(until int) int {
		for i := range until {
			id := fmt.Sprintf("H%03d", i)
			if _, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Grants, id); err == nil {
				continue
			}
			o.put(register.Grants, id, forms.Values{"system": ref(register.Systems, "S02"), "account": id, "state": "active", "user": person("P05"), "responsible": ref(register.People, "P05")})
		}
		s.rows = 0
		report, err := o.kit.Evidence().Audit(o.ctx, ismskit.System("test"), evidence.Options{})
		if err != nil || len(report.Findings) > 0 {
			t.Fatalf("%+v, %v", report.Findings, err)
		}
		return s.rows
	}
	few, many := read(20), read(220) // more than are read at once
	if few == 0 || (many-few)%200 != 0 || (many-few)/200 > 10 {
		t.Errorf("%d rows were read for 20, %d for 220: each of a row's keys should give it once", few, many)
	}
}

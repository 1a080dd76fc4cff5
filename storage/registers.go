package storage

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type registers struct{ *tx }

var (
	registerGet    = both(`SELECT body FROM isms_registers WHERE list = ? AND id = ?`)
	registerInsert = both(`INSERT INTO isms_registers (list, id, revision, valid_from, valid_to, folded, body) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	registerUpdate = must(ismskit.ErrConflict, `UPDATE isms_registers SET revision = ?, valid_from = ?, valid_to = ?, folded = ?, body = ?
	WHERE list = ? AND id = ? AND revision = ?`)
	registerKept     = both(`INSERT INTO isms_register_history (list, id, revision, body) VALUES (?, ?, ?, ?)`)
	registerHistory  = both(`SELECT body FROM isms_register_history WHERE list = ? AND id = ? ORDER BY revision`)
	registerKeysDrop = both(`DELETE FROM isms_register_keys WHERE list = ? AND id = ?`)
	registerKeyPut   = both(`INSERT INTO isms_register_keys (list, key, id) VALUES (?, ?, ?) ON CONFLICT (list, key, id) DO NOTHING`)
	registerDrop     = both(`DELETE FROM isms_registers WHERE list = ? AND id = ?`)
	registerUnkept   = both(`DELETE FROM isms_register_history WHERE list = ? AND id = ?`)
	registerStamp    = both(`INSERT INTO isms_register_stamps (list, n) VALUES (?, 1)
	ON CONFLICT (list) DO UPDATE SET n = isms_register_stamps.n + 1`)
)

func (g registers) Row(ctx context.Context, list, id string) (register.Row, bool, error) {
	var body []byte
	found, err := g.one(ctx, registerGet, []any{list, id}, &body)
	if err != nil || !found {
		return register.Row{}, false, err
	}
	var r register.Row
	err = json.Unmarshal(body, &r)
	return r, err == nil, err
}

func (g registers) Rows(ctx context.Context, q register.Query) ([]register.Row, error) {
	s := g.from("isms_registers AS r").ColumnExpr("r.body").Where("r.list = ?", q.List)
	s = among(s, "r.id", q.IDs)
	if len(q.Keys) > 0 {
		s = s.Where(g.e.qualify("r.id IN (SELECT k.id FROM isms_register_keys AS k WHERE k.list = ? AND k.key IN (?))"), q.List, bun.List(q.Keys))
	}
	s = contains(s, "r.folded", q.Text)
	if !q.At.IsZero() {
		s = s.Where("r.valid_from <= ? AND r.valid_to > ?", micros(q.At), micros(q.At))
	}
	if q.After != "" {
		s = s.Where("r.id > ?", q.After)
	}
	s = s.OrderExpr("r.id")
	if q.Limit > 0 {
		s = s.Limit(int64(q.Limit))
	}
	rows, err := g.built(ctx, s)
	return all(rows, err, scanBody[register.Row])
}

func (g registers) History(ctx context.Context, list, id string) ([]register.Row, error) {
	rows, err := g.read(ctx, registerHistory, list, id)
	return all(rows, err, scanBody[register.Row])
}

func (g registers) Put(ctx context.Context, r register.Row) error {
	if r.Gone {
		return g.forget(ctx, r.List, r.ID)
	}
	r.From, r.To, r.ChangedAt = clean.Moment(r.From), clean.Moment(r.To), clean.Moment(r.ChangedAt)
	body, err := clean.Body(r)
	if err != nil {
		return err
	}
	// The zero From is the year 1 and so before everything; the zero To must be
	// after everything.
	from, to := micros(r.From), openEnd(r.To)
	folded := record.Fold(r.Text)
	if r.Revision == 1 {
		err = g.write(ctx, registerInsert, r.List, r.ID, r.Revision, from, to, folded, body)
	} else {
		err = g.write(ctx, registerUpdate, r.Revision, from, to, folded, body, r.List, r.ID, r.Revision-1)
	}
	if err != nil {
		return err
	}
	if err := g.write(ctx, registerKept, r.List, r.ID, r.Revision, body); err != nil {
		return err
	}
	if r.Revision > 1 {
		if err := g.write(ctx, registerKeysDrop, r.List, r.ID); err != nil {
			return err
		}
	}
	for _, k := range r.Keys {
		if err := g.write(ctx, registerKeyPut, r.List, k, r.ID); err != nil {
			return err
		}
	}
	return g.write(ctx, registerStamp, r.List)
}

func openEnd(t time.Time) int64 {
	if t.IsZero() {
		return math.MaxInt64
	}
	return micros(t)
}

// forget removes an entry with its history.
func (g registers) forget(ctx context.Context, list, id string) error {
	for _, statement := range []*Statement{registerKeysDrop, registerUnkept, registerDrop} {
		if err := g.write(ctx, statement, list, id); err != nil {
			return err
		}
	}
	return g.write(ctx, registerStamp, list)
}

func (g registers) Stamp(ctx context.Context, lists ...string) (int64, error) {
	s := g.from("isms_register_stamps AS s").ColumnExpr("CAST(coalesce(sum(s.n), 0) AS bigint)")
	rows, err := g.built(ctx, among(s, "s.list", lists))
	if err != nil {
		return 0, err
	}
	var n int64
	_, err = first(rows, &n)
	return n, err
}

package storage

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

type trail struct{ *tx }

var (
	trailEntries = both(`SELECT chain, seq, format, at, kind, actor, acting_for, digest, prev, hash, payload
	FROM isms_trail WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?`)
	trailHead = both(`SELECT seq, hash FROM isms_trail WHERE chain = ? ORDER BY seq DESC LIMIT 1`)
)

func (t trail) Append(ctx context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		err := t.write(ctx, trailAppend, e.Chain, e.Seq, e.Format, micros(e.At), e.Kind, e.Actor, e.For,
			e.Entry.Payload[:], e.Prev[:], e.Hash[:], e.Payload)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t trail) Entries(ctx context.Context, chain string, after int64, n int) ([]ismskit.TrailEntry, error) {
	rows, err := t.s.Read(ctx, trailEntries, chain, after, limit(n, 1000))
	return all(rows, err, scanEntry)
}

func scanEntry(rows Rows) (ismskit.TrailEntry, error) {
	var e ismskit.TrailEntry
	var payload, prev, hash []byte
	var at int64
	err := rows.Scan(&e.Chain, &e.Seq, &e.Format, &at, &e.Kind, &e.Actor, &e.For, &payload, &prev, &hash, &e.Payload)
	if err != nil {
		return e, err
	}
	e.At = moment(at)
	for _, d := range []struct {
		to   *evidence.Digest
		from []byte
	}{{&e.Entry.Payload, payload}, {&e.Prev, prev}, {&e.Hash, hash}} {
		if *d.to, err = digest(d.from); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (t trail) Head(ctx context.Context, chain string) (evidence.Head, error) {
	h := evidence.Head{Chain: chain}
	var hash []byte
	found, err := t.one(ctx, trailHead, []any{chain}, &h.Seq, &hash)
	if err != nil || !found {
		return evidence.Head{}, err
	}
	h.Hash, err = digest(hash)
	return h, err
}

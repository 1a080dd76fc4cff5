package storage

import (
	"context"
	"math"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

type trail struct{ *tx }

const trailSelect = `SELECT chain, seq, format, at, kind, actor, acting_for, digest, prev, hash, payload
	FROM isms_trail WHERE chain = ? AND seq > ? AND seq < ? AND (? = '' OR kind = ?)`

var (
	trailEntries = both(trailSelect + ` ORDER BY seq LIMIT ?`)
	trailNewest  = both(trailSelect + ` ORDER BY seq DESC LIMIT ?`)
	// What the lists' chains are called stands in the text, as it does in the index by which
	// they are read.
	trailLists = both(`SELECT chain, seq, format, at, kind, actor, acting_for, digest, prev, hash, payload
	FROM isms_trail WHERE chain >= 'list/' AND chain < 'list0' AND chain > ? AND chain < ? AND (? = '' OR actor = ?)
	AND at >= ? AND (at, chain, seq) < (?, ?, ?) ORDER BY at DESC, chain DESC, seq DESC LIMIT ?`)
	trailHead = both(`SELECT chain, seq, hash FROM isms_trail WHERE chain = ? ORDER BY seq DESC LIMIT 1`)
	// The ends are read off the primary key, in its order, as many as asked for.
	trailHeads = both(`SELECT e.chain, e.seq, t.hash FROM (
		SELECT chain, max(seq) AS seq FROM isms_trail WHERE chain > ? AND chain < ? GROUP BY chain ORDER BY chain LIMIT ?
	) AS e JOIN isms_trail AS t ON t.chain = e.chain AND t.seq = e.seq ORDER BY e.chain`)
	trailUnmarked = both(`SELECT e.chain, e.seq, t.hash FROM (
		SELECT i.chain, max(i.seq) AS seq FROM isms_trail AS i WHERE i.chain > ? AND i.chain < ? GROUP BY i.chain
		HAVING max(i.seq) > coalesce((SELECT m.seq FROM isms_trail_marks AS m WHERE m.chain = i.chain), 0) ORDER BY i.chain LIMIT ?
	) AS e JOIN isms_trail AS t ON t.chain = e.chain AND t.seq = e.seq ORDER BY e.chain`)
	trailDispose = both(`UPDATE isms_trail SET payload = NULL WHERE chain = ? AND seq < ? AND payload IS NOT NULL`)
	trailMark    = both(`INSERT INTO isms_trail_marks (chain, seq) VALUES (?, ?)
	ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq WHERE isms_trail_marks.seq < excluded.seq`)
)

func (t trail) Append(ctx context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		err := t.write(ctx, trailAppend, e.Chain, e.Seq, e.Format, micros(e.At), e.Kind, e.Actor, e.For,
			e.Entry.Payload[:], e.Prev[:], e.Hash[:], e.Payload)
		if err == nil && e.Disposes {
			err = t.write(ctx, trailDispose, e.Chain, e.Seq)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t trail) Entries(ctx context.Context, q ismskit.EntryQuery) ([]ismskit.TrailEntry, error) {
	if q.Lists != nil {
		return t.ofLists(ctx, *q.Lists, q.Limit)
	}
	s, before := trailEntries, q.Before
	if q.Newest {
		s = trailNewest
	}
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := t.read(ctx, s, q.Chain, q.After, before, q.Kind, q.Kind, limit(q.Limit, 1000))
	return all(rows, err, scanEntry)
}

func (t trail) ofLists(ctx context.Context, q ismskit.ListEntryQuery, most int) ([]ismskit.TrailEntry, error) {
	among := "list/"
	if q.List != "" {
		among += q.List + "/"
	}
	from, at, chain := int64(math.MinInt64), int64(math.MaxInt64), q.Before.Chain
	if !q.From.IsZero() {
		from = micros(q.From)
	}
	if !q.Before.At.IsZero() {
		at = micros(q.Before.At)
	}
	rows, err := t.read(ctx, trailLists, among, among+beyondNames, q.Actor, q.Actor, from, at, chain, q.Before.Seq, limit(most, 1000))
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

// beyondNames comes after every name of a chain.
const beyondNames = "\U0010FFFF"

func (t trail) Heads(ctx context.Context, q ismskit.HeadQuery) ([]evidence.Head, error) {
	if q.Chain != "" {
		rows, err := t.read(ctx, trailHead, q.Chain)
		return all(rows, err, scanHead)
	}
	s := trailHeads
	if q.Unmarked {
		s = trailUnmarked
	}
	rows, err := t.read(ctx, s, max(q.After, q.Prefix), q.Prefix+beyondNames, limit(q.Limit, 1000))
	return all(rows, err, scanHead)
}

func scanHead(rows Rows) (h evidence.Head, err error) {
	var hash []byte
	if err = rows.Scan(&h.Chain, &h.Seq, &hash); err == nil {
		h.Hash, err = digest(hash)
	}
	return h, err
}

func (t trail) Mark(ctx context.Context, heads ...evidence.Head) error {
	for _, h := range heads {
		if err := t.write(ctx, trailMark, h.Chain, h.Seq); err != nil {
			return err
		}
	}
	return nil
}

package storage

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

var (
	outcomeGet = both(`SELECT request, case_id, revision, at FROM isms_outcomes WHERE actor = ? AND key = ?`)
	outcomePut = both(`INSERT INTO isms_outcomes (actor, key, request, case_id, revision, at) VALUES (?, ?, ?, ?, ?, ?)`)
	// No index helps it: that would cost every action something, and this reads the
	// table once a night.
	outcomeForget = both(`DELETE FROM isms_outcomes WHERE at < ?`)
)

type outcomes struct{ *tx }

func (o outcomes) Get(ctx context.Context, actor, key string) (ismskit.Outcome, bool, error) {
	out := ismskit.Outcome{Actor: actor, Key: key}
	var request []byte
	var at int64
	found, err := o.one(ctx, outcomeGet, []any{actor, key}, &request, &out.Case, &out.Revision, &at)
	if err != nil || !found {
		return ismskit.Outcome{}, false, err
	}
	out.At = moment(at)
	out.Request, err = digest(request)
	return out, err == nil, err
}

func (o outcomes) Put(ctx context.Context, out ismskit.Outcome) error {
	return o.write(ctx, outcomePut, out.Actor, out.Key, out.Request[:], out.Case, out.Revision, micros(out.At))
}

func (o outcomes) Forget(ctx context.Context, before time.Time) error {
	return o.write(ctx, outcomeForget, micros(before))
}

package memory

import (
	"context"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

type outcomes struct{ *tx }

func (o outcomes) Get(_ context.Context, actor, key string) (ismskit.Outcome, bool, error) {
	if o.failed != nil {
		return ismskit.Outcome{}, false, o.failed
	}
	out, ok := o.outcomes[pair{actor, key}]
	return out, ok, nil
}

func (o outcomes) Put(_ context.Context, out ismskit.Outcome) error {
	if err := o.write(out.Actor, out.Key, out.Case); err != nil {
		return o.fail(err)
	}
	k := pair{out.Actor, out.Key}
	if _, ok := o.outcomes[k]; ok {
		return o.fail(ismskit.ErrConflict)
	}
	out.At = clean.Moment(out.At)
	put(o.tx, o.outcomes, k, out)
	return nil
}

func (o outcomes) Forget(_ context.Context, before time.Time) error {
	if err := o.write(); err != nil {
		return o.fail(err)
	}
	for k, out := range o.outcomes {
		if out.At.Before(before) {
			drop(o.tx, o.outcomes, k)
		}
	}
	return nil
}

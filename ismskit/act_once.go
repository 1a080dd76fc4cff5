package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// anew says whether a request that failed is to be carried out anew: it lost a race
// that does not concern it, and none with this key has been carried out meanwhile.
func (k *Kit) anew(ctx context.Context, actor Actor, key string, failed error) (bool, error) {
	if !errors.Is(failed, ErrConflict) || isConflict(failed) || k.joined {
		return false, failed
	}
	if key == "" {
		return true, failed
	}
	found, err := k.carriedOut(ctx, actor, key)
	if err != nil {
		return false, errors.Join(failed, err)
	}
	return !found, failed
}

// carriedOut says whether something was carried out with a key.
func (k *Kit) carriedOut(ctx context.Context, actor Actor, key string) (found bool, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		_, ok, err := tx.Outcomes().Get(ctx, actor.Person, key)
		found = ok
		return err
	})
	return found, err
}

// before answers a request that carries a key with what came of the same request earlier; false where nothing
// was carried out with that key.
func (k *Kit) before(ctx context.Context, actor Actor, key string, request evidence.Digest) (Receipt, bool, error) {
	if key == "" {
		return Receipt{}, false, nil
	}
	found, err := k.carriedOut(ctx, actor, key)
	if err != nil || !found {
		return Receipt{}, false, err
	}
	receipt, err := k.outcome(ctx, actor, key, request, Receipt{}, ErrConflict)
	return receipt, true, err
}

// outcome answers a failed request that carried a key with what the same request
// led to before: a double click, or an answer that was lost on its way.
func (k *Kit) outcome(ctx context.Context, actor Actor, key string, request evidence.Digest, receipt Receipt, err error) (Receipt, error) {
	if err == nil || key == "" {
		return receipt, k.refused(ctx, actor, err)
	}
	var earlier Outcome
	var found bool
	viewErr := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		o, ok, err := tx.Outcomes().Get(ctx, actor.Person, key)
		earlier, found = o, ok
		return err
	})
	switch {
	case viewErr != nil:
		return Receipt{}, k.refused(ctx, actor, unknownOutcome(viewErr, err))
	case !found:
		return Receipt{}, k.refused(ctx, actor, err)
	}
	row, getErr := k.row(ctx, earlier.Case)
	if earlier.Request != request {
		err := ErrKeyReused
		if getErr == nil && row.Phase == string(workflow.PhaseDraft) {
			err = ErrKeyKept
		}
		return Receipt{}, errors.Join(k.refused(ctx, actor, err), ignoreNotFound(getErr)) // a draft may be gone by now
	}
	if getErr != nil {
		return Receipt{}, getErr
	}
	again := receiptOf(row)
	again.Revision, again.Repeated = earlier.Revision, true
	return again, nil
}

// unknownOutcome is the answer where it cannot be read whether the same request was
// carried out before: the sender asks again, and is not told of a refusal that may be
// none.
func unknownOutcome(reading, refusal error) error {
	return fmt.Errorf("%w (after: %v)", reading, refusal)
}

func (k *Kit) refused(ctx context.Context, actor Actor, err error) error {
	if err != nil {
		k.log.InfoContext(ctx, "refused", "actor", actor.Person, "channel", actor.Channel, "why", err.Error())
	}
	return err
}

// isConflict tells a stale screen from a race that was lost by chance.
func isConflict(err error) bool {
	var c *Conflict
	var d *DocumentChanged
	return errors.As(err, &c) || errors.As(err, &d)
}

func receiptOf(row CaseRow) Receipt {
	return Receipt{
		Case: row.ID, Number: row.Number, Revision: row.Revision,
		Phase: workflow.Phase(row.Phase), Outcome: workflow.Outcome(row.Outcome),
	}
}

// requestDigest tells one request from another under the same key.
func requestDigest(key string, request any) (evidence.Digest, error) {
	if key == "" {
		return evidence.Digest{}, nil
	}
	b, err := json.Marshal(request)
	if err != nil {
		return evidence.Digest{}, err
	}
	return digestOf(b), nil
}

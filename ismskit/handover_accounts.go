package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// endAccounts ends what is somebody's own in the list of permissions with his last day, as the
// sheet's hook says. It comes before anything passes: what a hook takes back,
// such as the question whether to extend an account, passes to nobody.
func (h *handingOver) endAccounts(ctx context.Context, all []Holding) error {
	if !h.Accounts {
		return nil
	}
	for _, held := range all {
		if held.Kind != HoldsAccount {
			continue
		}
		ended, err := h.endAccount(ctx, held)
		if refusedForGood(err) || errors.Is(err, errHook) && ctx.Err() == nil {
			h.k.log.WarnContext(ctx, "an account could not be ended", "case", h.sheet.row.ID, "what", held.Key, "why", err.Error())
			h.leaves(held, whyNot(err))
			continue
		}
		if err != nil {
			return err
		}
		if ended {
			h.passed[held.Key] = true
		}
	}
	return nil
}

// errHook is what a hook failed at: it costs the one account, which is told as not handed
// over and tried again like others, and not all that waits behind it on the sheet.
var errHook = errors.New("hook failed")

// endAccount carries out what the hook says of one account, and says whether that was anything.
func (h *handingOver) endAccount(ctx context.Context, held Holding) (bool, error) {
	for range maxRaces {
		w := newWork(h.k, h.sheet, System("queue"), authority{by: h.k.systemSigner(), via: viaSystem}, h.at)
		effects, err := h.k.accountEffects(ctx, w, held)
		if err != nil || len(effects) == 0 {
			return false, err
		}
		err = h.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			for _, e := range effects {
				if err := e.apply(ctx, w, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err != nil {
			return false, err // what it took back is still there, and must pass
		}
		for _, e := range effects {
			if taken, ok := e.(CancelOpening); ok {
				h.void[idOfCause(taken.Cause)] = true
			}
		}
		return true, nil
	}
	return false, ErrConflict
}

// accountEffects are what the hook of a sheet says of one account.
func (k *Kit) accountEffects(ctx context.Context, w *work, held Holding) ([]Effect, error) {
	kind := w.after.kind
	if kind.hook == nil {
		return nil, fmt.Errorf("ismskit: accounts of %s: there is no hook %q", kind.name(), kind.Closing)
	}
	told := k.closing(w)
	told.Outcome, told.Grant = workflow.OutcomeDone, held.Row
	effects, err := kind.hook(ctx, told)
	if errors.Is(err, ErrUnavailable) || errors.Is(err, ErrRetry) {
		return nil, err // its own reads failed, for everybody: the job comes again
	}
	if err != nil {
		return nil, fmt.Errorf("ismskit: %w: %s of %s: %w", errHook, kind.Closing, held.Key, err)
	}
	return effects, nil
}

// ending are the accounts of his own, and where he leaves those for whom he stands in, that
// will end with the last day of who hands over on a sheet, as long as it has not taken effect:
// what its hook would have follow if it ended as it stands. What the hook fails at costs its
// answer, not the sheet beside which it is shown.
func (k *Kit) ending(ctx context.Context, c caseInHand, now time.Time) ([]Holding, error) {
	open := c.state.Phase != workflow.PhaseClosed || c.state.Outcome == workflow.OutcomeDone && c.extra.Handed.IsZero()
	if c.kind.Handover == nil || c.kind.hook == nil || c.kind.leaver(c.values) == "" || !open {
		return nil, nil
	}
	w := newWork(k, c, System("handover"), authority{by: k.systemSigner(), via: viaSystem}, now)
	told := k.closing(w)
	told.Outcome = workflow.OutcomeDone
	effects, err := c.kind.hook(ctx, told)
	if err != nil {
		k.leftOut(ctx, c.row.ID, fmt.Errorf("ismskit: closing %s of %s: %w", c.kind.Closing, c.kind.name(), err))
		return nil, ctx.Err()
	}
	i := slices.IndexFunc(effects, func(e Effect) bool { h, ok := e.(HandOver); return ok && (h.Accounts || h.Leaves) })
	if i < 0 {
		return nil, nil
	}
	over := effects[i].(HandOver)
	if over.LastDay.IsZero() || calendar.DateOf(now.In(k.location)).After(over.LastDay) && c.state.Phase == workflow.PhaseClosed {
		return nil, nil // its day is not known yet, or the list of permissions has them
	}
	rows, err := k.heldRows(ctx, System("handover"), over.Person, over.LastDay.AddDays(1).Start(k.location).Add(-time.Nanosecond))
	if err != nil {
		return nil, err
	}
	var out []Holding
	for _, held := range rows {
		if held.Kind == HoldsDeputyship && over.Leaves {
			out = append(out, held)
		}
		if held.Kind != HoldsAccount || !over.Accounts {
			continue
		}
		follows, err := k.accountEffects(ctx, w, held)
		if err != nil {
			k.leftOut(ctx, c.row.ID, err)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
		if len(follows) > 0 {
			out = append(out, held)
		}
	}
	return out, nil
}

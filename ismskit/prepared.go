package ismskit

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/workflow"
)

// linkLedTo is the link to a draft that a case's end put before somebody.
const linkLedTo = "led_to"

// prepares says whether the opening puts a draft before its applicant at once.
func (o OpenLater) prepares(w *work) bool { return !o.Submit && !o.At.After(w.now) }

// linkPrepared makes the drafts that the case's end prepares known to the case: whoever
// answered finds from there what he is to send.
func (w *work) linkPrepared() {
	for _, e := range w.effects {
		if o, ok := e.(OpenLater); ok && o.prepares(w) {
			w.after.extra.Links = append(w.after.extra.Links, Link{Kind: linkLedTo, Case: idOfCause(o.Cause)})
		}
	}
}

// openPrepared opens these drafts as soon as the action is committed, so that they are
// there when its answer is read, and returns the actor's own. The queue has them too
// and opens what could not be opened here; the cause makes one case of both.
func (k *Kit) openPrepared(ctx context.Context, w *work) (own string) {
	if k.joined {
		return "" // the host has still to commit
	}
	for _, e := range w.effects {
		o, ok := e.(OpenLater)
		if !ok || !o.prepares(w) {
			continue
		}
		job, err := k.openJobOf(o)
		if err == nil {
			_, err = k.openCaused(ctx, job, o.Key, nil)
		}
		if err != nil {
			k.log.WarnContext(ctx, "draft not prepared yet", "cause", o.Cause, "error", err)
		} else if o.Applicant == w.actor.Person {
			own = idOfCause(o.Cause)
		}
	}
	return own
}

// goesOn says whether the case is a draft that an actor may go on with and send.
func (c *caseInHand) goesOn(actor Actor) bool {
	return c.mayEdit(actor) && c.state.Phase == workflow.PhaseDraft && c.kind.readOnly == nil
}

// openJobOf is an opening as the queue keeps it.
func (k *Kit) openJobOf(o OpenLater) (openJob, error) {
	kind, ok := k.kinds.latestOf(o.Type)
	if !ok {
		return openJob{}, fmt.Errorf("ismskit: effect opens unknown type %s", o.Type)
	}
	return openJob{
		Cause: o.Cause, Type: o.Type, Applicant: o.Applicant, Unit: o.Unit.ID, UnitName: o.Unit.Name,
		Values: kind.form.EncodeJSON(o.Values), Submit: o.Submit, Links: o.Links, SendBy: o.SendBy,
	}, nil
}

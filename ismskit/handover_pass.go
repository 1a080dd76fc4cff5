package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// refusedForGood tells what a rule forbids, which a second try would only meet again, from
// what went wrong on the way.
func refusedForGood(err error) bool {
	_, invalid := errors.AsType[forms.Invalid](err)
	return invalid || workflow.AsRefusal(err) != nil || errors.Is(err, ErrForbidden) || errors.Is(err, ErrReadOnly)
}

// handTask gives an open task to a successor, in an action of the system on its case. One
// that several people share keeps the others; one of a group that he took for himself goes
// back to the group where nobody was named for it. Where the successor may not act, the
// step finds its people anew: then it is not he who has it.
func (h *handingOver) handTask(ctx context.Context, held Holding, to string, named bool) (passed bool, err error) {
	k, from, reason := h.k, h.leaver, h.reason()
	next, err := k.peopleNamed(ctx, []string{to}, k.moment())
	if err != nil {
		return false, err
	}
	verb, back, his := workflow.VerbReassign, false, false
	give := func(c caseInHand, w *work) (workflow.Action, bool, error) {
		t, ok := c.state.Task(held.Task)
		taken := t.Holder.Pool != "" && t.Claimed != nil && t.Claimed.Person == from.Person
		if his = ok && t.Status == workflow.TaskOpen && (taken || t.Holder.Has(from.Person)); !his {
			return workflow.Action{}, false, nil // it was done meanwhile, or is another's
		}
		people := next
		if back = taken && (!named || verb == workflow.VerbSeatAgain); back {
			w.event.Step, w.event.Task = t.Step, t.ID
			return workflow.Action{Verb: workflow.VerbRelease, Task: t.ID, For: t.Claimed, Via: t.Holder.Pool, Comment: reason}, true, nil
		}
		h.handOn(c, w, t.ID)
		if verb == workflow.VerbReassign && len(t.Holder.Named) > 1 && !t.Given && t.Origin == "" {
			verb = workflow.VerbPassOn
		}
		if verb == workflow.VerbPassOn {
			people = slices.Clone(t.Holder.Named)
			for i, s := range people {
				if s.Person == from.Person {
					people[i] = next[0]
				}
			}
		}
		w.event.Step, w.event.Task = t.Step, t.ID
		return workflow.Action{Verb: verb, Task: t.ID, People: people, Comment: reason}, true, nil
	}
	err = k.systemAct(ctx, held.Case, give)
	if workflow.AsRefusal(err) != nil {
		verb = workflow.VerbSeatAgain
		again := k.systemAct(ctx, held.Case, give)
		if workflow.AsRefusal(again) == nil {
			return false, again
		}
	}
	return err == nil && his && !back, err
}

// handCase lets a successor go on with somebody's request: what would come to the applicant
// comes to him from now on. The request stays the applicant's.
func (h *handingOver) handCase(ctx context.Context, id, to string) error {
	k, reason := h.k, h.reason()
	next, err := k.peopleNamed(ctx, []string{to}, k.moment())
	if err != nil {
		return err
	}
	err = k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		if c.state.Phase == workflow.PhaseClosed || c.extra.Heir != nil && c.extra.Heir.Person == to {
			return workflow.Action{}, false, nil
		}
		w.after.extra.Heir, w.after.state.Heir = &next[0], next[0]
		h.handOn(c, w, "")
		return workflow.Action{Verb: workflow.VerbComment, Comment: reason + k.text("handover.heir", map[string]string{"name": next[0].Name})}, true, nil
	})
	if err != nil {
		return err
	}
	return k.seatApart(ctx, id, to, reason)
}

// seatApart has the steps that whoever goes on with a request now is kept apart from find
// others, where a task lies with him alone. Where nobody else is found it stays, and his
// superior may give it away.
func (k *Kit) seatApart(ctx context.Context, id, heir, reason string) error {
	c, err := k.take(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range c.state.Open() {
		alone := len(t.Holder.Named) == 1 && t.Holder.Has(heir) && t.Origin == "" && !t.Alone
		if !alone || !slices.Contains(c.excluded(t.Step), heir) {
			continue
		}
		err := k.systemAct(ctx, id, func(now caseInHand, w *work) (workflow.Action, bool, error) {
			still, ok := now.state.Task(t.ID)
			w.event.Step, w.event.Task = t.Step, t.ID
			return workflow.Action{Verb: workflow.VerbSeatAgain, Task: t.ID, Comment: reason}, ok && still.Status == workflow.TaskOpen, nil
		})
		if workflow.AsRefusal(err) != nil {
			k.log.WarnContext(ctx, "nobody else may act in it", "case", id, "step", t.Step, "why", err.Error())
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// viaHeir: he goes on with the request of an applicant who has handed over his work.
const viaHeir = "heir"

// asHeir is for the verbs of an applicant by who goes on with his request, which he does in
// the applicant's name.
func (c *caseInHand) asHeir(actor Actor, a Action, self workflow.Signer) (auth authority, known bool) {
	if c.extra.Heir == nil || c.extra.Heir.Person != actor.Person || c.row.Parent != "" || !slices.Contains(applicantVerbs, a.Verb) {
		return authority{}, false
	}
	applicant := c.state.Applicant
	return authority{by: self, principal: &applicant, via: viaHeir}, true
}

// own says whether a case is somebody's as its applicant, or as who goes on with it for him.
func (c *caseInHand) own(actor Actor) bool {
	return !actor.system && actor.Person != "" && !c.paperDraftOf(actor.Person) && (actor.Person == c.row.Applicant || actor.Person == c.asked())
}

// asked is who is asked for the applicant of a case: he himself, or who took over from him.
func (c *caseInHand) asked() string {
	if c.extra.Heir != nil {
		return c.extra.Heir.Person
	}
	return c.row.Applicant
}

package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// notStale compares the screen's revision with what has changed since of that on which a
// person decides: fields, files and the way of the case for everything, and for a decision what
// bearsOn it besides. task is the one he acts in.
func (k *Kit) notStale(ctx context.Context, actor Actor, c caseInHand, task string, a Action) error {
	if a.Revision > c.row.Revision {
		return &Conflict{Revision: c.row.Revision} // nobody has seen that yet
	}
	if a.Revision == 0 || a.Revision == c.row.Revision {
		return nil
	}
	if c.state.Phase == workflow.PhaseDraft {
		if a.Revision >= c.extra.Material {
			return nil
		}
		return &Conflict{Revision: c.row.Revision, Draft: c.row.Changed}
	}
	if a.Revision >= c.extra.Material && !decidesOnAll(a.Verb) && !a.tellsOfOutside() {
		return nil
	}
	since, err := k.since(ctx, actor, c, a.Revision)
	if err != nil {
		return err
	}
	if a.Revision >= c.extra.Material && !slices.ContainsFunc(since, func(e Entry) bool { return bearsOn(a, actor, c, task, e) }) {
		return nil
	}
	return &Conflict{Revision: c.row.Revision, Since: since}
}

// wholeCase are the verbs that decide on a case as a whole, and therefore on where it stands.
var wholeCase = []workflow.Verb{
	workflow.VerbWithdraw, workflow.VerbSuspend, workflow.VerbResume, workflow.VerbVoid, workflow.VerbToPaper,
}

// decidesOnAll says whether whoever does it answers for all that is said in the case: a
// decision, and what ends or stops the whole. To take a task or to ask somebody does not wait for
// what others remarked.
func decidesOnAll(v workflow.Verb) bool {
	return slices.Contains(wholeCase, v) || slices.Contains([]workflow.Verb{
		workflow.VerbSubmit, workflow.VerbApprove, workflow.VerbReject, workflow.VerbReturn, workflow.VerbRecord, workflow.VerbUnable,
	}, v)
}

// tellsOfOutside says whether an action says something of an office outside, or signs what is known
// of one: a note of it, a result, and what ends or sends back the task that waits for it.
func (a Action) tellsOfOutside() bool {
	return a.Outside != nil || slices.Contains([]workflow.Verb{
		workflow.VerbSendOut, workflow.VerbAnswer, workflow.VerbRecord, workflow.VerbApprove, workflow.VerbUnable, workflow.VerbReturn,
	}, a.Verb)
}

// movesNothing are the verbs of others after which a case stands where it stood.
var movesNothing = []workflow.Verb{
	workflow.VerbUrge, workflow.VerbChase, workflow.VerbRead, workflow.VerbCopy, workflow.VerbClaim, workflow.VerbRelease, workflow.VerbRedate,
	workflow.VerbPassOn, workflow.VerbSeatAgain, workflow.VerbChildrenOpened, workflow.VerbExtend, workflow.VerbAppoint,
}

// bearsOn says whether what was done bears on an action: on what tells of an office outside, or signs
// what is known of it, a note that was not on the screen, his own too, for it was entered in another
// window; on a decision a remark by somebody
// else, and the answer of whoever was asked on that of who asked him; and on what ends or stops
// the whole all that moved it. The signature of another beside mine, in the same step or in a parallel one, does
// not: two who act at the same time would throw each other out.
func bearsOn(a Action, actor Actor, c caseInHand, task string, e Entry) bool {
	switch {
	case a.tellsOfOutside() && e.Task == task && e.Outside != nil:
		return true
	case a.Verb == workflow.VerbSendOut || a.Verb == workflow.VerbAnswer:
		return false // nothing else stands in their way
	case e.By.Person == actor.Person:
		return false // he has seen what he did himself
	case e.Verb == workflow.VerbComment:
		return decidesOnAll(a.Verb)
	case slices.Contains(wholeCase, a.Verb):
		return !slices.Contains(movesNothing, e.Verb)
	}
	asked, ok := c.state.Task(e.Task)
	return ok && task != "" && asked.From == task && slices.Contains([]workflow.Origin{workflow.OriginBefore, workflow.OriginDelegate, workflow.OriginConsult}, asked.Origin)
}

// since is what happened in a case after a revision, as far as the actor may see it.
func (k *Kit) since(ctx context.Context, actor Actor, c caseInHand, revision int64) ([]Entry, error) {
	events, err := k.events(ctx, c.row.ID)
	if err != nil {
		return nil, err
	}
	hidden, err := k.hiddenNow(ctx, actor, c, k.moment())
	if err != nil {
		return nil, err
	}
	if err := k.redactedTrail(ctx, actor, c, events, hidden); err != nil {
		return nil, err
	}
	k.explain(c, events)
	return slices.DeleteFunc(events, func(e Entry) bool { return e.Revision <= revision }), nil
}

// overtaken adds to the refusal of what others were first with who did what meanwhile.
func (k *Kit) overtaken(ctx context.Context, actor Actor, c caseInHand, a Action, refused error) error {
	why, ok := errors.AsType[*workflow.Refusal](refused)
	first := []*workflow.Refusal{workflow.ErrNotOpen, workflow.ErrStale, workflow.ErrPhase, workflow.ErrNotAssigned}
	if !ok || a.Revision == 0 || a.Revision >= c.row.Revision || c.state.Phase == workflow.PhaseDraft ||
		!slices.ContainsFunc(first, func(r *workflow.Refusal) bool { return errors.Is(why, r) }) {
		return refused
	}
	since, err := k.since(ctx, actor, c, a.Revision)
	if err != nil {
		return err
	}
	return &Conflict{Revision: c.row.Revision, Since: since, Why: why}
}

// changesMaterially says whether a verb changes what others decide on.
func changesMaterially(v workflow.Verb) bool {
	return slices.Contains([]workflow.Verb{
		VerbSave, workflow.VerbSubmit, workflow.VerbReturn, workflow.VerbWithdraw, workflow.VerbVoid, workflow.VerbToPaper,
		workflow.VerbSuspend, workflow.VerbResume, workflow.VerbLapse, workflow.VerbTakeBack,
	}, v)
}

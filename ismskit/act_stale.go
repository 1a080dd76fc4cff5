package ismskit

import (
	"context"
	"errors"
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// notStale compares the screen's revision with the last one that changed what a
// person decides on. Somebody else's signature beside mine is no such change.
func (k *Kit) notStale(ctx context.Context, actor Actor, c caseInHand, a Action) error {
	if a.Revision > c.row.Revision {
		return &Conflict{Revision: c.row.Revision} // nobody has seen that yet
	}
	if a.Revision == 0 || a.Revision >= c.extra.Material {
		return nil
	}
	if c.state.Phase == workflow.PhaseDraft {
		return &Conflict{Revision: c.row.Revision, Draft: c.row.Changed}
	}
	since, err := k.since(ctx, actor, c, a.Revision)
	if err != nil {
		return err
	}
	return &Conflict{Revision: c.row.Revision, Since: since}
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
	redactTrail(events, hidden)
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

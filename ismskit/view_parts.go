package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// handedIn puts to a handing over of work whose it is, and what of it is not handed over yet, as far as it is
// not hidden.
func (k *Kit) handedIn(ctx context.Context, c caseInHand, hidden []string, now time.Time, out *Case) error {
	h := c.kind.Handover
	if h == nil || slices.Contains(hidden, h.Items) || slices.Contains(hidden, h.Items+"."+h.What) {
		return nil
	}
	var err error
	if !slices.Contains(hidden, h.Person) {
		out.Leaver = c.kind.leaver(c.values)
	}
	if !slices.Contains(hidden, h.LastDay) {
		out.LastDayOver = k.lastDayOver(c, now)
	}
	out.NotHanded = slices.Clone(c.extra.NotHanded)
	if out.Ending, err = k.ending(ctx, c, now); err != nil {
		return err
	}
	if !slices.Contains(hidden, h.Items+"."+h.Successor) {
		if out.Unreserved, err = k.unreserved(ctx, c, now); err != nil {
			return err
		}
		names := func(t MyTask) bool { return slices.Contains(t.Edit, h.Items+"."+h.Successor) }
		if slices.ContainsFunc(out.Mine, names) {
			if out.Doubled, err = k.doubling(ctx, c, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// doneWith says what the actor, who reads the case by a way, may do with it.
func (k *Kit) doneWith(ctx context.Context, actor Actor, c caseInHand, way wayIn, now time.Time, out *Case) error {
	var err error
	own := c.own(actor)
	out.MayEdit = c.mayEdit(actor)
	out.MayWithdraw = own && c.row.Parent == "" && c.kind.flow.MayWithdraw(c.state) || c.writes(actor) && c.state.Phase == workflow.PhaseDraft
	if out.Others, err = k.others(ctx, actor, c, way, now); err != nil {
		return err
	}
	if !slices.ContainsFunc(out.Others, func(o OtherAct) bool { return o.Verb == VerbAmend }) {
		if out.Held, err = k.heldFrom(ctx, actor, c, now); err != nil {
			return err
		}
	}
	if c.kind.readOnly != nil {
		out.ReadOnly, out.Mine, out.Others = c.kind.readOnly, nil, nil
		out.MayEdit, out.MayWithdraw, out.MayComment = false, false, false
	}
	out.MaySend, out.Year = c.goesOn(actor), k.yearOf(c.row.Submitted, c.extra.Year)
	ownYear := c.kind.Filing && c.kind.Facets.Year != "" // which is corrected with the record: two years would be said of it
	if c.state.Phase != workflow.PhaseDraft && c.row.Parent == "" && out.ReadOnly == nil && !ownYear {
		if out.MaySetYear, err = k.mayFileAnew(ctx, actor); err != nil {
			return err
		}
	}
	if out.MayEdit {
		out.Typed = c.extra.Typed
		if out.Wrong, err = k.draftFaults(ctx, actor, c, now); err != nil {
			return err
		}
		if out.Chosen, err = k.chosenSoFar(ctx, c, now); err != nil {
			return err
		}
	}
	return nil
}

package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// LeaverSigns is the step of a sheet in which who hands over signs himself (Type.Handover), where
// by the route it may be due when his last day is over.
type LeaverSigns struct {
	Field   string // of his last day
	LastDay calendar.Date
	Name    string // who hands over
	Step    workflow.Text
	Due     calendar.Date
	// Instead are those whom the step comes to once he has left; none where nobody is found.
	Instead []workflow.Signer
}

// signsHimself says whether a step of a sheet comes to whom it is about.
func (k *kind) signsHimself(who []workflow.Who) bool {
	return k.Handover != nil && slices.ContainsFunc(who, func(w workflow.Who) bool {
		return w.Kind == workflow.WhoField && w.Field == k.Handover.Person
	})
}

// leaverUntil is the day by which a step of a sheet is due at the latest, for whoever hands over
// does not sign it after his last one; zero for any other step.
func (c *caseInHand) leaverUntil(step workflow.Step) calendar.Date {
	if !c.kind.signsHimself(step.Who) {
		return calendar.Date{}
	}
	return c.kind.lastDay(c.values)
}

// lastDayAwaited is the last day of who hands over on a sheet that is on its way, zero for any
// other case.
func (c *caseInHand) lastDayAwaited() calendar.Date {
	if c.state.Phase == workflow.PhaseDraft || c.state.Phase == workflow.PhaseClosed {
		return calendar.Date{}
	}
	return c.kind.lastDay(c.values)
}

// lastDayOver is that day where it is over: what he has is still his, though he is not there any
// more.
func (k *Kit) lastDayOver(c caseInHand, now time.Time) calendar.Date {
	return k.overBy(c.lastDayAwaited(), now)
}

// overBy is a last day that is over, zero for one that is not, or is none.
func (k *Kit) overBy(last calendar.Date, now time.Time) calendar.Date {
	if last.IsZero() || !last.Before(calendar.DateOf(now.In(k.location))) {
		return calendar.Date{}
	}
	return last
}

// leaverSigns is the first step of a route in which who hands over signs too late, nil where there
// is none, and where his last day is over already: then others sign for him anyhow.
func (r *router) leaverSigns(ctx context.Context, c caseInHand, steps []RouteStep) (*LeaverSigns, error) {
	last := c.kind.lastDay(c.values)
	if last.IsZero() || !r.k.overBy(last, r.now).IsZero() {
		return nil, nil
	}
	for _, s := range steps {
		for _, branch := range s.Branches {
			if late, err := r.leaverSigns(ctx, c, branch); err != nil || late != nil {
				return late, err
			}
		}
		leaver := slices.IndexFunc(s.People, func(p RoutePerson) bool { return p.Person == c.kind.leaver(c.values) })
		if leaver < 0 || !s.Due.Date.After(last) || !c.kind.signsHimself(s.Who) {
			continue
		}
		out := &LeaverSigns{Field: c.kind.Handover.LastDay, LastDay: last, Name: s.People[leaver].Name, Step: s.Name, Due: s.Due.Date}
		var err error
		out.Instead, err = r.insteadOf(ctx, c, s, s.People[leaver].Person)
		return out, err
	}
	return nil, nil
}

// insteadOf are those whom a step comes to once somebody of it has left.
func (r *router) insteadOf(ctx context.Context, c caseInHand, s RouteStep, person string) ([]workflow.Signer, error) {
	var batch questions
	ask := workflow.Ask{Step: s.ID, Kind: s.Kind, Exclude: append(c.excluded(s.ID), person)}
	for j, w := range s.Who {
		ask.Alternatives = append(ask.Alternatives, workflow.Alternative{Who: w})
		batch.who(c, 0, j, w, r.now)
	}
	answers, err := r.k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	found := r.k.choose(ask, func(j int) ([]directory.Answer, bool) { return answers.of(0, j) })
	if found.Pool != "" {
		return r.k.members(ctx, found.Pool, r.now)
	}
	return found.Signers, nil
}

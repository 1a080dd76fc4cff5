package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// Trial is a request that nobody makes, to see what would become of it (流程試跑).
type Trial struct {
	Type      string
	Applicant string       // whose request it would be; "" is the actor himself
	Values    forms.Values // as far as they matter; they need not be complete
	// At is when it would be sent, zero for now: people, posts and deputies are those
	// of that moment, and due dates count from it.
	At time.Time
	// Absent are people to be taken as away; their deputies act, without one it waits.
	Absent []string
}

// DryRun is what would become of a Trial.
type DryRun struct {
	Applicant workflow.Signer
	At        time.Time
	Absent    []workflow.Signer
	Route     Route
	// DeadEnds are where it would stop; it could be sent where none of them is
	// certain and no one is merely away.
	DeadEnds []DeadEnd
}

// DeadEnd is a step at which a case would stop, and why.
type DeadEnd struct {
	UnstaffedStep
	// Away are the people of the step who are away without anybody to act for them:
	// it waits until a superior appoints somebody.
	Away []workflow.Signer
	// Absent are the same people, with why and until when they are away where that is known;
	// Asked are their superiors who are to name somebody.
	Absent []RoutePerson
	Asked  []workflow.Signer
	few    bool
}

// DeadEndWhy says why a case would stop.
type DeadEndWhy string

// The reasons.
const (
	DeadEndNobody DeadEndWhy = "nobody" // nobody can be found
	DeadEndApart  DeadEndWhy = "apart"  // the separation of duties leaves nobody
	DeadEndReview DeadEndWhy = "review" // one person would do it alone, and nobody reviews it
	DeadEndAway   DeadEndWhy = "away"   // those found are away, and nobody acts for them
	DeadEndFew    DeadEndWhy = "few"    // fewer are found than the step needs
)

// Why is the reason.
func (d DeadEnd) Why() DeadEndWhy {
	switch {
	case len(d.Away) > 0:
		return DeadEndAway
	case d.few:
		return DeadEndFew
	case d.Review:
		return DeadEndReview
	case len(d.Apart) > 0:
		return DeadEndApart
	}
	return DeadEndNobody
}

// DryRun works out the whole way of a request that is not made: the people of every
// step and why they, due dates, dead ends. Nothing is written and nobody is told. It
// is for those with Rights.Overview or Rights.ManagePeople (ErrForbidden). An
// applicant who would not be there, or may not ask for it, is forms.Invalid at
// FieldApplicant; somebody unknown among the absent is workflow.ErrUnknownPerson.
func (t Types) DryRun(ctx context.Context, actor Actor, trial Trial) (DryRun, error) {
	t.k = t.k.once()
	if err := t.k.allow(ctx, actor, t.tryingOut()); err != nil {
		return DryRun{}, err
	}
	if err := t.k.freshenTypes(ctx); err != nil {
		return DryRun{}, err
	}
	kind, ok, bar := t.k.kinds.toBegin(trial.Type)
	if !ok {
		return DryRun{}, fmt.Errorf("%w: type %s", ErrNotFound, trial.Type)
	}
	if bar != nil {
		return DryRun{}, bar
	}
	return t.k.dryRun(ctx, actor, kind, trial)
}

// dryRun works it out for a version of a type.
func (k *Kit) dryRun(ctx context.Context, actor Actor, kind *kind, trial Trial) (DryRun, error) {
	if kind.Flow.Child {
		return DryRun{}, fmt.Errorf("%w: type %s", ErrNotFound, trial.Type)
	}
	if !trial.At.IsZero() {
		k = k.at(trial.At.UTC().Truncate(time.Microsecond))
	}
	c, err := k.trial(ctx, actor, kind, trial)
	if err != nil {
		return DryRun{}, err
	}
	out := DryRun{Applicant: c.state.Applicant, At: k.moment()}
	if out.Absent, err = k.peopleNamed(ctx, trial.Absent, out.At); err != nil {
		return DryRun{}, err
	}
	r := router{k: k, actor: actor, now: out.At, absent: trial.Absent}
	if out.Route, err = r.route(ctx, c); err != nil {
		return DryRun{}, err
	}
	out.DeadEnds = deadEnds(out.Route.Steps, "")
	return out, nil
}

// tryingOut are the roles of those who may try types out.
func (t Types) tryingOut() []string {
	return slices.Concat(t.k.cfg.Rights.Overview, t.k.cfg.Rights.ManagePeople)
}

// trial is the case that a Trial would become.
func (k *Kit) trial(ctx context.Context, actor Actor, kind *kind, trial Trial) (caseInHand, error) {
	if trial.Applicant == "" {
		trial.Applicant = actor.Person
	}
	who, err := k.person(ctx, trial.Applicant, k.moment())
	if errors.Is(err, ErrForbidden) {
		return caseInHand{}, writerFault("writer.nobody", who)
	}
	if err != nil {
		return caseInHand{}, err
	}
	if kind.Offered {
		err = k.mayOpen(ctx, Actor{Person: who.Person}, kind)
	}
	if errors.Is(err, ErrForbidden) {
		err = writerFault("writer.type", who)
	}
	if err != nil {
		return caseInHand{}, err
	}
	c := k.unsent(kind, who)
	if c.values, err = k.named(ctx, actor, c, kind.form.Merge(nil, trial.Values)); err == nil {
		c.values, err = k.following(ctx, actor, c, c.values, false)
	}
	return c, err
}

// deadEnds lists where a route would stop, what only may be reached included.
func deadEnds(steps []RouteStep, row string) []DeadEnd {
	var out []DeadEnd
	for _, s := range steps {
		at := UnstaffedStep{Step: s.ID, Name: s.Name, Row: row, Who: s.Who, Apart: s.Apart, Possible: s.Possible}
		switch {
		case s.Nobody:
			out = append(out, DeadEnd{UnstaffedStep: at})
		case s.Review != nil && s.Review.Nobody:
			at.Review, at.Who = true, s.Review.Who
			out = append(out, DeadEnd{UnstaffedStep: at})
		case s.Waits:
			end := DeadEnd{UnstaffedStep: at, Absent: away(s), few: true}
			for _, p := range end.Absent {
				end.Away = append(end.Away, p.Signer)
				for _, a := range p.Asked {
					if !has(end.Asked, a.Person) {
						end.Asked = append(end.Asked, a)
					}
				}
			}
			out = append(out, end)
		}
		for _, b := range s.Branches {
			out = append(out, deadEnds(b, row)...)
		}
		for _, r := range s.Rows {
			out = append(out, deadEnds(r.Steps, r.Title)...)
		}
	}
	return out
}

func away(s RouteStep) []RoutePerson {
	people := s.People
	if s.Review != nil {
		people = slices.Concat(people, s.Review.People)
	}
	var out []RoutePerson
	for _, p := range people {
		if p.Away && !slices.ContainsFunc(out, func(o RoutePerson) bool { return o.Person == p.Person }) {
			out = append(out, p)
		}
	}
	return out
}

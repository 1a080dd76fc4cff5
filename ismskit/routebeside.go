package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// RouteTurn is the turn of somebody beside a step's own people who has not acted yet: whom one of
// them asked to sign first or afterwards (加簽), for an opinion (加會) or to do the work (交辦), and
// who assigns anew what was declined, grants more time, signs again what has changed, or makes up for a signature.
type RouteTurn struct {
	Origin workflow.Origin
	Asked  string           // the unit of which an opinion is asked, "" where a person is
	By     *workflow.Signer // who asked him, nil where nobody did, and while his turn is still to come
	People []RoutePerson
	State  RouteState // planned: his turn comes when the step's own people have signed
	Due    calendar.Due
}

// besideTurn says whether a task of a step is the turn of somebody beside its own people. Who
// reviews afterwards what one did alone stands in RouteStep.Review.
func besideTurn(t workflow.Task) bool {
	return t.Origin != "" && t.Origin != workflow.OriginCheck
}

// liveTasks are the tasks of a step that are not over: whoever waits for somebody whom he asked
// has the step still.
func liveTasks(state workflow.State, step string) []workflow.Task {
	var out []workflow.Task
	for _, t := range state.Tasks {
		if t.Step == step && t.Status.Live() {
			out = append(out, t)
		}
	}
	return out
}

// turns are whom a live task of a step came to, and who is to sign after its holder.
func (r *router) turns(ctx context.Context, c caseInHand, t workflow.Task, s *RouteStep) error {
	holders, err := r.k.holdersNow(ctx, c, t, r.now)
	if err != nil {
		return err
	}
	people, err := r.standIns(ctx, c, t, holders)
	if err != nil {
		return err
	}
	for i := range people {
		people[i].Waits = t.Status == workflow.TaskWaiting
	}
	switch {
	case besideTurn(t):
		turn := RouteTurn{Origin: t.Origin, Asked: workflow.UnitOf(t.Why), By: t.Giver, People: people, State: r.openState([]workflow.Task{t})}
		switch t.Origin {
		case workflow.OriginBefore, workflow.OriginAfter, workflow.OriginConsult, workflow.OriginDelegate:
		default:
			turn.By = nil // the flow asks him, not whoever acted before
		}
		if day, err := parseISO(t.DueDate); err == nil {
			turn.Due.Date, turn.Due.At = day, t.Due
		}
		s.Beside = append(s.Beside, turn)
	case t.Origin != workflow.OriginCheck:
		s.People = append(s.People, people...)
	}
	for _, then := range t.Then {
		s.Beside = append(s.Beside, RouteTurn{Origin: workflow.OriginAfter, People: []RoutePerson{{Signer: then}}, State: RoutePlanned})
	}
	return nil
}

// movedFrom and movedTo are who had a task that was assigned anew or declined, and who has had
// it since; of a group whoever was in it then.
func movedFrom(t workflow.Task) []workflow.Signer {
	if t.Status != workflow.TaskMoved || t.Verb != workflow.VerbReassign {
		return nil
	}
	return holdersThen(t)
}

func movedTo(state workflow.State, t workflow.Task) []workflow.Signer {
	switch {
	case t.Status == workflow.TaskMoved && t.Verb == workflow.VerbReassign:
		for _, next := range state.Tasks {
			if next.Step == t.Step && next.Given && next.Opened.Equal(t.Closed) && number(next.ID) > number(t.ID) {
				return next.Holder.Named
			}
		}
	case t.Status == workflow.TaskDeclined && t.Origin == "":
		for _, next := range state.Tasks {
			if next.From == t.ID && next.Origin == workflow.OriginDeclined {
				return holdersThen(next)
			}
		}
	case t.Status == workflow.TaskDeclined && t.Giver != nil:
		if t.GivenFor != nil {
			return []workflow.Signer{*t.GivenFor}
		}
		return []workflow.Signer{*t.Giver}
	}
	return nil
}

// holdersThen are whom a task had come to, as it says itself: who claimed it, or who was in its
// group, by name.
func holdersThen(t workflow.Task) []workflow.Signer {
	switch {
	case t.Claimed != nil:
		return []workflow.Signer{*t.Claimed}
	case t.Holder.Pool == "":
		return t.Holder.Named
	}
	var out []workflow.Signer
	for _, name := range strings.Split(t.Why["members"], memberSeparator) {
		if name != "" {
			out = append(out, workflow.Signer{Name: name})
		}
	}
	return out
}

// byTime puts acts in the order in which they were done: a task that opened first may be done
// last, where its holder asked others.
func byTime(acts []RouteAct) {
	slices.SortStableFunc(acts, func(a, b RouteAct) int { return a.At.Compare(b.At) })
}

package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// RouteState says where a step of a route stands.
type RouteState string

// The states of a step. Those of the beginning of a route are open (a draft),
// returned and done; those of its end planned, done and ended.
const (
	RoutePlanned   RouteState = "planned"  // still to come
	RouteOpen      RouteState = "open"     // with those who have it
	RouteDue       RouteState = "due"      // with those who have it, today at the latest
	RouteOverdue   RouteState = "overdue"  // with those who have it, and late
	RouteOutside   RouteState = "outside"  // an office outside has it
	RouteReturned  RouteState = "returned" // with its applicant again
	RouteDone      RouteState = "done"
	RouteSkipped   RouteState = "skipped"   // not needed
	RouteLapsed    RouteState = "lapsed"    // nobody answered in time
	RouteUnreached RouteState = "unreached" // the case ended before it
	RouteOnPaper   RouteState = "on_paper"  // it goes on on paper from here
	RouteEnded     RouteState = "ended"     // the case ended otherwise than by being done
)

// Current says whether it is now with somebody.
func (s RouteState) Current() bool {
	switch s {
	case RouteOpen, RouteDue, RouteOverdue, RouteOutside, RouteReturned:
		return true
	}
	return false
}

// RouteAct is what somebody did in a step.
type RouteAct struct {
	By      workflow.Signer
	For     *workflow.Signer // his principal, where he acted as deputy
	Verb    workflow.Verb    // "" where he counts as having agreed: he had signed in an earlier step
	Kind    workflow.Kind
	Origin  workflow.Origin
	Asked   string // the unit for which he gave an opinion, "" for himself
	Comment string
	At      time.Time
	// From is who had it before, where it was assigned anew (改分), and To who has had it since
	// then, or since it was declined (退分).
	From, To []workflow.Signer
}

// stateOf is where a planned node of a case stands.
func (r *router) stateOf(c caseInHand, p workflow.PlannedStep) RouteState {
	onPaper := c.state.Outcome == workflow.OutcomePaper
	switch {
	case p.Result == string(workflow.TaskLapsed):
		return RouteLapsed
	case onPaper && (p.Status == "" || p.Status == workflow.MarkOff):
		return RouteOnPaper
	case p.Status == "" && c.state.Phase == workflow.PhaseClosed:
		return RouteUnreached
	}
	switch p.Status {
	case workflow.MarkDone:
		return RouteDone
	case workflow.MarkOff:
		if endedIn(c.state, p.ID) {
			return RouteDone
		}
		return RouteSkipped
	case workflow.MarkSkipped:
		return RouteSkipped
	case workflow.MarkOpen:
		return r.openState(openTasks(c.state, p.ID))
	}
	return RoutePlanned
}

// endedIn says whether the case ended by what somebody decided in a step (不同意, 無法辦理).
func endedIn(s workflow.State, step string) bool {
	return s.Phase == workflow.PhaseClosed && slices.ContainsFunc(s.Tasks, func(t workflow.Task) bool {
		return t.Step == step && t.By != nil && t.Closed.Equal(s.Closed) && (t.Verb == workflow.VerbReject || t.Verb == workflow.VerbUnable)
	})
}

// openState is the most pressing state of a step's open tasks.
func (r *router) openState(open []workflow.Task) RouteState {
	state, today := RouteOpen, calendar.DateOf(r.now.In(r.k.location)).String()
	for _, t := range open {
		switch {
		case !t.Due.IsZero() && !r.now.Before(t.Due):
			return RouteOverdue
		case t.Waiting():
			state = RouteOutside
		case t.DueDate == today && state == RouteOpen:
			state = RouteDue
		}
	}
	return state
}

// acts are what was done in a step so far, and what was noted of the office outside
// that it was sent to.
func acts(state workflow.State, step string) (out []RouteAct, sent *workflow.OutsideNote) {
	for _, t := range state.Tasks {
		if t.Step != step || t.Status == workflow.TaskVoid {
			continue
		}
		if t.Outside != nil && (!t.Outside.Sent.IsZero() || t.Outside.Unasked != "") {
			sent = t.Outside
		}
		if t.By != nil {
			out = append(out, RouteAct{By: *t.By, For: t.For, Verb: t.Verb, Kind: t.Kind, Origin: t.Origin, Asked: workflow.UnitOf(t.Why), Comment: t.Comment, At: t.Closed, From: movedFrom(t), To: movedTo(state, t)})
		}
	}
	byTime(out)
	return out, sent
}

// ends are the states of a case's beginning, with its applicant, and of its end.
func ends(state workflow.State) (begin, end RouteState) {
	begin, end = RouteDone, RoutePlanned
	switch state.Phase {
	case workflow.PhaseDraft:
		begin = RouteOpen
	case workflow.PhaseReturned:
		begin = RouteReturned
	case workflow.PhaseClosed:
		end = RouteEnded
		if state.Outcome == workflow.OutcomeDone {
			end = RouteDone
		}
	}
	return begin, end
}

// rowStep is the step at which a row stands: the one that is open, else the last that
// is over; nil where none has begun.
func (r *router) rowStep(ctx context.Context, c caseInHand) (*RouteStep, error) {
	var at *RouteStep
	r.plan = newPlan()
	for _, p := range flat(c.kind.flow.Outline(c.state, c.facts())) {
		if p.Status == "" {
			continue
		}
		s, _, err := r.step(ctx, c, p, r.now)
		if err != nil {
			return nil, err
		}
		if s.State != RouteSkipped {
			at = &s
		}
		if s.State.Current() {
			break
		}
	}
	return at, nil
}

// flat are the steps of an outline with those of its branches.
func flat(planned []workflow.PlannedStep) []workflow.PlannedStep {
	var out []workflow.PlannedStep
	for _, p := range planned {
		if p.Node == "step" {
			out = append(out, p)
		}
		for _, b := range p.Branches {
			out = append(out, flat(b)...)
		}
	}
	return out
}

package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// travelled draws the way of a case: who has acted and when, where it is now, and
// what is still to come.
func (p *Pages) travelled(r *http.Request, c ismskit.Case) routeView {
	v := routeView{Latest: c.Way.Latest}
	if c.Parent == "" {
		v.Steps = append(v.Steps, p.sentStep(r, c))
	}
	for _, s := range c.Way.Steps {
		step := p.routeStep(r, s)
		step.Class, step.Dot = routeLook(s.State)
		if s.Node == "split" && len(c.Rows) > 0 {
			p.travelledRows(r, c, s, &step)
		}
		v.Steps = append(v.Steps, step)
	}
	end := routeStep{Name: p.text(r, "route.end")}
	end.Class, end.Dot = routeLook(c.Way.End)
	if !c.Closed.IsZero() {
		state := p.state(r, c.Word, 0, 0)
		end.State, end.Facts = &state, []string{p.moment(r, c.Closed)}
	}
	v.Steps = append(v.Steps, end)
	return v
}

// routeLook is how a step in a state is drawn.
func routeLook(s ismskit.RouteState) (class, dot string) {
	switch s {
	case ismskit.RouteDone:
		return "is-done", "✓"
	case ismskit.RouteSkipped:
		return "is-open", "—"
	case ismskit.RouteLapsed, ismskit.RouteUnreached, ismskit.RouteEnded:
		return "is-over", "—"
	}
	if s.Current() {
		return "is-now", "●"
	}
	return "is-open", ""
}

func (p *Pages) sentStep(r *http.Request, c ismskit.Case) routeStep {
	step := routeStep{Name: p.text(r, "word.applicant"), Who: []string{p.signer(r, c.Flow.Applicant)}}
	step.Class, step.Dot = routeLook(c.Way.Begin)
	if c.System != "" {
		return routeStep{Name: p.opening(r, c.System), Class: step.Class, Dot: step.Dot, Facts: []string{p.moment(r, c.Submitted)}}
	}
	if c.Writer != nil {
		step.Why = append(step.Why, p.text(r, "route.filled", "Name", p.signer(r, *c.Writer)))
	}
	switch {
	case c.Way.Begin == ismskit.RouteReturned:
		state := p.state(r, c.Word, 0, 0)
		step.State = &state
	case c.Way.Begin == ismskit.RouteDone && !c.Submitted.IsZero():
		step.Facts = append(step.Facts, p.text(r, "route.sent_at", "At", p.moment(r, c.Submitted)))
	}
	return step
}

// routeStates are the words and marks of states that say more than the look of a step.
var routeStates = map[ismskit.RouteState]struct{ kind, text string }{
	ismskit.RouteDue:     {"wait", "route.due_today"},
	ismskit.RouteOverdue: {"late", "route.overdue"},
	ismskit.RouteOutside: {"wait", "route.outside"},
	ismskit.RouteLapsed:  {"void", "route.lapsed"},
}

// routePart draws who has a step, or has done it, and how it stands.
func (p *Pages) routePart(r *http.Request, s ismskit.RouteStep) routePart {
	part := p.routePeople(r, s)
	if state, ok := routeStates[s.State]; ok {
		part.State = &stateView{Kind: state.kind, Text: p.text(r, state.text)}
		if s.State == ismskit.RouteLapsed && s.Kind == workflow.KindConfirm {
			part.State.Text = p.text(r, "route.unconfirmed")
		}
	}
	switch s.State {
	case ismskit.RouteLapsed:
		part.Why = nil
	case ismskit.RouteUnreached:
		part.Why, part.Facts = nil, []string{p.text(r, "route.unreached")}
	case ismskit.RouteSkipped:
		part.Who, part.Facts = nil, []string{p.text(r, "route.skipped")}
	case ismskit.RouteDone:
		if len(s.Acts) > 0 {
			part.Who, part.Why, part.Facts = nil, nil, nil
			if text := p.in(r, s.Elsewhere); text != "" {
				part.Why = append(part.Why, text)
			}
			p.acted(r, s, &part)
			if review := p.reviewLine(r, s.Review); review != "" {
				part.Why = append(part.Why, review)
			}
		}
	default:
		have, until := part.Who, part.Facts
		part.Who, part.Facts = nil, nil
		p.acted(r, s, &part)
		part.Who, part.Facts = append(part.Who, have...), append(part.Facts, until...)
	}
	if s.Sent != nil {
		part.Out, part.Noted = "", print.Outside(*s.Sent, p.locale(r))
	}
	return part
}

// acted says who has acted in a step, how and when.
func (p *Pages) acted(r *http.Request, s ismskit.RouteStep, part *routePart) {
	for _, a := range s.Acts {
		who := p.signer(r, a.By)
		if a.For != nil {
			who = p.text(r, "route.acting", "Name", who)
			part.Why = append(part.Why, p.text(r, "stamp.for", "Name", p.signer(r, *a.For)))
		}
		part.Who = append(part.Who, who)
		part.Facts = append(part.Facts, p.decided(r, a.Verb, a.Kind, a.Origin, a.Comment)+" "+p.moment(r, a.At))
	}
}

// travelledRows draws the rows of a case, each with its own handler and state.
func (p *Pages) travelledRows(r *http.Request, c ismskit.Case, s ismskit.RouteStep, step *routeStep) {
	step.Parts, step.Who = nil, nil
	for _, child := range c.Counts() {
		var part routePart
		if child.Step != nil {
			part = p.routePart(r, *child.Step)
			part.Now = child.Step.State.Current()
		}
		part.Name, part.Href = p.childCalled(r, child), "/cases/"+child.Case.ID
		if part.State == nil {
			state := p.rowState(r, child)
			part.State = &state
		}
		step.Parts = append(step.Parts, part)
	}
	step.Name = p.in(r, s.Name)
	if c.Of > 0 && s.State.Current() {
		step.Name = p.text(r, "state.of", "State", step.Name, "Done", c.Done, "Of", c.Of)
	}
	if n := len(step.Parts); n > 1 {
		step.Name = p.text(r, "route.together", "Step", step.Name, "N", n)
	}
}

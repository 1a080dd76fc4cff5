package web

import (
	"net/http"
	"strings"

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
		state, at := p.state(r, c.Word, 0, 0), c.Closed
		if c.Disposed != nil {
			at = c.Disposed.At
		} else if c.Retracted != nil {
			at = c.Retracted.At
		}
		end.State, end.Facts = &state, []string{p.moment(r, at)}
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
	case ismskit.RouteLapsed, ismskit.RouteUnreached, ismskit.RouteOnPaper, ismskit.RouteEnded:
		return "is-over", "—"
	}
	if s.Current() {
		return "is-now", "●"
	}
	return "is-open", ""
}

func (p *Pages) sentStep(r *http.Request, c ismskit.Case) routeStep {
	who, sent := "word.applicant", "route.sent_at"
	if c.Kind.Unsigned {
		who, sent = "word.filed_by", "route.filed_at"
	}
	step := routeStep{Name: p.text(r, who), Who: []routeLine{{Who: p.signer(r, c.Flow.Applicant)}}}
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
		step.Facts = append(step.Facts, p.text(r, sent, "At", p.moment(r, c.Submitted)))
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
	case ismskit.RouteOnPaper:
		part.Facts = []string{p.text(r, "route.on_paper")}
		if len(s.Acts) > 0 { // what was signed here stays signed
			have := part.Who
			part.Who, part.Facts = nil, []string{p.text(r, "route.rest_on_paper")}
			p.acted(r, s, &part)
			part.Who = append(part.Who, have...)
		}
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
			part.Who = append(part.Who, p.besideLines(r, s)...)
		}
	default:
		have := part.Who
		part.Who = nil
		p.acted(r, s, &part)
		part.Who = append(append(part.Who, have...), p.besideLines(r, s)...)
	}
	if s.Sent != nil {
		part.Out, part.Noted = "", print.Outside(*s.Sent, p.locale(r))
	}
	return part
}

// acted says who has acted in a step, how and when: each on a line of his own.
func (p *Pages) acted(r *http.Request, s ismskit.RouteStep, part *routePart) {
	for _, a := range s.Acts {
		line := routeLine{Label: p.actWord(r, a), Who: p.signer(r, a.By)}
		if a.For != nil {
			line.Who = p.text(r, "route.acting", "Name", line.Who)
			line.Why = []string{p.text(r, "stamp.for", "Name", p.signer(r, *a.For))}
		}
		decision := p.decided(r, a.Verb, a.Kind, a.Origin, a.Comment) + " "
		switch {
		case a.Verb == "": // he did nothing here: what he signed before counts
			decision = p.text(r, "route.counts") + " "
		case line.Label+" " == decision:
			decision = "" // said already
		}
		line.Facts = []string{decision + p.moment(r, a.At)}
		switch from, to := p.signers(r, a.From), p.signers(r, a.To); {
		case from != "" && to != "":
			line.Facts = append(line.Facts, p.text(r, "route.moved", "From", from, "To", to))
		case to != "":
			line.Facts = append(line.Facts, p.text(r, "route.moved_to", "To", to))
		}
		part.Who = append(part.Who, line)
	}
}

// signers are people with their posts, in a list.
func (p *Pages) signers(r *http.Request, people []workflow.Signer) string {
	names := make([]string, len(people))
	for i, s := range people {
		names[i] = p.signer(r, s)
	}
	return strings.Join(names, p.text(r, "word.list"))
}

// actWord says why somebody who acted stands beside a step's own people: that he gave the work
// to somebody else, or gave it back, decides nothing in it.
func (p *Pages) actWord(r *http.Request, a ismskit.RouteAct) string {
	if a.Verb == workflow.VerbReassign || a.Verb == workflow.VerbDecline {
		return p.decided(r, a.Verb, a.Kind, a.Origin, a.Comment)
	}
	return p.besideWord(r, a.Origin, a.Asked)
}

// besideWord says why somebody stands beside a step's own people, "" for those.
func (p *Pages) besideWord(r *http.Request, origin workflow.Origin, unit string) string {
	switch origin {
	case workflow.OriginBefore, workflow.OriginAfter:
		return p.text(r, "route.added")
	case workflow.OriginConsult:
		if unit != "" {
			return p.text(r, "route.consulted_unit", "Unit", unit)
		}
		return p.text(r, "route.consulted")
	case workflow.OriginDelegate:
		return p.text(r, "route.delegated")
	case workflow.OriginExtend:
		return p.text(r, "route.extend")
	case workflow.OriginDeclined:
		return p.text(r, "route.declined")
	case workflow.OriginOwed:
		return p.text(r, "route.owed")
	case workflow.OriginCheck:
		return p.text(r, "route.check")
	case workflow.OriginAgain:
		return p.text(r, "route.again")
	}
	return ""
}

// besideLines are those who are still to act beside a step's own people.
func (p *Pages) besideLines(r *http.Request, s ismskit.RouteStep) []routeLine {
	var out []routeLine
	for _, turn := range s.Beside {
		for _, person := range turn.People {
			line := p.routePerson(r, person)
			line.Label = p.besideWord(r, turn.Origin, turn.Asked)
			switch {
			case turn.State == ismskit.RoutePlanned:
				line.Facts = []string{p.text(r, "route.then")}
			case person.Waits:
				line.Facts = []string{p.text(r, "route.waits")}
			case turn.Due.Date.IsZero():
				line.Facts = []string{p.text(r, "route.not_yet")}
			default:
				line.Facts = []string{p.text(r, "route.not_yet_due", "Date", p.dayOf(r, turn.Due.Date))}
			}
			out = append(out, line)
		}
	}
	return out
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

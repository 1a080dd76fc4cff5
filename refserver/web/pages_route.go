package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// routeView is the way of a case as template "route" draws it.
type routeView struct {
	Steps     []routeStep
	Latest    calendar.Date
	Estimated bool
	Short     string // 單位主管 → 處置 → 申請人確認, for a phone
}

type routeStep struct {
	Class, Dot string
	Name       string
	Who        []string
	Why        []string // why these people, who stands in, under what condition
	Facts      []string // when, by when and how that was counted
	Nobody     bool
	Possible   bool
	Out        string // office outside
	State      *stateView
	Parts      []routePart
}

type routePart struct {
	Name, Href string
	Who        []string
	Why, Facts []string
	State      *stateView
	Out        string
	Nobody     bool
	Now        bool
}

// ahead draws the route of a form before it is sent, beginning with who sends it.
func (p *Pages) ahead(r *http.Request, route ismskit.Route, applicant string) routeView {
	v := routeView{Latest: route.Latest, Estimated: route.Estimated}
	v.Steps = append(v.Steps, routeStep{Class: "is-now", Dot: "1", Name: p.text(r, "word.applicant"), Who: []string{applicant}})
	var short []string
	for i, s := range route.Steps {
		step := p.routeStep(r, s)
		step.Class, step.Dot = "is-open", strconv.Itoa(i+2)
		v.Steps = append(v.Steps, step)
		name := p.in(r, s.Name)
		if step.Possible {
			name = p.text(r, "route.maybe", "Step", name)
		}
		if name != "" {
			short = append(short, name)
		}
	}
	v.Short = strings.Join(short, " → ")
	return v
}

// routeStep draws a step with the people it would come to.
func (p *Pages) routeStep(r *http.Request, s ismskit.RouteStep) routeStep {
	part := p.routePart(r, s)
	step := routeStep{
		Name: p.in(r, s.Name), Possible: s.Possible, Nobody: part.Nobody,
		Who: part.Who, Why: part.Why, Facts: part.Facts, State: part.State, Out: part.Out,
	}
	if because := p.in(r, s.Because); because != "" && (s.State == ismskit.RoutePlanned || s.State.Current()) {
		step.Why = append([]string{because}, step.Why...)
	}
	for _, row := range s.Rows {
		step.Parts = append(step.Parts, p.routeRow(r, row))
	}
	for _, branch := range s.Branches {
		for _, inner := range branch {
			one := p.routePart(r, inner)
			one.Name, one.Now = p.in(r, inner.Name), inner.State.Current()
			step.Parts = append(step.Parts, one)
		}
	}
	if n := len(step.Parts); n > 1 {
		step.Name = p.text(r, "route.together", "Step", step.Name, "N", n)
	}
	return step
}

func (p *Pages) routeRow(r *http.Request, row ismskit.RouteRow) routePart {
	part := routePart{}
	for _, s := range row.Steps {
		one := p.routePeople(r, s)
		part.Who, part.Why, part.Facts = append(part.Who, one.Who...), append(part.Why, one.Why...), append(part.Facts, one.Facts...)
		part.Nobody = part.Nobody || one.Nobody
		if one.Out != "" {
			part.Out = one.Out
		}
	}
	part.Name = row.Title
	return part
}

func (p *Pages) routePeople(r *http.Request, s ismskit.RouteStep) routePart {
	part := routePart{Nobody: s.Nobody}
	for _, person := range s.People {
		if person.Acting == nil {
			who := signer(person.Signer)
			if person.Away {
				who = p.text(r, "route.missing", "Name", who)
			}
			part.Who = append(part.Who, who)
			continue
		}
		part.Who = append(part.Who, p.text(r, "route.acting", "Name", signer(*person.Acting)))
		part.Why = append(part.Why, p.awayLine(r, person))
	}
	if text := p.in(r, s.Elsewhere); text != "" {
		part.Why = append(part.Why, text)
	}
	if len(s.Apart) > 0 {
		part.Why = append(part.Why, p.text(r, "route.apart", "Others", p.apart(r, s.Apart)))
	}
	if review := p.reviewLine(r, s.Review); review != "" {
		part.Why = append(part.Why, review)
	}
	if s.Fallback {
		part.Why = append(part.Why, p.text(r, "route.fallback"))
	}
	switch {
	case s.Due.Date.IsZero():
	case s.State == ismskit.RoutePlanned || s.State == ismskit.RouteLapsed:
		part.Facts = append(part.Facts, p.text(r, "route.due", "Date", p.dayOf(r, s.Due.Date), "Counted", p.counted(r, s.Term, s.Due)))
	case s.State.Current():
		part.Facts = append(part.Facts, p.text(r, "route.until", "Date", p.dayOf(r, s.Due.Date)))
	}
	if s.Outside {
		part.Out = p.text(r, "route.out", "Office", p.in(r, s.OutsideTo))
	}
	return part
}

// apart names the steps that somebody else must have done.
func (p *Pages) apart(r *http.Request, apart []ismskit.ApartFrom) string {
	names := make([]string, len(apart))
	for i, a := range apart {
		names[i] = p.in(r, a.Name)
	}
	return strings.Join(names, p.text(r, "word.list"))
}

// reviewLine says who looks afterwards at what one person did alone, "" for nobody.
func (p *Pages) reviewLine(r *http.Request, v *ismskit.RouteReview) string {
	if v == nil {
		return ""
	}
	names := make([]string, len(v.People))
	for i, person := range v.People {
		names[i] = signer(person.Signer)
		if person.Acting != nil {
			names[i] = p.text(r, "route.acting", "Name", signer(*person.Acting))
		}
	}
	who := strings.Join(names, p.text(r, "word.list"))
	switch {
	case !v.Done.IsZero():
		return p.text(r, "route.review_done", "Who", who, "At", p.moment(r, v.Done))
	case who == "":
		return p.text(r, "route.review_nobody")
	case v.Due.Date.IsZero():
		return p.text(r, "route.review", "Who", who)
	}
	return p.text(r, "route.review_due", "Who", who, "Date", p.dayOf(r, v.Due.Date), "Counted", p.counted(r, v.Term, v.Due))
}

func (p *Pages) awayLine(r *http.Request, person ismskit.RoutePerson) string {
	reason := person.Reason
	if reason == "" {
		reason = p.text(r, "route.absent")
	}
	if until := lastDay(person.Until, p.location); !until.IsZero() {
		return p.text(r, "route.away_until", "Name", signer(person.Signer), "Reason", reason, "Until", p.dayOf(r, until))
	}
	return p.text(r, "route.away", "Name", signer(person.Signer), "Reason", reason)
}

// dayOf writes a day as in tables.
func (p *Pages) dayOf(r *http.Request, d calendar.Date) string {
	text, err := dates{lang: p.lang(r), zone: p.location}.day(d)
	if err != nil { // a Date is a day
		return ""
	}
	return text
}

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
	step := routeStep{Name: p.text(r, "word.applicant"), Who: []string{signer(c.Flow.Applicant)}}
	step.Class, step.Dot = routeLook(c.Way.Begin)
	if c.Writer != nil {
		step.Why = append(step.Why, p.text(r, "route.filled", "Name", signer(*c.Writer)))
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
		part.Out = p.outLine(r, s.Sent)
	}
	return part
}

// acted says who has acted in a step, how and when.
func (p *Pages) acted(r *http.Request, s ismskit.RouteStep, part *routePart) {
	for _, a := range s.Acts {
		who := signer(a.By)
		if a.For != nil {
			who = p.text(r, "route.acting", "Name", who)
			part.Why = append(part.Why, p.text(r, "stamp.for", "Name", signer(*a.For)))
		}
		part.Who = append(part.Who, who)
		part.Facts = append(part.Facts, p.decided(r, a.Verb, a.Kind, a.Origin, a.Comment)+" "+p.moment(r, a.At))
	}
}

// outLine is what was noted of an office outside, in one line.
func (p *Pages) outLine(r *http.Request, note *workflow.OutsideNote) string {
	var parts []string
	for _, f := range print.Outside(*note, p.locale(r)) {
		parts = append(parts, f.Label+p.text(r, "shell.colon")+f.Text)
	}
	return strings.Join(parts, p.text(r, "word.comma"))
}

// travelledRows draws the rows of a case, each with its own handler and state.
func (p *Pages) travelledRows(r *http.Request, c ismskit.Case, s ismskit.RouteStep, step *routeStep) {
	step.Parts, step.Who = nil, nil
	for _, child := range c.Rows {
		var part routePart
		if child.Step != nil {
			part = p.routePart(r, *child.Step)
			part.Now = child.Step.State.Current()
		}
		part.Name, part.Href = child.Title, "/cases/"+child.Case.ID
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

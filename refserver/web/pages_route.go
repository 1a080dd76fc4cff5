package web

import (
	"net/http"
	"slices"
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
	step := routeStep{Name: p.in(r, s.Name), Possible: s.Possible, Nobody: s.Nobody}
	if because := p.in(r, s.Because); because != "" {
		step.Why = append(step.Why, because)
	}
	part := p.routePeople(r, s)
	step.Who, step.Why, step.Facts, step.Out = part.Who, append(step.Why, part.Why...), part.Facts, part.Out
	for _, row := range s.Rows {
		step.Parts = append(step.Parts, p.routeRow(r, row))
	}
	for _, branch := range s.Branches {
		for _, inner := range branch {
			one := p.routePeople(r, inner)
			one.Name = p.in(r, inner.Name)
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
	if !s.Due.Date.IsZero() {
		part.Facts = append(part.Facts, p.text(r, "route.due", "Date", p.dayOf(r, s.Due.Date), "Counted", p.counted(r, s.Term, s.Due)))
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
		v.Steps = append(v.Steps, p.travelledStep(r, c, s))
	}
	if closed := c.Flow.Closed; !closed.IsZero() {
		state := p.state(r, c.Word, 0, 0)
		end := routeStep{Class: "is-done", Dot: "✓", Name: p.text(r, "route.end"), State: &state, Facts: []string{p.moment(r, closed)}}
		if c.Flow.Outcome != workflow.OutcomeDone {
			end.Class, end.Dot = "is-over", "—"
		}
		v.Steps = append(v.Steps, end)
	} else {
		v.Steps = append(v.Steps, routeStep{Class: "is-open", Name: p.text(r, "route.end")})
	}
	return v
}

func (p *Pages) sentStep(r *http.Request, c ismskit.Case) routeStep {
	step := routeStep{Class: "is-done", Dot: "✓", Name: p.text(r, "word.applicant"), Who: []string{signer(c.Flow.Applicant)}}
	if c.Writer != nil {
		step.Why = append(step.Why, p.text(r, "route.filled", "Name", signer(*c.Writer)))
	}
	switch {
	case c.Flow.Phase == workflow.PhaseDraft:
		step.Class, step.Dot = "is-now", "●"
	case c.Flow.Phase == workflow.PhaseReturned:
		step.Class, step.Dot = "is-now", "●"
		state := p.state(r, c.Word, 0, 0)
		step.State = &state
	case !c.Flow.Submitted.IsZero():
		step.Facts = append(step.Facts, p.text(r, "route.sent_at", "At", p.moment(r, c.Flow.Submitted)))
	}
	return step
}

func (p *Pages) travelledStep(r *http.Request, c ismskit.Case, s ismskit.RouteStep) routeStep {
	step := p.routeStep(r, s)
	switch {
	case s.Lapsed:
		step.Class, step.Dot, step.Why = "is-over", "—", nil
		step.State = &stateView{Kind: "void", Text: p.text(r, "route.lapsed")}
		return step
	case s.Unreached:
		step.Class, step.Dot = "is-over", "—"
		step.Facts, step.Why = []string{p.text(r, "route.unreached")}, nil
		return step
	}
	switch s.Status {
	case workflow.MarkDone:
		step.Class, step.Dot = "is-done", "✓"
	case workflow.MarkOpen:
		step.Class, step.Dot = "is-now", "●"
	case workflow.MarkSkipped, workflow.MarkOff:
		step.Class, step.Dot = "is-open", "—"
		step.Facts, step.Who = []string{p.text(r, "route.skipped")}, nil
	default:
		step.Class = "is-open"
	}
	if acted := p.acted(r, c.Flow, s); s.Status == workflow.MarkDone && acted.Who != nil || s.Status == workflow.MarkOpen && acted.Who != nil {
		step.Who, step.Why, step.Facts, step.State = acted.Who, acted.Why, acted.Facts, acted.State
		if acted.Out != "" {
			step.Out = acted.Out
		}
		if s.Status == workflow.MarkDone {
			step.State = nil
		}
		if review := p.reviewLine(r, s.Review); review != "" {
			step.Why = append(slices.Clip(step.Why), review)
		}
	}
	if s.Node == "split" && len(c.Rows) > 0 {
		p.travelledRows(r, c, s, &step)
	}
	return step
}

// acted says who has done a step, or holds it now.
func (p *Pages) acted(r *http.Request, flow workflow.State, s ismskit.RouteStep) routePart {
	var part routePart
	if text := p.in(r, s.Elsewhere); text != "" {
		part.Why = append(part.Why, text)
	}
	for _, t := range flow.Tasks {
		if t.Step != s.ID || t.Status == workflow.TaskVoid {
			continue
		}
		if t.Outside != nil && !t.Outside.Sent.IsZero() {
			part.Out = p.outLine(r, t.Outside)
		}
		switch {
		case t.By != nil:
			who := signer(*t.By)
			if t.For != nil {
				who = p.text(r, "route.acting", "Name", who)
				part.Why = append(part.Why, p.text(r, "stamp.for", "Name", signer(*t.For)))
			}
			part.Who = append(part.Who, who)
			part.Facts = append(part.Facts, p.decided(r, t.Verb, t.Kind, t.Origin, t.Comment)+" "+p.moment(r, t.Closed))
		case t.Status == workflow.TaskOpen:
			if len(t.Holder.Named) == 0 {
				continue
			}
			for _, h := range t.Holder.Named {
				p.held(r, s, h, &part)
			}
			if t.DueDate != "" {
				part.Facts = append(part.Facts, p.text(r, "route.until", "Date", p.due(r, t.DueDate, 1, false).text(p, r)))
			}
			if t.Waiting() {
				state := p.state(r, "outside", 0, 0)
				part.State = &state
			}
		}
	}
	return part
}

// held names somebody who holds a task, and who acts for him.
func (p *Pages) held(r *http.Request, s ismskit.RouteStep, holder workflow.Signer, part *routePart) {
	for _, person := range s.People {
		if person.Person == holder.Person && person.Acting != nil {
			part.Who = append(part.Who, p.text(r, "route.acting", "Name", signer(*person.Acting)))
			part.Why = append(part.Why, p.awayLine(r, person))
			return
		}
	}
	part.Who = append(part.Who, signer(holder))
}

func (v dueView) text(p *Pages, r *http.Request) string { return p.dayOf(r, v.Date) }

// outLine is what was noted of an office outside, in one line.
func (p *Pages) outLine(r *http.Request, note *workflow.OutsideNote) string {
	var parts []string
	for _, f := range print.Outside(*note, p.locale(r)) {
		parts = append(parts, f.Label+p.text(r, "shell.colon")+f.Text)
	}
	return strings.Join(parts, p.text(r, "word.comma"))
}

// holders are those a task waits for: with their posts where they are named, else
// who belongs to the group.
func holders(t workflow.Task, group []string) []string {
	if len(t.Holder.Named) == 0 {
		return group
	}
	out := make([]string, len(t.Holder.Named))
	for i, h := range t.Holder.Named {
		out[i] = signer(h)
	}
	return out
}

// standinsOf are those who act for the holders of one task.
func standinsOf(t workflow.Task, all []ismskit.Standin) []ismskit.Standin {
	var out []ismskit.Standin
	for i, h := range t.Holder.Named {
		for _, s := range all {
			if s.Person == h.Person {
				s.At = i
				out = append(out, s)
			}
		}
	}
	return out
}

// travelledRows draws the rows of a case, each with its own handler and state.
func (p *Pages) travelledRows(r *http.Request, c ismskit.Case, s ismskit.RouteStep, step *routeStep) {
	step.Parts, step.Who = nil, nil
	done := 0
	for _, child := range c.Rows {
		part := routePart{Name: child.Title, Href: "/cases/" + child.Case.ID}
		state := p.rowState(r, child)
		part.State = &state
		for _, t := range child.State.Tasks {
			if t.Outside != nil && !t.Outside.Sent.IsZero() && t.Status != workflow.TaskVoid {
				part.Out = p.outLine(r, t.Outside)
			}
			if t.By != nil {
				part.Who = []string{signer(*t.By)}
				part.Facts = []string{p.moment(r, t.Closed)}
			} else if t.Status == workflow.TaskOpen {
				part.Who, part.Now = p.standing(r, holders(t, child.Holders), standinsOf(t, child.Standins)), s.Status == workflow.MarkOpen
			}
		}
		if child.State.Phase == workflow.PhaseClosed {
			done++
		}
		step.Parts = append(step.Parts, part)
	}
	name := p.in(r, s.Name)
	if s.Status == workflow.MarkOpen {
		name = p.text(r, "state.of", "State", name, "Done", done, "Of", len(c.Rows))
	}
	step.Name = name
	if n := len(step.Parts); n > 1 {
		step.Name = p.text(r, "route.together", "Step", name, "N", n)
	}
}

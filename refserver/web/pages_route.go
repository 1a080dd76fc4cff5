package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
)

// routeView is the way of a case as template "route" draws it.
type routeView struct {
	Steps     []routeStep
	Latest    calendar.Date
	Estimated bool
	Outlasts  calendar.Date // last day of who hands over, before which it might not be done
	// LeaverSigns is his own signing where it may come after that day; nil where it does not.
	LeaverSigns *ismskit.LeaverSigns
	Short       string      // 單位主管 → 處置 → 申請人確認, for a phone
	Shown       string      // whom it names, for the form to send along
	Touches     []touchLine // of a request by which a document changes
	Splits      bool        // rows of it are handled one by one
	Rerouted    string      // who they were not when the draft was kept, "" for nobody
}

// routeLine is somebody in a step: who has to act, or what he did.
type routeLine struct {
	Label string // why he stands beside the step's own people, "" for those
	Who   string
	Why   []string // in whose name
	Facts []string // what he did and when, or that he has not yet
}

type routeStep struct {
	Class, Dot string
	Name       string
	Who        []routeLine
	Why        []string // why these people, who stands in, under what condition
	Facts      []string // when, by when and how that was counted
	Nobody     bool
	Possible   bool
	Out        string // office outside
	Noted      []print.Fact
	State      *stateView
	Parts      []routePart
}

type routePart struct {
	Name, Href string
	Who        []routeLine
	Why, Facts []string
	State      *stateView
	Out        string       // office outside
	Noted      []print.Fact // what went there and what came back
	Nobody     bool
	Now        bool
}

// ahead draws the route of a form before it is sent, beginning with who sends it.
func (p *Pages) ahead(r *http.Request, route ismskit.Route, applicant string) routeView {
	v := routeView{Latest: route.Latest, Estimated: route.Estimated, Outlasts: route.Outlasts, LeaverSigns: route.LeaverSigns, Touches: p.touchLines(r, route.Touches)}
	v.Steps = append(v.Steps, routeStep{Class: "is-now", Dot: "1", Name: p.text(r, "word.applicant"), Who: []routeLine{{Who: applicant}}})
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
		Who: part.Who, Why: part.Why, Facts: part.Facts, State: part.State, Out: part.Out, Noted: part.Noted,
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
	if n := len(s.Branches); n > 1 {
		step.Name = p.text(r, "route.branches", "Step", step.Name, "N", n)
	} else if n := len(step.Parts); n > 1 {
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
	if part.Name = p.called(r, row.Title); row.Unnamed != nil {
		part.Name = p.in(r, row.Unnamed)
	}
	return part
}

func (p *Pages) routePeople(r *http.Request, s ismskit.RouteStep) routePart {
	part := routePart{Nobody: s.Nobody}
	for _, person := range s.People {
		line := p.routePerson(r, person)
		if person.Waits {
			line.Facts = append(line.Facts, p.text(r, "route.waits"))
		}
		part.Who = append(part.Who, line)
	}
	if s.Instead {
		part.Why = append(part.Why, p.text(r, "route.instead"))
	}
	if text := p.worded(r, s.Elsewhere); text != "" {
		part.Why = append(part.Why, text)
	}
	if len(s.Apart) > 0 {
		part.Why = append(part.Why, p.text(r, "route.apart", "Others", p.apart(r, s.Apart)))
	}
	if review := p.reviewLine(r, s.Review); review != "" {
		part.Why = append(part.Why, review)
	}
	if step := p.in(r, s.NamedIn); step != "" {
		part.Why = append(part.Why, p.text(r, "route.named_in", "Step", step))
	}
	if s.Fallback && !s.Instead {
		part.Why = append(part.Why, p.text(r, "route.fallback"))
	}
	switch {
	case s.Due.Date.IsZero():
		if s.State == ismskit.RoutePlanned && s.Term != "" {
			part.Facts = append(part.Facts, p.text(r, "route.due_open"))
		}
	case s.State == ismskit.RoutePlanned || s.State == ismskit.RouteLapsed:
		part.Facts = append(part.Facts, p.text(r, "route.due", "Date", p.dayOf(r, s.Due.Date), "Counted", p.counted(r, s.Term, s.Due)))
	case s.State.Current():
		part.Facts = append(part.Facts, p.text(r, "route.until", "Date", p.dayOf(r, s.Due.Date)))
	}
	if s.Outside {
		part.Out = p.text(r, "route.out", "Office", p.worded(r, s.OutsideTo))
	}
	return part
}

// routePerson is somebody to whom a step comes, with who acts for him.
func (p *Pages) routePerson(r *http.Request, person ismskit.RoutePerson) routeLine {
	switch who := p.signer(r, person.Signer); {
	case person.Acting != nil:
		return routeLine{Who: p.text(r, "route.acting", "Name", p.signer(r, *person.Acting)), Why: []string{p.awayLine(r, person)}}
	case person.Away:
		line := routeLine{Who: p.missing(r, person)}
		if len(person.Asked) > 0 {
			line.Why = []string{p.text(r, "route.missing_asked", "Who", p.signers(r, person.Asked))}
		}
		return line
	default:
		return routeLine{Who: who}
	}
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
		names[i] = p.signer(r, person.Signer)
		if person.Acting != nil {
			names[i] = p.text(r, "route.acting", "Name", p.signer(r, *person.Acting))
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

// missing is somebody who is away and for whom nobody acts, with why as it was entered.
func (p *Pages) missing(r *http.Request, person ismskit.RoutePerson) string {
	reason := person.Reason
	if reason == "" {
		reason = p.text(r, "route.absent")
	}
	whole, until := "route.missing", "route.missing_until"
	if person.InPerson {
		whole, until = "route.missing_in_person", "route.missing_until_in_person"
	}
	if last := lastDay(person.Until, p.location); !last.IsZero() {
		return p.text(r, until, "Name", p.signer(r, person.Signer), "Reason", reason, "Until", p.dayOf(r, last))
	}
	return p.text(r, whole, "Name", p.signer(r, person.Signer), "Reason", reason)
}

func (p *Pages) awayLine(r *http.Request, person ismskit.RoutePerson) string {
	if len(person.Limits) > 0 {
		// The words are a help: where they can't be read now, the keys stand for them.
		words, err := p.scopesOf(r, person.Limits)
		if err != nil {
			p.renderer.logQuietly(r.Context(), "scope of a deputy", err)
		}
		return p.text(r, "route.scoped", "Name", p.signer(r, person.Signer), "Scope", p.inWords(r, words, person.Limits))
	}
	reason := person.Reason
	if reason == "" {
		reason = p.text(r, "route.absent")
	}
	if until := lastDay(person.Until, p.location); !until.IsZero() {
		return p.text(r, "route.away_until", "Name", p.signer(r, person.Signer), "Reason", reason, "Until", p.dayOf(r, until))
	}
	return p.text(r, "route.away", "Name", p.signer(r, person.Signer), "Reason", reason)
}

// dayOf writes a day as in tables.
func (p *Pages) dayOf(r *http.Request, d calendar.Date) string {
	text, err := dates{lang: p.lang(r), zone: p.location}.day(d)
	if err != nil { // a Date is a day
		return ""
	}
	return text
}

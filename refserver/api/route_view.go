package api

import (
	"encoding/json"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Route is the way of a case: who, in which order, why each of them, when due.
type Route struct {
	Steps       []RouteStep     `json:"steps" nullable:"false"`
	Latest      string          `json:"latest,omitempty" format:"date" doc:"The last due day of the certain steps."`
	Estimated   bool            `json:"estimated,omitempty" doc:"Some day lies beyond the calendar."`
	Outlasts    string          `json:"outlasts,omitempty" format:"date" doc:"Of a sheet by which somebody hands over: his last day, where the last due day is after it and it is still to come."`
	LeaverSigns *LeaverSigns    `json:"leaver_signs,omitempty" doc:"Of such a sheet: the step in which he signs himself, where it may be due after his last day."`
	Touches     []Touch         `json:"touches,omitempty" nullable:"false" doc:"Of a request by which a document changes that is not sent: what it would touch, as far as one may see that."`
	Follows     json.RawMessage `json:"follows,omitempty" doc:"Of a list for disposal that is not sent: its table with what is filled in of each row, as far as one may read the record that it names; as GET /types/{type} describes it."`
	Rerouted    []Rerouted      `json:"rerouted,omitempty" nullable:"false" doc:"Of a draft: steps that come to others than when it was last kept."`
}

// LeaverSigns is a step in which who hands over signs himself, and may come to it after his last day.
type LeaverSigns struct {
	Step    string   `json:"step"`
	Due     string   `json:"due" format:"date"`
	LastDay string   `json:"last_day" format:"date"`
	Instead []Signer `json:"instead" nullable:"false" doc:"Who signs it once he has left; empty where nobody is found."`
}

// RouteStep is one step, split or group of a Route.
type RouteStep struct {
	ID        string        `json:"id"`
	Node      string        `json:"node" enum:"step,split,parallel,repeat"`
	Name      string        `json:"name,omitempty"`
	Kind      string        `json:"kind,omitempty" doc:"Of a step: review, approve, consult, handle, question, confirm, attest, accept, read."`
	State     string        `json:"state" enum:"planned,open,due,overdue,outside,done,skipped,lapsed,unreached,on_paper" doc:"planned: still to come; open, due (today), overdue, outside: with those who have it; lapsed: nobody answered in time; unreached: the case ended before it; on_paper: it goes on on paper from here."`
	Possible  bool          `json:"possible,omitempty" doc:"Depends on a field that is not answered yet."`
	Because   string        `json:"because,omitempty" doc:"Why this branch."`
	People    []RoutePerson `json:"people,omitempty" nullable:"false"`
	Acts      []RouteAct    `json:"acts,omitempty" nullable:"false" doc:"What was done in it so far, by time."`
	Beside    []RouteTurn   `json:"beside,omitempty" nullable:"false" doc:"Who is still to act beside the step's own people: asked first or afterwards, for an opinion or to do the work, or to assign it anew."`
	Nobody    bool          `json:"nobody,omitempty" doc:"Nobody can be found: it could not be sent like this."`
	Apart     []string      `json:"apart,omitempty" nullable:"false" doc:"With nobody: the steps, people named in the form and the applicant, whom somebody else must be than; that is why nobody is left."`
	Review    *Review       `json:"review,omitempty" doc:"Separation of duties leaves nobody, so the same person does it and it is reviewed afterwards."`
	Fallback  bool          `json:"fallback,omitempty" doc:"Found by a later alternative."`
	NamedIn   string        `json:"named_in,omitempty" doc:"The step, still to be done, in which its people are named."`
	Why       string        `json:"why,omitempty" doc:"Why these people."`
	Elsewhere string        `json:"elsewhere,omitempty" doc:"Why they are others than the step asks for: the head applies himself, a unit has no head."`
	Due       *Due          `json:"due,omitempty"`
	Outside   bool          `json:"outside,omitempty" doc:"An office without accounts carries it out."`
	OutsideTo string        `json:"outside_to,omitempty"`
	Rows      []RouteRow    `json:"rows,omitempty" nullable:"false" doc:"Of a split: the way of each row."`
	Branches  []Branch      `json:"branches,omitempty" nullable:"false" doc:"Of a parallel or repeat."`
}

// RouteAct is what somebody did in a step.
type RouteAct struct {
	By     Signer    `json:"by"`
	For    *Signer   `json:"for,omitempty" doc:"The principal, when as deputy."`
	Verb   string    `json:"verb" doc:"Empty where he counts as having agreed: he had signed in an earlier step."`
	Origin string    `json:"origin,omitempty" doc:"Why he acted beside the step's own people: before, after, consult, delegate, extend, declined, check, again, owed; missing for those."`
	Unit   string    `json:"unit,omitempty" doc:"The unit for which he gave an opinion (consult)."`
	At     time.Time `json:"at"`
	From   []Signer  `json:"from,omitempty" nullable:"false" doc:"Who had it, where it was assigned anew."`
	To     []Signer  `json:"to,omitempty" nullable:"false" doc:"Who has had it since it was assigned anew or declined."`
}

// RouteTurn is the turn of somebody beside a step's own people.
type RouteTurn struct {
	Origin string        `json:"origin" doc:"Why: before, after, consult, delegate, extend, declined, again, owed."`
	Unit   string        `json:"unit,omitempty" doc:"The unit of which an opinion is asked (consult)."`
	By     *Signer       `json:"by,omitempty" doc:"Who asked."`
	People []RoutePerson `json:"people" nullable:"false"`
	State  string        `json:"state" enum:"planned,open,due,overdue,outside" doc:"planned: when the step's own people have signed."`
	Due    *Due          `json:"due,omitempty"`
}

// Branch is one branch of a group.
type Branch struct {
	Steps []RouteStep `json:"steps" nullable:"false"`
}

// RouteRow is the way of one row's child case.
type RouteRow struct {
	Row   string      `json:"row"`
	Title string      `json:"title,omitempty"`
	Steps []RouteStep `json:"steps" nullable:"false"`
}

// RoutePerson is somebody a step would come to.
type RoutePerson struct {
	Signer
	Acting   *Signer   `json:"acting,omitempty" doc:"Who acts for him now."`
	Waits    bool      `json:"waits,omitempty" doc:"He has asked others first, and it comes back to him."`
	Away     bool      `json:"away,omitempty" doc:"He is away, or a dry run takes him to be, and nobody acts for him."`
	InPerson bool      `json:"in_person,omitempty" doc:"Nobody acts for him because he has to do it in person."`
	Asked    []Signer  `json:"asked,omitempty" nullable:"false" doc:"With away: his superiors who are to name somebody (verb appoint); missing where he has to do it in person."`
	Reason   string    `json:"reason,omitempty" doc:"Why he is away."`
	Until    time.Time `json:"until,omitzero" doc:"Until when."`
	Limits   []Limit   `json:"limits,omitempty" nullable:"false" doc:"The parts in which the deputy acts; missing where it is everything."`
}

// Review is who looks afterwards at what one person did alone.
type Review struct {
	People []RoutePerson `json:"people,omitempty" nullable:"false"`
	Nobody bool          `json:"nobody,omitempty" doc:"Nobody can be found to review it: it could not be sent like this."`
	Due    *Due          `json:"due,omitempty"`
	Done   time.Time     `json:"done,omitzero" doc:"When it was reviewed."`
}

// Due says when something is late.
type Due struct {
	Date      string    `json:"date" format:"date" doc:"The last day in time."`
	At        time.Time `json:"at" doc:"The instant from which it is late."`
	Term      string    `json:"term,omitempty" doc:"How it was reckoned: 3wd, 72h, 1m."`
	Estimated bool      `json:"estimated,omitempty" doc:"Rests on days the calendar does not hold."`
	Skipped   []FreeDay `json:"skipped,omitempty" nullable:"false" doc:"Days that were not counted."`
}

// FreeDay is a day that was not counted.
type FreeDay struct {
	Date string `json:"date" format:"date"`
	Name string `json:"name,omitempty"`
}

func route(r ismskit.Route, lang string) Route {
	out := Route{Steps: routeSteps(r.Steps, lang), Estimated: r.Estimated, Rerouted: rerouted(r.Rerouted, lang), Touches: touches(r.Touches)}
	if !r.Latest.IsZero() {
		out.Latest = r.Latest.String()
	}
	if !r.Outlasts.IsZero() {
		out.Outlasts = r.Outlasts.String()
	}
	if s := r.LeaverSigns; s != nil {
		out.LeaverSigns = &LeaverSigns{Step: in(s.Step, lang), Due: s.Due.String(), LastDay: s.LastDay.String(), Instead: signers(s.Instead)}
	}
	return out
}

func routeSteps(steps []ismskit.RouteStep, lang string) []RouteStep {
	out := make([]RouteStep, 0, len(steps))
	for _, s := range steps {
		one := RouteStep{
			ID: s.ID, Node: s.Node, Name: in(s.Name, lang), Kind: string(s.Kind), State: string(s.State), Possible: s.Possible,
			Because: in(s.Because, lang), Nobody: s.Nobody, Fallback: s.Fallback, NamedIn: in(s.NamedIn, lang), Why: in(s.Why, lang), Elsewhere: in(s.Elsewhere, lang), Due: due(s.Due, s.Term),
			Outside: s.Outside, OutsideTo: in(s.OutsideTo, lang),
		}
		one.People = routePeople(s.People)
		for _, a := range s.Acts {
			one.Acts = append(one.Acts, RouteAct{By: signer(a.By), For: signerOrNil(a.For), Verb: string(a.Verb), Origin: string(a.Origin), Unit: a.Asked, At: a.At, From: signers(a.From), To: signers(a.To)})
		}
		for _, t := range s.Beside {
			one.Beside = append(one.Beside, RouteTurn{Origin: string(t.Origin), Unit: t.Asked, By: signerOrNil(t.By), People: routePeople(t.People), State: string(t.State), Due: due(t.Due, "")})
		}
		for _, apart := range s.Apart {
			one.Apart = append(one.Apart, in(apart.Name, lang))
		}
		if v := s.Review; v != nil {
			one.Review = &Review{People: routePeople(v.People), Nobody: v.Nobody, Due: due(v.Due, v.Term), Done: v.Done}
		}
		for _, row := range s.Rows {
			title := row.Title
			if row.Unnamed != nil {
				title = in(row.Unnamed, lang)
			}
			one.Rows = append(one.Rows, RouteRow{Row: row.Row, Title: title, Steps: routeSteps(row.Steps, lang)})
		}
		for _, b := range s.Branches {
			one.Branches = append(one.Branches, Branch{Steps: routeSteps(b, lang)})
		}
		out = append(out, one)
	}
	return out
}

func routePeople(people []ismskit.RoutePerson) []RoutePerson {
	var out []RoutePerson
	for _, p := range people {
		one := RoutePerson{Signer: signer(p.Signer), Acting: signerOrNil(p.Acting), Waits: p.Waits, Away: p.Away, InPerson: p.InPerson, Reason: p.Reason, Until: p.Until, Limits: limits(p.Limits)}
		if len(p.Asked) > 0 {
			one.Asked = signers(p.Asked)
		}
		out = append(out, one)
	}
	return out
}

func due(d calendar.Due, term string) *Due {
	if d.Date.IsZero() {
		return nil
	}
	out := &Due{Date: d.Date.String(), At: d.At, Term: term, Estimated: d.Estimated}
	for _, day := range d.Skipped {
		out.Skipped = append(out.Skipped, FreeDay{Date: day.Date.String(), Name: day.Name})
	}
	return out
}

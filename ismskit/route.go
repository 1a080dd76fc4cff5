package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Preview asks for the route of what is being filled in, or of a case that is
// there.
type Preview struct {
	Case   string // a case on its way or a draft; then Type may be empty
	Type   string
	Values forms.Values // nil takes those of the case
}

// Route is the way of a case with the people it would come to now, why each of
// them, and when each step is due at the latest.
type Route struct {
	Steps []RouteStep
	// Latest is the last due date of the certain steps.
	Latest calendar.Date
	// Estimated is true if some date lies beyond the calendar (暫估).
	Estimated bool
}

// RouteStep is one step, split or group of a Route.
type RouteStep struct {
	ID        string
	Node      string // step, split, parallel, repeat
	Name      workflow.Text
	Kind      workflow.Kind
	Status    workflow.MarkStatus
	Possible  bool // a field before it is not answered yet
	Because   workflow.Text
	People    []RoutePerson
	Nobody    bool // nobody can be found: it could not be sent like this
	Who       []workflow.Who
	Fallback  bool // found by a later alternative
	Why       workflow.Text
	Due       calendar.Due
	Term      string
	Outside   bool
	OutsideTo workflow.Text
	Rows      []RouteRow    // of a split
	Branches  [][]RouteStep // of a parallel or repeat
}

// RoutePerson is somebody a step would come to; Acting is who acts for him now.
type RoutePerson struct {
	workflow.Signer
	Acting *workflow.Signer
	Reason string    // why he is away
	Until  time.Time // until when
}

// RouteRow is the way of one row's child case.
type RouteRow struct {
	Row   string
	Title string
	Steps []RouteStep
}

// Route returns the route of a form before it is sent, or of a case. It changes
// nothing. Values need not be complete.
func (k *Kit) Route(ctx context.Context, actor Actor, p Preview) (Route, error) {
	c, err := k.previewed(ctx, actor, p)
	if err != nil {
		return Route{}, err
	}
	return k.route(ctx, actor, c)
}

func (k *Kit) previewed(ctx context.Context, actor Actor, p Preview) (caseInHand, error) {
	now := k.moment()
	if p.Case != "" {
		c, err := k.take(ctx, p.Case)
		if err != nil {
			return caseInHand{}, err
		}
		if _, err := k.mayRead(ctx, actor, c, now); err != nil {
			return caseInHand{}, err
		}
		if p.Values != nil {
			c.values, err = k.named(ctx, actor, c.kind, p.Values)
		}
		return c, err
	}
	kind, ok := k.kinds.latestOf(p.Type)
	if !ok {
		return caseInHand{}, fmt.Errorf("%w: type %s", ErrNotFound, p.Type)
	}
	if err := k.mayOpen(ctx, actor, kind); err != nil {
		return caseInHand{}, err
	}
	applicant, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return caseInHand{}, err
	}
	values, err := k.named(ctx, actor, kind, p.Values)
	if err != nil {
		return caseInHand{}, err
	}
	c := caseInHand{kind: kind, state: kind.flow.Draft(applicant), values: values}
	c.row = CaseRow{
		Type: kind.Key, Version: kind.Version, Class: kind.Class, Created: now,
		Applicant: applicant.Person, ApplicantName: applicant.Name, Unit: applicant.Unit, UnitName: applicant.UnitName,
	}
	return c, nil
}

// named puts the present names of people and rows into values that have not been
// kept yet, so that the route can say them.
func (k *Kit) named(ctx context.Context, actor Actor, kind *kind, values forms.Values) (forms.Values, error) {
	needs := kind.form.Needs(values)
	if len(needs) == 0 {
		return values, nil
	}
	lookup, err := k.lookup(ctx, actor, caseInHand{}, needs, k.moment())
	if err != nil {
		return nil, err
	}
	return kind.form.Named(values, lookup), nil
}

func (k *Kit) route(ctx context.Context, actor Actor, c caseInHand) (Route, error) {
	r := router{k: k, actor: actor, now: k.moment()}
	start := r.now
	steps, end, err := r.steps(ctx, c, c.kind.flow.Outline(c.state, c.facts()), start)
	if err != nil {
		return Route{}, err
	}
	route := Route{Steps: steps, Estimated: r.estimated}
	if end.After(start) {
		route.Latest = calendar.DateOf(end.In(k.location))
	}
	return route, nil
}

type router struct {
	k         *Kit
	actor     Actor
	now       time.Time
	estimated bool
}

// steps works along a sequence: each step is counted from the due date of the
// one before it, which is when it opens at the latest.
func (r *router) steps(ctx context.Context, c caseInHand, planned []workflow.PlannedStep, from time.Time) ([]RouteStep, time.Time, error) {
	out := make([]RouteStep, 0, len(planned))
	for _, p := range planned {
		s, end, err := r.step(ctx, c, p, from)
		if err != nil {
			return nil, from, err
		}
		if !s.Possible && end.After(from) {
			from = end
		}
		out = append(out, s)
	}
	return out, from, nil
}

func (r *router) step(ctx context.Context, c caseInHand, p workflow.PlannedStep, from time.Time) (RouteStep, time.Time, error) {
	s := RouteStep{
		ID: p.ID, Node: p.Node, Name: p.Name, Kind: p.Kind, Status: p.Status,
		Possible: p.Certainty == workflow.Possible, Because: p.Because, Who: p.Who,
	}
	end := from
	switch {
	case p.Node == "split":
		return r.split(ctx, c, p, s, from)
	case len(p.Branches) > 0:
		for _, branch := range p.Branches {
			steps, last, err := r.steps(ctx, c, branch, from)
			if err != nil {
				return s, end, err
			}
			s.Branches = append(s.Branches, steps)
			if last.After(end) {
				end = last
			}
		}
		return s, end, nil
	}
	if p.Due != nil {
		s.Term, s.Due = p.Due.Term, r.k.due(from, p.Due)
		r.estimated = r.estimated || s.Due.Estimated
		// Done in its last moment, it is still done on that day.
		end = s.Due.At.Add(-time.Microsecond)
	}
	if p.Outside != "" {
		s.Outside = p.Outside == workflow.Certain
		if step, ok := c.kind.flow.Step(p.ID); ok && step.Outside != nil {
			s.OutsideTo = r.k.fillIn(step.Outside.To, c, nil)
		}
	}
	return s, end, r.people(ctx, c, &s)
}

// people finds whom the step would come to, by the same choice as when it opens.
func (r *router) people(ctx context.Context, c caseInHand, s *RouteStep) error {
	step, ok := c.kind.flow.Step(s.ID)
	if !ok {
		return fmt.Errorf("ismskit: route of %s: no step %s", c.kind.name(), s.ID)
	}
	ask := workflow.Ask{Step: s.ID, Kind: step.Kind, Need: step.Need}
	for _, part := range step.NotSameAs {
		if part == workflow.Applicant {
			ask.Exclude = append(ask.Exclude, c.row.Applicant)
		}
	}
	var batch questions
	for j, w := range step.Who {
		ask.Alternatives = append(ask.Alternatives, workflow.Alternative{Who: w})
		batch.who(c, 0, j, w, r.now)
	}
	answers, err := r.k.ask(ctx, batch)
	if err != nil {
		return err
	}
	found := r.k.choose(ask, func(j int) ([]directory.Answer, bool) { return answers.of(0, j) })
	signers := found.Signers
	if found.Pool != "" {
		if signers, err = r.k.members(ctx, found.Pool, r.now); err != nil {
			return err
		}
	}
	s.Fallback = found.Alternative > 0
	if len(signers) == 0 {
		s.Nobody = !knownLater(step.Who, c)
		return nil
	}
	s.Why = r.k.fillIn(step.Who[found.Alternative].Because, c, found.Why)
	for _, signer := range signers {
		person := RoutePerson{Signer: signer}
		d, acts, err := r.k.deputyOf(ctx, c, workflow.Task{Step: s.ID, Kind: s.Kind}, signer.Person, r.now)
		if err != nil {
			return err
		}
		if acts {
			by := signerOf(d.Holder)
			person.Acting, person.Reason, person.Until = &by, d.Reason, d.To
		}
		s.People = append(s.People, person)
	}
	return nil
}

// knownLater says whether who it will be only follows from fields or steps that
// are still to come; then an empty answer is no fault yet.
func knownLater(who []workflow.Who, c caseInHand) bool {
	return slices.ContainsFunc(who, func(w workflow.Who) bool {
		switch w.Kind {
		case workflow.WhoSameAs, workflow.WhoChosen:
			return true
		case workflow.WhoField, workflow.WhoRegisterRole:
			return len(c.cells(w.Field)) == 0
		}
		return false
	})
}

func (r *router) split(ctx context.Context, c caseInHand, p workflow.PlannedStep, s RouteStep, from time.Time) (RouteStep, time.Time, error) {
	end := from
	kind, ok := r.k.kinds.latestOf(p.Type)
	if !ok {
		return s, end, fmt.Errorf("ismskit: route of %s: no type %s", c.kind.name(), p.Type)
	}
	rows, _ := c.values[p.Over].([]forms.Row)
	for _, row := range rows {
		values, err := r.k.derive(ctx, kind, childValues(kind, c.values, row))
		if err == nil {
			values, err = r.k.named(ctx, r.actor, kind, values)
		}
		if err != nil {
			return s, end, err
		}
		child := caseInHand{kind: kind, state: kind.flow.Draft(c.state.Applicant), values: values}
		child.row = c.row
		child.row.Type = kind.Key
		steps, last, err := r.steps(ctx, child, kind.flow.Outline(child.state, child.facts()), from)
		if err != nil {
			return s, end, err
		}
		if last.After(end) {
			end = last
		}
		id, _ := row[forms.RowID].(string)
		s.Rows = append(s.Rows, RouteRow{Row: id, Title: child.title(r.k), Steps: steps})
	}
	return s, end, nil
}

// childValues are the fields a child case begins with: the row's, and those of
// the parent that the child's form has too.
func childValues(kind *kind, parent forms.Values, row forms.Row) forms.Values {
	out := forms.Values{}
	for _, f := range kind.Form.Fields {
		if f.Later {
			continue
		}
		if v, ok := row[f.Key]; ok {
			out[f.Key] = v
		} else if v, ok := parent[f.Key]; ok && f.Type != "table" {
			out[f.Key] = v
		}
	}
	return out
}

// nobody lists the steps of a route for which nobody can be found.
func nobody(steps []RouteStep, row string) []UnstaffedStep {
	var out []UnstaffedStep
	for _, s := range steps {
		if s.Nobody && !s.Possible {
			out = append(out, UnstaffedStep{Step: s.ID, Name: s.Name, Row: row, Who: s.Who})
		}
		for _, b := range s.Branches {
			out = append(out, nobody(b, row)...)
		}
		for _, r := range s.Rows {
			out = append(out, nobody(r.Steps, r.Title)...)
		}
	}
	return out
}

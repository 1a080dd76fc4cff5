package ismskit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// router works a route out, step by step, each from when the one before it is due.
type router struct {
	k         *Kit
	actor     Actor
	now       time.Time
	estimated bool
	absent    []string // whom a dry run takes to be away
	plan      *plan    // of the case being walked
}

// walk works out the whole way of one case, from a moment.
func (r *router) walk(ctx context.Context, c caseInHand, from time.Time) ([]RouteStep, time.Time, error) {
	outer := r.plan
	defer func() { r.plan = outer }()
	r.plan = newPlan()
	c.extra.Calendar = r.k.inForce() // what is still to open is counted by it, as when it opens
	return r.steps(ctx, c, c.kind.flow.Outline(c.state, c.facts()), from)
}

// steps works along a sequence: each step is counted from the due date of the
// one before it, which is when it opens at the latest. Behind a step for which there is
// nobody that is not known: the zero time, from which nothing is counted.
func (r *router) steps(ctx context.Context, c caseInHand, planned []workflow.PlannedStep, from time.Time) ([]RouteStep, time.Time, error) {
	out := make([]RouteStep, 0, len(planned))
	for _, p := range planned {
		s, end, err := r.step(ctx, c, p, from)
		if err != nil {
			return nil, from, err
		}
		if !s.Possible {
			from = later(from, end)
		}
		out = append(out, s)
	}
	return out, from, nil
}

func (r *router) step(ctx context.Context, c caseInHand, p workflow.PlannedStep, from time.Time) (RouteStep, time.Time, error) {
	s := RouteStep{
		ID: p.ID, Node: p.Node, Name: p.Name, Kind: p.Kind, State: r.stateOf(c, p),
		Possible: p.Certainty == workflow.Possible, Because: p.Because, Who: p.Who,
	}
	s.Acts, s.Sent = acts(c.state, p.ID)
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
			end = later(end, last)
		}
		return s, end, nil
	}
	if live := liveTasks(c.state, p.ID); len(live) > 0 {
		return r.running(ctx, c, p, s, live)
	}
	if s.State != RoutePlanned {
		r.passed(c, p, &s)
		if s.State == RouteOnPaper { // to whom the paper is carried
			return s, end, r.people(ctx, c, &s, r.now)
		}
		step, _ := c.kind.flow.Step(p.ID)
		return s, end, r.reviewed(ctx, c, step, &s, end)
	}
	if p.Due != nil {
		s.Term, s.Due = p.Due.Term, r.k.within(c, p.ID, from, r.k.due(c, from, p.Due))
		// Done in its last moment, it is still done on that day.
		if end = s.Due.At; !end.IsZero() {
			end = end.Add(-time.Microsecond)
		}
	}
	if p.Outside != "" {
		s.Outside = p.Outside == workflow.Certain
		if step, ok := c.kind.flow.Step(p.ID); ok && step.Outside != nil {
			s.OutsideTo = r.k.fillIn(step.Outside.To, &c, nil)
		}
	}
	if err := r.people(ctx, c, &s, end); err != nil {
		return s, end, err
	}
	if s.Nobody {
		s.Due, end = calendar.Due{}, time.Time{} // its time runs from when somebody is found
	}
	r.estimated = r.estimated || s.Due.Estimated
	return s, end, nil
}

// later is the later of two moments, and not known where one of them is not.
func later(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	if b.After(a) {
		return b
	}
	return a
}

// openTasks are the open tasks of a step.
func openTasks(state workflow.State, step string) []workflow.Task {
	return slices.DeleteFunc(state.Open(), func(t workflow.Task) bool { return t.Step != step })
}

// running is a step that is open: whom it came to and when it is due stand in the
// case, and are not worked out anew.
func (r *router) running(ctx context.Context, c caseInHand, p workflow.PlannedStep, s RouteStep, live []workflow.Task) (RouteStep, time.Time, error) {
	end := r.now
	for _, t := range live {
		if err := r.turns(ctx, c, t, &s); err != nil {
			return s, end, err
		}
		if t.Due.After(end) {
			end = t.Due.Add(-time.Microsecond)
		}
		if besideTurn(t) {
			continue // it says nothing of the step's own people
		}
		if day, err := parseISO(t.DueDate); err == nil {
			s.Due.Date, s.Due.At = day, t.Due
		}
		s.Outside = t.Outside != nil
		s.Fallback = t.Alternative > 0
		switch {
		case t.Given || c.handedTask(t) != nil || c.takenOver(t) != nil: // why it came to who had it before is not why it is his
			s.Why, s.Elsewhere = r.k.because(&c, t), elsewhere(t.Why)
		case t.Alternative < len(s.Who):
			s.Why, s.Elsewhere = r.k.withLeft(&c, t, r.k.found(&c, s.Who, t.Alternative, t.Why)), elsewhere(t.Why)
		}
	}
	if p.Due != nil {
		s.Term = p.Due.Term
	}
	step, _ := c.kind.flow.Step(p.ID)
	if step.Outside != nil {
		s.OutsideTo = r.k.fillIn(step.Outside.To, &c, nil)
	}
	return s, end, r.reviewed(ctx, c, step, &s, end)
}

// passed is a step that is over, or that the end of the case came before: nothing
// is to be counted any more. One that lapsed says whom it had come to and when it
// was due.
func (r *router) passed(c caseInHand, p workflow.PlannedStep, s *RouteStep) {
	if s.State == RouteUnreached || s.State == RouteOnPaper {
		return
	}
	if p.Due != nil {
		s.Term = p.Due.Term
	}
	for _, t := range slices.Backward(c.state.Tasks) {
		if t.Step != p.ID || t.Origin != "" || t.Status == workflow.TaskVoid {
			continue
		}
		if day, err := parseISO(t.DueDate); err == nil {
			s.Due.Date, s.Due.At = day, t.Due
		}
		for _, h := range t.Holder.Named {
			s.People = append(s.People, RoutePerson{Signer: h})
		}
		s.Elsewhere = elsewhere(t.Why)
		break
	}
	s.Outside = p.Outside == workflow.Certain
	if step, ok := c.kind.flow.Step(p.ID); ok && step.Outside != nil {
		s.OutsideTo = r.k.fillIn(step.Outside.To, &c, nil)
	}
}

// acting is a holder with whoever acts for him now.
func (r *router) acting(ctx context.Context, c caseInHand, t workflow.Task, signer workflow.Signer) (RoutePerson, error) {
	person := RoutePerson{Signer: signer}
	d, acts, err := r.k.deputyWithout(ctx, c, t, signer.Person, r.now, r.absent)
	if err != nil {
		return person, err
	}
	if acts {
		by := signerOf(d.Holder)
		person.Acting, person.Reason, person.Until, person.Limits = &by, d.Reason, d.To, DeputyLimits(d.Limits)
		if d.Entry != viaAppointed {
			return person, nil
		}
	}
	absence, away, err := r.k.awayAt(ctx, signer.Person, r.now)
	if err != nil {
		return person, err
	}
	if away {
		person.Reason, person.Until = absence.Reason, absence.To
	}
	if acts || !away && !slices.Contains(r.absent, signer.Person) {
		return person, nil
	}
	person.Away = true
	step, _ := c.kind.flow.Step(t.Step)
	person.InPerson = step.InPerson || t.Origin == workflow.OriginOwed
	if !person.InPerson {
		_, person.Asked, err = r.k.appointers(ctx, c, signer, r.now)
		person.Asked = slices.DeleteFunc(person.Asked, func(s workflow.Signer) bool { return slices.Contains(r.absent, s.Person) })
	}
	return person, err
}

func (r *router) split(ctx context.Context, c caseInHand, p workflow.PlannedStep, s RouteStep, from time.Time) (RouteStep, time.Time, error) {
	end := from
	kind, err := r.k.childKind(ctx, c, p.Type)
	if errors.Is(err, ErrReadOnly) {
		return s, end, nil // what the rows would go through cannot be said here
	}
	if err != nil {
		return s, end, err
	}
	rows, _ := c.values[p.Over].([]forms.Row)
	table, _ := fieldNamed(c.kind.Form.Fields, p.Over)
	none := len(rows) == 0 && s.State == RoutePlanned && (table.Required || table.MinRows > 0)
	if none {
		rows = []forms.Row{{}} // one is to come at least, which takes its time
	}
	for _, row := range rows {
		child := caseInHand{kind: kind, state: kind.flow.Draft(c.state.Applicant), row: c.row}
		child.row.Type, child.extra.Children = kind.Key, c.extra.Children
		values, err := r.k.derive(ctx, r.actor, kind, nil, childValues(kind, c.values, row))
		if err == nil {
			child.values, err = r.k.named(ctx, r.actor, child, values)
		}
		if err != nil {
			return s, end, err
		}
		id, _ := row[forms.RowID].(string)
		if s.State != RoutePlanned && !s.State.Current() && s.State != RouteOnPaper {
			s.Rows = append(s.Rows, RouteRow{Row: id, Title: child.title(r.k), Unnamed: child.unnamed()})
			continue // nothing is still to come in it
		}
		steps, last, err := r.walk(ctx, child, from)
		if err != nil {
			return s, end, err
		}
		if s.State == RouteOnPaper {
			steps, last = onPaperFrom(steps), from
		}
		if end = later(end, last); none {
			continue
		}
		s.Rows = append(s.Rows, RouteRow{Row: id, Title: child.title(r.k), Unnamed: child.unnamed(), Steps: steps})
	}
	return s, end, nil
}

// onPaperFrom are steps that a row would have gone through, now that it does so on paper: nothing
// of them is due here.
func onPaperFrom(steps []RouteStep) []RouteStep {
	for i := range steps {
		s := &steps[i]
		s.State, s.Due, s.Term = RouteOnPaper, calendar.Due{}, ""
		for _, branch := range s.Branches {
			onPaperFrom(branch)
		}
	}
	return steps
}

// forgetPaper takes from steps on paper to whom it is carried, once it is no more: who would be
// asked today did not sign it.
func forgetPaper(steps []RouteStep) {
	for i := range steps {
		s := &steps[i]
		if s.State == RouteOnPaper {
			s.People, s.Nobody, s.Why, s.Elsewhere = nil, false, nil, nil
		}
		for _, branch := range s.Branches {
			forgetPaper(branch)
		}
		for _, row := range s.Rows {
			forgetPaper(row.Steps)
		}
	}
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
			out = append(out, UnstaffedStep{Step: s.ID, Name: s.Name, Row: row, Who: s.Who, Apart: s.Apart})
		}
		if s.Review != nil && s.Review.Nobody && !s.Possible {
			out = append(out, UnstaffedStep{Step: s.ID, Name: s.Name, Row: row, Who: s.Review.Who, Review: true})
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

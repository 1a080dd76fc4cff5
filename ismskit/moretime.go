package ismskit

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// extension counts what an extension of a task's deadline comes to (展期), holds it
// to what the step allows, and finds the tier that decides. It is counted from the
// deadline, not from the day of asking.
func (k *Kit) extension(c caseInHand, task, term string) (*workflow.ExtendRequest, error) {
	t, ok := c.state.Task(task)
	step, _ := c.kind.flow.Step(t.Step)
	asked, err := calendar.ParseTerm(term)
	switch {
	case !ok:
		return nil, workflow.ErrNotOpen
	case step.Extend == nil || step.Due == nil:
		return nil, workflow.ErrVerb
	case err != nil || asked.N < 1:
		return nil, workflow.ErrExtendTerm
	}
	due := k.later(k.countsBy(c), t, asked)
	long := func(limit string, from time.Time) bool {
		most, err := calendar.ParseTerm(limit)
		return limit != "" && err == nil && due.At.After(k.countsBy(c).Due(from, most, k.location).At)
	}
	first := t.Due
	if !t.Base.IsZero() {
		first = t.Base
	}
	if long(step.Extend.Each, lastMoment(t.Due)) || long(step.Extend.Total, lastMoment(first)) {
		return nil, extendsTooFar(step.Extend.Each, step.Extend.Total)
	}
	request := &workflow.ExtendRequest{
		Extension: workflow.Extension{Term: asked.String(), Due: due.At, DueDate: isoDate(due.Date)}, Tier: -1,
	}
	for i, tier := range step.Extend.Tiers {
		if tier.UpTo == "" || !long(tier.UpTo, lastMoment(first)) {
			request.Tier = i
			break
		}
	}
	if request.Tier < 0 {
		return nil, extendsTooFar(step.Extend.Each, step.Extend.Tiers[len(step.Extend.Tiers)-1].UpTo)
	}
	return request, nil
}

// granted counts an extension from the deadline as it is when it is granted: the
// clock may have stood still since it was asked for.
func (k *Kit) granted(c caseInHand, asked workflow.Task) (*workflow.ExtendRequest, error) {
	t, ok := c.state.Task(asked.From)
	term, err := calendar.ParseTerm(asked.Extension.Term)
	if !ok || err != nil {
		return nil, workflow.ErrExtendTerm
	}
	due := k.later(k.countsBy(c), t, term)
	return &workflow.ExtendRequest{Extension: workflow.Extension{Term: asked.Extension.Term, Due: due.At, DueDate: isoDate(due.Date)}}, nil
}

// lastMoment is the last one at which something due at an instant is in time.
func lastMoment(due time.Time) time.Time { return due.Add(-time.Microsecond) }

// later counts a term on from a task's deadline.
func (k *Kit) later(by *calendar.Calendar, t workflow.Task, term calendar.Term) calendar.Due {
	if term.Unit == calendar.Hours {
		return by.Due(t.Due, term, k.location)
	}
	return by.Due(lastMoment(t.Due), term, k.location)
}

// resumed are the deadlines of a case whose clock goes on: each is later by as
// long as it stood still. Working days count those days that were worked
// meanwhile, hours and legal periods the clock.
func (k *Kit) resumed(c caseInHand, now time.Time) []workflow.NewDue {
	if len(c.state.Stops) == 0 {
		return nil
	}
	stopped := c.state.Stops[len(c.state.Stops)-1].From
	var out []workflow.NewDue
	for _, t := range c.state.Tasks {
		if t.Due.IsZero() || t.Status != workflow.TaskOpen && t.Status != workflow.TaskWaiting {
			continue
		}
		step, _ := c.kind.flow.Step(t.Step)
		due := calendar.Due{At: t.Due.Add(now.Sub(stopped))}
		due.Date = calendar.DateOf(lastMoment(due.At).In(k.location))
		if step.Due != nil {
			if term, err := calendar.ParseTerm(step.Due.Term); err == nil && term.Unit != calendar.Hours {
				due = k.shifted(k.countsBy(c), t, term.Unit, stopped, now)
			}
		}
		out = append(out, workflow.NewDue{Task: t.ID, Due: due.At, DueDate: isoDate(due.Date)})
	}
	return out
}

// stood is a moment that was counted from another one, later by as long as the
// clock has stood still since then.
func (k *Kit) stood(c caseInHand, from, at time.Time, unit calendar.Unit) time.Time {
	for _, stop := range c.state.Stops {
		if stop.To.IsZero() || !stop.From.After(from) {
			continue
		}
		if unit == calendar.Hours {
			at = at.Add(stop.To.Sub(stop.From))
			continue
		}
		at = k.shifted(k.calendarOf(c.row.Unit), workflow.Task{Due: at}, unit, stop.From, stop.To).At
	}
	return at
}

// shifted moves a deadline that counts days by the days that passed between two
// moments, the last of them not counted.
func (k *Kit) shifted(by *calendar.Calendar, t workflow.Task, unit calendar.Unit, from, to time.Time) calendar.Due {
	first, last := calendar.DateOf(from.In(k.location)), calendar.DateOf(to.In(k.location))
	n := 0
	for d := first; d != last && n < 10000; d = d.AddDays(1) {
		if unit != calendar.WorkingDays || by.Workday(d) {
			n++
		}
	}
	if n == 0 {
		return calendar.Due{At: t.Due, Date: calendar.DateOf(lastMoment(t.Due).In(k.location))}
	}
	if unit == calendar.WorkingDays {
		return k.later(by, t, calendar.Term{N: n, Unit: calendar.WorkingDays})
	}
	return k.later(by, t, calendar.Term{N: n, Unit: calendar.Days})
}

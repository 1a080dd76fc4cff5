package workflow

import "slices"

// takeBack undoes what a signer has just done, as long as the next one has not
// acted (取回): what followed is closed, and the task is his again. That the time
// for it has not passed is the caller's to know (Flow.TakeBack).
func (r *run) takeBack(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	m := r.mark(p)
	switch {
	case t.By == nil || t.Status != TaskDone:
		return refuse(ErrTakeBack, t.Step, "task", t.ID)
	case t.By.Person != a.By.Person && t.principal().Person != a.By.Person:
		return refuse(ErrNotAssigned, t.Step, "task", t.ID, "person", a.By.Name)
	case t.Origin != "" || number(t.ID) < m.From || m.Status != MarkOpen && m.Status != MarkDone, r.droppedOthers(p),
		m.Status == MarkDone && m.Result == string(TaskLapsed): // the term ended the step, and nobody gives the others another one
		return refuse(ErrTakeBack, t.Step, "task", t.ID)
	}
	for _, s := range t.Holder.Named {
		if r.asked(p, t, s.Person) {
			return refuse(ErrAlready, p.id, "person", s.Name) // another's task came to him meanwhile: he finishes that one
		}
	}
	later := r.later(p)
	if r.followed(p, t, later) {
		return refuse(ErrTakeBack, t.Step, "task", t.ID)
	}
	r.event(Event{Kind: EventTakenBack, Node: p.id, Task: t.ID, Text: a.Comment, By: &a.By, For: a.For})
	for _, q := range later {
		if err := r.clear(q, false); err != nil {
			return err
		}
	}
	return r.reopen(p, i, a)
}

// droppedOthers says whether other branches were closed because this one was
// enough: what they had begun can't be had back.
func (r *run) droppedOthers(p *place) bool {
	for a := p.parent; a != nil; a = a.parent {
		if a.parallel != nil && r.mark(a).Status.over() && a.parallel.Join.Kind != "" && a.parallel.Join.Kind != CountAll {
			return true
		}
	}
	return false
}

// later are the places that come after one, as far as the root.
func (r *run) later(p *place) []*place {
	var out []*place
	for a := p; a.parent != nil; a = a.parent {
		if a.parent.kind == sequenceNode {
			out = append(out, a.parent.kids[a.pos+1:]...)
		}
	}
	return out
}

// followed says whether somebody has acted on what a decision led to.
func (r *run) followed(p *place, t *Task, later []*place) bool {
	for _, i := range r.current(p) {
		o := &r.s.Tasks[i]
		next := o.Origin == "" && p.step.Need.InOrder && number(o.ID) > number(t.ID) || o.From == t.ID && (o.Origin == OriginAfter || o.Origin == OriginCheck)
		if next && touched(o) {
			return true
		}
	}
	for _, q := range later {
		for n := q.number; n <= q.last; n++ {
			m, at := &r.marks[n], r.c.places[n]
			if m.Status == "" {
				continue
			}
			if at.split != nil && m.Batch != "" {
				return true // its children are under way
			}
			if at.step == nil {
				continue
			}
			for _, i := range r.current(at) {
				if touched(&r.s.Tasks[i]) {
					return true
				}
			}
		}
	}
	return false
}

// touched says whether somebody has done anything with a task.
func touched(t *Task) bool {
	switch t.Status {
	case TaskOpen:
		return t.Claimed != nil || t.Outside != nil && !t.Outside.Sent.IsZero() || len(t.Then) > 0
	case TaskSkipped, TaskNotNeeded:
		return false
	}
	return true
}

// reopen opens a step again for the one who took his decision back, and for those
// whose tasks were closed by it.
func (r *run) reopen(p *place, taken int, a Action) error {
	m := r.mark(p)
	var again []int
	for _, i := range r.current(p) {
		t := &r.s.Tasks[i]
		if from, ok := r.s.Task(t.From); ok && t.Origin == OriginAgain && from.Origin == "" && from.Step == p.id && number(from.ID) >= m.From {
			t.Origin = "" // asked beside the flow while the step was over, he counts in it again
		}
		switch {
		case i == taken:
			again = append(again, i)
		case t.Origin == "" && (t.Status == TaskNotNeeded || t.Status == TaskDone && t.Verb == VerbReturn) && m.Status == MarkDone && !r.followedBy(t.ID):
			again = append(again, i)
		case t.Status.Live() && (t.From == r.s.Tasks[taken].ID || p.step.Need.InOrder && t.Origin == "" && number(t.ID) > number(r.s.Tasks[taken].ID)):
			if t.Origin == "" {
				m.Queue = slices.Insert(slices.Clone(m.Queue), 0, t.Holder.Named[0])
			}
			if err := r.close(i, fireVoid); err != nil {
				return err
			}
		}
	}
	if err := r.close(taken, fireVoid); err != nil {
		return err
	}
	m.Status, m.Result = MarkOpen, ""
	for q := p; q.parent != nil; q = q.parent {
		if up := r.mark(q.parent); up.Status.over() {
			up.Status = MarkOpen
		}
	}
	for _, i := range again {
		next := r.s.Tasks[i].anew()
		next.Outside, next.Then, next.Claimed = r.s.Tasks[i].Outside, r.s.Tasks[i].Then, r.s.Tasks[i].Claimed
		if err := r.open(p, next, a); err != nil {
			return err
		}
		last := &r.s.Tasks[len(r.s.Tasks)-1]
		last.Giver, last.GivenFor = nil, nil
	}
	return nil
}

// followedBy says whether a task was opened anew already: who only looks at it is nobody asked once more.
func (r *run) followedBy(id string) bool {
	return slices.ContainsFunc(r.s.Tasks, func(t Task) bool { return t.From == id && !t.Origin.About() })
}

// anew is a task as it is opened again, for the same people: what was decided in
// it stays with the old one.
func (t *Task) anew() Task {
	return Task{
		Kind: t.Kind, Holder: t.Holder, Alternative: t.Alternative, Why: t.Why, Due: t.Due, DueDate: t.DueDate, From: t.ID,
		Given: t.Given, Alone: t.Alone, Extended: t.Extended, Base: t.Base, Weight: t.Weight,
	}
}

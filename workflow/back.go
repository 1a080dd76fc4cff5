package workflow

import "slices"

// returnTo sends the case back to its applicant or to an earlier step. What
// comes after the target is void: open tasks close in the same turn, decisions
// stay readable but no longer count, the round is counted anew.
func (r *run) returnTo(a Action) error {
	task, _ := r.s.Task(a.Task)
	p := r.c.byID[task.Step]
	allowed := r.targetsNow(p)
	to := a.To
	if to == "" && len(allowed) > 0 {
		to = allowed[0]
	}
	if !slices.Contains(allowed, to) {
		return refuse(ErrReturnTarget, p.id, "to", a.To)
	}
	r.heard(a)
	if _, err := r.decided(a); err != nil {
		return err
	}
	back := p.step.Resubmit == ResubmitBack
	r.event(Event{Kind: EventReturned, Node: p.id, Task: a.Task, To: to, Text: a.Comment, By: &a.By, For: a.For})
	if to == Applicant {
		return r.backToApplicant(Returned{Step: p.id, Task: a.Task, By: a.By, For: a.For, Reason: a.Comment, At: r.at, Back: back})
	}
	r.s.Round++
	return r.backTo(r.c.byID[to], back)
}

// targetsNow are the targets that have been gone through.
func (r *run) targetsNow(p *place) []string {
	return slices.DeleteFunc(slices.Clone(mayReturn(p.step)), func(id string) bool {
		return id != Applicant && !r.mark(r.c.byID[id]).Status.over()
	})
}

// backToApplicant stops the flow until it is submitted again. With Back only
// what was open begins anew; else everything does.
func (r *run) backToApplicant(why Returned) error {
	if err := r.fire(fireReturn); err != nil {
		return err
	}
	if why.Task == "" { // nobody sent it back: a repeat came to its limit
		r.event(Event{Kind: EventReturned, Node: why.Step, To: Applicant})
	}
	r.s.Round++
	r.s.Returned = &why
	r.ended = true
	if err := r.clear(r.c.root, why.Back); err != nil {
		return err
	}
	// While the case lies with its applicant nobody has anything to do; reviews
	// that are still owed are asked for when it comes back.
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.Origin.beside() && t.Status.Live() {
			if err := r.close(i, fireVoid); err != nil {
				return err
			}
		}
	}
	return nil
}

// backTo reopens an earlier step or split: it and what comes after it begin
// anew. With back, what was finished in between still counts, so that the case
// comes straight back.
func (r *run) backTo(target *place, back bool) error {
	if err := r.clear(target, false); err != nil {
		return err
	}
	for a := target; a.parent != nil; a = a.parent {
		if m := r.mark(a.parent); m.Status.over() {
			m.Status = MarkOpen
		}
		if a.parent.kind != sequenceNode {
			continue
		}
		for _, later := range a.parent.kids[a.pos+1:] {
			if err := r.clear(later, back); err != nil {
				return err
			}
		}
	}
	return nil
}

// clear takes the marks off a place and voids its tasks; with openOnly only those
// of steps and splits that are not over.
func (r *run) clear(p *place, openOnly bool) error {
	for n := p.number; n <= p.last; n++ {
		q, m := r.c.places[n], &r.marks[n]
		open := m.Status == MarkOpen || m.Status == MarkWanted
		if m.Status == "" || openOnly && (!open || q.step == nil && q.split == nil) {
			continue
		}
		if q.split != nil && m.Batch != "" {
			r.event(Event{Kind: EventChildrenDropped, Node: q.id, Batch: m.Batch})
		}
		from := m.From
		*m = Mark{} // who stood in line is found anew
		if q.step == nil {
			continue
		}
		r.ask = slices.DeleteFunc(r.ask, func(a Ask) bool { return a.Step == q.id })
		if err := r.voidTasks(q, from); err != nil {
			return err
		}
	}
	if openOnly {
		return nil
	}
	return r.voidEarlierPasses(p)
}

// voidTasks voids the tasks of a step from a number on, and what is asked beside the flow about
// them. What is asked about a former pass of a repeat stays, though it was asked later.
func (r *run) voidTasks(p *place, from int) error {
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		if t.Step != p.id || r.about(t) < from || gone(t.Status) {
			continue
		}
		if err := r.close(i, fireVoid); err != nil {
			return err
		}
	}
	return nil
}

// about is the number of the task that a task beside the flow is about, else its own.
func (r *run) about(t *Task) int {
	for t.Origin.beside() {
		i := r.s.task(t.From)
		if i < 0 {
			break
		}
		t = &r.s.Tasks[i]
	}
	return number(t.ID)
}

// voidEarlierPasses voids what was signed in former passes of the repeats inside
// a place that begins anew.
func (r *run) voidEarlierPasses(p *place) error {
	for n := p.number; n <= p.last; n++ {
		if r.c.places[n].kind != repeatNode {
			continue
		}
		for inner := n; inner <= r.c.places[n].last; inner++ {
			if q := r.c.places[inner]; q.step != nil {
				if err := r.voidTasks(q, 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// gone says whether a task no longer counts for anything.
func gone(s TaskStatus) bool {
	switch s {
	case TaskVoid, TaskNotNeeded, TaskMoved, TaskDeclined, TaskRemoved:
		return true
	}
	return false
}

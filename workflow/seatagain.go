package workflow

import "slices"

// seatAgain asks anew for the people of a step, because all whom a task came to have
// moved or left. That they have is the caller's to know. The task stays as it is until
// somebody is found.
func (r *run) seatAgain(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	switch {
	case t.Status != TaskOpen:
		return t.notOpen()
	case t.Origin != "" || t.Holder.Pool != "":
		return refuse(ErrVerb, t.Step, "verb", a.Verb) // not the step's own, or a group that lives on
	}
	t.Comment = a.Comment
	exclude := r.excludedBut(p, t)
	for _, j := range r.current(p) {
		if o := &r.s.Tasks[j]; o.ID != t.ID && !gone(o.Status) {
			for _, s := range o.Holder.Named {
				exclude = append(exclude, s.Person)
			}
		}
	}
	for _, s := range r.mark(p).Queue {
		exclude = append(exclude, s.Person)
	}
	r.wants(p, Ask{Purpose: PurposeInstead, Task: t.ID, Exclude: exclude, Due: p.step.Due}, p.step.Who)
	return nil
}

// seatInstead gives a task to those whom the step finds now. Their time counts from
// now; what was sent out, and who signs afterwards, stays.
func (r *run) seatInstead(p *place, ask Ask, found *Found) error {
	if err := validFound(found); err != nil {
		return err
	}
	if found.Alternative < 0 || found.Alternative >= len(p.step.Who) {
		return refuse(ErrAnswer, p.id, "what", "alternative")
	}
	i := r.s.task(ask.Task)
	if i < 0 || r.s.Tasks[i].Status != TaskOpen {
		return refuse(ErrAnswer, p.id, "what", "not asked")
	}
	h := Holder{Named: found.Signers, Pool: found.Pool}
	if h.Pool != "" {
		h.Named = nil
	} else if len(h.Named) == 0 {
		return r.nobodyLeft(p, ask, found.Barred)
	}
	old := r.s.Tasks[i]
	again := h.Pool == ""
	for _, s := range h.Named {
		if slices.Contains(ask.Exclude, s.Person) {
			return r.separated(p, s, r.barredBy(p, s.Person, &old))
		}
		again = again && old.Holder.Has(s.Person)
	}
	if again {
		return refuse(ErrAlready, p.id, "person", h.Named[0].Name)
	}
	r.s.Tasks[i].Verb = VerbSeatAgain
	if err := r.close(i, fireMove); err != nil {
		return err
	}
	if err := r.openTask(p, found, h, fireOpen); err != nil {
		return err
	}
	last := &r.s.Tasks[len(r.s.Tasks)-1]
	last.Outside, last.Then = old.Outside, old.Then
	if p.step.Need.Kind == CountWeighted {
		last.Weight = old.weight(p.step.Need)
	}
	r.askedFrom(old.ID, last.ID)
	return nil
}

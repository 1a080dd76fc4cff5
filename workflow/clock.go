package workflow

import "slices"

// suspend stops the clock (停止計時). Who may is the caller's to know.
func (r *run) suspend(a Action) error {
	r.s.Stops = append(slices.Clip(r.s.Stops), Stop{From: r.at, By: a.By, Reason: a.Comment})
	r.event(Event{Kind: EventSuspended, Text: a.Comment, By: &a.By, For: a.For})
	return r.fire(fireSuspend)
}

// resume starts it again; the caller has counted the new deadlines.
func (r *run) resume(a Action) error {
	if n := len(r.s.Stops); n > 0 {
		r.s.Stops = slices.Clone(r.s.Stops)
		r.s.Stops[n-1].To = r.at
	}
	if err := r.move(a.Dues); err != nil {
		return err
	}
	r.event(Event{Kind: EventResumed, Text: a.Comment, By: &a.By, For: a.For, Dues: a.Dues})
	return r.fire(fireResume)
}

// redate moves deadlines because the calendar has changed: an office was closed,
// or a calendar was issued anew.
func (r *run) redate(a Action) error {
	if len(a.Dues) == 0 {
		return refuse(ErrInput, "", "what", "dues")
	}
	if err := r.move(a.Dues); err != nil {
		return err
	}
	r.event(Event{Kind: EventRedated, Text: a.Comment, By: &a.By, For: a.For, Dues: a.Dues})
	return nil
}

func (r *run) move(dues []NewDue) error {
	for _, d := range dues {
		i := r.s.task(d.Task)
		if i < 0 || !r.s.Tasks[i].Status.Live() {
			return refuse(ErrNotOpen, "", "task", d.Task)
		}
		if err := validText(d.DueDate); err != nil {
			return err
		}
		t := &r.s.Tasks[i]
		if !t.Base.IsZero() {
			t.Base = t.Base.Add(micro(d.Due).Sub(t.Due))
		}
		t.Due, t.DueDate = micro(d.Due), d.DueDate
	}
	return nil
}

// extend asks for more time (展期): before it is due, once at a time, and as often
// as the step allows.
func (r *run) extend(a Action) error {
	i := r.s.task(a.Task)
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	e := a.Extend
	switch {
	case e == nil || e.Tier < 0 || e.Tier >= len(p.step.Extend.Tiers) || !e.Due.After(t.Due):
		return refuse(ErrExtendTerm, t.Step)
	case !r.at.Before(t.Due):
		return refuse(ErrExtendLate, t.Step)
	}
	if err := validText(e.Term, e.DueDate); err != nil {
		return err
	}
	for _, j := range r.under(t.ID) {
		if r.s.Tasks[j].Origin == OriginExtend {
			return refuse(ErrExtendAsked, t.Step)
		}
	}
	asked := e.Extension
	asked.Due = micro(asked.Due)
	holder := a.By.Person
	if a.For != nil {
		holder = a.For.Person
	}
	r.event(Event{Kind: EventExtendAsked, Node: t.Step, Task: t.ID, Text: a.Comment, By: &a.By, For: a.For, Extend: &asked})
	r.wants(p, Ask{Purpose: PurposeExtend, Task: t.ID, Exclude: []string{a.By.Person, holder}, extension: &asked, by: &a.By, asFor: a.For}, p.step.Extend.Tiers[e.Tier].Who)
	return nil
}

// extended carries out what was decided on a request for more time.
func (r *run) extended(asked Task, a Action) error {
	i := r.s.task(asked.From)
	if a.Verb != VerbApprove || i < 0 || !r.s.Tasks[i].Status.Live() {
		return nil
	}
	t := &r.s.Tasks[i]
	granted := *asked.Extension
	if a.Extend != nil { // the deadline has moved since it was asked for
		granted = a.Extend.Extension
		granted.Due = micro(granted.Due)
	}
	if !granted.Due.After(t.Due) {
		return refuse(ErrExtendTerm, t.Step)
	}
	if t.Base.IsZero() {
		t.Base = t.Due
	}
	t.Due, t.DueDate = granted.Due, granted.DueDate
	t.Extended++
	r.event(Event{Kind: EventExtended, Node: t.Step, Task: t.ID, By: &a.By, For: a.For, Extend: &granted})
	return nil
}

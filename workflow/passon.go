package workflow

import "slices"

// reassign gives an open task to another person, who finishes it (改分), or to a
// successor (移交). What was filled in stays; who is to sign afterwards, too.
func (r *run) reassign(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	switch {
	case t.Status == TaskVoid:
		return refuse(ErrStale, t.Step, "task", t.ID)
	case t.Status != TaskOpen:
		return t.notOpen()
	case len(a.People) != 1:
		return refuse(ErrPeople, t.Step, "n", 1)
	case p.step.InPerson && t.Origin == "", t.Origin == OriginOwed:
		return refuse(ErrInPerson, t.Step)
	case p.step.Bound(t):
		return refuse(ErrBound, t.Step)
	}
	if err := r.mayFollow(p, t, a.People[0]); err != nil {
		return err
	}
	t.Comment = a.Comment
	by := a.By
	t.Verb, t.By, t.For = VerbReassign, &by, a.For
	next := Task{
		Kind: t.Kind, Holder: Holder{Named: []Signer{a.People[0]}}, Origin: t.Origin, From: t.From, Given: true,
		Due: t.Due, DueDate: t.DueDate, Outside: t.Outside, Then: t.Then, Extended: t.Extended, Extension: t.Extension,
		Base: t.Base, Weight: t.Weight,
	}
	if next.Origin == OriginDeclined {
		next.Origin, next.Kind, next.From = "", p.step.Kind, ""
	}
	if unit := UnitOf(t.Why); unit != "" && next.Origin == OriginConsult {
		next.Why = map[string]string{WhyUnitGiven: unit}
	}
	giver, givenFor := t.Giver, t.GivenFor
	if a.Afresh {
		if err := r.afresh(a.Task, &next); err != nil {
			return err
		}
	}
	if err := r.close(i, fireMove); err != nil {
		return err
	}
	if err := r.open(p, next, a); err != nil {
		return err
	}
	last := &r.s.Tasks[len(r.s.Tasks)-1]
	if last.Origin != "" {
		last.Giver, last.GivenFor = giver, givenFor // it still comes back to who asked
	}
	r.askedFrom(a.Task, last.ID)
	return nil
}

// afresh leaves behind what was planned and noted in a task that somebody else does anew.
func (r *run) afresh(task string, next *Task) error {
	next.Then = nil
	if next.Outside != nil {
		next.Outside = &OutsideNote{}
	}
	for _, j := range r.under(task) {
		if err := r.close(j, fireRemove); err != nil {
			return err
		}
	}
	return nil
}

// askedFrom lets a request for more time follow a task whose place another one takes.
func (r *run) askedFrom(task, next string) {
	for i := range r.s.Tasks {
		if r.s.Tasks[i].From == task && r.s.Tasks[i].Status.Live() {
			r.s.Tasks[i].From = next
		}
	}
}

// mayFollow says whether somebody may take over a step's own task.
func (r *run) mayFollow(p *place, t *Task, s Signer) error {
	if err := validSigner(s); err != nil {
		return err
	}
	switch {
	case s.Person == "":
		return refuse(ErrPeople, p.id, "n", 1)
	case t.Holder.Has(s.Person) && len(t.Holder.Named) == 1 || r.asked(p, t, s.Person):
		return refuse(ErrAlready, p.id, "person", s.Name)
	case signs(p.step.Kind) && r.applies(s.Person) && !r.c.forApplicant(p):
		return r.separated(p, s, Applicant)
	case t.Origin == OriginExtend || t.Origin == OriginCheck:
		if slices.Contains(r.concerned(t), s.Person) {
			return r.separated(p, s, "")
		}
	case slices.Contains(r.excludedBut(p, t), s.Person):
		return r.separated(p, s, r.barredBy(p, s.Person, t))
	}
	return nil
}

// concerned are the people of the task that a request for more time, or a review
// afterwards, is about: none of them decides on it.
func (r *run) concerned(t *Task) []string {
	from, ok := r.s.Task(t.From)
	if !ok {
		return nil
	}
	var out []string
	for _, s := range slices.Concat(from.Holder.Named, []Signer{from.principal()}) {
		out = append(out, s.Person)
	}
	for _, s := range []*Signer{from.By, from.Claimed, from.Appointed} {
		if s != nil {
			out = append(out, s.Person)
		}
	}
	return out
}

// decline says that a task is not the holder's (退分): it goes back to whoever
// gave it, or to the registry to be assigned anew.
func (r *run) decline(a Action) error {
	i := r.s.task(a.Task)
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	r.heard(a) // whoever takes it over finds it in the record
	by := a.By
	t.Verb, t.Comment, t.By, t.For = VerbDecline, a.Comment, &by, a.For
	if err := r.close(i, fireDecline); err != nil {
		return err
	}
	if r.s.Tasks[i].Origin != "" {
		return r.resumeFrom(r.s.Tasks[i].From)
	}
	r.wants(p, Ask{Purpose: PurposeRegistry, Task: a.Task, Exclude: []string{a.By.Person}}, r.c.flow.Registry)
	return nil
}

// claim takes a shared task for oneself (簽收).
func (r *run) claim(a Action) error {
	t := &r.s.Tasks[r.s.task(a.Task)]
	who := a.By
	if a.For != nil {
		who = *a.For
	}
	t.Claimed = &who
	r.event(Event{Kind: EventClaimed, Node: t.Step, Task: t.ID, By: &a.By, For: a.For})
	return nil
}

// release gives a claimed task back to all who share it.
func (r *run) release(a Action) error {
	t := &r.s.Tasks[r.s.task(a.Task)]
	t.Claimed = nil
	r.event(Event{Kind: EventReleased, Node: t.Step, Task: t.ID, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}

// appoint names who stands in for the holder of a task when his deputies are
// away too. That By is his direct superior is the caller's to know.
func (r *run) appoint(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 || !r.s.Tasks[i].Status.Live() {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	switch {
	case p.step.InPerson || t.Origin == OriginOwed:
		return refuse(ErrInPerson, t.Step)
	case t.shared():
		return refuse(ErrVerb, t.Step, "verb", a.Verb) // another of them can do it
	case len(a.People) != 1:
		return refuse(ErrPeople, t.Step, "n", 1)
	}
	if err := r.mayFollow(p, t, a.People[0]); err != nil {
		return err
	}
	who := a.People[0]
	if err := r.deputy(t, Action{By: who, For: &Signer{}}); err != nil {
		return err
	}
	t.Appointed = &who
	r.event(Event{Kind: EventAppointed, Node: t.Step, Task: t.ID, People: a.People, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}

// wants asks for people besides those of a step that opens.
func (r *run) wants(p *place, a Ask, who []Who) {
	a.Step, a.Kind, a.Round, a.From = p.id, p.step.Kind, r.s.Round, r.at
	a.Alternatives = r.alternatives(p, who)
	r.ask = append(r.ask, a)
}

// weightOf is what a declined task weighs: whoever gets it next has as much.
func (r *run) weightOf(p *place, ask Ask) int {
	t, ok := r.s.Task(ask.Task)
	if !ok || ask.Purpose != PurposeRegistry || p.step.Need.Kind != CountWeighted {
		return 0
	}
	return t.weight(p.step.Need)
}

// seatExtra opens the task of somebody who was asked for beside a step's own
// people.
func (r *run) seatExtra(p *place, ask Ask, found *Found) error {
	if err := validFound(found); err != nil {
		return err
	}
	h := Holder{Named: found.Signers, Pool: found.Pool}
	if h.Pool != "" {
		h.Named = nil
	} else if len(h.Named) == 0 {
		return r.nobody(p, ask)
	}
	for _, s := range h.Named {
		if slices.Contains(ask.Exclude, s.Person) {
			return r.separated(p, s, "")
		}
	}
	t := Task{Holder: h, From: ask.Task, Weight: r.weightOf(p, ask), Why: found.Why, Due: micro(found.Due), DueDate: found.DueDate}
	switch ask.Purpose {
	case PurposeRegistry:
		t.Origin, t.Kind = OriginDeclined, p.step.Kind
	case PurposeExtend:
		t.Origin, t.Kind = OriginExtend, KindApprove
		t.Extension = ask.extension
		return r.open(p, t, Action{By: *ask.by, For: ask.asFor})
	case PurposeCheck:
		t.Origin, t.Kind = OriginCheck, KindReview
	}
	by := Signer{}
	if r.by != nil {
		by = *r.by
	}
	if from, ok := r.s.Task(ask.Task); ok && from.By != nil {
		by = *from.By
	}
	return r.open(p, t, Action{By: by})
}

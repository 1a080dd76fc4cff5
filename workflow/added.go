package workflow

import "slices"

// addBefore asks others first; the task comes back when all of them are done.
func (r *run) addBefore(a Action) error {
	return r.askFirst(a, OriginBefore, KindReview)
}

// consult asks others for an opinion that vetoes nothing (加會): people, or units, for each of
// which one answers who speaks for it. Whoever is asked may pass it on inside his own unit,
// which is the unit's inner chain.
func (r *run) consult(a Action) error {
	if len(a.Units) == 0 {
		return r.askFirst(a, OriginConsult, KindConsult)
	}
	i := r.s.task(a.Task)
	p := r.c.byID[r.s.Tasks[i].Step]
	if len(a.People) > 0 {
		if err := r.newcomers(p, &r.s.Tasks[i], a); err != nil {
			return err
		}
	}
	units, err := r.spokenFor(p, &r.s.Tasks[i], a)
	if err != nil {
		return err
	}
	return r.askWith(a, OriginConsult, KindConsult, units)
}

// delegate lets one other person do the work; it comes back to the giver (交辦).
func (r *run) delegate(a Action) error {
	t, _ := r.s.Task(a.Task)
	if len(a.People) != 1 {
		return refuse(ErrPeople, t.Step, "n", 1)
	}
	return r.askFirst(a, OriginDelegate, t.Kind)
}

// askFirst opens a task for everybody named and lets the holder's wait for them.
func (r *run) askFirst(a Action, origin Origin, kind Kind) error {
	i := r.s.task(a.Task)
	p := r.c.byID[r.s.Tasks[i].Step]
	if err := r.newcomers(p, &r.s.Tasks[i], a); err != nil {
		return err
	}
	return r.askWith(a, origin, kind, nil)
}

// askWith opens the tasks of those who may be asked, and those that ask units.
func (r *run) askWith(a Action, origin Origin, kind Kind, units []unitsTask) error {
	i := r.s.task(a.Task)
	p := r.c.byID[r.s.Tasks[i].Step]
	r.heard(a)
	if err := r.hold(i); err != nil {
		return err
	}
	for _, s := range a.People {
		if err := r.open(p, Task{Kind: kind, Holder: Holder{Named: []Signer{s}}, Origin: origin, From: a.Task, Given: true}, a); err != nil {
			return err
		}
	}
	for _, u := range units {
		if err := r.open(p, Task{Kind: kind, Holder: Holder{Named: u.people}, Origin: origin, From: a.Task, Given: true, Why: whyUnits(u.units)}, a); err != nil {
			return err
		}
	}
	return nil
}

// addAfter notes who signs once the holder has said yes.
func (r *run) addAfter(a Action) error {
	i := r.s.task(a.Task)
	t := &r.s.Tasks[i]
	if err := r.newcomers(r.c.byID[t.Step], t, a); err != nil {
		return err
	}
	if len(t.Then)+len(a.People) > MaxPeople {
		return refuse(ErrPeople, t.Step, "n", MaxPeople)
	}
	r.heard(a)
	t.Then = append(slices.Clip(t.Then), a.People...)
	r.event(Event{Kind: EventSignerAdded, Node: t.Step, Task: t.ID, People: a.People, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}

// after opens the tasks of those who sign after a holder who has said yes.
func (r *run) after(p *place, i int, a Action) error {
	then := r.s.Tasks[i].Then
	for _, s := range then {
		if err := r.open(p, Task{Kind: p.step.Kind, Holder: Holder{Named: []Signer{s}}, Origin: OriginAfter, From: a.Task, Given: true}, a); err != nil {
			return err
		}
	}
	return nil
}

// newcomers holds people who are to act in a step to its rules: named once, not
// asked already, kept apart from whom they must be; and whoever was added
// himself adds nobody.
func (r *run) newcomers(p *place, t *Task, a Action) error {
	if len(a.People) == 0 || len(a.People) > MaxPeople {
		return refuse(ErrPeople, p.id, "n", MaxPeople, "verb", a.Verb)
	}
	excluded := r.excluded(p)
	for i, s := range a.People {
		if err := validSigner(s); err != nil {
			return err
		}
		switch {
		case s.Person == "" || hasPerson(a.People[:i], s.Person):
			return refuse(ErrPeople, p.id, "n", MaxPeople)
		case s.Person == a.By.Person, a.For != nil && s.Person == a.For.Person, hasPerson(t.Then, s.Person), r.asked(p, t, s.Person):
			return refuse(ErrAlready, p.id, "person", s.Name)
		case signs(p.step.Kind) && r.applies(s.Person) && !r.c.forApplicant(p):
			return r.separated(p, s, Applicant)
		case slices.Contains(excluded, s.Person):
			return r.separated(p, s, r.barredBy(p, s.Person, nil))
		}
	}
	return nil
}

// asked says whether somebody has an open task in a step, or stands in line. What he owes for
// a decision that he has made there is none.
func (r *run) asked(p *place, except *Task, person string) bool {
	for _, i := range r.current(p) {
		if t := &r.s.Tasks[i]; t.Status.Live() && t.Origin != OriginOwed && t.ID != except.ID && t.Holder.Has(person) {
			return true
		}
	}
	return hasPerson(r.mark(p).Queue, person)
}

// forApplicant says whether a step may come to the applicant at all.
func (c *Compiled) forApplicant(p *place) bool {
	return slices.ContainsFunc(p.step.Who, func(w Who) bool { return w.Kind == WhoApplicant })
}

// removeSigner takes away one whom the actor added, as long as he has not acted
// (取消加簽): by his task, or by name where he would sign afterwards.
func (r *run) removeSigner(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	if len(a.People) > 0 {
		return r.removePlanned(t, a)
	}
	added := t.Origin == OriginBefore || t.Origin == OriginAfter || t.Origin == OriginConsult || t.Origin == OriginDelegate
	switch {
	case !t.Status.Live():
		return t.notOpen()
	case !added || !t.gaveIt(a):
		return refuse(ErrAdder, t.Step, "task", t.ID)
	}
	t.Comment = a.Comment
	for _, j := range r.under(t.ID) {
		if err := r.close(j, fireRemove); err != nil {
			return err
		}
	}
	if err := r.close(i, fireRemove); err != nil {
		return err
	}
	if r.s.Tasks[i].Origin == OriginAfter {
		return r.settle(r.c.byID[r.s.Tasks[i].Step])
	}
	return r.resumeFrom(r.s.Tasks[i].From)
}

func (r *run) removePlanned(t *Task, a Action) error {
	holds := t.Holder.Pool != "" && a.Via == t.Holder.Pool || t.Holder.Has(a.By.Person) || a.For != nil && t.Holder.Has(a.For.Person)
	if t.Status != TaskOpen || !holds {
		return refuse(ErrAdder, t.Step, "task", t.ID)
	}
	left := slices.Clone(t.Then)
	for _, s := range a.People {
		at := slices.IndexFunc(left, func(x Signer) bool { return x.Person == s.Person })
		if at < 0 {
			return refuse(ErrPeople, t.Step, "n", len(t.Then))
		}
		left = slices.Delete(left, at, at+1)
	}
	if t.Then = left; len(left) == 0 {
		t.Then = nil
	}
	r.event(Event{Kind: EventSignerRemoved, Node: t.Step, Task: t.ID, People: a.People, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}

// gaveIt says whether an actor is who gave a task, or in whose name it was given.
func (t *Task) gaveIt(a Action) bool {
	for _, s := range []*Signer{t.Giver, t.GivenFor} {
		if s != nil && (s.Person == a.By.Person || a.For != nil && s.Person == a.For.Person) {
			return true
		}
	}
	return false
}

// hold lets a task wait for others.
func (r *run) hold(i int) error {
	t := &r.s.Tasks[i]
	to, err := t.Status.follow(fireHold)
	if err != nil {
		return err
	}
	t.Status = to
	r.event(Event{Kind: EventTaskWaits, Node: t.Step, Task: t.ID})
	return nil
}

// resumeFrom gives a waiting task back to its holder once nobody is asked any
// more.
func (r *run) resumeFrom(id string) error {
	i := r.s.task(id)
	if i < 0 || r.s.Tasks[i].Status != TaskWaiting || len(r.waitedFor(id)) > 0 {
		return nil
	}
	t := &r.s.Tasks[i]
	to, err := t.Status.follow(fireBack)
	if err != nil {
		return err
	}
	t.Status, t.Back = to, r.at
	r.event(Event{Kind: EventTaskBack, Node: t.Step, Task: t.ID})
	return nil
}

// waitedFor are the live tasks that a waiting task waits for.
func (r *run) waitedFor(id string) []int {
	var out []int
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		if t.From == id && t.Status.Live() && (t.Origin == OriginBefore || t.Origin == OriginConsult || t.Origin == OriginDelegate) {
			out = append(out, i)
		}
	}
	return out
}

// under are the live tasks that came from a task, and from those in turn.
func (r *run) under(id string) []int {
	var out []int
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.From == id && t.Status.Live() && !t.Origin.beside() {
			out = append(append(out, r.under(t.ID)...), i)
		}
	}
	return out
}

// open opens a task that somebody gave, due when the one it comes from is due.
func (r *run) open(p *place, t Task, a Action) error {
	status, err := taskNew.follow(fireOpen)
	if err != nil {
		return err
	}
	t.ID, t.Step, t.Round, t.Pass, t.Status, t.Opened = r.next("t"), p.id, r.s.Round, r.pass(p), status, r.at
	var by *Signer // nil where nobody's action gave it
	if a.By != (Signer{}) {
		giver := a.By
		by = &giver
	}
	t.Giver, t.GivenFor = by, a.For
	if from, ok := r.s.Task(t.From); ok && t.Due.IsZero() {
		t.Due, t.DueDate = from.Due, from.DueDate
	}
	r.s.Tasks = append(r.s.Tasks, t)
	r.event(Event{Kind: EventTaskOpened, Node: p.id, Task: t.ID, Status: status, Holder: &t.Holder, From: t.From, Text: a.Comment, By: by, For: a.For})
	return nil
}

// gave carries out a decision on a task that the step did not find itself.
func (r *run) gave(a Action) error {
	p, err := r.decided(a)
	if err != nil {
		return err
	}
	t := r.s.Tasks[r.s.task(a.Task)]
	switch t.Origin {
	case OriginAfter:
		if a.Verb == VerbReject && p.step.OnReject != RejectContinues {
			return r.finish(OutcomeRejected)
		}
		return r.settle(p)
	case OriginExtend:
		return r.extended(t, a)
	case OriginAgain:
		if a.Verb == VerbReject && p.step.OnReject != RejectContinues {
			return r.finish(OutcomeRejected)
		}
		return nil
	case OriginCheck, OriginOwed:
		return nil
	}
	return r.resumeFrom(t.From)
}

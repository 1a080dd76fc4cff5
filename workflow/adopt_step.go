package workflow

import (
	"cmp"
	"reflect"
	"slices"
)

// held are the members of a Step by which its people go while something is under way in
// it, and for as long as somebody may take back what he did there: until then they stay what
// they were. What is said of a step otherwise, its name, its reminders, what is filled in and
// recorded in it, follows the new version at once; members that what was done rests on are
// looked at where it was done (lookAtMarks, lookAtTasks, lookAtChosen, lookAtApart).
var held = []struct {
	code string
	same func(c *Compiled, old, now *Step) bool
}{
	{"need", func(_ *Compiled, old, now *Step) bool {
		return reflect.DeepEqual(old.Need.plain(), now.Need.plain())
	}},
	// Whatever moves a deadline counts it anew by the step's term.
	{"due", func(_ *Compiled, old, now *Step) bool { return sameDue(old.Due, now.Due) }},
	{"timeout", func(_ *Compiled, old, now *Step) bool { return sameTimeout(old.Timeout, now.Timeout) }},
	{"in_person", func(_ *Compiled, old, now *Step) bool { return old.InPerson == now.InPerson }},
	// A no that bound nobody can't be counted against those who have yet to act.
	{"reject", func(c *Compiled, old, now *Step) bool {
		return cmp.Or(old.OnReject, RejectCloses) == cmp.Or(now.OnReject, RejectCloses) && c.onUnable(old) == c.onUnable(now)
	}},
	{"return", func(_ *Compiled, old, now *Step) bool {
		return slices.Equal(mayReturn(old), mayReturn(now)) && cmp.Or(old.Resubmit, ResubmitAgain) == cmp.Or(now.Resubmit, ResubmitAgain)
	}},
	{"verbs", func(_ *Compiled, old, now *Step) bool { return sameSet(old.Without, now.Without) }},
	// Those in line were found by the old version and are passed by, or not, when it is their turn.
	{"same_signer", func(_ *Compiled, old, now *Step) bool {
		return !old.Need.InOrder || cmp.Or(old.SameSigner, SameSignerAgain) == cmp.Or(now.SameSigner, SameSignerAgain)
	}},
	{"outside", func(_ *Compiled, old, now *Step) bool {
		return (old.Outside == nil) == (now.Outside == nil) && (old.Outside == nil || old.Outside.When == now.Outside.When)
	}},
}

// lookAtStep looks at a step that the case has reached.
func (a *adoption) lookAtStep(m *Mark, old, p *place) {
	if way, ok := sameWay(old.step, p.step, m.Way); ok {
		m.Way = way
	} else {
		a.stands("who", old)
	}
	a.lookAtResult(old, p, m.Result)
	if old.step.Certificate != p.step.Certificate { // also of what is over: it may be owed, or would lack it
		a.stands("certificate", old)
	}
	if m.Status == MarkOpen || a.was.reopenable(old) {
		a.lookAtHeld(old, p)
	}
}

// lookAtHeld asks that what the people of a step go by stays what it was.
func (a *adoption) lookAtHeld(old, p *place) {
	for _, h := range held {
		if !h.same(a.new, old.step, p.step) {
			a.stands(h.code, old)
		}
	}
}

// asIs is a case as it stands, to be looked at.
func (c *Compiled) asIs(s State) *run {
	r := &run{c: c, s: s, marks: make([]Mark, len(c.places))}
	for _, m := range s.Marks {
		r.marks[c.byID[m.Node].number] = m
	}
	return r
}

// reopenable says whether somebody may still take back what he did in a step that is over.
// How long he may is not asked: it is the caller's to know, and either version's to say.
func (r *run) reopenable(p *place) bool {
	m := r.mark(p)
	if m.Status != MarkDone || r.droppedOthers(p) {
		return false
	}
	later := r.later(p)
	for _, i := range r.current(p) {
		if t := &r.s.Tasks[i]; t.Status == TaskDone && t.Origin == "" && !r.followed(p, t, later) {
			return true
		}
	}
	return false
}

// plain is a need in which what is left out is said.
func (n Need) plain() Need {
	n.Kind = cmp.Or(n.Kind, CountAny)
	return n
}

func sameDue(a, b *Due) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Term == b.Term && cmp.Or(a.From, DueFromOpened) == cmp.Or(b.From, DueFromOpened)
}

// sameTimeout says whether the same happens at the same time where nobody answers: a
// shorter term could be over already.
func sameTimeout(a, b *Timeout) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.After == b.After && a.Until == b.Until && a.Then == b.Then
}

func sameSet[T cmp.Ordered](a, b []T) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// onUnable is what 無法辦理 does in a step.
func (c *Compiled) onUnable(s *Step) OnUnable {
	switch {
	case s.OnUnable != "":
		return s.OnUnable
	case c.flow.Child:
		return UnableCloses
	}
	return UnableContinues
}

// sameWay is the number of the way of finding people that had this number before.
func sameWay(old, now *Step, way int) (int, bool) {
	if way >= len(old.Who) {
		return 0, false
	}
	was := old.Who[way].plain()
	i := slices.IndexFunc(now.Who, func(w Who) bool { return reflect.DeepEqual(w.plain(), was) })
	return i, i >= 0
}

// plain is a way of finding people without what is said of it.
func (w Who) plain() Who {
	w.Because = nil
	return w
}

func sameWays(a, b []Who) bool {
	return slices.EqualFunc(a, b, func(x, y Who) bool { return reflect.DeepEqual(x.plain(), y.plain()) })
}

// lookAtResult asks that what was recorded is still a result of the step. Which one it was is
// not said: whoever asks need not be able to read the case.
func (a *adoption) lookAtResult(old, p *place, key string) {
	is := func(r Result) bool { return r.Key == key }
	if slices.ContainsFunc(old.step.Results, is) && !slices.ContainsFunc(p.step.Results, is) {
		a.stands("result", old)
	}
}

// lookAtTasks holds every task that the case ever had against its step.
func (a *adoption) lookAtTasks() {
	for i := range a.s.Tasks {
		t := &a.s.Tasks[i]
		old, p := a.old.byID[t.Step], a.new.byID[t.Step]
		if p == nil {
			a.stands("gone", old)
			continue
		}
		if p.step == nil || p.step.Kind != old.step.Kind {
			a.stands("kind", old)
			continue
		}
		if way, ok := sameWay(old.step, p.step, t.Alternative); ok {
			t.Alternative = way
		} else {
			a.stands("who", old)
		}
		a.lookAtResult(old, p, t.Result)
		if t.Status == TaskDone && signs(t.Kind) && !sameMaterial(old.step, p.step) {
			a.stands("material", old)
		}
		if t.Alone && (p.step.Alone == nil || !gone(t.Status) && !sameAlone(old.step.Alone, p.step.Alone)) {
			a.stands("alone", old)
		}
		if t.Status.Live() {
			a.lookAtHeld(old, p) // also where it lies beside a step that is over
			a.lookAtOpen(t, old, p)
		}
	}
}

// sameAlone says whether the same people look by the same day at what one person did alone.
func sameAlone(a, b *Alone) bool {
	return a != nil && sameWays(a.Review, b.Review) && sameDue(a.Due, b.Due)
}

// sameMaterial says whether the signatures of a step rest on the same fields: what is changed
// later asks its people again, or not, as the version says by which the case then runs.
func sameMaterial(a, b *Step) bool {
	if (a.Material == nil) != (b.Material == nil) || !sameSet(a.Material, b.Material) {
		return false
	}
	return a.Material != nil || sameSet(a.Hide, b.Hide) && sameSet(a.Edit, b.Edit) // see material
}

// lookAtOpen looks at a task that somebody has before him.
func (a *adoption) lookAtOpen(t *Task, old, p *place) {
	switch {
	case t.Outside != nil && p.step.Outside == nil:
		a.stands("outside", old)
	case t.Origin == OriginExtend && !reflect.DeepEqual(old.step.Extend, p.step.Extend):
		a.stands("extension", old)
	case t.Origin == OriginDeclined && len(a.new.flow.Registry) == 0:
		a.stands("registry", old)
	}
}

// lookAtChosen asks for the people whom somebody had to choose for steps to come, and that
// the new version would have let him choose them.
func (a *adoption) lookAtChosen() {
	for _, c := range a.s.Chosen {
		if p := a.new.byID[c.Step]; p == nil || p.step == nil {
			a.stands("chosen", a.old.byID[c.Step])
		} else if a.s.goesOn() && !slices.EqualFunc(a.old.picks(c.Step), a.new.picks(c.Step), samePick) {
			a.stands("choose_from", p)
		}
	}
	missing := func(picks []Pick) {
		for _, pick := range picks {
			if !slices.ContainsFunc(a.s.Chosen, func(c Chosen) bool { return c.Step == pick.Step }) {
				a.stands("choose", a.new.byID[pick.Step])
			}
		}
	}
	if a.s.Phase == PhaseRunning || a.s.Phase == PhaseSuspended {
		missing(a.new.flow.Choose)
	}
	for _, m := range a.s.Marks {
		if p := a.new.byID[m.Node]; p != nil && p.step != nil && m.Status.over() {
			missing(p.step.Choose)
		}
	}
}

// picks are the choices of people for a step, by whomever.
func (c *Compiled) picks(step string) []Pick {
	all := slices.Clone(c.flow.Choose)
	for _, p := range c.places {
		if p.step != nil {
			all = append(all, p.step.Choose...)
		}
	}
	return slices.DeleteFunc(all, func(p Pick) bool { return p.Step != step })
}

func samePick(a, b Pick) bool {
	return sameWays(a.From, b.From) && cmp.Or(a.Max, MaxPeople) == cmp.Or(b.Max, MaxPeople)
}

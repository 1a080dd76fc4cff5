package workflow

import (
	"errors"
	"reflect"
	"slices"
)

// Adopt gives the state in which a case that runs by another version of the flow goes on
// by this one. Nothing is done about the case: its tasks keep id, holder and deadline, what
// was signed stays signed, and what is still to come follows this version from here on. A
// draft, or a case that lies with its applicant, stays what it is.
//
// It is refused with Obstacles, all at once, where this version can't say what has been
// done so far, or where what is under way would change under those who work on it. It
// refuses rather than guess: that the case could go on somehow is not enough. ErrState is a
// state that from can't have produced; a case that has ended is ErrPhase. f are the values of
// the form; without them a version that keeps a step apart from whom a field names is
// ErrConditionFail.
func (c *Compiled) Adopt(s State, from *Compiled, f Facts) (State, error) {
	if what := from.wrong(&s); what != "" {
		return State{}, refuse(ErrState, "", "what", what)
	}
	if s.Phase == PhaseClosed {
		return State{}, refuse(ErrPhase, "")
	}
	if f == nil && len(c.labels) > 0 {
		return State{}, refuse(ErrConditionFail, "", "when", "not_same_as", "error", "no values")
	}
	a := &adoption{old: from, new: c, s: s, f: f}
	a.s.Flow = c.name()
	a.s.Marks, a.s.Tasks = slices.Clone(s.Marks), slices.Clone(s.Tasks)
	if c.Key() != from.Key() || c.flow.Child != from.flow.Child {
		return State{}, Obstacles{{Code: "other_flow"}}
	}
	a.lookAtMarks()
	a.lookAtTasks()
	a.lookAtApart()
	a.lookAtOrder()
	a.lookAtChosen()
	if len(a.found) > 0 {
		return State{}, a.found
	}
	slices.SortFunc(a.s.Marks, func(m, n Mark) int { return c.byID[m.Node].number - c.byID[n.Node].number })
	if what := c.wrong(&a.s); what != "" { // nothing above knows of it: better not than wrong
		return State{}, refuse(ErrState, "", "what", what)
	}
	return a.s, nil
}

// adoption is one case being looked at.
type adoption struct {
	old, new *Compiled
	s        State // as it will be
	f        Facts
	found    Obstacles
}

// stands notes that something about a node stands in the way, once.
func (a *adoption) stands(code string, p *place, pairs ...any) {
	if slices.ContainsFunc(a.found, func(o Obstacle) bool { return o.Code == code && o.Step == p.id }) {
		return
	}
	pairs = append(pairs, "step", p.label("zh-TW"), "step_en", p.label("en"))
	a.found = append(a.found, Obstacle{Code: code, Step: p.id, Params: params(pairs...)})
}

// label is what people call a node: one without a name is called by the first in it that
// has one.
func (p *place) label(lang string) string {
	var name Text
	switch p.kind {
	case stepNode:
		name = p.step.Name
	case splitNode:
		name = p.split.Name
	case parallelNode:
		name = p.parallel.Name
	}
	if text := name.In(lang); text != "" {
		return text
	}
	for _, kid := range p.kids {
		if text := kid.label(lang); text != "" {
			return text
		}
	}
	return p.id
}

// lies is where a node stands: in which other one, and in which of its branches.
func (p *place) lies() (parent string, branch int) {
	for q := p; q.parent != nil; q = q.parent {
		if q.parent.id != "" {
			return q.parent.id, q.pos
		}
	}
	return "", 0
}

// kept says whether a node stands in both versions, at the same place of the tree.
func (a *adoption) kept(p *place) (old *place, ok bool) {
	if old = a.old.byID[p.id]; old == nil || old.kind != p.kind {
		return old, false
	}
	parent, branch := p.lies()
	oldParent, oldBranch := old.lies()
	return old, parent == oldParent && branch == oldBranch
}

// lookAtMarks holds every node that the case has reached against what it is now.
func (a *adoption) lookAtMarks() {
	for i := range a.s.Marks {
		m := &a.s.Marks[i]
		old, p := a.old.byID[m.Node], a.new.byID[m.Node]
		if p == nil {
			a.stands("gone", old)
			continue
		}
		if p.kind != old.kind || p.step != nil && p.step.Kind != old.step.Kind {
			a.stands("kind", old)
			continue
		}
		if _, ok := a.kept(p); !ok {
			a.stands("elsewhere", old)
			continue
		}
		switch p.kind {
		case stepNode:
			a.lookAtStep(m, old, p)
		case parallelNode:
			if len(p.kids) != len(old.kids) || m.Status == MarkOpen && p.parallel.Join != old.parallel.Join {
				a.stands("branches", old)
			}
		case choiceNode:
			if !sameBranches(p.choice, old.choice) {
				a.stands("branches", old)
			}
		case splitNode:
			if m.Batch != "" && (p.split.Over != old.split.Over || p.split.Type != old.split.Type || p.split.Join != old.split.Join) {
				a.stands("rows", old)
			}
		case repeatNode:
			if m.Take > p.repeat.Max {
				a.stands("passes", old, "n", m.Take, "max", p.repeat.Max)
			}
		}
	}
	if r := a.s.Returned; r != nil && a.old.byID[r.Step] != nil && a.new.byID[r.Step] == nil {
		a.stands("gone", a.old.byID[r.Step])
	}
}

// sameBranches says whether a choice decides between the same branches: which one was taken
// is known by its number alone.
func sameBranches(a, b *Choice) bool {
	return (a.Else == nil) == (b.Else == nil) && slices.EqualFunc(a.Cases, b.Cases, func(x, y Case) bool { return x.When == y.When })
}

// lookAtStep looks at a step that has opened. While it is open, what its people were told
// of it has to stay.
func (a *adoption) lookAtStep(m *Mark, old, p *place) {
	if way, ok := sameWay(old.step, p.step, m.Way); ok {
		m.Way = way
	} else {
		a.stands("who", old)
	}
	a.lookAtResult(old, p, m.Result)
	if m.Status != MarkOpen {
		return
	}
	if !reflect.DeepEqual(old.step.Need, p.step.Need) {
		a.stands("need", old)
	}
	if !sameTimeout(old.step.Timeout, p.step.Timeout) {
		a.stands("timeout", old)
	}
	if old.step.InPerson != p.step.InPerson {
		a.stands("in_person", old)
	}
}

// sameTimeout says whether the same happens at the same time where nobody answers: a
// shorter term could be over already.
func sameTimeout(a, b *Timeout) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.After == b.After && a.Until == b.Until && a.Then == b.Then
}

// sameWay is the number of the way of finding people that had this number before.
func sameWay(old, now *Step, way int) (int, bool) {
	if way >= len(old.Who) {
		return 0, false
	}
	was := old.Who[way]
	was.Because = nil
	i := slices.IndexFunc(now.Who, func(w Who) bool {
		w.Because = nil
		return reflect.DeepEqual(w, was)
	})
	return i, i >= 0
}

// lookAtResult asks that what was recorded is still a result of the step.
func (a *adoption) lookAtResult(old, p *place, key string) {
	named := func(results []Result) int {
		return slices.IndexFunc(results, func(r Result) bool { return r.Key == key })
	}
	if i := named(old.step.Results); i >= 0 && named(p.step.Results) < 0 {
		text := old.step.Results[i].Text
		a.stands("result", old, "result", text.In("zh-TW"), "result_en", text.In("en"))
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
		if t.Alone && p.step.Alone == nil {
			a.stands("alone", old)
		}
		if t.Status.live() {
			a.lookAtOpen(t, old, p)
		}
	}
}

// sameMaterial says whether the signatures of a step rest on the same fields: what is changed
// later asks its people again, or not, as the version says by which the case then runs.
func sameMaterial(a, b *Step) bool {
	same := func(x, y []string) bool {
		x, y = slices.Clone(x), slices.Clone(y)
		slices.Sort(x)
		slices.Sort(y)
		return slices.Equal(x, y)
	}
	if (a.Material == nil) != (b.Material == nil) || !same(a.Material, b.Material) {
		return false
	}
	return a.Material != nil || same(a.Hide, b.Hide) && same(a.Edit, b.Edit) // see material
}

// lookAtOpen looks at a task that somebody has before him.
func (a *adoption) lookAtOpen(t *Task, old, p *place) {
	switch {
	case t.Outside != nil && p.step.Outside == nil, t.Outside == nil && p.step.Outside != nil && old.step.Outside == nil:
		a.stands("outside", old)
	case t.Origin == OriginExtend && !reflect.DeepEqual(old.step.Extend, p.step.Extend):
		a.stands("extension", old)
	case t.Origin == OriginDeclined && len(a.new.flow.Registry) == 0:
		a.stands("registry", old)
	}
}

// lookAtOrder asks that nothing new stands before where the case is, or in what is over:
// nobody would have done it, and the case would go back to it or pass it by.
func (a *adoption) lookAtOrder() {
	reached := map[string]Mark{}
	for _, m := range a.s.Marks {
		reached[m.Node] = m
	}
	goal := map[string]bool{}
	for id := range reached {
		goal[id] = true
	}
	if r := a.s.Returned; r != nil && r.Back {
		goal[r.Step] = true // it comes straight back there
	}
	for _, p := range a.new.places {
		if p.id == "" {
			continue
		}
		old, kept := a.kept(p)
		_, marked := reached[p.id]
		if !marked && !kept && a.inWhatIsOver(p, reached) {
			a.stands("passed", p)
			continue
		}
		for id := range goal {
			q, oldQ := a.new.byID[id], a.old.byID[id]
			if q == nil || q == p || oldQ == nil {
				continue
			}
			before := p.before(q)
			switch {
			case marked && old != nil && before != old.before(oldQ):
				a.stands("elsewhere", old)
			case !marked && before && !(kept && old.before(oldQ)):
				a.stands("passed", p)
			}
		}
	}
}

// inWhatIsOver says whether a node stands within one that is over, and not in a branch
// that was never taken.
func (a *adoption) inWhatIsOver(p *place, reached map[string]Mark) bool {
	for q := p; q.parent != nil; q = q.parent {
		m, ok := reached[q.parent.id]
		if !ok || q.parent.id == "" {
			continue
		}
		if q.parent.kind == choiceNode && m.Take != q.pos+1 {
			return false
		}
		if m.Status != MarkOpen {
			return true
		}
	}
	return false
}

// lookAtChosen asks for the people whom somebody had to choose for steps to come.
func (a *adoption) lookAtChosen() {
	chosen := func(step string) bool {
		return slices.ContainsFunc(a.s.Chosen, func(c Chosen) bool { return c.Step == step })
	}
	for _, c := range a.s.Chosen {
		if p := a.new.byID[c.Step]; p == nil || p.step == nil {
			a.stands("chosen", a.old.byID[c.Step])
		}
	}
	missing := func(picks []Pick) {
		for _, pick := range picks {
			if !chosen(pick.Step) {
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

// ObstaclesIn returns what stands in the way of a case that Adopt refused, nil for any
// other error.
func ObstaclesIn(err error) Obstacles {
	var found Obstacles
	errors.As(err, &found)
	return found
}

package workflow

import (
	"errors"
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
	a := &adoption{old: from, new: c, s: s, f: f, was: from.asIs(s)}
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
	was      *run // as it is, by the version it has; nothing is done in it
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
			// Also of one that is over: what is taken back in it opens it again.
			if len(p.kids) != len(old.kids) || p.parallel.Join != old.parallel.Join {
				a.stands("branches", old)
			}
		case choiceNode:
			if !sameBranches(p.choice, old.choice) {
				a.stands("branches", old)
			}
		case splitNode:
			// Also of one that found no rows to hand out: another table may have some.
			if p.split.Over != old.split.Over || p.split.Type != old.split.Type || p.split.Join != old.split.Join {
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

// ObstaclesIn returns what stands in the way of a case that Adopt refused, nil for any
// other error.
func ObstaclesIn(err error) Obstacles {
	var found Obstacles
	errors.As(err, &found)
	return found
}

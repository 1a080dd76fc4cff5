package workflow

import (
	"slices"
	"strings"
)

// FieldChange is a field that an action changes.
type FieldChange struct {
	Path string `json:"path"` // "reason", "lines", "lines.system"
	// Later says that the field is filled in by a step: nobody who signed before
	// could have meant it.
	Later bool `json:"later,omitempty"`
}

// changed voids exactly the signatures for which a changed field was material,
// and asks those people again. What others signed stays; the flow goes on, but
// the case does not end before they have answered.
func (r *run) changed(a Action) error {
	if len(a.Changed) == 0 {
		return nil
	}
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		p := r.c.byID[t.Step]
		if t.Status != TaskDone || t.ID == a.Task || !signs(t.Kind) || t.Origin.About() ||
			!p.step.material(a.Changed, t.Origin) {
			continue
		}
		if err := r.askAgain(p, i, a); err != nil {
			return err
		}
	}
	return nil
}

// material says whether one of the changes matters to what a step's people sign.
// What the step itself fills in is nothing to those who were asked on the way.
func (s *Step) material(changes []FieldChange, o Origin) bool {
	helps := o == OriginBefore || o == OriginConsult || o == OriginDelegate
	return slices.ContainsFunc(changes, func(c FieldChange) bool {
		if s.Material == nil {
			return !c.Later && !covers(s.Hide, c.Path) && !(helps && covers(s.Edit, c.Path))
		}
		return covers(s.Material, c.Path)
	})
}

// covers says whether a path is in a list, or a part of one that is, or the whole
// of one.
func covers(list []string, path string) bool {
	return slices.ContainsFunc(list, func(f string) bool {
		return f == path || strings.HasPrefix(path, f+".") || strings.HasPrefix(f, path+".")
	})
}

// askAgain makes a signature void and opens the task anew for who gave it: as one
// of the step's own where the step is still open, beside the flow where it is over.
func (r *run) askAgain(p *place, i int, a Action) error {
	old := r.s.Tasks[i]
	if err := r.close(i, fireVoid); err != nil {
		return err
	}
	next := old.anew()
	next.Origin = OriginAgain
	if who := old.principal(); old.Holder.Has(who.Person) {
		next.Holder = Holder{Named: []Signer{who}} // of those who shared it, the one who signed
	}
	if m := r.mark(p); m.Status == MarkOpen && number(old.ID) >= m.From {
		if own := old.Holder.Named; old.Origin == "" && len(own) == 1 && r.asked(p, &old, own[0].Person) {
			// Another's task came to him meanwhile. He has one at a time, and is asked
			// for this one where it is still needed after that.
			m.Queue = append(slices.Clone(m.Queue), own[0])
			return nil
		}
		// As one of the step's own people, so that the step waits for him.
		if next.Origin = old.Origin; old.Origin != "" {
			next.From = old.From
		}
	}
	if next.Origin == OriginBefore || next.Origin == OriginConsult || next.Origin == OriginDelegate {
		next.Origin, next.From = OriginAgain, old.ID
	}
	return r.open(p, next, a)
}

// askLost asks again those whose void signature was still owed when the case went
// back to its applicant and comes straight back.
func (r *run) askLost(a Action, back *Returned) error {
	if back == nil || !back.Back {
		return nil
	}
	for i := range r.s.Tasks {
		t := r.s.Tasks[i]
		if t.Origin != OriginAgain || t.Status != TaskVoid || !t.Closed.Equal(back.At) || r.followedBy(t.ID) {
			continue // what was void before was cleared with its step
		}
		if err := r.askOnceMore(t, a); err != nil {
			return err
		}
	}
	return nil
}

// askReturned asks those again who were asked beside the flow and sent the case back: once it has
// been mended. What they signed is void until they have signed what it became. A return that begins
// their step anew asks all of its people, and has voided their answer.
func (r *run) askReturned() error {
	for i := range r.s.Tasks {
		t := r.s.Tasks[i]
		if t.Origin != OriginAgain || t.Status != TaskDone || t.Verb != VerbReturn || r.followedBy(t.ID) || !r.pastBefore(r.c.byID[t.Step]) {
			continue
		}
		if err := r.askOnceMore(t, Action{}); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) askOnceMore(t Task, a Action) error {
	next := t.anew()
	next.Origin = OriginAgain
	return r.open(r.c.byID[t.Step], next, a)
}

// pastBefore says whether nothing that comes before a place is still to be done.
func (r *run) pastBefore(p *place) bool {
	past := true
	for a := p; a.parent != nil; a = a.parent {
		if a.parent.kind == sequenceNode {
			past = past && !slices.ContainsFunc(a.parent.kids[:a.pos], func(k *place) bool { return !r.past(k) })
		} else if r.past(a.parent) {
			past = true // a former pass, too, lies behind all that is in it
		}
	}
	return past
}

// past says whether nobody is waited for in a place any more: it is over, or others were enough.
// A sequence, which has no mark of its own, is when its parts are.
func (r *run) past(p *place) bool {
	if p.kind != sequenceNode {
		s := r.mark(p).Status
		return s.over() || s == MarkOff
	}
	return !slices.ContainsFunc(p.kids, func(k *place) bool { return !r.past(k) })
}

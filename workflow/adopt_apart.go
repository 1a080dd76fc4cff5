package workflow

import "slices"

// lookAtApart refuses where somebody has acted, or has to, whom this version keeps apart and
// the one before did not. Of two steps the later one says so.
func (a *adoption) lookAtApart() {
	first, said := len(a.found), map[[2]string]bool{}
	for _, p := range slices.Backward(a.new.places) {
		if p.step == nil {
			continue
		}
		for _, from := range a.new.apart[p.id] {
			if slices.Contains(a.old.apart[p.id], from) || said[[2]string{from, p.id}] {
				continue
			}
			zh, en := a.new.called(from)
			_, named := FieldOf(from)
			barred := a.barred(from)
			for _, s := range a.engaged(p.id, false) {
				switch {
				case !slices.Contains(barred, s.Person):
					continue
				case named: // whom, only those read who may read the field
					a.stands("apart_named", p, "other", zh, "other_en", en)
				default: // nor who it is: who asks may have no part in the case
					a.stands("apart", p, "other", zh, "other_en", en)
				}
				said[[2]string{p.id, from}] = true
			}
		}
	}
	slices.Reverse(a.found[first:])
}

// barred are the persons whom a step, a field or Applicant keeps from another step.
func (a *adoption) barred(from string) []string {
	var out []string
	if field, named := FieldOf(from); named {
		out = slices.Clone(a.f.People(field))
	} else if from == Applicant {
		out = []string{a.s.Applicant.Person, a.s.Heir.Person}
	} else {
		for _, s := range a.engaged(from, true) {
			out = append(out, s.Person)
		}
	}
	return slices.DeleteFunc(out, func(person string) bool { return person == "" })
}

// engaged are those who have acted in a step, or who have to as far as the state tells: who
// alone has its task or took it for himself, who stands in line for it, and whom somebody has
// chosen for it. Who went on alone, as the form allows, may act in it all the same, yet keeps
// others from him.
func (a *adoption) engaged(step string, alone bool) []Signer {
	var out []Signer
	for _, t := range a.s.Tasks {
		if t.Step != step || t.Alone && !alone || t.Origin.About() {
			continue
		}
		switch {
		case t.Status == TaskDone || t.Status == TaskSkipped:
			out = append(out, t.principal())
			if t.By != nil {
				out = append(out, *t.By)
			}
		case t.Status.Live():
			if len(t.Holder.Named) == 1 {
				out = append(out, t.Holder.Named[0])
			}
			if t.Claimed != nil {
				out = append(out, *t.Claimed)
			}
		}
	}
	reached := false
	for _, m := range a.s.Marks {
		if m.Node == step {
			reached = m.Status == MarkOpen || m.Status.over()
			if m.Status == MarkOpen {
				out = append(out, m.Queue...)
			}
		}
	}
	if !reached && a.s.goesOn() {
		for _, c := range a.s.Chosen {
			if c.Step == step {
				out = append(out, c.Signers...)
			}
		}
	}
	return out
}

// goesOn says whether a case goes on with the people who are chosen already: whoever sends it
// to its first step chooses anew.
func (s State) goesOn() bool {
	return s.Phase == PhaseRunning || s.Phase == PhaseSuspended || s.Returned != nil && s.Returned.Back
}

package workflow

// tally counts a step's tasks of this opening.
type tally struct {
	yes   int    // by weight: said yes
	open  int    // by weight: may still say yes, those in line among them
	live  int    // tasks of the step's own people on which something is still to be done
	after int    // who signs after somebody and has not yet
	last  string // the last word said
}

func (r *run) count(p *place) tally {
	var c tally
	for _, i := range r.current(p) {
		t := &r.s.Tasks[i]
		switch t.Origin {
		case "", OriginDeclined:
		case OriginAfter:
			if t.Status.Live() {
				c.after++
			}
			continue
		default:
			continue
		}
		switch {
		case t.Status.Live():
			c.live++
			c.open += t.weight(p.step.Need)
		case t.Status == TaskSkipped:
			c.yes += t.weight(p.step.Need)
			if c.last == "" {
				c.last = string(TaskSkipped)
			}
		case t.Verb == VerbWaive && c.last == "":
			c.last = string(VerbWaive)
		case t.Status == TaskDone:
			if t.Verb == VerbApprove || t.Verb == VerbRecord {
				c.yes += t.weight(p.step.Need)
			}
			if c.last = t.Result; c.last == "" {
				c.last = string(t.Verb)
			}
		}
	}
	for _, s := range r.mark(p).Queue {
		c.open += p.step.Need.weight([]Signer{s})
	}
	// The registry may still find somebody for a task that was declined.
	for _, a := range r.ask {
		if a.Step == p.id && (a.Purpose == PurposeRegistry || a.Purpose == PurposeNext) {
			c.live++
		}
	}
	return c
}

// weight is how much a task's yes counts, whoever does it in the end.
func (t *Task) weight(n Need) int {
	if t.Weight > 0 {
		return t.Weight
	}
	return n.weight(t.Holder.Named)
}

// weight is how much somebody's yes counts, 1 unless the step weighs.
func (n Need) weight(holders []Signer) int {
	if n.Kind != CountWeighted || len(holders) != 1 {
		return 1
	}
	if w, ok := n.Weights[holders[0].Person]; ok {
		return w
	}
	if w, ok := n.Weights[holders[0].Post]; ok {
		return w
	}
	return 1
}

// Shared says whether all whom a step finds have one task together, as where any of them is enough;
// else each has his own.
func (n Need) Shared() bool {
	return !n.InOrder && (n.Kind == "" || n.Kind == CountAny)
}

// needed is how many of the people found, by weight, must say yes; ok is false
// where they can't come to it.
func (n Need) needed(signers []Signer) (need int, ok bool) {
	all := 0
	for _, s := range signers {
		all += n.weight([]Signer{s})
	}
	switch n.Kind {
	case "", CountAny:
		need = 1
	case CountAll:
		need = all
	case CountPercent:
		need = max(1, (len(signers)*n.Percent+99)/100)
	default:
		need = n.N
	}
	return need, need <= all
}

// Enough says whether those of the people found for a step who are present can
// come to what it needs of all of them.
func (n Need) Enough(found, present []Signer) bool {
	sum := 0
	for _, s := range present {
		sum += n.weight([]Signer{s})
	}
	need, ok := n.needed(found)
	return ok && sum >= need
}

// fail ends the case when the step can no longer reach the number it needs;
// where all are needed, or any one decides, that is the first no.
func (r *run) fail(p *place, o Outcome) error {
	switch p.step.Need.Kind {
	case CountN, CountPercent, CountWeighted:
		if c := r.count(p); c.yes+c.open >= r.mark(p).Need {
			return r.settle(p)
		}
	}
	return r.finish(o)
}

// settle ends a step when enough of its people have acted, or when nobody is
// left to act; the tasks of the others leave their lists in the same turn.
func (r *run) settle(p *place) error {
	m := r.mark(p)
	if m.Status != MarkOpen {
		return nil
	}
	c := r.count(p)
	switch {
	case c.after > 0 || c.yes < m.Need && c.live > 0:
		return nil
	case c.yes < m.Need && len(m.Queue) > 0:
		r.askNext(p, m)
		return nil
	}
	if c.yes < m.Need && !p.step.dissents() {
		return refuse(ErrQuorum, p.id, "n", m.Need, "of", c.yes)
	}
	for _, i := range r.current(p) {
		if t := &r.s.Tasks[i]; t.Status.Live() && !t.Origin.beside() {
			if err := r.close(i, fireDrop); err != nil {
				return err
			}
		}
	}
	m.Status, m.Result = MarkDone, c.last
	if c.last == string(TaskSkipped) {
		m.Status = MarkSkipped
	}
	r.event(Event{Kind: EventStepClosed, Node: p.id, Result: c.last})
	return nil
}

// dissents says whether a step may end with fewer than it needs: those who said no
// bind nobody.
func (s *Step) dissents() bool {
	return s.OnReject == RejectContinues || s.Kind == KindHandle
}

// askNext asks the next one in line (順會); his deadline counts from now.
func (r *run) askNext(p *place, m *Mark) {
	next := m.Queue[0]
	if m.Queue = m.Queue[1:len(m.Queue):len(m.Queue)]; len(m.Queue) == 0 {
		m.Queue = nil
	}
	a := Ask{Step: p.id, Purpose: PurposeNext, Kind: p.step.Kind, Round: r.s.Round, Due: p.step.Due, From: r.at}
	a.Alternatives = []Alternative{{Who: p.step.Who[m.Way], Signers: []Signer{next}}}
	r.ask = append(r.ask, a)
}

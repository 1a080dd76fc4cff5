package workflow

import "strconv"

// advance goes on from the root as far as the case can go without anybody, and
// ends it when there is nothing left to do.
func (r *run) advance() error {
	if r.ended {
		return nil
	}
	if r.s.Ending == "" {
		over, err := r.visit(r.c.root)
		if err == nil && !r.ended {
			err = r.askReturned()
		}
		if err != nil || !over || r.ended || r.checking() {
			return err
		}
		return r.end(OutcomeDone, fireFinish)
	}
	if r.owed() {
		return nil
	}
	return r.end(r.s.Ending, fireFinish)
}

// beside says whether a task lies beside the flow: its step is over, the case is
// not.
func (o Origin) beside() bool { return o == OriginCheck || o == OriginAgain || o == OriginOwed }

// About says whether a task is about another one: whoever answers it has decided nothing in
// its step by that.
func (o Origin) About() bool { return o == OriginExtend || o == OriginCheck || o == OriginOwed }

// checking says whether somebody still has to answer beside the flow: to look at
// what one person did alone, to sign again what has changed, or to make up for a
// signature with his certificate.
func (r *run) checking() bool {
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.Origin.beside() && t.Status.Live() {
			return true
		}
	}
	for i := range r.ask {
		if r.ask[i].Purpose == PurposeCheck {
			return true
		}
	}
	return false
}

// visit opens what can open inside a place and says whether the place is over.
func (r *run) visit(p *place) (bool, error) {
	switch p.kind {
	case sequenceNode:
		return r.visitSequence(p)
	case parallelNode:
		return r.visitParallel(p)
	case choiceNode:
		return r.visitChoice(p)
	case splitNode:
		return r.visitSplit(p)
	case repeatNode:
		return r.visitRepeat(p)
	}
	return r.visitStep(p)
}

func (r *run) visitSequence(p *place) (bool, error) {
	for _, kid := range p.kids {
		over, err := r.visit(kid)
		if err != nil || !over || r.ended {
			return false, err
		}
	}
	return true, nil
}

func (r *run) visitParallel(p *place) (bool, error) {
	switch m := r.mark(p); {
	case m.Status.over():
		return true, nil
	case m.Status == MarkOff:
		return false, nil
	case m.Status == "":
		r.setMark(p, MarkOpen)
	}
	need := len(p.kids)
	switch p.parallel.Join.Kind {
	case CountAny:
		need = 1
	case CountN:
		need = p.parallel.Join.N
	}
	over := 0
	for _, kid := range p.kids {
		done, err := r.visit(kid)
		if err != nil || r.ended {
			return false, err
		}
		if done {
			over++
		}
		if over >= need {
			return true, r.joinParallel(p)
		}
	}
	return false, nil
}

// joinParallel closes what the other branches still have open, in the same turn.
func (r *run) joinParallel(p *place) error {
	r.setMark(p, MarkDone)
	for _, kid := range p.kids {
		if err := r.shut(kid, fireDrop); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) visitChoice(p *place) (bool, error) {
	m := r.mark(p)
	switch {
	case m.Status.over():
		return true, nil
	case m.Status == MarkOff:
		return false, nil
	case m.Status == "":
		take, err := r.choose(p)
		if err != nil {
			return false, err
		}
		m = r.setMark(p, MarkOpen)
		m.Take = take
		r.event(Event{Kind: EventBranchTaken, Node: p.id, Take: take})
		if take == 0 {
			m.Status = MarkSkipped
			return true, nil
		}
	}
	over, err := r.visit(p.kids[m.Take-1])
	if over && !r.ended {
		m.Status = MarkDone
	}
	return over, err
}

func (r *run) choose(p *place) (int, error) {
	for i, c := range p.choice.Cases {
		ok, err := r.holds(p, c.When)
		if err != nil {
			return 0, err
		}
		if ok {
			return i + 1, nil
		}
	}
	if p.choice.Else != nil {
		return len(p.choice.Cases) + 1, nil
	}
	return 0, nil
}

// BatchID is what the rows that are opened at once are called, by State.Next as it was then.
func BatchID(n int) string { return "b" + strconv.Itoa(n) }

func (r *run) visitSplit(p *place) (bool, error) {
	m := r.mark(p)
	if m.Status != "" {
		return m.Status.over(), nil
	}
	if r.f == nil {
		return false, refuse(ErrConditionFail, p.id, "when", p.split.Over, "error", "no values")
	}
	rows, err := r.f.Rows(p.split.Over)
	if err != nil {
		return false, refuse(ErrConditionFail, p.id, "when", p.split.Over, "error", err)
	}
	if err := validText(rows...); err != nil {
		return false, err
	}
	if len(rows) == 0 {
		r.setMark(p, MarkSkipped)
		r.event(Event{Kind: EventStepClosed, Node: p.id, Result: string(MarkSkipped)})
		return true, nil
	}
	m = r.setMark(p, MarkOpen)
	m.Batch, m.Rows = BatchID(r.s.Next), len(rows)
	r.s.Next++
	r.event(Event{Kind: EventChildrenWanted, Node: p.id, Batch: m.Batch, Type: p.split.Type, Rows: rows})
	return false, nil
}

func (r *run) visitRepeat(p *place) (bool, error) {
	m := r.mark(p)
	switch {
	case m.Status.over():
		return true, nil
	case m.Status == MarkOff:
		return false, nil
	case m.Status == "":
		m = r.setMark(p, MarkOpen)
		m.Take = 1
		r.event(Event{Kind: EventPassBegun, Node: p.id, Take: m.Take})
	}
	for {
		over, err := r.visit(p.kids[0])
		if err != nil || !over || r.ended {
			return false, err
		}
		ok, err := r.holds(p, p.repeat.Until)
		if err != nil {
			return false, err
		}
		if ok {
			m.Status = MarkDone
			return true, nil
		}
		if m.Take >= p.repeat.Max {
			return r.passesUsed(p, m)
		}
		m.Take++
		for n := p.number + 1; n <= p.last; n++ {
			r.marks[n] = Mark{} // what was signed in the pass before stays valid
		}
		r.event(Event{Kind: EventPassBegun, Node: p.id, Take: m.Take})
	}
}

func (r *run) passesUsed(p *place, m *Mark) (bool, error) {
	r.event(Event{Kind: EventPassesUsed, Node: p.id, Take: m.Take})
	switch p.repeat.AtMax {
	case AtMaxContinue:
		m.Status, m.Result = MarkDone, "passes_used"
		return true, nil
	case AtMaxReject:
		return false, r.finish(OutcomeRejected)
	}
	return false, r.backToApplicant(Returned{Step: p.id, At: r.at})
}

func (r *run) visitStep(p *place) (bool, error) {
	m := r.mark(p)
	if m.Status != "" {
		return m.Status.over(), nil
	}
	m = r.setMark(p, MarkWanted)
	m.From = r.s.Next
	r.wantPeople(p)
	return false, nil
}

// wantPeople asks for those who are to act in a step.
func (r *run) wantPeople(p *place) {
	a := Ask{Step: p.id, Kind: p.step.Kind, Round: r.s.Round, Need: p.step.Need, Due: p.step.Due, From: r.at}
	if p.step.Due != nil && p.step.Due.From == DueFromSubmitted {
		a.From = r.s.Submitted
	}
	a.Alternatives = r.alternatives(p, p.step.Who)
	a.Exclude = r.excluded(p)
	a.Alone = p.step.Alone != nil
	r.ask = append(r.ask, a)
}

// alternatives are ways to find people, with those the engine knows itself.
func (r *run) alternatives(p *place, who []Who) []Alternative {
	out := make([]Alternative, 0, len(who))
	for _, w := range who {
		alt := Alternative{Who: w}
		switch w.Kind {
		case WhoApplicant:
			alt.Signers = []Signer{r.s.Applicant}
		case WhoSameAs:
			alt.Signers = r.signersOf(w.Step)
		case WhoChosen:
			alt.Signers = r.chosen(p.id)
		}
		out = append(out, alt)
	}
	return out
}

// signersOf lists whose decisions in a step count: principals, not deputies.
func (r *run) signersOf(step string) []Signer {
	var out []Signer
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.Step == step && t.Status == TaskDone && !hasPerson(out, t.principal().Person) {
			out = append(out, t.principal())
		}
	}
	return out
}

// principal is the person in whose name a task was done.
func (t *Task) principal() Signer {
	if t.For != nil {
		return *t.For
	}
	if t.By != nil {
		return *t.By
	}
	return Signer{}
}

func hasPerson(list []Signer, person string) bool { return Holder{Named: list}.Has(person) }

package workflow

// decided writes a decision on its task and closes it.
func (r *run) decided(a Action) (*place, error) {
	i := r.s.task(a.Task)
	t := &r.s.Tasks[i]
	t.Verb, t.Result, t.Comment = a.Verb, a.Result, a.Comment
	by := a.By
	t.By = &by
	if a.For != nil {
		principal := *a.For
		t.For = &principal
	}
	return r.c.byID[t.Step], r.close(i, fireDone)
}

func (r *run) approve(a Action) error {
	if a.Result != "" {
		return refuse(ErrResult, "", "result", a.Result)
	}
	if err := r.proved(a); err != nil {
		return err
	}
	p, err := r.decided(a)
	if err != nil {
		return err
	}
	return r.settle(p)
}

// record writes what came of handling; what the result requires of the fields
// is the caller's to check (Step.Requires).
func (r *run) record(a Action) error {
	t, _ := r.s.Task(a.Task)
	p := r.c.byID[t.Step]
	if !p.step.has(a.Result) {
		return refuse(ErrResult, t.Step, "result", a.Result)
	}
	if err := r.proved(a); err != nil {
		return err
	}
	if _, err := r.decided(a); err != nil {
		return err
	}
	return r.settle(p)
}

// has says whether a result may be recorded: one of the list, or none where
// there is no list.
func (s *Step) has(result string) bool {
	if len(s.Results) == 0 {
		return result == ""
	}
	for _, r := range s.Results {
		if r.Key == result {
			return true
		}
	}
	return false
}

func (r *run) reject(a Action) error {
	p, err := r.decided(a)
	if err != nil {
		return err
	}
	if p.step.OnReject == RejectContinues {
		return r.settle(p)
	}
	return r.fail(p, OutcomeRejected)
}

func (r *run) unable(a Action) error {
	p, err := r.decided(a)
	if err != nil {
		return err
	}
	if p.step.OnUnable == UnableCloses || p.step.OnUnable == "" && r.c.flow.Child {
		return r.fail(p, OutcomeUnable)
	}
	return r.settle(p)
}

// fail ends the case when the step can no longer reach the number it needs;
// where all are needed, or any one decides, that is the first no.
func (r *run) fail(p *place, o Outcome) error {
	if p.step.Need.Kind == CountN {
		yes, open, _ := r.tally(p)
		if yes+open >= r.mark(p).Need {
			return nil
		}
	}
	return r.end(o, fireFinish)
}

// tally counts a step's tasks of this opening: yes, still open, and the last
// word said.
func (r *run) tally(p *place) (yes, open int, last string) {
	for _, i := range r.current(p) {
		switch t := &r.s.Tasks[i]; t.Status {
		case TaskOpen:
			open++
		case TaskSkipped:
			yes++
			if last == "" {
				last = string(TaskSkipped)
			}
		case TaskDone:
			if t.Verb == VerbApprove || t.Verb == VerbRecord {
				yes++
			}
			if last = t.Result; last == "" {
				last = string(t.Verb)
			}
		}
	}
	return yes, open, last
}

// settle ends a step when enough of its people have acted, or when nobody is
// left to act; the tasks of the others leave their lists in the same turn.
func (r *run) settle(p *place) error {
	m := r.mark(p)
	if m.Status != MarkOpen {
		return nil
	}
	yes, open, last := r.tally(p)
	if yes < m.Need && open > 0 {
		return nil
	}
	for _, i := range r.current(p) {
		if r.s.Tasks[i].Status == TaskOpen {
			if err := r.close(i, fireDrop); err != nil {
				return err
			}
		}
	}
	m.Status, m.Result = MarkDone, last
	if last == string(TaskSkipped) {
		m.Status = MarkSkipped
	}
	r.event(Event{Kind: EventStepClosed, Node: p.id, Result: last})
	return nil
}

package workflow

import "slices"

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
	t.Owes = a.Owe
	if err := r.close(i, fireDone); err != nil || a.Owe == "" {
		return r.c.byID[t.Step], err
	}
	return r.c.byID[t.Step], r.owe(i)
}

func (r *run) approve(a Action) error {
	if a.Result != "" {
		return refuse(ErrResult, "", "result", a.Result)
	}
	if r.origin(a.Task) != "" {
		return r.gave(a)
	}
	if err := r.proved(a); err != nil {
		return err
	}
	return r.done(a)
}

func (r *run) origin(task string) Origin { return r.s.Tasks[r.s.task(task)].Origin }

// done is a yes of one of the step's own people: whom he chose and whom he added
// come next, and somebody looks at it where he was the only one left.
func (r *run) done(a Action) error {
	i := r.s.task(a.Task)
	p := r.c.byID[r.s.Tasks[i].Step]
	if err := r.chooses(p.step.Choose, a); err != nil {
		return err
	}
	if _, err := r.decided(a); err != nil {
		return err
	}
	if err := r.after(p, i, a); err != nil {
		return err
	}
	if err := r.needsNoMoreTime(a.Task); err != nil {
		return err
	}
	r.wantChecks()
	return r.settle(p)
}

// needsNoMoreTime drops what a task's holder asked for before he did it all the same: others of the
// step may still have to, and whoever grants more time has nothing left to decide.
func (r *run) needsNoMoreTime(task string) error {
	for _, j := range r.under(task) {
		if r.s.Tasks[j].Origin != OriginExtend {
			continue
		}
		if err := r.close(j, fireDrop); err != nil {
			return err
		}
	}
	return nil
}

// wantChecks asks for whoever reviews what one person did alone, where nobody
// has and nobody is asked.
func (r *run) wantChecks() {
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		if !t.Alone || t.Status != TaskDone || t.Verb == VerbReturn || r.checked(t.ID) { // who sends back decides nothing
			continue
		}
		p := r.c.byID[t.Step]
		r.wants(p, Ask{Purpose: PurposeCheck, Task: t.ID, Exclude: []string{t.By.Person, t.principal().Person}, Due: p.step.Alone.Due}, p.step.Alone.Review)
	}
}

func (r *run) checked(id string) bool {
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.Origin == OriginCheck && t.From == id && (t.Status.Live() || t.Status == TaskDone) {
			return true
		}
	}
	for i := range r.ask {
		if r.ask[i].Purpose == PurposeCheck && r.ask[i].Task == id {
			return true
		}
	}
	return false
}

// record writes what came of handling; what the result requires of the fields
// is the caller's to check (Step.ResultsFor).
func (r *run) record(a Action) error {
	t, _ := r.s.Task(a.Task)
	p := r.c.byID[t.Step]
	if !p.step.has(a.Result, r.f) {
		return refuse(p.step.Kind.NoResult(), t.Step, "result", a.Result)
	}
	if err := r.proved(a); err != nil {
		return err
	}
	return r.done(a)
}

// NoResult is what refuses a result that a step of this kind has not.
func (k Kind) NoResult() *Refusal {
	if k == KindQuestion {
		return ErrReply
	}
	return ErrResult
}

// has says whether a result may be recorded: one of those to choose from, or none
// where there is no list.
func (s *Step) has(result string, facts Facts) bool {
	if len(s.Results) == 0 {
		return result == ""
	}
	return slices.ContainsFunc(s.ResultsFor(facts), func(r Result) bool { return r.Key == result })
}

func (r *run) reject(a Action) error {
	if r.origin(a.Task) != "" {
		return r.gave(a)
	}
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
	r.heard(a) // it may have been they who could not
	p, err := r.decided(a)
	if err != nil {
		return err
	}
	if p.step.OnUnable == UnableCloses || p.step.OnUnable == "" && r.c.flow.Child {
		return r.fail(p, OutcomeUnable)
	}
	return r.settle(p)
}

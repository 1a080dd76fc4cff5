package workflow

import "slices"

// submit sends a draft, or a case that came back.
func (r *run) submit(a Action) error {
	if !r.isApplicant(a) {
		return refuse(ErrNotApplicant, "", "person", a.By.Name)
	}
	if err := validSigner(r.s.Applicant); err != nil {
		return err
	}
	if err := r.chooses(r.c.flow.Choose, a); err != nil {
		return err
	}
	if err := r.fire(fireSubmit); err != nil {
		return err
	}
	back := r.s.Returned
	r.s.Submitted, r.s.Returned = r.at, nil
	r.wantChecks()
	r.event(Event{Kind: EventSubmitted, Text: a.Comment, By: &a.By, For: a.For})
	if err := r.owedStill(); err != nil {
		return err
	}
	return r.askLost(a, back)
}

func (r *run) isApplicant(a Action) bool {
	who := a.By.Person
	if a.For != nil {
		who = a.For.Person
	}
	return who != "" && who == r.s.Applicant.Person
}

func (r *run) withdraw(a Action) error {
	if !r.isApplicant(a) {
		return refuse(ErrNotApplicant, "", "person", a.By.Name)
	}
	if !r.c.MayWithdraw(r.s) {
		return refuse(ErrWithdraw, "")
	}
	return r.end(OutcomeWithdrawn, fireWithdraw)
}

func (r *run) void(Action) error { return r.end(OutcomeVoid, fireVoid) }

// toPaper ends what is under way here: the matter goes on on paper.
func (r *run) toPaper(Action) error { return r.end(OutcomePaper, fireVoid) }

// paperVoid ends what was to go on on paper.
func (r *run) paperVoid(a Action) error {
	if err := r.paperEntered(a); err != nil {
		return err
	}
	r.s.Outcome, r.s.Closed = OutcomeVoid, r.at
	return nil
}

// paperEntered notes what became of the paper: the case itself stays ended.
func (r *run) paperEntered(a Action) error {
	if r.s.Outcome != OutcomePaper {
		return refuse(ErrPhase, "", "phase", r.s.Phase, "verb", a.Verb)
	}
	return nil
}

func (r *run) comment(a Action) error {
	r.event(Event{Kind: EventCommented, Task: a.Task, Text: a.Comment, By: &a.By, For: a.For})
	return nil
}

// lapse ends a step that nobody answered in time. That the term has passed is
// the timer's to know; that the task is still open is checked here.
func (r *run) lapse(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	p := r.c.byID[t.Step]
	switch {
	case t.Status == TaskVoid:
		return refuse(ErrStale, t.Step, "task", t.ID)
	case !t.Status.Live():
		return t.notOpen()
	case p.step.Timeout == nil || t.Origin != "":
		return refuse(ErrTimeout, t.Step, "task", t.ID)
	}
	for _, i := range r.current(p) {
		if task := &r.s.Tasks[i]; task.Status.Live() && !task.Origin.beside() {
			task.Verb, task.Comment = VerbLapse, p.step.Timeout.Reason.In("zh-TW")
			if err := r.close(i, fireLapse); err != nil {
				return err
			}
		}
	}
	m := r.mark(p)
	m.Status, m.Result = MarkDone, string(TaskLapsed)
	r.event(Event{Kind: EventStepClosed, Node: p.id, Result: m.Result})
	if p.step.Timeout.Then == TimeoutContinue {
		return nil
	}
	return r.finish(OutcomeLapsed)
}

// batch finds the open split whose children a batch names.
func (r *run) batch(id string) (*place, error) {
	for n := range r.marks {
		if m := &r.marks[n]; m.Batch == id && id != "" {
			if m.Status != MarkOpen {
				return nil, refuse(ErrNotOpen, m.Node, "task", id)
			}
			return r.c.places[n], nil
		}
	}
	// A batch of an earlier round: its split has begun anew, or is no longer needed.
	return nil, refuse(ErrStale, "", "task", id)
}

// childrenOpened notes how many of a split's children there are. The number
// never goes back, so that a job carried out twice does no harm.
func (r *run) childrenOpened(a Action) error {
	p, err := r.batch(a.Task)
	if err != nil {
		return err
	}
	m := r.mark(p)
	if a.Count < 1 || a.Count > m.Rows {
		return refuse(ErrChildren, p.id, "n", a.Count, "of", m.Rows)
	}
	m.Opened = max(m.Opened, a.Count)
	r.event(Event{Kind: EventChildrenOpened, Node: p.id, Batch: m.Batch, Take: m.Opened})
	return nil
}

// join ends a split with the results of all of its children.
func (r *run) join(a Action) error {
	p, err := r.batch(a.Task)
	if err != nil {
		return err
	}
	m := r.mark(p)
	if len(a.Children) != m.Rows {
		return refuse(ErrChildren, p.id, "n", len(a.Children), "of", m.Rows)
	}
	seen := map[string]bool{}
	for _, c := range a.Children {
		if err := validText(c.Row, c.Case, c.Result); err != nil {
			return err
		}
		if seen[c.Row] || !knownOutcome(c.Outcome) {
			return refuse(ErrChildren, p.id, "n", c.Row, "of", m.Rows)
		}
		seen[c.Row] = true
	}
	m.Status, m.Opened, m.Result = MarkDone, m.Rows, joined(a.Children)
	r.event(Event{Kind: EventChildrenJoined, Node: p.id, Batch: m.Batch, Result: m.Result, Kids: slices.Clone(a.Children)})
	return nil
}

// joined is the common outcome of children, or "mixed".
func joined(children []Child) string {
	first := children[0].Outcome
	for _, c := range children {
		if c.Outcome != first {
			return "mixed"
		}
	}
	return string(first)
}

func knownOutcome(o Outcome) bool {
	switch o {
	case OutcomeDone, OutcomeRejected, OutcomeWithdrawn, OutcomeLapsed, OutcomeUnable, OutcomeVoid, OutcomePaper:
		return true
	}
	return false
}

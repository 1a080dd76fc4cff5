package workflow

import (
	"slices"
	"time"
)

// Draft is the state of a case that has not been sent yet.
func (c *Compiled) Draft(applicant Signer) State {
	return State{Flow: c.name(), Phase: PhaseDraft, Round: 1, Applicant: applicant, Next: 1}
}

// Start sends a new case: it makes a draft and submits it.
func (c *Compiled) Start(f Facts, at time.Time, applicant Signer) (Turn, error) {
	return c.Act(c.Draft(applicant), Action{Verb: VerbSubmit, By: applicant, At: at}, f)
}

// Act applies one action to a state. The state given is not changed. A refused
// action returns a Refusal and nothing has happened.
//
// The engine holds the action to the flow: the verb is one of the step's, the
// task is open and By (or For) holds it, a reason is there where one is needed.
// Whether somebody may deputise, belongs to a pool, or is allowed to suspend or
// void, is the caller's to know before.
func (c *Compiled) Act(s State, a Action, f Facts) (Turn, error) {
	r, err := c.begin(s, f, a.At)
	if err != nil {
		return Turn{}, err
	}
	for i := range r.marks {
		if r.marks[i].Status == MarkWanted {
			return Turn{}, refuse(ErrState, r.marks[i].Node, "what", "people are still to be found")
		}
	}
	if err := r.do(a); err != nil {
		return Turn{}, err
	}
	if err := r.advance(); err != nil {
		return Turn{}, err
	}
	return r.turn(), nil
}

func (r *run) do(a Action) error {
	v, ok := acts(a.Verb)
	if !ok {
		return refuse(ErrVerb, "", "verb", a.Verb)
	}
	if err := validAction(a); err != nil {
		return err
	}
	if a.For != nil && a.For.Person == a.By.Person {
		a.For = nil // nobody is his own deputy
	}
	by := a.By
	r.by = &by
	if _, err := r.s.Phase.follow(v.fires); err != nil {
		return err
	}
	if v.task {
		if err := r.mayAct(a); err != nil {
			return err
		}
	}
	if err := r.certified(a); err != nil {
		return err
	}
	if a.Batch && !r.inBatch(a) {
		return refuse(ErrBatch, "", "verb", a.Verb)
	}
	if len(a.Chosen) > 0 && a.Verb != VerbSubmit && a.Verb != VerbApprove && a.Verb != VerbRecord {
		return refuse(ErrVerb, "", "verb", a.Verb)
	}
	if len(a.Units) > 0 && a.Verb != VerbConsult {
		return refuse(ErrUnits, "", "verb", a.Verb)
	}
	if v.reason && blank(a.Comment) {
		return refuse(ErrReason, "", "verb", a.Verb)
	}
	if err := v.do(r, a); err != nil {
		return err
	}
	if r.s.Phase == PhaseRunning && r.s.Ending == "" {
		if err := r.changed(a); err != nil {
			return err
		}
	}
	if r.s.Phase != PhaseRunning {
		r.ended = true // nothing goes on by itself
	}
	return nil
}

func (r *run) inBatch(a Action) bool {
	i := r.s.task(a.Task)
	return i >= 0 && a.Verb == VerbApprove && r.c.byID[r.s.Tasks[i].Step].step.InBatch(&r.s.Tasks[i])
}

func blank(s string) bool {
	for _, c := range s {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\u3000' {
			return false
		}
	}
	return true
}

func validAction(a Action) error {
	if err := validSigner(a.By); err != nil {
		return err
	}
	if a.For != nil {
		if err := validSigner(*a.For); err != nil {
			return err
		}
	}
	if o := a.Outside; o != nil {
		if err := validText(append([]string{o.To, o.How, o.Number, o.ExpectedDate, o.Text, o.ReplyNumber, o.Reply, o.Unasked}, o.Proof...)...); err != nil {
			return err
		}
	}
	return validText(a.Comment, a.Result, a.Task, a.Owe)
}

// mayAct refuses everybody but the holder of the open task, or his deputy.
func (r *run) mayAct(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	switch t.Status {
	case TaskOpen, TaskWaiting:
	case TaskVoid:
		return refuse(ErrStale, t.Step, "task", t.ID)
	default:
		return t.notOpen()
	}
	p := r.c.byID[t.Step]
	if t.Status == TaskWaiting {
		return t.notOpen()
	}
	if !r.c.offered(p.step, a.Verb, t) {
		return r.notOffered(p, t, a.Verb)
	}
	holder := a.By.Person
	persons := []string{a.By.Person}
	if a.For != nil {
		holder = a.For.Person
		persons = append(persons, holder)
	}
	if holder == "" || a.By.Person == "" {
		return refuse(ErrNotAssigned, t.Step, "task", t.ID, "person", holder)
	}
	if t.Claimed != nil && t.Claimed.Person != holder {
		return refuse(ErrClaimed, t.Step, "person", t.Claimed.Name)
	}
	if t.Holder.Pool != "" && a.Via != t.Holder.Pool || t.Holder.Pool == "" && !t.Holder.Has(holder) {
		return refuse(ErrNotAssigned, t.Step, "task", t.ID, "person", a.By.Name)
	}
	if a.For != nil && (p.step.InPerson || t.Origin == OriginOwed) {
		return refuse(ErrInPerson, t.Step)
	}
	if t.Origin == OriginOwed {
		return nil // what he decided stands; whether he might was settled then
	}
	if t.Origin == OriginExtend || t.Origin == OriginCheck {
		for _, person := range r.concerned(t) {
			if slices.Contains(persons, person) {
				return r.separated(p, a.By, "")
			}
		}
	} else if !t.Alone {
		if err := r.apart(p, t, a); err != nil {
			return err
		}
	}
	return r.deputy(t, a)
}

// notOffered says why a task has no such verb.
func (r *run) notOffered(p *place, t *Task, v Verb) error {
	switch {
	case (v == VerbAddBefore || v == VerbAddAfter) && t.Origin != "":
		return refuse(ErrAddAgain, t.Step)
	case v == VerbClaim && t.Claimed != nil:
		return refuse(ErrClaimed, t.Step, "person", t.Claimed.Name)
	case v == VerbDelegate && p.step.InPerson:
		return refuse(ErrInPerson, t.Step)
	case (v == VerbDelegate || v == VerbDecline) && p.step.Bound(t):
		return refuse(ErrBound, t.Step)
	case v == VerbExtend && p.step.Extend != nil && t.Extended >= p.step.Extend.Max:
		return refuse(ErrExtendOften, t.Step)
	}
	return refuse(ErrVerb, t.Step, "verb", v)
}

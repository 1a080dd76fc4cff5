package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// OtherAct is something an actor may do with a case beside his own open tasks.
type OtherAct struct {
	Verb    workflow.Verb
	Task    string // the task it is about, "" for the whole case
	Step    workflow.Text
	Origin  workflow.Origin // why there is that task, as of workflow.Task
	Holders []string        // whose task that is, by name
	Reason  bool            // must say why
	People  bool            // names people
	// Why says why it is asked of him: nobody acts for a holder who is away.
	Why workflow.Text
	// Planned is who would sign after that task and can be taken away: the act names
	// him alone.
	Planned *workflow.Signer
	// Edits are the fields of the form that come with it (VerbAmend), none for any other.
	Edits []string
}

// others are all such acts that would be carried out now. What they need besides
// (a reason, people) comes with the act itself.
func (k *Kit) others(ctx context.Context, actor Actor, c caseInHand, way wayIn, now time.Time) ([]OtherAct, error) {
	if actor.system || c.state.Phase == workflow.PhaseDraft {
		return nil, nil
	}
	self, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return nil, err
	}
	if way == wayBeside {
		return k.besideActs(ctx, c, self, now)
	}
	var out []OtherAct
	if slices.ContainsFunc(c.state.Copies, func(s workflow.Copy) bool { return s.To.Person == self.Person && s.Read.IsZero() }) {
		out = append(out, k.otherAct(c, workflow.VerbRead, workflow.Task{}))
	}
	if c.state.Phase == workflow.PhaseClosed {
		if _, err := k.mayHandAgain(ctx, c, self, now); err == nil {
			out = append(out, k.otherAct(c, VerbHandAgain, workflow.Task{}))
		} else if !errors.Is(err, ErrForbidden) {
			return nil, err
		}
		if _, err := k.mayRetract(ctx, c, self, now); err == nil {
			act := k.otherAct(c, VerbRetract, workflow.Task{})
			act.Reason = true
			out = append(out, act)
		} else if !errors.Is(err, ErrForbidden) {
			return nil, err
		}
		amends, err := k.offersAmend(ctx, c, self, now)
		if err == nil && amends {
			act := k.otherAct(c, VerbAmend, workflow.Task{})
			act.Reason, act.Edits = true, c.amendable().Edit
			out = append(out, act)
		} else if err != nil && !errors.Is(err, ErrForbidden) {
			return nil, err
		}
		return out, nil
	}
	urge := workflow.Action{Verb: workflow.VerbUrge, By: self, At: now}
	if c.asked() == self.Person && c.row.Applicant != self.Person {
		urge.For = &c.state.Applicant // he goes on with it for him
	}
	if c.own(actor) && c.row.Parent == "" && !awaitsOnly(c, self.Person) && k.would(c, urge) {
		out = append(out, k.otherAct(c, workflow.VerbUrge, workflow.Task{}))
	}
	if slices.Contains(takesPart(c), self.Person) {
		out = append(out, k.otherAct(c, workflow.VerbCopy, workflow.Task{}))
	}
	for _, t := range c.state.Tasks {
		of, err := k.othersOf(ctx, actor, c, t, self, now)
		if err != nil {
			return nil, err
		}
		out = append(out, of...)
	}
	if _, err := k.overPaper(ctx, c, self, now); err == nil {
		out = append(out, k.otherAct(c, workflow.VerbToPaper, workflow.Task{}))
	} else if !errors.Is(err, ErrForbidden) {
		return nil, err
	}
	if _, err := k.overCase(ctx, c, self, now); err == nil {
		verb := workflow.VerbSuspend
		if c.state.Phase == workflow.PhaseSuspended {
			verb = workflow.VerbResume
		}
		if c.state.Phase != workflow.PhaseReturned {
			out = append(out, k.otherAct(c, verb, workflow.Task{}))
		}
		out = append(out, k.otherAct(c, workflow.VerbVoid, workflow.Task{}))
	} else if !errors.Is(err, ErrForbidden) {
		return nil, err
	}
	return out, nil
}

// awaitsOnly says whether all the case waits for is one person: there is no hurrying
// oneself. A case whose rows are under way waits for those who hold them.
func awaitsOnly(c caseInHand, person string) bool {
	awaited := false
	for _, t := range c.state.Tasks {
		if t.Status != workflow.TaskOpen {
			continue
		}
		if len(t.Holder.Named) == 0 || slices.ContainsFunc(t.Holder.Named, func(h workflow.Signer) bool { return h.Person != person }) {
			return false
		}
		awaited = true
	}
	return awaited || c.state.Phase == workflow.PhaseReturned
}

// othersOf are the acts on one task that is not the actor's turn.
func (k *Kit) othersOf(ctx context.Context, actor Actor, c caseInHand, t workflow.Task, self workflow.Signer, now time.Time) ([]OtherAct, error) {
	var out []OtherAct
	live := t.Status == workflow.TaskOpen || t.Status == workflow.TaskWaiting
	if !live {
		a := Action{Verb: workflow.VerbTakeBack, Task: t.ID}
		if t.Status != workflow.TaskDone || t.By == nil || t.By.Person != self.Person && (t.For == nil || t.For.Person != self.Person) {
			return nil, nil
		}
		if _, err := k.takenBack(c, a, self, now); err != nil {
			return nil, nil
		}
		if k.would(c, workflow.Action{Verb: a.Verb, Task: t.ID, By: self, At: now}) {
			out = append(out, k.otherAct(c, a.Verb, t))
		}
		return out, nil
	}
	if k.would(c, workflow.Action{Verb: workflow.VerbRemoveSigner, Task: t.ID, By: self, At: now}) {
		out = append(out, k.otherAct(c, workflow.VerbRemoveSigner, t))
	}
	chase, err := k.chaseAct(ctx, c, t, self, now)
	if err != nil {
		return nil, err
	}
	out = append(out, chase...)
	planned, err := k.plannedAfter(ctx, actor, c, t, self, now)
	if err != nil {
		return nil, err
	}
	out = append(out, planned...)
	if k.would(c, workflow.Action{Verb: workflow.VerbWaive, Task: t.ID, By: self, At: now}) {
		_, _, err := k.asOther(ctx, actor, c, Action{Verb: workflow.VerbWaive, Task: t.ID}, self, now)
		if err == nil {
			out = append(out, k.otherAct(c, workflow.VerbWaive, t))
		} else if err := ignoreForbidden(err); err != nil {
			return out, err
		}
	}
	if t.Origin == workflow.OriginOwed {
		return out, nil // nobody else can do it for him
	}
	for _, verb := range []workflow.Verb{workflow.VerbReassign, workflow.VerbAppoint} {
		if !k.wouldGive(c, verb, t, self, now) {
			continue
		}
		_, err := k.overTask(ctx, actor, c, Action{Verb: verb, Task: t.ID}, self, now)
		switch {
		case err == nil && verb == workflow.VerbAppoint:
			act, err := k.appointAct(ctx, c, t, now)
			if err != nil {
				return nil, err
			}
			out = append(out, act)
		case err == nil:
			out = append(out, k.otherAct(c, verb, t))
		case !errors.Is(err, ErrForbidden) && workflow.AsRefusal(err) == nil:
			return nil, err
		}
	}
	return out, nil
}

// besideActs are the acts of who names a stand-in and has nothing else to do with the case.
func (k *Kit) besideActs(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) ([]OtherAct, error) {
	var out []OtherAct
	for _, t := range c.state.Open() {
		if !k.wouldGive(c, workflow.VerbAppoint, t, self, now) {
			continue
		}
		_, err := k.besideTask(ctx, c, Action{Verb: workflow.VerbAppoint, Task: t.ID}, self, now)
		switch {
		case err == nil:
			act, err := k.appointAct(ctx, c, t, now)
			if err != nil {
				return nil, err
			}
			out = append(out, act)
		case !errors.Is(err, ErrForbidden) && workflow.AsRefusal(err) == nil:
			return nil, err
		}
	}
	return out, nil
}

// appointAct is that a stand-in is named, with why where that is asked for.
func (k *Kit) appointAct(ctx context.Context, c caseInHand, t workflow.Task, now time.Time) (OtherAct, error) {
	act := k.otherAct(c, workflow.VerbAppoint, t)
	found, err := k.unattendedIn(ctx, c, t, now)
	if err == nil && len(found) > 0 {
		act.Why = found[0].words()
	}
	return act, err
}

// plannedAfter are those who would sign after a task, for its holder to take away.
func (k *Kit) plannedAfter(ctx context.Context, actor Actor, c caseInHand, t workflow.Task, self workflow.Signer, now time.Time) ([]OtherAct, error) {
	if t.Status != workflow.TaskOpen || len(t.Then) == 0 || c.state.Phase != workflow.PhaseRunning {
		return nil, nil
	}
	_, holds, err := k.holds(ctx, Actor{Person: actor.Person}, c, t, self, now)
	if err != nil || !holds {
		return nil, err
	}
	out := make([]OtherAct, len(t.Then))
	for i := range t.Then {
		out[i] = k.otherAct(c, workflow.VerbRemoveSigner, t)
		out[i].Origin = workflow.OriginAfter
		out[i].Planned = &t.Then[i]
	}
	return out, nil
}

func (k *Kit) otherAct(c caseInHand, v workflow.Verb, t workflow.Task) OtherAct {
	act := OtherAct{Verb: v, Task: t.ID, Reason: workflow.NeedsReason(v), People: workflow.NamesPeople(v)}
	if t.ID == "" {
		return act
	}
	step, _ := c.kind.flow.Step(t.Step)
	act.Step, act.Origin, act.Holders = taskName(step, t), t.Origin, called(t.Holder.Named)
	if t.Holder.Pool != "" {
		act.Holders = nil // nobody is named where nobody was in it
	}
	if members := t.Why["members"]; t.Holder.Pool != "" && members != "" {
		act.Holders = strings.Split(members, memberSeparator)
	}
	return act
}

// would says whether the engine would do something, were it given its reason.
func (k *Kit) would(c caseInHand, a workflow.Action) bool {
	a.Comment = "?"
	_, err := c.kind.flow.Act(c.state, a, c.facts())
	return err == nil
}

// wouldGive says whether the engine would let a task be given to somebody, or a stand-in be named
// for it, whoever that is: not while the clock of the case stands, nor where a group shares it.
func (k *Kit) wouldGive(c caseInHand, verb workflow.Verb, t workflow.Task, self workflow.Signer, now time.Time) bool {
	anybody := workflow.Signer{Person: "?", Name: "?"}
	return k.would(c, workflow.Action{Verb: verb, Task: t.ID, By: self, At: now, People: []workflow.Signer{anybody}})
}

// ignoreForbidden is an error that is more than that somebody may not.
func ignoreForbidden(err error) error {
	if errors.Is(err, ErrForbidden) {
		return nil
	}
	return err
}

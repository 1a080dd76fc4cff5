package ismskit

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// What else lets somebody in: his rank or office, a task the registry assigns.
const (
	viaSuperior = "superior"
	viaOfficer  = "officer"
	viaCopy     = "copy"
)

// asOther is for verbs that act on a case, or on somebody's task, without one's
// own turn: who may is said here, what they do in the engine.
func (k *Kit) asOther(ctx context.Context, actor Actor, c caseInHand, a Action, self workflow.Signer, now time.Time) (authority, bool, error) {
	auth := authority{by: self, task: a.Task}
	way, err := k.mayRead(ctx, actor, c, now)
	if err != nil {
		return authority{}, true, err
	}
	if way == wayBeside && a.Verb != workflow.VerbComment {
		auth.via, err = k.besideTask(ctx, c, a, self, now)
		return auth, true, err
	}
	switch a.Verb {
	case workflow.VerbTakeBack:
		task, err := k.takenBack(c, a, self, now)
		auth.via, auth.task = viaNamed, task
		return auth, true, err
	case workflow.VerbRemoveSigner:
		auth.via = viaNamed // that it was he who added is the engine's to know
		return auth, true, nil
	case workflow.VerbReassign, workflow.VerbAppoint:
		via, err := k.overTask(ctx, actor, c, a, self, now)
		auth.via = via
		return auth, true, err
	case workflow.VerbChase:
		auth.via, _, err = k.chases(ctx, c, a.Task, self, now)
		return auth, true, err
	case workflow.VerbWaive:
		auth.via = viaOfficer
		own := !c.kind.Reading && (self.Person == c.row.Applicant || self.Person == c.asked()) // in whose name something is distributed gains nothing by it
		if ok, err := k.isOfficer(ctx, c, self, now); err != nil || ok && !own {
			return auth, true, err
		}
		return authority{}, true, ErrForbidden
	case workflow.VerbSuspend, workflow.VerbResume, workflow.VerbVoid:
		via, err := k.overCase(ctx, c, self, now)
		auth.via, auth.task = via, ""
		return auth, true, err
	case workflow.VerbToPaper:
		via, err := k.overPaper(ctx, c, self, now)
		auth.via, auth.task = via, ""
		return auth, true, err
	case VerbHandAgain:
		via, err := k.mayHandAgain(ctx, c, self, now)
		auth.via, auth.task = via, ""
		return auth, true, err
	case VerbRetract:
		via, err := k.mayRetract(ctx, c, self, now)
		auth.via, auth.task = via, ""
		return auth, true, err
	case VerbAmend:
		via, err := k.mayAmend(ctx, c, self, now)
		auth.via, auth.task = via, ""
		return auth, true, err
	case workflow.VerbCopy:
		auth.via, auth.task = viaReader, ""
		return auth, true, k.mayCopy(ctx, c, a, self, now)
	case workflow.VerbRead:
		auth.via, auth.task = viaCopy, ""
		return auth, true, nil
	}
	return authority{}, false, nil
}

// besideTask says through what somebody names a stand-in whom the case concerns for
// nothing else: he does that alone, and only where nobody acts, or he has named one before.
func (k *Kit) besideTask(ctx context.Context, c caseInHand, a Action, self workflow.Signer, now time.Time) (string, error) {
	t, ok := c.state.Task(a.Task)
	if !ok || a.Verb != workflow.VerbAppoint {
		return "", ErrForbidden
	}
	if asked, err := k.appointsIn(ctx, c, t, self, now); err != nil {
		return "", err
	} else if !asked && t.Appointed == nil {
		return "", ErrForbidden
	}
	return k.overTask(ctx, Actor{Person: self.Person}, c, a, self, now)
}

// mayCopy says whether somebody may send copies of a case: whoever takes part in
// it, other than by a copy. What is confidential is copied only to those who may
// read it anyway (K18).
func (k *Kit) mayCopy(ctx context.Context, c caseInHand, a Action, self workflow.Signer, now time.Time) error {
	if !slices.Contains(takesPart(c), self.Person) {
		return ErrForbidden
	}
	if !k.classes().Confidential(c.row.Class) {
		return nil
	}
	for _, id := range a.People {
		if _, err := k.mayRead(ctx, Actor{Person: id}, c, now); err != nil {
			return ErrForbidden
		}
	}
	return nil
}

// takenBack finds the decision that somebody may still take back, and holds him
// to the time there is for it.
func (k *Kit) takenBack(c caseInHand, a Action, self workflow.Signer, now time.Time) (string, error) {
	id := a.Task
	for _, t := range slices.Backward(c.state.Tasks) {
		mine := t.By != nil && t.By.Person == self.Person || t.For != nil && t.For.Person == self.Person
		if id == "" && mine && t.Status == workflow.TaskDone {
			id = t.ID
		}
	}
	t, ok := c.state.Task(id)
	if !ok {
		return "", workflow.ErrNotOpen
	}
	window := c.kind.flow.Flow().TakeBack
	if window == "" {
		window = defaultTakeBack
	}
	term, err := calendar.ParseTerm(window)
	if err != nil || term.N == 0 || !now.Before(k.calendarOf(c.row.Unit).Due(t.Closed, term, k.location).At) {
		return "", workflow.ErrTakeBack
	}
	return id, nil
}

// defaultTakeBack is how long one may take back what one has signed, as offices
// have it.
const defaultTakeBack = "5wd"

// overTask says through what somebody may give another one's task away, or name
// his stand-in: the registry to which it was declined, the type's officers, the
// superior of whoever holds it. A stand-in is named by the superior alone, or by the
// one above while that one is away, and only where no deputy is left (代理順序表已用盡).
func (k *Kit) overTask(ctx context.Context, actor Actor, c caseInHand, a Action, self workflow.Signer, now time.Time) (string, error) {
	t, ok := c.state.Task(a.Task)
	if !ok {
		return "", workflow.ErrNotOpen
	}
	if self.Person == c.row.Applicant || self.Person == c.asked() {
		return "", ErrForbidden // nobody has a say in who signs his own request
	}
	holders, err := k.holdersNow(ctx, c, t, now)
	if err != nil {
		return "", err
	}
	if a.Verb == workflow.VerbAppoint {
		via, err := k.asAppointer(ctx, c, holders, self, now)
		if err != nil {
			return "", err
		}
		for _, h := range holders {
			if d, acting, err := k.deputyOf(ctx, c, t, h.Person, now); err != nil {
				return "", err
			} else if acting && d.Entry != viaAppointed {
				return "", refusal(workflow.ErrAlready, "person", d.Name)
			}
		}
		return via, nil
	}
	if t.Origin == workflow.OriginDeclined {
		if _, ok, err := k.holds(ctx, actor, c, t, self, now); err != nil {
			return "", err
		} else if ok {
			return viaNamed, nil
		}
	}
	if ok, err := k.isOfficer(ctx, c, self, now); err != nil || ok {
		return viaOfficer, err
	}
	return k.asSuperior(ctx, holders, self, now)
}

// overCase says through what somebody may stop the clock or declare a case void.
func (k *Kit) overCase(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (string, error) {
	if self.Person == c.row.Applicant || self.Person == c.asked() {
		return "", ErrForbidden
	}
	if ok, err := k.isOfficer(ctx, c, self, now); err != nil || ok {
		return viaOfficer, err
	}
	var holders []workflow.Signer
	for _, t := range c.state.Open() {
		if t.Origin != "" {
			continue // who was only asked on the way gives his superior no say
		}
		own, err := k.holdersNow(ctx, c, t, now)
		if err != nil {
			return "", err
		}
		holders = append(holders, own...)
	}
	return k.asSuperior(ctx, holders, self, now)
}

// overPaper says through what somebody may let a case go on on paper: who keeps the
// papers, and who may declare it void. Only a case of a type that has paper goes there,
// and a row only with its request.
func (k *Kit) overPaper(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (string, error) {
	if !c.kind.Paper || c.row.Parent != "" || c.row.Number == "" {
		return "", ErrForbidden
	}
	if ok, err := k.mayPaper(ctx, self.Person); err != nil || ok {
		return viaOfficer, err
	}
	return k.overCase(ctx, c, self, now)
}

func (k *Kit) isOfficer(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (bool, error) {
	officers := c.kind.flow.Flow().Officers
	if len(officers) == 0 {
		return false, nil
	}
	found, err := k.among(ctx, c, officers, now)
	return slices.ContainsFunc(found, func(s workflow.Signer) bool { return s.Person == self.Person }), err
}

// among are all people that several ways find together.
func (k *Kit) among(ctx context.Context, c caseInHand, who []workflow.Who, now time.Time) ([]workflow.Signer, error) {
	var batch questions
	for _, w := range who {
		batch.who(c, 0, 0, w, now)
	}
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	as, _ := answers.of(0, 0)
	found, _, _ := signersOf(as)
	return found, nil
}

// asSuperior says that somebody is the direct superior of one of them.
func (k *Kit) asSuperior(ctx context.Context, of []workflow.Signer, self workflow.Signer, now time.Time) (string, error) {
	others := slices.DeleteFunc(slices.Clone(of), func(h workflow.Signer) bool { return h.Person == self.Person })
	found, err := k.superiorsOf(ctx, others, now)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(found, func(s workflow.Signer) bool { return s.Person == self.Person }) {
		return viaSuperior, nil
	}
	return "", ErrForbidden
}

// people looks up those whom an action names, as they are now. Somebody who has
// left can be given nothing.
func (k *Kit) peopleNamed(ctx context.Context, ids []string, now time.Time) ([]workflow.Signer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > workflow.MaxPeople {
		return nil, refusal(workflow.ErrPeople, "n", strconv.Itoa(workflow.MaxPeople))
	}
	questions := make([]directory.Question, len(ids))
	for i, id := range ids {
		questions[i] = directory.Question{ID: id, Kind: directory.KindPersonActive, Person: id, At: now}
	}
	answers, err := k.resolve(ctx, questions)
	if err != nil {
		return nil, err
	}
	out := make([]workflow.Signer, len(ids))
	for i, a := range answers {
		if len(a.Holders) == 0 || ids[i] == "" {
			return nil, refusal(workflow.ErrUnknownPerson, "person", ids[i])
		}
		out[i] = signerOf(a.Holders[0])
	}
	return out, nil
}

// refusal is one of the engine's, with what its sentence needs.
func refusal(kind *workflow.Refusal, pairs ...string) error {
	r := &workflow.Refusal{Code: kind.Code, Params: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Params[pairs[i]] = pairs[i+1]
	}
	return r
}

// choices looks up the people chosen for later steps; where a flow says among
// whom one may choose, nobody else is taken.
func (k *Kit) choices(ctx context.Context, c caseInHand, picks []workflow.Pick, chosen map[string][]string, now time.Time) (map[string][]workflow.Signer, error) {
	if len(chosen) == 0 {
		return nil, nil
	}
	out := map[string][]workflow.Signer{}
	for _, step := range slices.Sorted(maps.Keys(chosen)) {
		ids := chosen[step]
		people, err := k.peopleNamed(ctx, ids, now)
		if err != nil {
			return nil, err
		}
		out[step] = people
		i := slices.IndexFunc(picks, func(p workflow.Pick) bool { return p.Step == step })
		if i < 0 || len(picks[i].From) == 0 {
			continue // the engine refuses a step that nobody chooses for
		}
		from, err := k.among(ctx, c, picks[i].From, now)
		if err != nil {
			return nil, err
		}
		for j, s := range people {
			at := slices.IndexFunc(from, func(f workflow.Signer) bool { return f.Person == s.Person })
			if at >= 0 {
				people[j] = from[at] // under the post for which he is among them
				continue
			}
			target, _ := c.kind.flow.Step(step)
			return nil, refusal(workflow.ErrChoose, "step", target.Name.In("zh-TW"), "step_en", target.Name.In("en"), "max", strconv.Itoa(most(picks[i])))
		}
	}
	return out, nil
}

func most(p workflow.Pick) int {
	if p.Max == 0 {
		return workflow.MaxPeople
	}
	return p.Max
}

// picks are the choices that a decision carries, of the step acted in.
func (w *work) picks() []workflow.Pick {
	t, ok := w.before.state.Task(w.auth.task)
	if !ok {
		return nil
	}
	step, _ := w.before.kind.flow.Step(t.Step)
	return step.Choose
}

package workflow_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
	"pgregory.net/rapid"
)

// played is one action with all that was answered during it, so that it can be
// played again.
type played struct {
	action  workflow.Action
	answers [][]workflow.Found
	facts   values
	flow    string // by which it was done
}

// walker goes at random through one case.
type walker struct {
	t     *rapid.T
	c     *workflow.Compiled
	steps []workflow.Step
	apart [][]string // Flow.Separate
	s     workflow.State
	facts values
	log   []played
	told  *told // by the events alone; nil where nobody listens
	at    time.Time
	tries int
	fresh int
}

// find answers who is asked for: a drawn few, or somebody new when all of them
// are excluded; and now and then nobody else is left.
func (w *walker) find(ask workflow.Ask, want int) workflow.Found {
	found := workflow.Found{Step: ask.Step, Purpose: ask.Purpose, Task: ask.Task, Due: w.at.Add(72 * time.Hour)}
	if ask.Purpose == workflow.PurposeNext {
		found.Signers = ask.Alternatives[0].Signers
		return found
	}
	if ask.Alone && len(ask.Exclude) > 0 && want == 1 {
		found.Alone, found.Signers = true, people(ask.Exclude[0])
		for len(found.Signers) < 2 || !ask.Need.Enough(found.Signers, found.Signers) {
			found.Signers = append(found.Signers, person(w.newcomer()))
		}
		return found
	}
	for i := range want {
		p := fmt.Sprintf("P%d", (len(ask.Step)+i)%4)
		if !slices.Contains(ask.Exclude, p) {
			found.Signers = append(found.Signers, person(p))
		}
	}
	for i := 0; len(found.Signers) < 2 || !ask.Need.Enough(found.Signers, found.Signers); i++ {
		found.Signers = append(found.Signers, person(fmt.Sprintf("%s-%d-%d", ask.Step, w.at.Unix(), i)))
	}
	return found
}

// newcomer is somebody who has not been in the case yet.
func (w *walker) newcomer() string {
	w.fresh++
	return fmt.Sprintf("N%d", w.fresh)
}

func (w *walker) try(a workflow.Action) error {
	w.at = w.at.Add(time.Minute)
	a.At = w.at
	before := w.s.Encode()
	p := played{action: a, flow: w.s.Flow, facts: values{holds: map[string]bool{}, rows: w.facts.rows, named: w.facts.named}}
	for k, v := range w.facts.holds {
		p.facts.holds[k] = v
	}
	turn, err := w.c.Act(w.s, a, w.facts)
	for err == nil && len(turn.Ask) > 0 {
		var answers []workflow.Found
		for _, ask := range turn.Ask {
			answers = append(answers, w.find(ask, 1+w.tries%3))
		}
		p.answers = append(p.answers, answers)
		turn, err = w.c.Seat(turn, answers, w.facts)
	}
	w.tries++
	if string(before) != string(w.s.Encode()) {
		w.t.Fatalf("%s changed what it was given", a.Verb)
	}
	if err != nil {
		return err
	}
	w.s = turn.State
	w.log = append(w.log, p)
	if w.told != nil {
		w.told.turn(a, turn)
		if what := w.told.differs(w.s); what != "" {
			w.t.Fatalf("after %s on %s the events say %s\n%s", a.Verb, a.Task, what, w.s.Encode())
		}
	}
	w.check(a)
	return nil
}

// offer turns an offered verb into an action of one of the task's holders.
func offer(task workflow.Task, o workflow.Offer, holder int) workflow.Action {
	a := workflow.Action{Verb: o.Verb, Task: task.ID, By: task.Holder.Named[holder%len(task.Holder.Named)]}
	if o.Reason {
		a.Comment = "理由"
	}
	switch o.Verb {
	case workflow.VerbReturn:
		a.To = o.To[holder%len(o.To)]
	case workflow.VerbSendOut:
		a.Outside = &workflow.OutsideNote{To: "中心", How: "公文", Number: "1"}
	case workflow.VerbAnswer, workflow.VerbRecord:
		a.Outside = &workflow.OutsideNote{Reply: "\"好\"\n", Replied: task.Opened, Proof: []string{"f"}}
	case workflow.VerbExtend:
		a.Extend = &workflow.ExtendRequest{Extension: workflow.Extension{Term: "2wd", Due: task.Due.Add(48 * time.Hour), DueDate: "2026-12-01"}}
	}
	if task.Claimed != nil {
		a.By = *task.Claimed
	}
	if a.Certified = o.Certificate != ""; o.Certificate == workflow.CertificateLater && holder%2 == 0 {
		a.Certified, a.Owe = false, "未攜帶憑證"
	}
	return a
}

// wander does something at random; what is refused must be refused for a reason
// that people meet.
func (w *walker) wander() {
	pick := (rapid.IntRange(0, 29).Draw(w.t, "pick") + 12) % 30 // small numbers are drawn most: what is done most
	holder := rapid.IntRange(0, 5).Draw(w.t, "holder")
	for c := range w.facts.holds {
		w.facts.holds[c] = (len(c)+pick+int(c[len(c)-1]))%3 == 0
	}
	w.facts.rows = []string{"r1", "r2", "r3"}[:pick%4%3]
	var err error
	switch open := w.s.Open(); {
	case pick == 0:
		err = w.try(workflow.Action{Verb: workflow.VerbSuspend, By: person("X"), Comment: "等"})
	case pick == 1:
		err = w.try(workflow.Action{Verb: workflow.VerbWithdraw, By: person("P13"), Comment: "撤"})
	case w.s.Phase == workflow.PhaseSuspended:
		err = w.try(workflow.Action{Verb: workflow.VerbResume, By: person("X"), Comment: "續"})
	case w.s.Phase == workflow.PhaseReturned || w.s.Phase == workflow.PhaseDraft:
		submit := workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")}
		if pick%3 == 0 && w.s.Phase == workflow.PhaseReturned {
			submit.Changed = []workflow.FieldChange{{Path: "note"}}
		}
		err = w.try(submit)
	case pick == 2 && len(open) > 0:
		err = w.try(workflow.Action{Verb: workflow.VerbLapse, Task: open[0].ID})
	case len(w.splits()) > 0 && (pick < 12 || len(open) == 0):
		err = w.try(w.join())
	case pick < 8 && len(w.s.Tasks) > 0:
		err = w.aside(pick, holder)
	case len(open) > 0:
		task := open[pick%len(open)]
		offers := w.c.Offers(w.s, task.ID, nil)
		if task.Origin == workflow.OriginDeclined {
			err = w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: task.Holder.Named[0], People: people(w.newcomer()), Comment: "改分"})
			break
		}
		if len(offers) == 0 {
			w.t.Fatalf("%s offers nothing\n%s", task.ID, w.s.Encode())
		}
		if deciding := slices.DeleteFunc(slices.Clone(offers), func(o workflow.Offer) bool { return o.Detour }); len(deciding) > 0 && w.tries%3 > 0 {
			offers = deciding
		}
		a := w.offer(task, offers[pick%len(offers)], holder)
		if pick%5 == 0 && len(w.log) > 1 {
			a.Changed = []workflow.FieldChange{{Path: "note"}}
		}
		if holder == 5 {
			principal := a.By
			a.For, a.By = &principal, person("D1")
		}
		err = w.try(a)
	}
	for _, known := range []error{nil, workflow.ErrSeparation, workflow.ErrDeputy, workflow.ErrOutside, workflow.ErrPhase, workflow.ErrTimeout, workflow.ErrReturnTarget,
		workflow.ErrTakeBack, workflow.ErrNotAssigned, workflow.ErrNotOpen, workflow.ErrStale, workflow.ErrAdder, workflow.ErrInPerson, workflow.ErrBound,
		workflow.ErrWithdraw, workflow.ErrExtendLate, workflow.ErrExtendAsked, workflow.ErrQuorum, workflow.ErrAlready, workflow.ErrVerb, workflow.ErrExtendTerm, workflow.ErrChased} {
		if errors.Is(err, known) {
			return
		}
	}
	w.t.Fatalf("refused: %v\n%s", err, w.s.Encode())
}

// offer turns an offered verb into an action; who is named is new to the case.
func (w *walker) offer(task workflow.Task, o workflow.Offer, holder int) workflow.Action {
	a := offer(task, o, holder)
	if o.People {
		a.People = people(w.newcomer())
	}
	return a
}

// somebody is in the case already, or new to it.
func (w *walker) somebody(n int) string {
	if n%2 == 0 {
		return w.newcomer()
	}
	return fmt.Sprintf("P%d", n%4)
}

// aside does what belongs to nobody's turn.
func (w *walker) aside(pick, holder int) error {
	task := w.s.Tasks[holder%len(w.s.Tasks)]
	switch pick {
	case 3:
		by := workflow.Signer{Person: "X"}
		if task.By != nil {
			by = *task.By
		}
		return w.try(workflow.Action{Verb: workflow.VerbTakeBack, Task: task.ID, By: by, Comment: "誤簽"})
	case 4:
		return w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: person("X"), People: people(w.somebody(holder)), Comment: "改分", Afresh: holder%3 == 0})
	case 5:
		if i := slices.IndexFunc(w.s.Tasks, func(t workflow.Task) bool { return t.Giver != nil && t.Status.Live() && t.Given }); i >= 0 {
			task = w.s.Tasks[i]
		}
		by := workflow.Signer{Person: "X"}
		if task.Giver != nil {
			by = *task.Giver
		}
		return w.try(workflow.Action{Verb: workflow.VerbRemoveSigner, Task: task.ID, By: by})
	case 7:
		if holder%2 == 0 {
			return w.try(workflow.Action{Verb: workflow.VerbChase, Task: task.ID, By: person("X"), People: people("H"), Comment: "請儘速"})
		}
	case 6:
		if task.Origin == workflow.OriginOwed || holder%2 == 0 && w.c.Waivable(task) {
			return w.try(workflow.Action{Verb: workflow.VerbWaive, Task: task.ID, By: person("X"), Comment: "已離職"})
		}
		return w.try(workflow.Action{Verb: workflow.VerbCopy, By: person("X"), People: people("C1", w.newcomer())})
	}
	return w.try(workflow.Action{Verb: workflow.VerbAppoint, Task: task.ID, By: person("X"), People: people(w.somebody(holder)), Comment: "均不在"})
}

func (w *walker) join() workflow.Action {
	m := w.splits()[0]
	a := workflow.Action{Verb: workflow.VerbJoin, Task: m.Batch}
	for i := range m.Rows {
		a.Children = append(a.Children, workflow.Child{Row: fmt.Sprint(i), Outcome: workflow.OutcomeDone})
	}
	return a
}

// finish goes the shortest way to the end: everybody says yes.
func (w *walker) finish() {
	for c := range w.facts.holds {
		w.facts.holds[c] = true
	}
	for range 400 {
		var err error
		switch {
		case w.s.Phase == workflow.PhaseClosed:
			return
		case w.s.Phase == workflow.PhaseSuspended:
			err = w.try(workflow.Action{Verb: workflow.VerbResume, By: person("X"), Comment: "續"})
		case w.s.Phase != workflow.PhaseRunning:
			err = w.try(workflow.Action{Verb: workflow.VerbSubmit, By: person("P13")})
		case len(w.splits()) > 0:
			err = w.try(w.join())
		default:
			err = w.yes(w.s.Open()[0])
		}
		if err != nil {
			w.t.Fatalf("can't go on: %v\n%s", err, w.s.Encode())
		}
	}
	w.t.Fatalf("no end\n%s", w.s.Encode())
}

// yes lets some holder of a task do its first verb.
func (w *walker) yes(task workflow.Task) error {
	if task.Origin == workflow.OriginDeclined {
		return w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: task.Holder.Named[0], People: people(w.newcomer()), Comment: "改分"})
	}
	o := w.c.Offers(w.s, task.ID, nil)[0]
	if task.Outside != nil && task.Outside.Sent.IsZero() {
		o = workflow.Offer{Verb: workflow.VerbSendOut}
	}
	var err error
	for i := range task.Holder.Named {
		if err = w.try(offer(task, o, i)); err == nil {
			return nil
		}
	}
	if errors.Is(err, workflow.ErrSeparation) {
		// Whoever shares it has acted meanwhile where it is kept apart from: an officer gives it away.
		err = w.try(workflow.Action{Verb: workflow.VerbReassign, Task: task.ID, By: person("X"), People: people(w.newcomer()), Comment: "改分"})
	}
	if errors.Is(err, workflow.ErrInPerson) && task.Origin == "" {
		// What is done in person is given to nobody; the step finds its people anew.
		return w.try(workflow.Action{Verb: workflow.VerbSeatAgain, Task: task.ID, By: person("SYSTEM"), Comment: "均須迴避"})
	}
	return err
}

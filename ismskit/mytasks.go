package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// MyTask is an open task that the actor may do, with what he may do in it.
type MyTask struct {
	workflow.Task
	Name workflow.Text
	Why  workflow.Text
	// Asked is what whoever gave it to him wrote with it; in a Case.
	Asked   string
	For     *workflow.Signer // principal, when as deputy
	Away    string           // why the principal is away
	Offers  []workflow.Offer
	Edit    []string
	Require []string
	Hide    []string
	// Reauth says that he shows anew who he is when he decides.
	Reauth bool
	// Certificate says whether he signs with his certificate when he decides, and whether
	// that may be made up for later.
	Certificate workflow.CertificateRule
	// Owed is the decision that he makes up for, in a task for that; nil in any other.
	Owed *workflow.Task
	// MoreTime is what is asked for, in a task in which more time is granted; nil in any other.
	MoreTime *MoreTime
	// Extend is how more time may be asked for; nil where it may not. In a Case.
	Extend *ExtendLimits
	// Proposed are values for fields of Edit that are empty, which he may change: those of the row's
	// turn before, or what another field says.
	Proposed forms.Values
	Term     string
	Due      time.Time
	Left     int // working days, as in Todo
	Late     bool
	// Lapse is what happens by itself where nobody answers, nil where nothing does.
	Lapse *Lapse
	// Counted is how the due date was counted, with the days left out, CountedFrom
	// from when: not the opening of this task where it took the place of an earlier
	// one. Both are zero where the date is no longer the counted one, as when more
	// time was granted.
	Counted     calendar.Due
	CountedFrom time.Time
	// Outside says that an office outside carries it out; OutsideTo which.
	Outside   bool
	OutsideTo workflow.Text
	// Standing is how it stands there; nil where no office outside carries it out.
	Standing *OutsideStanding
	// Contact is whom to turn to there. ReplyLate says that the reply is expected after
	// the task is due.
	Contact   OfficeContact
	ReplyLate bool
	// Chased is the day after which a reply is chased of which no day is named: of what was sent, or
	// is sent today. Zero for a task that no office outside carries out, and one without a deadline.
	Chased calendar.Date
	// Waits says that it was sent out and no answer has come.
	Waits bool
	// MayBeUnasked says that its result may say why the office outside was not asked
	// (workflow.OutsideNote.Unasked) in place of what it answered.
	MayBeUnasked bool
	// Next is what is expected of him: of a step that an office outside carries out
	// first that it was sent there, then the answer; else the step's own decision. ""
	// where nothing is.
	Next workflow.Verb
	// SentBack is the decision that brought it back to this step, with its reason; nil where
	// it came there on its way.
	SentBack *workflow.Task
}

// mine are the open tasks the actor may do now.
func (k *Kit) mine(ctx context.Context, actor Actor, c caseInHand, now time.Time) ([]MyTask, error) {
	if actor.system {
		return nil, nil
	}
	self, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return nil, err
	}
	var out []MyTask
	for _, t := range c.state.Open() {
		auth, ok, err := k.holds(ctx, Actor{Person: actor.Person}, c, t, self, now)
		if err != nil {
			return nil, err
		}
		if ok {
			m, err := k.myTask(c, auth.passed(t), auth, now)
			if err != nil {
				return nil, err
			}
			if m.Offers, err = k.withoutLoneClaim(ctx, t, m.Offers, now); err != nil {
				return nil, err
			}
			if slices.ContainsFunc(m.Offers, func(o workflow.Offer) bool { return o.Verb == workflow.VerbExtend }) {
				if m.Extend, err = k.extendLimits(ctx, c, m.Task, auth, now); err != nil {
					return nil, err
				}
			}
			if m.Outside {
				step, _ := c.kind.flow.Step(t.Step)
				if m.Contact, err = k.contactOf(ctx, c, step); err != nil {
					return nil, err
				}
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// withoutLoneClaim leaves out that somebody takes for himself what nobody shares with him.
func (k *Kit) withoutLoneClaim(ctx context.Context, t workflow.Task, offers []workflow.Offer, now time.Time) ([]workflow.Offer, error) {
	claims := func(o workflow.Offer) bool { return o.Verb == workflow.VerbClaim }
	if t.Holder.Pool == "" || !slices.ContainsFunc(offers, claims) {
		return offers, nil
	}
	members, err := k.members(ctx, t.Holder.Pool, now)
	if err != nil || len(members) > 1 {
		return offers, err
	}
	return slices.DeleteFunc(offers, claims), nil
}

func (k *Kit) myTask(c caseInHand, t workflow.Task, auth authority, now time.Time) (MyTask, error) {
	step, _ := c.kind.flow.Step(t.Step)
	m := MyTask{
		Task: t, Name: taskName(step, t), For: auth.principal, Offers: c.kind.flow.Offers(c.state, t.ID, c.facts()),
		Edit: step.Edit, Require: step.Require, Hide: step.Hide, Due: t.Due, Outside: t.Outside != nil, Waits: t.Waiting(), Standing: k.standing(&c, t, step),
		MayBeUnasked: c.mayBeUnasked(t), Reauth: step.Reauth, Certificate: c.kind.flow.Certificate(workflow.VerbApprove, t),
	}
	if from, ok := c.state.Task(t.From); ok && t.Origin == workflow.OriginOwed {
		m.Owed = &from
	}
	if m.SentBack = sentBack(c.state, t); m.SentBack == nil {
		m.SentBack = c.handledAnew(t)
	}
	m.MoreTime = k.moreTimeOf(&c, t)
	m.Why, m.Next = k.becauseFor(&c, t, auth.principal), expected(m.Offers, t)
	if t.Outside != nil && (slices.Contains(t.Outside.Missing(nil), workflow.NeedsProof) || len(c.proofIn(t, k.cfg.Lang)) > 0) {
		if field := c.kind.proofField(step); field != "" && !slices.Contains(m.Require, field) {
			m.Require = append(slices.Clip(m.Require), field)
		}
	}
	if t.Origin != "" {
		m.Edit, m.Require = nil, nil // what is missing is for whoever decides
	}
	if t.Origin == workflow.OriginDelegate {
		m.Edit = step.Edit
	}
	if step.Due != nil {
		from := firstOpened(c.state, t)
		if step.Due.From == workflow.DueFromSubmitted {
			from = c.state.Submitted
		}
		m.Term = step.Due.Term
		if counted := k.due(c, from, step.Due); counted.At.Truncate(time.Microsecond).Equal(t.Due) {
			m.Counted, m.CountedFrom = counted, from
		}
	}
	if t.Outside != nil && !t.Due.IsZero() {
		sent := t.Outside.Sent
		if sent.IsZero() {
			sent = now
		}
		m.Chased = k.chaseDay(t, sent)
	}
	if t.Outside != nil && t.Waiting() {
		m.ReplyLate = t.DueDate != "" && t.Outside.ExpectedDate > t.DueDate // both YYYY-MM-DD
	}
	if step.Outside != nil {
		m.OutsideTo = k.fillIn(step.Outside.To, &c, nil)
	}
	m.Proposed = c.proposed(m.Edit, step.Hide)
	var err error
	if m.Lapse, err = k.lapseOf(&c, t); err != nil {
		return m, err
	}
	m.Left, m.Late, err = k.countdown(c.row.Unit, t.Due, t.DueDate, now)
	return m, err
}

// proposed are values for the fields among those to be filled in that are still empty,
// from fields that are not hidden from who fills them in.
func (c *caseInHand) proposed(edit, hidden []string) forms.Values {
	var out forms.Values
	for _, p := range c.kind.Proposed {
		v := c.values[p.From]
		if v == nil || c.values[p.Field] != nil || !slices.Contains(edit, p.Field) || slices.Contains(hidden, p.From) {
			continue
		}
		if out == nil {
			out = forms.Values{}
		}
		out[p.Field] = v
	}
	return out
}

// proposeFormer puts before whoever fills in such a field what was filled in when the row was handled
// the last time before: it is the same account.
func (m *MyTask) proposeFormer(c caseInHand, turns []ChildCase) {
	for _, turn := range slices.Backward(turns) {
		if !turn.Earlier {
			continue
		}
		for _, p := range c.kind.Proposed {
			v := turn.Fields[p.Field]
			if v == nil || c.values[p.Field] != nil || !slices.Contains(m.Edit, p.Field) {
				continue
			}
			if m.Proposed == nil {
				m.Proposed = forms.Values{}
			}
			m.Proposed[p.Field] = v
		}
		return
	}
}

// sentBack is the task whose holder returned the case to the step of a task, in the moment
// in which that opened. What went back to the applicant he is told as its applicant.
func sentBack(state workflow.State, t workflow.Task) *workflow.Task {
	if t.Origin != "" {
		return nil
	}
	opened := firstOpened(state, t)
	for i := range slices.Backward(state.Tasks) {
		from := &state.Tasks[i]
		if from.Verb == workflow.VerbReturn && from.By != nil && from.Closed.Equal(opened) {
			return from
		}
	}
	return nil
}

// handledAnew is the decision by which a row's request was sent back, for the task with which
// the row begins for another time.
func (c *caseInHand) handledAnew(t workflow.Task) *workflow.Task {
	back := c.extra.SentBack
	if back == nil || t.Origin != "" || !firstOpened(c.state, t).Equal(c.state.Submitted) {
		return nil
	}
	return &workflow.Task{Verb: workflow.VerbReturn, By: &back.By, Closed: back.At, Comment: back.Reason, Status: workflow.TaskDone}
}

// firstOpened is when the first of the tasks opened from which one goes back: taken
// back, asked again or assigned anew, the time for the work goes on. For whoever comes
// in the place of somebody who is gone it begins anew.
func firstOpened(state workflow.State, t workflow.Task) time.Time {
	before := func() (workflow.Task, bool) {
		if from, ok := state.Task(t.From); ok {
			return from, true
		}
		for _, moved := range slices.Backward(state.Tasks) {
			if moved.Step == t.Step && moved.Status == workflow.TaskMoved && moved.Closed.Equal(t.Opened) && moved.ID != t.ID && moved.Verb != workflow.VerbSeatAgain {
				return moved, true
			}
		}
		return workflow.Task{}, false
	}
	for range state.Tasks {
		earlier, ok := before()
		if !ok {
			break
		}
		t = earlier
	}
	return t.Opened
}

// expected is the verb of those offered that a task waits for.
func expected(offers []workflow.Offer, t workflow.Task) workflow.Verb {
	first := []workflow.Verb{workflow.VerbRecord, workflow.VerbApprove}
	switch {
	case t.Outside != nil && t.Outside.Sent.IsZero():
		first = slices.Insert(first, 0, workflow.VerbSendOut)
	case t.Waiting():
		first = slices.Insert(first, 0, workflow.VerbAnswer)
	}
	for _, verb := range first {
		if slices.ContainsFunc(offers, func(o workflow.Offer) bool { return o.Verb == verb }) {
			return verb
		}
	}
	return ""
}

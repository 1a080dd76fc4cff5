package workflow

import "slices"

// CertificateRule says whether whoever decides in a step signs with his certificate.
type CertificateRule string

// The rules; "" asks for no certificate.
const (
	CertificateMust CertificateRule = "must" // without it he can't decide
	// CertificateLater: who can't use it now, as where the card lies at home or the component is
	// out of order, says why and makes up for it before the case ends (補簽).
	CertificateLater CertificateRule = "later"
)

// certified are the verbs that are signed with a certificate. What is returned is none:
// whatever was signed there is void by it.
var certified = []Verb{VerbApprove, VerbReject, VerbRecord, VerbUnable}

// certificate is the rule for a verb in a task of the step.
func (s *Step) certificate(v Verb, t *Task) CertificateRule {
	switch {
	case s.Certificate == "" || !slices.Contains(certified, v):
		return ""
	case t.Origin == OriginOwed:
		return CertificateMust
	}
	return s.Certificate
}

// Certificate is the rule for a verb in a task: what its Offer says.
func (c *Compiled) Certificate(v Verb, t Task) CertificateRule {
	p := c.byID[t.Step]
	if p == nil || p.step == nil {
		return ""
	}
	return p.step.certificate(v, &t)
}

// certified holds a decision to what its step says of the certificate.
func (r *run) certified(a Action) error {
	rule := CertificateRule("")
	step := ""
	if i := r.s.task(a.Task); i >= 0 && verbs[a.Verb].task {
		t := &r.s.Tasks[i]
		step, rule = t.Step, r.c.byID[t.Step].step.certificate(a.Verb, t)
	}
	owes := !blank(a.Owe)
	switch {
	case owes && (a.Certified || rule != CertificateLater):
		return refuse(ErrOwe, step)
	case rule != "" && !a.Certified && !owes:
		return refuse(ErrCertificate, step)
	}
	return nil
}

// owe opens the task in which somebody makes up for a decision that he signed without his
// certificate. It lies beside the flow: all else goes on meanwhile. It is for whoever signed,
// the deputy where one did, and has the deadline of the decision.
func (r *run) owe(i int) error {
	t := r.s.Tasks[i]
	by := *t.By
	next := Task{Kind: KindConfirm, Holder: Holder{Named: []Signer{by}}, Origin: OriginOwed, From: t.ID, Given: true}
	return r.open(r.c.byID[t.Step], next, Action{By: by, Comment: t.Owes})
}

// owed says whether a signature is still to be made up for.
func (r *run) owed() bool {
	return slices.ContainsFunc(r.s.Tasks, func(t Task) bool { return t.Origin == OriginOwed && t.Status.Live() })
}

// owedStill asks again for what was owed when the case went back to its applicant, where the
// decision counts as the case comes straight back.
func (r *run) owedStill() error {
	for i := range r.s.Tasks {
		t := &r.s.Tasks[i]
		if t.Owes == "" || t.Status != TaskDone || slices.ContainsFunc(r.s.Tasks, func(o Task) bool {
			return o.Origin == OriginOwed && o.From == t.ID && o.Status != TaskVoid
		}) {
			continue
		}
		if err := r.owe(i); err != nil {
			return err
		}
	}
	return nil
}

// owesNoMore voids what was owed for a decision that is void.
func (r *run) owesNoMore(task string) error {
	for i := range r.s.Tasks {
		if t := &r.s.Tasks[i]; t.Origin == OriginOwed && t.From == task && !gone(t.Status) {
			if err := r.close(i, fireVoid); err != nil {
				return err
			}
		}
	}
	return nil
}

// waive lets the case end without what nobody else can do, as of somebody who has left: a
// signature that is owed, or that he has read what was given to him alone. Who was to do it does
// not waive it himself.
func (r *run) waive(a Action) error {
	i := r.s.task(a.Task)
	if i < 0 {
		return refuse(ErrNotOpen, "", "task", a.Task)
	}
	t := &r.s.Tasks[i]
	switch {
	case t.Origin != OriginOwed && !r.c.readsAlone(*t):
		return refuse(ErrOwed, t.Step, "task", t.ID)
	case t.Status != TaskOpen:
		return t.notOpen()
	case t.Holder.Has(a.By.Person) || a.For != nil && t.Holder.Has(a.For.Person):
		return r.separated(r.c.byID[t.Step], a.By, "")
	}
	by := a.By
	t.Verb, t.Comment, t.By, t.For = VerbWaive, a.Comment, &by, a.For
	if err := r.close(i, fireDrop); err != nil || t.Origin == OriginOwed {
		return err
	}
	p := r.c.byID[t.Step]
	m, c := r.mark(p), r.count(p)
	m.Need = min(m.Need, c.yes+c.open)
	return r.settle(p)
}

// Waivable says whether VerbWaive may end a task, by whoever may waive it.
func (c *Compiled) Waivable(t Task) bool {
	return t.Status == TaskOpen && (t.Origin == OriginOwed || c.readsAlone(t))
}

// readsAlone says whether a task is somebody's own to read, which nobody does for him.
func (c *Compiled) readsAlone(t Task) bool {
	p, ok := c.byID[t.Step]
	if !ok {
		return false
	}
	step := p.step
	return t.Origin == "" && step.Kind == KindRead && step.InPerson && t.Holder.Pool == "" && len(t.Holder.Named) == 1
}

// finish ends the case as decided, at once or when the last signature owed is there: then
// nothing else is left to do in it.
func (r *run) finish(o Outcome) error {
	if !r.owed() {
		return r.end(o, fireFinish)
	}
	r.s.Ending = o
	return r.shut(r.c.root, fireDrop)
}

// certificate checks that what a step asks of a certificate can be done.
func (k *checker) certificate(p *place) {
	s := p.step
	switch s.Certificate {
	case "":
		return
	case CertificateMust:
	case CertificateLater:
		if len(k.c.flow.Officers) == 0 {
			k.note(p, ".certificate", "owed_for_good")
		}
	default:
		k.note(p, ".certificate", "unknown_word", "value", s.Certificate)
	}
	switch {
	case s.Kind == KindCopy:
		k.note(p, ".certificate", "not_for_kind", "kind", s.Kind)
	case s.Outside != nil:
		k.note(p, ".certificate", "certificate_outside")
	case s.Batch:
		k.note(p, ".certificate", "certificate_batch")
	}
}

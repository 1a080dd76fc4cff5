package workflow

import "slices"

// verbsOf lists the verbs that decide in each kind of step, in the order a page
// shows them.
var verbsOf = map[Kind][]Verb{
	KindReview:   {VerbApprove, VerbReturn, VerbReject},
	KindApprove:  {VerbApprove, VerbReturn, VerbReject},
	KindConsult:  {VerbApprove, VerbSendOut, VerbAnswer, VerbReturn},
	KindHandle:   {VerbRecord, VerbSendOut, VerbAnswer, VerbUnable, VerbReturn},
	KindQuestion: {VerbRecord},
	KindConfirm:  {VerbApprove, VerbReturn},
	KindRead:     {VerbApprove, VerbReturn},
	KindAttest:   {VerbApprove, VerbReturn, VerbReject},
	KindAccept:   {VerbApprove, VerbReturn},
	KindCopy:     {},
}

// detoursOf lists the verbs that decide nothing yet, in the same order.
var detoursOf = map[Kind][]Verb{
	KindReview:   {VerbClaim, VerbRelease, VerbAddBefore, VerbAddAfter, VerbDelegate, VerbConsult, VerbDecline, VerbExtend},
	KindApprove:  {VerbClaim, VerbRelease, VerbAddBefore, VerbAddAfter, VerbDelegate, VerbConsult, VerbDecline, VerbExtend},
	KindConsult:  {VerbClaim, VerbRelease, VerbDelegate, VerbDecline, VerbExtend},
	KindHandle:   {VerbClaim, VerbRelease, VerbDelegate, VerbConsult, VerbDecline, VerbExtend},
	KindQuestion: {VerbClaim, VerbRelease, VerbDelegate, VerbConsult, VerbDecline, VerbExtend},
	KindConfirm:  {VerbClaim, VerbRelease},
	KindRead:     {},
	KindAttest:   {},
	KindAccept:   {},
	KindCopy:     {},
}

// verbsFrom lists what a task offers that is not the step's own.
var verbsFrom = map[Origin][]Verb{
	OriginBefore:   {VerbApprove, VerbReject, VerbDecline},
	OriginDelegate: {VerbApprove, VerbDecline},
	OriginConsult:  {VerbApprove, VerbDelegate, VerbDecline},
	OriginExtend:   {VerbApprove, VerbReject},
	OriginDeclined: {},
	OriginCheck:    {VerbApprove},
	OriginOwed:     {VerbApprove},
}

// Offer is a verb that a task offers, as a page needs it.
type Offer struct {
	Verb   Verb     `json:"verb"`
	Reason bool     `json:"reason,omitempty"` // must say why
	Detour bool     `json:"detour,omitempty"` // decides nothing yet
	People bool     `json:"people,omitempty"` // names people
	To     []string `json:"to,omitempty"`     // where it may be returned to
	// Results to choose from, for record.
	Results []Result `json:"results,omitempty"`
	// Choose lists the later steps whose people come with the decision.
	Choose []Pick `json:"choose,omitempty"`
	// Certificate says whether it is signed with one's certificate, and whether that may be
	// made up for later.
	Certificate CertificateRule `json:"certificate,omitempty"`
	// Batch: it may be one of several decided with one act.
	Batch bool `json:"batch,omitempty"`
}

// Offers returns the verbs that an open task offers to its holder, in the order
// a page shows them; none when the task is not open or the case does not run. facts
// may be nil; then all results of the step are offered.
func (c *Compiled) Offers(s State, task string, facts Facts) []Offer {
	t, ok := s.Task(task)
	p := c.byID[t.Step]
	if !ok || t.Status != TaskOpen || s.Phase != PhaseRunning || p == nil || p.step == nil {
		return nil
	}
	var out []Offer
	for _, v := range c.verbsOfTask(p.step, &t) {
		if !c.offered(p.step, v, &t) {
			continue
		}
		o := Offer{Verb: v, Reason: verbs[v].reason, People: verbs[v].people, Detour: slices.Contains(detoursOf[t.Kind], v)}
		switch v {
		case VerbReturn:
			if o.To = c.targets(&s, p); len(o.To) == 0 {
				continue
			}
		case VerbRecord:
			o.Results = p.step.ResultsFor(facts)
		}
		if (v == VerbApprove || v == VerbRecord) && t.Origin == "" {
			o.Choose = p.step.Choose
		}
		o.Certificate = p.step.certificate(v, &t)
		o.Batch = v == VerbApprove && p.step.InBatch(&t)
		out = append(out, o)
	}
	return out
}

// verbsOfTask lists the verbs that a task can have at all.
func (c *Compiled) verbsOfTask(s *Step, t *Task) []Verb {
	if t.Origin == OriginAgain {
		return verbsOf[s.Kind]
	}
	if t.Origin != "" && t.Origin != OriginAfter {
		return verbsFrom[t.Origin]
	}
	return slices.Concat(verbsOf[s.Kind], detoursOf[s.Kind])
}

// offered says whether a task offers a verb now.
func (c *Compiled) offered(s *Step, v Verb, t *Task) bool {
	if !slices.Contains(c.verbsOfTask(s, t), v) || slices.Contains(s.Without, v) {
		return false
	}
	switch v {
	case VerbReject:
		return t.Origin == OriginBefore || t.Origin == OriginExtend || s.OnReject != RejectNever
	case VerbUnable:
		return s.OnUnable != UnableNever
	case VerbSendOut, VerbAnswer:
		return t.Outside != nil && (v == VerbSendOut || !t.Outside.Sent.IsZero())
	case VerbAddBefore, VerbAddAfter:
		return t.Origin == "" // who was added adds nobody
	case VerbConsult:
		return t.Origin == ""
	case VerbDelegate:
		return !s.InPerson && t.Origin != OriginAfter
	case VerbClaim:
		return t.shared() && t.Claimed == nil
	case VerbRelease:
		return t.Claimed != nil
	case VerbDecline:
		return t.Origin != "" && t.Origin != OriginAfter || t.Origin == "" && !t.shared() && len(c.flow.Registry) > 0
	case VerbExtend:
		return s.Extend != nil && t.Origin == "" && !t.Due.IsZero() && t.Extended < s.Extend.Max
	}
	return true
}

// InBatch says whether a task's yes may be one of several given with one act: that of
// the step's own people, and of those whom they added.
func (s *Step) InBatch(t *Task) bool {
	return s.Batch && (t.Origin == "" || t.Origin == OriginAfter)
}

// Bound says whether a task is for whom the form names, and nobody else can be given it: he
// has to say himself, or through his deputy, what binds him.
func (s *Step) Bound(t *Task) bool { return s.Kind == KindAccept && t.Origin == "" }

// mayReturn lists where a step may return to, as the flow says.
func mayReturn(s *Step) []string {
	if s.ReturnTo == nil && (s.Kind == KindReview || s.Kind == KindApprove || s.Kind == KindAttest) {
		return []string{Applicant}
	}
	return s.ReturnTo
}

// targets lists where a task of a step may be returned to now: a target must
// have been gone through.
func (c *Compiled) targets(s *State, p *place) []string {
	var out []string
	for _, id := range mayReturn(p.step) {
		if id == Applicant || slices.ContainsFunc(s.Marks, func(m Mark) bool { return m.Node == id && m.Status.over() }) {
			out = append(out, id)
		}
	}
	return out
}

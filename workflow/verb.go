package workflow

import "slices"

// Verb is what somebody, or the system, does to a case.
type Verb string

// The verbs. Those of the system are carried out by timers and by the queue.
const (
	VerbSubmit   Verb = "submit"   // 送出申請, also after a return
	VerbApprove  Verb = "approve"  // 同意, 核准, 無意見／附意見, 確認, 已閱: by kind
	VerbReject   Verb = "reject"   // 不同意, 不予核准
	VerbReturn   Verb = "return"   // 退回
	VerbWithdraw Verb = "withdraw" // 撤案
	VerbComment  Verb = "comment"  // 意見
	VerbRecord   Verb = "record"   // 登錄處置結果
	VerbUnable   Verb = "unable"   // 無法辦理
	VerbSendOut  Verb = "send_out" // 登錄外部送件
	VerbAnswer   Verb = "answer"   // 登錄外部回復
	VerbSuspend  Verb = "suspend"  // 停止計時; who may is the caller's to know
	VerbResume   Verb = "resume"   // 恢復計時
	VerbVoid     Verb = "void"     // 作廢; also ends the children of a parent that went another way

	VerbLapse          Verb = "lapse"           // system: nobody answered in time
	VerbChildrenOpened Verb = "children_opened" // system: so many of a split's children are there
	VerbJoin           Verb = "join"            // system: a split's last child has ended
)

// act is how a verb is carried out: what it fires on the case, whether it needs
// a reason, and the rest. A new verb is a line here and a method.
type act struct {
	fires  trigger
	reason bool
	task   bool // acts on an open task that the actor holds
	do     func(r *run, a Action) error
}

func acts(v Verb) (act, bool) {
	switch v {
	case VerbSubmit:
		return act{fires: fireSubmit, do: (*run).submit}, true
	case VerbApprove:
		return act{fires: fireAct, task: true, do: (*run).approve}, true
	case VerbReject:
		return act{fires: fireAct, task: true, reason: true, do: (*run).reject}, true
	case VerbReturn:
		return act{fires: fireAct, task: true, reason: true, do: (*run).returnTo}, true
	case VerbRecord:
		return act{fires: fireAct, task: true, do: (*run).record}, true
	case VerbUnable:
		return act{fires: fireAct, task: true, reason: true, do: (*run).unable}, true
	case VerbSendOut:
		return act{fires: fireAct, task: true, do: (*run).sendOut}, true
	case VerbAnswer:
		return act{fires: fireAct, task: true, do: (*run).answer}, true
	case VerbWithdraw:
		return act{fires: fireWithdraw, reason: true, do: (*run).withdraw}, true
	case VerbVoid:
		return act{fires: fireVoid, reason: true, do: (*run).void}, true
	case VerbComment:
		return act{fires: fireComment, reason: true, do: (*run).comment}, true
	case VerbSuspend:
		return act{fires: fireSuspend, reason: true, do: (*run).suspend}, true
	case VerbResume:
		return act{fires: fireResume, reason: true, do: (*run).resume}, true
	case VerbLapse:
		return act{fires: fireAct, do: (*run).lapse}, true
	case VerbChildrenOpened:
		return act{fires: fireAct, do: (*run).childrenOpened}, true
	case VerbJoin:
		return act{fires: fireAct, do: (*run).join}, true
	}
	return act{}, false
}

// verbsOf lists the verbs of each kind of step in the order a page shows them.
var verbsOf = map[Kind][]Verb{
	KindReview:  {VerbApprove, VerbReturn, VerbReject},
	KindApprove: {VerbApprove, VerbReturn, VerbReject},
	KindConsult: {VerbApprove, VerbSendOut, VerbAnswer, VerbReturn},
	KindHandle:  {VerbRecord, VerbSendOut, VerbAnswer, VerbUnable, VerbReturn},
	KindConfirm: {VerbApprove, VerbReturn},
	KindRead:    {VerbApprove, VerbReturn},
}

// Offer is a verb that a task offers, as a page needs it.
type Offer struct {
	Verb   Verb     `json:"verb"`
	Reason bool     `json:"reason,omitempty"` // must say why
	To     []string `json:"to,omitempty"`     // where it may be returned to
	// Results to choose from, for record.
	Results []Result `json:"results,omitempty"`
}

// Offers returns the verbs that an open task offers to its holder, in the order
// a page shows them; none when the task is not open or the case does not run.
func (c *Compiled) Offers(s State, task string) []Offer {
	t, ok := s.Task(task)
	p := c.byID[t.Step]
	if !ok || t.Status != TaskOpen || s.Phase != PhaseRunning || p == nil || p.step == nil {
		return nil
	}
	var out []Offer
	for _, v := range verbsOf[t.Kind] {
		if !offered(p.step, v, t.Outside) {
			continue
		}
		a, _ := acts(v)
		o := Offer{Verb: v, Reason: a.reason}
		switch v {
		case VerbReturn:
			if o.To = c.targets(&s, p); len(o.To) == 0 {
				continue
			}
		case VerbRecord:
			o.Results = p.step.Results
		}
		out = append(out, o)
	}
	return out
}

// offered says whether a step offers a verb of its kind.
func offered(s *Step, v Verb, outside *OutsideNote) bool {
	if !slices.Contains(verbsOf[s.Kind], v) {
		return false
	}
	switch v {
	case VerbReject:
		return s.OnReject != RejectNever
	case VerbUnable:
		return s.OnUnable != UnableNever
	case VerbSendOut, VerbAnswer:
		return outside != nil && (v == VerbSendOut || !outside.Sent.IsZero())
	}
	return true
}

// mayReturn lists where a step may return to, as the flow says.
func mayReturn(s *Step) []string {
	if s.ReturnTo == nil && (s.Kind == KindReview || s.Kind == KindApprove) {
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

// MayWithdraw says whether the applicant may withdraw the case now.
func (c *Compiled) MayWithdraw(s State) bool {
	switch s.Phase {
	case PhaseDraft, PhaseReturned:
		return true
	case PhaseClosed:
		return false
	}
	switch c.flow.Withdraw {
	case WithdrawNever:
		return false
	case WithdrawUndecided:
		return !slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.Status == TaskDone })
	}
	return true
}

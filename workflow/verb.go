package workflow

import (
	"maps"
	"slices"
)

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

	VerbToPaper Verb = "to_paper" // 線上轉紙本: it goes on on paper, under its number

	VerbTakeBack     Verb = "take_back"     // 取回
	VerbAddBefore    Verb = "add_before"    // 先請○○簽，再回到我
	VerbAddAfter     Verb = "add_after"     // 我簽後再送○○
	VerbRemoveSigner Verb = "remove_signer" // 取消加簽
	VerbReassign     Verb = "reassign"      // 改分, 移交; who may is the caller's to know
	VerbDelegate     Verb = "delegate"      // 交辦，辦畢回到我
	VerbDecline      Verb = "decline"       // 退分
	VerbClaim        Verb = "claim"         // 簽收
	VerbRelease      Verb = "release"       // 退回共同待辦
	VerbConsult      Verb = "consult"       // 加會
	VerbCopy         Verb = "copy"          // 副知
	VerbRead         Verb = "read"          // a copy was read
	VerbUrge         Verb = "urge"          // 催辦, the applicant's alone
	VerbChase        Verb = "chase"         // 稽催; that By is an officer or a superior is the caller's to know
	VerbExtend       Verb = "extend"        // 展期
	VerbAppoint      Verb = "appoint"       // 指定代理人; that By is the superior is the caller's to know
	VerbRedate       Verb = "redate"        // deadlines move with the calendar; the caller's to know

	VerbWaive Verb = "waive" // 免予補簽, 免予閱讀; that By is an officer is the caller's to know

	// After VerbToPaper, of the paper; who may is the caller's to know.
	VerbPaperVoid    Verb = "paper_void"    // 紙本編號作廢: it will not be entered, the matter ends
	VerbPaperEntered Verb = "paper_entered" // 紙本已補登: it goes on as what it was entered as

	VerbPassOn         Verb = "pass_on"         // system: the post that a task came to is another's
	VerbLapse          Verb = "lapse"           // system: nobody answered in time
	VerbSeatAgain      Verb = "seat_again"      // system: all whom a task came to have moved or left
	VerbChildrenOpened Verb = "children_opened" // system: so many of a split's children are there
	VerbJoin           Verb = "join"            // system: a split's last child has ended
)

// act is how a verb is carried out: what it fires on the case, whether it needs
// a reason, and the rest. A new verb is a line here and a method.
type act struct {
	fires  trigger
	reason bool
	task   bool // acts on an open task that the actor holds
	people bool // names people
	do     func(r *run, a Action) error
}

func acts(v Verb) (act, bool) {
	a, ok := verbs[v]
	return a, ok
}

var verbs = map[Verb]act{
	VerbSubmit:  {fires: fireSubmit, do: (*run).submit},
	VerbApprove: {fires: fireAct, task: true, do: (*run).approve},
	VerbReject:  {fires: fireAct, task: true, reason: true, do: (*run).reject},
	VerbReturn:  {fires: fireAct, task: true, reason: true, do: (*run).returnTo},
	VerbRecord:  {fires: fireAct, task: true, do: (*run).record},
	VerbUnable:  {fires: fireAct, task: true, reason: true, do: (*run).unable},
	VerbSendOut: {fires: fireAct, task: true, do: (*run).sendOut},
	VerbAnswer:  {fires: fireAct, task: true, do: (*run).answer},

	VerbTakeBack:     {fires: fireAct, reason: true, do: (*run).takeBack},
	VerbAddBefore:    {fires: fireAct, task: true, people: true, do: (*run).addBefore},
	VerbAddAfter:     {fires: fireAct, task: true, people: true, do: (*run).addAfter},
	VerbRemoveSigner: {fires: fireAct, do: (*run).removeSigner},
	VerbReassign:     {fires: fireAct, reason: true, people: true, do: (*run).reassign},
	VerbDelegate:     {fires: fireAct, task: true, people: true, do: (*run).delegate},
	VerbDecline:      {fires: fireAct, task: true, reason: true, do: (*run).decline},
	VerbClaim:        {fires: fireAct, task: true, do: (*run).claim},
	VerbRelease:      {fires: fireAct, task: true, do: (*run).release},
	VerbConsult:      {fires: fireAct, task: true, people: true, do: (*run).consult},
	VerbCopy:         {fires: fireRead, people: true, do: (*run).copyTo},
	VerbRead:         {fires: fireRead, do: (*run).read},
	VerbUrge:         {fires: fireAct, do: (*run).urge},
	VerbChase:        {fires: fireAct, do: (*run).chase},
	VerbExtend:       {fires: fireAct, task: true, reason: true, do: (*run).extend},
	VerbAppoint:      {fires: fireAct, reason: true, people: true, do: (*run).appoint},
	VerbRedate:       {fires: fireAct, reason: true, do: (*run).redate},

	VerbWaive: {fires: fireAct, reason: true, do: (*run).waive},

	VerbWithdraw:     {fires: fireWithdraw, reason: true, do: (*run).withdraw},
	VerbVoid:         {fires: fireVoid, reason: true, do: (*run).void},
	VerbToPaper:      {fires: fireVoid, reason: true, do: (*run).toPaper},
	VerbPaperVoid:    {fires: fireOnPaper, reason: true, do: (*run).paperVoid},
	VerbPaperEntered: {fires: fireOnPaper, reason: true, do: (*run).paperEntered},
	VerbComment:      {fires: fireComment, reason: true, do: (*run).comment},
	VerbSuspend:      {fires: fireSuspend, reason: true, do: (*run).suspend},
	VerbResume:       {fires: fireResume, reason: true, do: (*run).resume},

	VerbPassOn:         {fires: fireAct, reason: true, do: (*run).passOn},
	VerbLapse:          {fires: fireAct, do: (*run).lapse},
	VerbSeatAgain:      {fires: fireAct, reason: true, do: (*run).seatAgain},
	VerbChildrenOpened: {fires: fireSystem, do: (*run).childrenOpened},
	VerbJoin:           {fires: fireSystem, do: (*run).join},
}

// Verbs are all that the engine knows, by name.
func Verbs() []Verb { return slices.Sorted(maps.Keys(verbs)) }

// NeedsTask says whether a verb acts on an open task that the actor holds.
func NeedsTask(v Verb) bool { return verbs[v].task }

// NeedsReason says whether a verb needs a reason.
func NeedsReason(v Verb) bool { return verbs[v].reason }

// NamesPeople says whether a verb names people.
func NamesPeople(v Verb) bool { return verbs[v].people }

// MayWithdraw says whether the applicant may withdraw the case now.
func (c *Compiled) MayWithdraw(s State) bool {
	switch s.Phase {
	case PhaseDraft, PhaseReturned:
		return true
	case PhaseClosed:
		return false
	}
	if s.Ending != "" {
		return false // it is decided
	}
	switch c.flow.Withdraw {
	case WithdrawNever:
		return false
	case WithdrawUndecided:
		return !slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.Status == TaskDone })
	}
	return true
}

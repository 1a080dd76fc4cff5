package workflow

import "slices"

// Step is one turn of one or several people.
type Step struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
	Kind Kind   `json:"kind"`
	// Who are alternatives in order: the first that finds somebody is used, so
	// the later ones are the named fallback and are shown as such.
	Who  []Who `json:"who"`
	Need Need  `json:"need,omitzero"`

	Due     *Due     `json:"due,omitempty"`
	Remind  *Remind  `json:"remind,omitempty"`
	Timeout *Timeout `json:"timeout,omitempty"`

	// Rights over fields in this step; everything else can be read.
	Edit    []string `json:"edit,omitempty"`
	Require []string `json:"require,omitempty"`
	Hide    []string `json:"hide,omitempty"`
	// Material are the fields on which the signatures of this step rest: if one of
	// them changes later, they are void and asked for again. Nil means all that it
	// sees and no step fills in; an empty list none.
	Material []string `json:"material,omitzero"`

	SameSigner SameSigner `json:"same_signer,omitempty"`
	// ReturnTo lists Applicant and ids of earlier steps or splits. Nil means
	// Applicant for review, approve and attest, nowhere for the other kinds; an empty
	// list means nowhere.
	ReturnTo []string `json:"return_to,omitzero"`
	Resubmit Resubmit `json:"resubmit,omitempty"`
	// OnReject says what 不同意 does; a consulted or handling unit has no such verb.
	OnReject OnReject `json:"on_reject,omitempty"`

	// Results are the outcomes a handler chooses from (已開通, 已異動, 已停用).
	Results  []Result `json:"results,omitempty"`
	OnUnable OnUnable `json:"on_unable,omitempty"`
	Outside  *Outside `json:"outside,omitempty"`

	// NotSameAs names steps, Applicant, or person fields of the form ("field:account_user",
	// see NamedIn), whose people may not act here (separation of duties). Between steps it
	// holds in both directions. Somebody from outside, whom no directory knows, bars nobody.
	NotSameAs []string `json:"not_same_as,omitempty"`
	// Alone is what follows where the separation of duties leaves nobody, as in an
	// office of three. Without it the case can't be sent.
	Alone *Alone `json:"alone,omitempty"`

	// Choose lists later steps whose people the signer names when he decides.
	Choose []Pick `json:"choose,omitempty"`
	// Without are verbs of its kind that this step does not offer.
	Without []Verb `json:"without,omitempty"`
	// InPerson: no deputy, no delegate; nobody else may say it for him.
	InPerson bool `json:"in_person,omitempty"`
	// Reauth: whoever decides here has shown anew who he is, a moment before (step-up
	// authentication). How, and how long it counts, is the host's.
	Reauth bool `json:"reauth,omitempty"`
	// Certificate: whoever decides here signs with his certificate (自然人憑證). "" asks for
	// none; what a signature with one is, the caller knows.
	Certificate CertificateRule `json:"certificate,omitempty"`
	// Extend says who may grant more time, how often and how much (展期).
	Extend *Extend `json:"extend,omitempty"`
	// Batch lets its signers decide several like tasks with one act (批次核章): for steps
	// in which nothing is filled in or chosen.
	Batch bool `json:"batch,omitempty"`
}

// Alone lets the same person act where nobody else is left, and has somebody
// look at it afterwards (同一人辦理，事後複核).
type Alone struct {
	Review []Who `json:"review"`
	Due    *Due  `json:"due,omitempty"`
}

// Extend says how a step's deadline may be extended.
type Extend struct {
	Max   int    `json:"max"`             // how often
	Each  string `json:"each,omitempty"`  // at most so much at a time; "" for no limit
	Total string `json:"total,omitempty"` // at most so much together
	// Tiers name who grants it, by how much it comes to together; the first whose
	// UpTo is not exceeded decides.
	Tiers []Tier `json:"tiers"`
}

// Tier is who may grant extensions up to a sum.
type Tier struct {
	UpTo string `json:"up_to,omitempty"` // "" for any
	Who  []Who  `json:"who"`
}

// Kind decides which verbs a step offers, and in which words.
type Kind string

// The kinds of steps.
const (
	KindReview  Kind = "review"  // 審核: 同意, 退回, 不同意
	KindApprove Kind = "approve" // 核准: 核准, 退回, 不予核准
	KindConsult Kind = "consult" // 會辦: 無意見, 附意見
	KindHandle  Kind = "handle"  // 處置: 登錄處置結果, 無法辦理
	// KindQuestion asks something of somebody, who has nothing to carry out.
	KindQuestion Kind = "question" // 詢問: 回覆
	KindConfirm  Kind = "confirm"  // 確認
	KindRead     Kind = "read"     // 傳閱: 已閱
	KindAttest   Kind = "attest"   // 簽認: what one has said or signed elsewhere was so: 確認屬實, 提出異議
	// KindAccept asks those whom the form names whether they take over what it names them for (承接):
	// 同意承接, 不同意承接. What they say binds them alone, so nobody else is given the task; and it
	// is no signature: who said yes has approved nothing, and may have signed for another before.
	KindAccept Kind = "accept"
	KindCopy   Kind = "copy" // 副知: nobody waits for it
)

// Count is how many of several are needed.
type Count string

// The zero value of a Need is CountAny, of a Join CountAll.
const (
	CountAll      Count = "all"
	CountAny      Count = "any"
	CountN        Count = "n"
	CountPercent  Count = "percent"
	CountWeighted Count = "weighted"
)

// Need says how many of a step's people must act. The zero value means any: one
// task that all of them share. Else everybody has a task of his own, and the
// number is fixed when the step opens.
type Need struct {
	Kind Count `json:"kind,omitempty"`
	// N is how many, or for weighted the sum of weights.
	N       int `json:"n,omitempty"`
	Percent int `json:"percent,omitempty"` // of those found, rounded up
	// Weights are by person or post; whoever is not named weighs 1.
	Weights map[string]int `json:"weights,omitempty"`
	// InOrder asks them one after another (順會), in the order they are found.
	InOrder bool `json:"in_order,omitempty"`
}

// Due is a step's deadline.
type Due struct {
	Term string  `json:"term"` // "3wd", "72h", "1m": the vocabulary's Deadline knows them
	From DueFrom `json:"from,omitempty"`
}

// DueFrom is the moment a deadline is counted from.
type DueFrom string

// The zero value is DueFromOpened.
const (
	DueFromOpened    DueFrom = "opened"    // when the step opens
	DueFromSubmitted DueFrom = "submitted" // when the case was last sent
)

// Remind says when a step's people are reminded.
type Remind struct {
	Before   []string     `json:"before,omitempty"` // terms before the due date
	OnDay    bool         `json:"on_day,omitempty"`
	Every    string       `json:"every,omitempty"` // term, repeated while overdue
	Max      int          `json:"max,omitempty"`   // repetitions; 0 means until it is done
	Escalate []Escalation `json:"escalate,omitempty"`
}

// Escalation tells somebody else when a step is late by a term.
type Escalation struct {
	After string `json:"after"`
	To    Who    `json:"to"`
}

// Timeout says what happens by itself when nobody answers: within a term from when the
// task opened, or up to the day in a field, that day included.
type Timeout struct {
	After  string      `json:"after,omitempty"`
	Until  string      `json:"until,omitempty"` // a date field, instead of After
	Then   TimeoutThen `json:"then"`
	Reason Text        `json:"reason"` // goes on the trail: 「逾期未確認，系統結案」
	// Told is what those are told whose case ended so, with fields in braces: what has
	// become of it, and what is to be done if that is wrong.
	Told Text `json:"told,omitempty"`
}

// TimeoutThen says what an unanswered step does.
type TimeoutThen string

// Silence never approves: TimeoutContinue is for consult, confirm and read only.
const (
	TimeoutClose    TimeoutThen = "close"    // the case ends as lapsed
	TimeoutContinue TimeoutThen = "continue" // the step ends as lapsed, the flow goes on
)

// SameSigner says what happens when somebody who approved an earlier step of
// the round is a signer again.
type SameSigner string

// The zero value is SameSignerAgain.
const (
	SameSignerAgain SameSigner = "again" // signs at every level
	SameSignerSkip  SameSigner = "skip"  // passed by, with an entry
)

// Resubmit says where a case that this step returned goes when it comes back.
type Resubmit string

// The zero value is ResubmitAgain.
const (
	ResubmitAgain Resubmit = "again" // through everything after the target again
	ResubmitBack  Resubmit = "back"  // straight back to the step that returned it
)

// OnReject says what a rejection does.
type OnReject string

// The zero value is RejectCloses.
const (
	RejectCloses    OnReject = "close"    // the case ends as rejected, once the number needed can't be reached
	RejectContinues OnReject = "continue" // dissent is recorded and binds nobody
	RejectNever     OnReject = "none"     // this step has no such verb
)

// OnUnable says what 無法辦理 does in a handle step.
type OnUnable string

// The zero value is UnableCloses in a child flow, else UnableContinues: a
// handling unit ends its row, never the whole case.
const (
	UnableCloses    OnUnable = "close"
	UnableContinues OnUnable = "continue"
	UnableNever     OnUnable = "none"
)

// Result is one outcome of handling.
type Result struct {
	Key  string `json:"key"`
	Text Text   `json:"text"`
	// Require names fields that must be filled in for this result.
	Require []string `json:"require,omitempty"`
	// RequireIf names fields that must be where a condition over the form holds.
	RequireIf []Required `json:"require_if,omitempty"`
	// When is the condition under which it is one of the choices (what was asked for:
	// a removal opens nothing); "" means always. See Step.ResultsFor.
	When string `json:"when,omitempty"`
}

// Required are fields that must be filled in where a condition over the form holds.
type Required struct {
	When   string   `json:"when"`
	Fields []string `json:"fields"`
}

// Outside marks a step that an office without an account carries out: the
// holder of the task is the named contact, who enters what was sent and what
// came back, with proof (K21).
type Outside struct {
	When string `json:"when,omitempty"` // condition; "" means always
	To   Text   `json:"to,omitempty"`   // the office, as shown before it is sent
}

// ResultsFor returns the results to choose from for these values: those without a
// condition, and those whose condition holds or can't be said yet. Where that leaves
// none, all are, so that the work can always be ended. The Require of each has all
// that it asks for of these values. facts may be nil.
func (s Step) ResultsFor(facts Facts) []Result {
	var out []Result
	for _, r := range s.Results {
		if may(r.When, facts) {
			out = append(out, r.of(facts))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, r := range s.Results {
		out = append(out, r.of(facts))
	}
	return out
}

// of is the result with its conditions applied; where one can't be said, its fields
// are required.
func (r Result) of(facts Facts) Result {
	require := slices.Clone(r.Require)
	for _, more := range r.RequireIf {
		if may(more.When, facts) {
			require = append(require, more.Fields...)
		}
	}
	r.Require, r.RequireIf, r.When = require, nil, ""
	return r
}

// may says whether a condition is met or nothing speaks against it.
func may(condition string, facts Facts) bool {
	if condition == "" || facts == nil {
		return true
	}
	holds, err := facts.Holds(condition)
	return err != nil || holds
}

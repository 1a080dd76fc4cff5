package workflow

import "time"

// Task is one turn of one person, or of several who share it. Its id is new at
// each opening, so an old link never reaches a later task.
type Task struct {
	ID     string     `json:"id"` // "t1", "t2", …
	Step   string     `json:"step"`
	Kind   Kind       `json:"kind"`
	Round  int        `json:"round"`
	Pass   int        `json:"pass,omitempty"` // of the innermost repeat around it
	Status TaskStatus `json:"status"`
	Holder Holder     `json:"holder"`
	// Alternative is the index in Step.Who that found the holder; above 0 it is a
	// fallback. Why are the facts for its Because text.
	Alternative int               `json:"alternative,omitempty"`
	Why         map[string]string `json:"why,omitempty"`

	Opened  time.Time `json:"opened"`
	Closed  time.Time `json:"closed,omitzero"`
	Due     time.Time `json:"due,omitzero"` // instant from which it is late
	DueDate string    `json:"due_date,omitempty"`

	Verb    Verb         `json:"verb,omitempty"` // what was decided
	Result  string       `json:"result,omitempty"`
	Comment string       `json:"comment,omitempty"` // opinion or reason
	By      *Signer      `json:"by,omitempty"`      // who acted
	For     *Signer      `json:"for,omitempty"`     // for whom, if as deputy
	Outside *OutsideNote `json:"outside,omitempty"` // set when the step is carried out outside

	// Owes is why the decision was signed without the certificate that the step asks for: it
	// is made up for in a task of its own (補簽).
	Owes string `json:"owes,omitempty"`

	// Origin says why there is a task beside those that the step found, From which
	// task it comes from, Giver who made it.
	Origin Origin  `json:"origin,omitempty"`
	From   string  `json:"from,omitempty"`
	Giver  *Signer `json:"giver,omitempty"`
	// GivenFor is in whose name he did, if as deputy: either may take it back.
	GivenFor *Signer `json:"given_for,omitempty"`
	// Given: the holder was named by somebody, not found through a post or role; it
	// does not follow the post.
	Given bool `json:"given,omitempty"`
	// Back is when it came back from whoever was asked first.
	Back time.Time `json:"back,omitzero"`
	// Then are those who sign after the holder has said yes.
	Then []Signer `json:"then,omitempty"`
	// Claimed is who took a shared task for himself (簽收).
	Claimed *Signer `json:"claimed,omitempty"`
	// Appointed stands in for the holder by order of his superior.
	Appointed *Signer `json:"appointed,omitempty"`
	// Alone: nobody but somebody who has acted already was left; it is reviewed
	// afterwards.
	Alone bool `json:"alone,omitempty"`
	// Extended is how often its deadline was extended; Extension is, in a task that
	// asks for it, what is asked.
	Extended int `json:"extended,omitempty"`
	// Base is the deadline without the extensions granted, zero while there are
	// none: sums are held against it.
	Base time.Time `json:"base,omitzero"`
	// Chase is the last time that its holder was chased (稽催), nil while nobody has.
	Chase *Chase `json:"chase,omitempty"`
	// Weight is what its yes counts where a step weighs, whoever does it in the end.
	Weight    int        `json:"weight,omitempty"`
	Extension *Extension `json:"extension,omitempty"`
}

// Origin says why a task exists beside those that a step found.
type Origin string

// The origins; "" are the step's own people.
const (
	OriginBefore   Origin = "before"   // 先請○○簽，再回到我
	OriginAfter    Origin = "after"    // 我簽後再送○○
	OriginDelegate Origin = "delegate" // 交辦，辦畢回到我
	OriginConsult  Origin = "consult"  // 加會: an opinion that vetoes nothing
	OriginExtend   Origin = "extend"   // 展期: somebody grants more time
	OriginDeclined Origin = "declined" // 退分: the registry assigns it anew
	OriginCheck    Origin = "check"    // 事後複核
	OriginAgain    Origin = "again"    // what he signed has changed: he is asked again
	OriginOwed     Origin = "owed"     // 補簽: the certificate that was missing when he signed
)

// Chase says who chased the holder of a task last, when and with what words, and how often
// it has been done in all. Who takes a task over has not been chased.
type Chase struct {
	By      Signer    `json:"by"`
	At      time.Time `json:"at"`
	Comment string    `json:"comment,omitempty"`
	Times   int       `json:"times"`
}

// Extension is a request for more time.
type Extension struct {
	Term    string    `json:"term"`
	Due     time.Time `json:"due"`
	DueDate string    `json:"due_date,omitempty"`
}

// TaskStatus is the status of a task; TaskLifecycle draws how they follow.
type TaskStatus string

// The statuses of a task. In all but open it has left everybody's list.
const (
	taskNew       TaskStatus = "new"
	TaskOpen      TaskStatus = "open"
	TaskWaiting   TaskStatus = "waiting" // its holder waits for somebody he asked
	TaskDone      TaskStatus = "done"
	TaskVoid      TaskStatus = "void"       // made void by a return or the end of the case; what was said stays readable
	TaskNotNeeded TaskStatus = "not_needed" // others reached the number needed
	TaskSkipped   TaskStatus = "skipped"    // the same person had approved already
	TaskLapsed    TaskStatus = "lapsed"     // nobody answered in time
	TaskMoved     TaskStatus = "moved"      // another task took its place: assigned anew
	TaskDeclined  TaskStatus = "declined"   // 退分
	TaskRemoved   TaskStatus = "removed"    // 取消加簽
)

// Live says that a task of this status is not over: its holder is to act, now or once those
// whom he asked have answered.
func (s TaskStatus) Live() bool { return s == TaskOpen || s == TaskWaiting }

// Holder says whose task it is.
type Holder struct {
	// Named are fixed when the task opens: one person, or several who share it.
	Named []Signer `json:"named,omitempty"`
	// Pool is live: whoever holds this role or post at the moment he acts, as the
	// caller writes it ("role:…", "post:…").
	Pool string `json:"pool,omitempty"`
}

// shared says whether any one of several may do it.
func (t *Task) shared() bool { return t.Holder.Pool != "" || len(t.Holder.Named) > 1 }

// Has says whether a person is among the named holders.
func (h Holder) Has(person string) bool {
	for _, s := range h.Named {
		if s.Person == person {
			return true
		}
	}
	return false
}

// OutsideNote is what the named contact of an outside office entered (K21).
type OutsideNote struct {
	To           string    `json:"to,omitempty"`     // the office
	How          string    `json:"how,omitempty"`    // by mail, letter, telephone
	Number       string    `json:"number,omitempty"` // under which it was sent or received there
	Sent         time.Time `json:"sent,omitzero"`
	Expected     time.Time `json:"expected,omitzero"` // reply expected by; it is chased from then on
	ExpectedDate string    `json:"expected_date,omitempty"`
	Text         string    `json:"text,omitempty"`

	Replied     time.Time `json:"replied,omitzero"`
	ReplyNumber string    `json:"reply_number,omitempty"`
	Reply       string    `json:"reply,omitempty"`
	Proof       []string  `json:"proof,omitempty"` // attachments

	// Unasked is why a result was recorded without asking the office: it was asked before, and what
	// was to be done since was done in the house. Whoever calls says where that may be.
	Unasked string `json:"unasked,omitempty"`
}

// waiting says whether it was sent and not answered yet.
func (n *OutsideNote) waiting() bool { return n != nil && !n.Sent.IsZero() && n.Replied.IsZero() }

// Waiting says whether the task waits for an outside office's reply.
func (t Task) Waiting() bool { return t.Status == TaskOpen && t.Outside.waiting() }

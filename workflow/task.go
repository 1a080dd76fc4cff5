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
}

// TaskStatus is the status of a task; TaskLifecycle draws how they follow.
type TaskStatus string

// The statuses of a task. In all but open it has left everybody's list.
const (
	taskNew       TaskStatus = "new"
	TaskOpen      TaskStatus = "open"
	TaskDone      TaskStatus = "done"
	TaskVoid      TaskStatus = "void"       // made void by a return or the end of the case; what was said stays readable
	TaskNotNeeded TaskStatus = "not_needed" // others reached the number needed
	TaskSkipped   TaskStatus = "skipped"    // the same person had approved already
	TaskLapsed    TaskStatus = "lapsed"     // nobody answered in time
)

// Holder says whose task it is.
type Holder struct {
	// Named are fixed when the task opens: one person, or several who share it.
	Named []Signer `json:"named,omitempty"`
	// Pool is live: whoever holds this role or post at the moment he acts, as the
	// caller writes it ("role:…", "post:…").
	Pool string `json:"pool,omitempty"`
}

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
}

// waiting says whether it was sent and not answered yet.
func (n *OutsideNote) waiting() bool { return n != nil && !n.Sent.IsZero() && n.Replied.IsZero() }

// Waiting says whether the task waits for an outside office's reply.
func (t Task) Waiting() bool { return t.Status == TaskOpen && t.Outside.waiting() }

package workflow

import "time"

// Turn is what one action leads to. While Ask is not empty the turn is not over:
// people must be found and given to Seat. A turn that is not over is not stored.
type Turn struct {
	State  State
	Events []Event // everything since the action, in order
	Ask    []Ask
	At     time.Time // the action's moment
}

// Ask is a step that has opened and for which people must be found.
type Ask struct {
	Step  string
	Kind  Kind
	Round int
	// Alternatives are to be tried in order; the first that finds somebody who is
	// not excluded is used.
	Alternatives []Alternative
	Exclude      []string // persons who may not act here
	Need         Need
	Due          *Due
	From         time.Time // the moment the deadline is counted from
}

// Alternative is one way to find people. Signers are given where the engine
// knows them itself (applicant, same as in another step).
type Alternative struct {
	Who     Who
	Signers []Signer
}

// Found answers an Ask: the people, or a pool of people, and when it is due.
type Found struct {
	Step        string
	Alternative int
	Signers     []Signer
	Pool        string // instead of Signers, where any one is enough
	Due         time.Time
	DueDate     string
	Why         map[string]string
}

// Action is one act of one person, or of the system, on one case.
type Action struct {
	Verb Verb
	Task string // the task acted on; for join and children_opened the batch
	By   Signer
	// For is the principal when By acts as deputy. That By may deputise for him
	// at this moment is the caller's to know.
	For *Signer
	// Via is the pool through which By acts; the caller has checked that he
	// belongs to it now. It must be the task's own.
	Via      string
	At       time.Time // the moment, in business time; never zero
	Comment  string    // opinion, or reason where one is required
	Result   string    // for record
	To       string    // for return; "" means the first allowed target
	Outside  *OutsideNote
	Children []Child // for join
	Count    int     // for children_opened: how many there are now
}

// Child is how one child case of a split ended.
type Child struct {
	Row     string  `json:"row"`
	Case    string  `json:"case,omitempty"`
	Outcome Outcome `json:"outcome"`
	Result  string  `json:"result,omitempty"`
}

// Event is something that followed from an action: the caller writes it on the
// trail and acts on it.
type Event struct {
	Kind    EventKind    `json:"kind"`
	Node    string       `json:"node,omitempty"` // id of the step, split, …
	Task    string       `json:"task,omitempty"`
	Status  TaskStatus   `json:"status,omitempty"` // of a task that closed
	Verb    Verb         `json:"verb,omitempty"`
	Result  string       `json:"result,omitempty"`
	Outcome Outcome      `json:"outcome,omitempty"`
	Round   int          `json:"round,omitempty"`
	To      string       `json:"to,omitempty"`    // where it was returned to
	Batch   string       `json:"batch,omitempty"` // of children
	Type    string       `json:"type,omitempty"`  // of children
	Rows    []string     `json:"rows,omitempty"`
	Kids    []Child      `json:"children,omitempty"`
	Text    string       `json:"text,omitempty"` // comment or reason
	By      *Signer      `json:"by,omitempty"`
	For     *Signer      `json:"for,omitempty"`
	Holder  *Holder      `json:"holder,omitempty"`
	Outside *OutsideNote `json:"outside,omitempty"`
	Take    int          `json:"take,omitempty"` // branch of a choice, pass of a repeat
}

// EventKind is the kind of an event.
type EventKind string

// The kinds of events.
const (
	EventSubmitted       EventKind = "submitted"
	EventStepOpened      EventKind = "step_opened"
	EventTaskOpened      EventKind = "task_opened"
	EventTaskClosed      EventKind = "task_closed"
	EventTaskVoided      EventKind = "task_voided" // what was decided there no longer counts
	EventStepClosed      EventKind = "step_closed"
	EventBranchTaken     EventKind = "branch_taken"
	EventPassBegun       EventKind = "pass_begun"
	EventPassesUsed      EventKind = "passes_used" // a repeat came to its limit
	EventReturned        EventKind = "returned"
	EventChildrenWanted  EventKind = "children_wanted"
	EventChildrenOpened  EventKind = "children_opened"
	EventChildrenJoined  EventKind = "children_joined"
	EventChildrenDropped EventKind = "children_dropped" // end those that are still open
	EventCommented       EventKind = "commented"
	EventSentOut         EventKind = "sent_out"
	EventAnswered        EventKind = "answered"
	EventSuspended       EventKind = "suspended"
	EventResumed         EventKind = "resumed"
	EventCaseClosed      EventKind = "case_closed"
)

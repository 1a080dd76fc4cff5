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
	Step string
	// Purpose says why more than the step's own people are asked for, Task which
	// task it is about. An answer repeats both.
	Purpose Purpose
	Task    string

	Kind  Kind
	Round int
	// Alternatives are to be tried in order; the first that finds somebody who is
	// not excluded is used.
	Alternatives []Alternative
	Exclude      []string // persons who may not act here
	Alone        bool     // if nobody else is left, one of them may, and is reviewed
	Need         Need
	Due          *Due
	From         time.Time // the moment the deadline is counted from

	extension *Extension
	by, asFor *Signer // who asked for more time, and in whose name
}

// Purpose says what people are asked for; "" for a step that opens.
type Purpose string

// The purposes.
const (
	PurposeNext     Purpose = "next"     // the next in order of a step
	PurposeRegistry Purpose = "registry" // whoever assigns a declined task anew
	PurposeExtend   Purpose = "extend"   // whoever grants more time
	PurposeCheck    Purpose = "check"    // whoever reviews what one person did alone
	PurposeInstead  Purpose = "instead"  // whoever the step finds now that a task's holders are gone
)

// Alternative is one way to find people. Signers are given where the engine
// knows them itself (applicant, same as in another step).
type Alternative struct {
	Who     Who
	Signers []Signer
}

// Found answers an Ask: the people, or a pool of people, and when it is due.
type Found struct {
	Step    string
	Purpose Purpose
	Task    string
	// Alone: the separation of duties leaves nobody, so the signers are among the
	// excluded. Only where the step says what follows.
	Alone       bool
	Alternative int
	Signers     []Signer
	// Barred are those who would be found, where the separation of duties leaves
	// nobody: for the sentence that says so.
	Barred  []Signer
	Pool    string // instead of Signers, where any one is enough
	Due     time.Time
	DueDate string
	Why     map[string]string
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

	// People are those named by add_before, add_after, delegate, consult, reassign,
	// copy and appoint, as the caller found them; for chase whose turn it is; for remove_signer, who was to sign
	// afterwards and has no task yet.
	People []Signer
	// Units are those named by consult, besides People or alone.
	Units []UnitAsked
	// Chosen are the people of later steps, for a decision or a submission that
	// chooses them.
	Chosen map[string][]Signer
	// Changed are the fields that come with the action and differ from before.
	Changed []FieldChange
	Batch   bool // one of several tasks decided with one act
	// Afresh, for reassign: whoever takes over begins from nothing. What the former holder had
	// planned (who signs after him, more time that he asked for) and noted of an outside office
	// does not go along; the deadline does.
	Afresh bool
	// Certified: it is signed with the certificate of By, as the caller has verified. Owe is
	// why it is not, where the step lets him make up for it.
	Certified bool
	Owe       string
	Extend    *ExtendRequest // for extend
	Dues      []NewDue       // for resume and redate
}

// ExtendRequest is how much more time is asked for. The caller has counted the
// new date, held it to the step's limits, and chosen the tier.
type ExtendRequest struct {
	Extension
	Tier int
}

// NewDue moves the deadline of a task.
type NewDue struct {
	Task    string    `json:"task"`
	Due     time.Time `json:"due"`
	DueDate string    `json:"due_date,omitempty"`
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
	From    string       `json:"from,omitempty"` // the task it comes from
	People  []Signer     `json:"people,omitempty"`
	Extend  *Extension   `json:"extension,omitempty"`
	Dues    []NewDue     `json:"dues,omitempty"`
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
	EventPassBegun       EventKind = "pass_begun"  // of a repeat, the first too
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
	EventTaskWaits       EventKind = "task_waits" // its holder asked somebody first
	EventTaskBack        EventKind = "task_back"
	EventSignerAdded     EventKind = "signer_added" // to sign after the holder
	EventSignerRemoved   EventKind = "signer_removed"
	EventTakenBack       EventKind = "taken_back"
	EventClaimed         EventKind = "claimed"
	EventReleased        EventKind = "released"
	EventAppointed       EventKind = "appointed"
	EventCopied          EventKind = "copied"
	EventCopyRead        EventKind = "copy_read"
	EventUrged           EventKind = "urged"
	EventChased          EventKind = "chased"
	EventExtendAsked     EventKind = "extension_asked"
	EventExtended        EventKind = "extended"
	EventRedated         EventKind = "redated"
	EventPassedOn        EventKind = "passed_on" // another holds the post now
	EventChosen          EventKind = "chosen"
)

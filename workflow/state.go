package workflow

import (
	"strconv"
	"time"
)

// State is where one case stands. It is plain data: Encode and Parse carry it to
// and from storage, nothing else is needed to go on.
type State struct {
	Flow    string  `json:"flow"` // key@version it runs on; Adopt gives another
	Phase   Phase   `json:"phase"`
	Outcome Outcome `json:"outcome,omitempty"`
	// Round counts from 1 and grows with every return.
	Round     int    `json:"round"`
	Applicant Signer `json:"applicant"`
	// Heir goes on with the case in the applicant's place, and is kept apart from the steps
	// that he is. The caller says who it is; a state that is stored does not.
	Heir      Signer    `json:"-"`
	Submitted time.Time `json:"submitted,omitzero"` // last time it was sent
	Closed    time.Time `json:"closed,omitzero"`
	// Ending is how the case ends once the signatures owed are there; "" while it is not
	// decided, and where none is owed.
	Ending Outcome `json:"ending,omitempty"`
	// Returned is set while the case lies with the applicant.
	Returned *Returned `json:"returned,omitempty"`
	Marks    []Mark    `json:"marks,omitempty"` // in the order of the tree
	Tasks    []Task    `json:"tasks,omitempty"` // in the order they opened; never removed
	// Next is the number of the next task or batch of children; never used twice.
	Next int `json:"next"`
	// Chosen are the people that somebody chose for steps to come.
	Chosen []Chosen `json:"chosen,omitempty"`
	// Copies say who was sent a copy (副知), and whether he has read it.
	Copies []Copy `json:"copies,omitempty"`
	// Stops is the ledger of the stopped clock, in order.
	Stops []Stop `json:"stops,omitempty"`
	// Urged is when the applicant last urged.
	Urged time.Time `json:"urged,omitzero"`
}

// Chosen are the people chosen for a step.
type Chosen struct {
	Step    string   `json:"step"`
	By      Signer   `json:"by"`
	Signers []Signer `json:"signers"`
}

// Copy is one copy of the case, sent to one person.
type Copy struct {
	To   Signer    `json:"to"`
	By   Signer    `json:"by,omitzero"`    // zero: by the flow
	Step string    `json:"step,omitempty"` // by which step of the flow
	At   time.Time `json:"at"`
	Read time.Time `json:"read,omitzero"`
}

// Stop is one time in which the clock stood still (停止計時).
type Stop struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero: it still stands
	By     Signer    `json:"by"`
	Reason string    `json:"reason"`
}

// Phase is the phase of a case.
type Phase string

// The phases of a case; CaseLifecycle draws how they follow each other.
const (
	PhaseDraft     Phase = "draft"
	PhaseRunning   Phase = "running"
	PhaseReturned  Phase = "returned"
	PhaseSuspended Phase = "suspended"
	PhaseClosed    Phase = "closed"
)

// Outcome is how a case ended.
type Outcome string

// The outcomes.
const (
	OutcomeDone      Outcome = "done"      // the flow was gone through
	OutcomeRejected  Outcome = "rejected"  // 不同意, 不予核准
	OutcomeWithdrawn Outcome = "withdrawn" // 撤案
	OutcomeLapsed    Outcome = "lapsed"    // 逾期未確認，系統結案
	OutcomeUnable    Outcome = "unable"    // 無法辦理
	OutcomeVoid      Outcome = "void"      // 作廢
	OutcomePaper     Outcome = "paper"     // 線上轉紙本: it goes on on paper
)

// Signer is a person as frozen when he is named or acts: names of people, posts
// and units as they were.
type Signer struct {
	Person    string `json:"person"`
	Name      string `json:"name,omitempty"`
	Post      string `json:"post,omitempty"` // the post through which he was found
	PostTitle string `json:"post_title,omitempty"`
	Unit      string `json:"unit,omitempty"`
	UnitName  string `json:"unit_name,omitempty"`
}

// Returned says who sent a case back to its applicant, and why.
type Returned struct {
	Step   string    `json:"step"`
	Task   string    `json:"task"`
	By     Signer    `json:"by"`
	For    *Signer   `json:"for,omitempty"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	Back   bool      `json:"back,omitempty"` // comes straight back to that step
}

// Mark is how far a node of the tree has come. A node without a mark has not
// been reached in this round.
type Mark struct {
	Node   string     `json:"node"`
	Status MarkStatus `json:"status"`
	Since  time.Time  `json:"since,omitzero"`
	// From is the number of a step's first task of this opening, Need how many of
	// them must say yes; both fixed when it opens.
	From int `json:"from,omitempty"`
	Need int `json:"need,omitempty"`
	// Queue are those of a step who are asked after the present one (in order),
	// found by its alternative Way.
	Queue []Signer `json:"queue,omitempty"`
	Way   int      `json:"way,omitempty"`
	// Take is the branch a choice took, from 1; 0 for none. For a repeat it is the
	// pass, from 1.
	Take int `json:"take,omitempty"`
	// Batch names a split's children of this opening, Rows how many it wants,
	// Opened how many there are.
	Batch  string `json:"batch,omitempty"`
	Rows   int    `json:"rows,omitempty"`
	Opened int    `json:"opened,omitempty"`
	// Result is what came of it: a verb, a result key, an outcome of children.
	Result string `json:"result,omitempty"`
}

// MarkStatus is how far a node has come.
type MarkStatus string

// The statuses of a mark.
const (
	MarkWanted  MarkStatus = "wanted" // people must be found; never in a stored state
	MarkOpen    MarkStatus = "open"
	MarkDone    MarkStatus = "done"
	MarkSkipped MarkStatus = "skipped"
	MarkOff     MarkStatus = "off" // no longer needed
)

func (s MarkStatus) over() bool { return s == MarkDone || s == MarkSkipped }

// Task returns an open or past task by id.
func (s *State) Task(id string) (Task, bool) {
	if i := s.task(id); i >= 0 {
		return s.Tasks[i], true
	}
	return Task{}, false
}

// Open returns the tasks that are open, in the order they opened.
func (s *State) Open() []Task {
	var out []Task
	for _, t := range s.Tasks {
		if t.Status == TaskOpen {
			out = append(out, t)
		}
	}
	return out
}

func (s *State) task(id string) int {
	for i := range s.Tasks {
		if s.Tasks[i].ID == id {
			return i
		}
	}
	return -1
}

// number is the number in a task's id, 0 if it has none.
func number(id string) int {
	if len(id) < 2 || id[0] != 't' || id[1] == '0' || id[1] == '+' {
		return 0
	}
	n, err := strconv.Atoi(id[1:])
	if err != nil || n < 1 {
		return 0
	}
	return n
}

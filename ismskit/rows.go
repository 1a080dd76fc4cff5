package ismskit

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// CaseRow is a case as it is stored.
type CaseRow struct {
	ID       string
	Revision int64 // counts from 1; every action adds one
	Type     string
	Version  string // of the type: form and flow stay what they were
	Number   string // 案號, "" before it is given
	Subject  string
	Class    string // confidentiality
	Phase    string // workflow phase: draft, running, returned, suspended, closed
	Outcome  string // "" while open
	Step     string // id of the step it stands at, the first of several

	Applicant     string // person id
	ApplicantName string // and as it was then
	Unit          string // applicant's unit id
	UnitName      string
	Writer        string // who filled it in for the applicant, "" for himself

	Parent    string // parent case, "" for none
	ParentRow string // row of the parent's table this case is for
	Children  int    // open children; see Cases.AddChildren

	Values []byte // as the form encodes them
	State  []byte // as the workflow encodes it; blanks behind it may be lost
	Extra  []byte // the Kit's own: opener, links, files, prefill source; JSON

	Head evidence.Head // of the case's chain

	Created   time.Time
	Submitted time.Time
	Changed   time.Time
	Closed    time.Time
	Due       time.Time // of the earliest open task
}

// CaseQuery selects cases, newest first by Created, then ID.
type CaseQuery struct {
	IDs       []string
	Applicant string
	Writer    string
	Units     []string
	Parent    string
	Roots     bool // only cases that are no row of another
	Types     []string
	Phases    []string
	Number    string
	After     time.Time // keyset: Created of the last one seen, zero at the start
	AfterID   string
	Limit     int // 0 means 500
}

// TaskRow is an open task as to-do lists need it.
type TaskRow struct {
	Case    string
	Task    string   // the task's id within the case
	Holders []string // "p:P05" a person, "post:…", "role:…" a pool

	Type      string
	Number    string
	Subject   string
	Class     string
	Applicant string // id
	Name      string // applicant's name
	Unit      string // applicant's unit, as shown
	Parent    string // parent case
	Step      string
	Kind      string
	Waiting   string // why it waits for somebody else, e.g. an outside office
	Body      []byte // what else a list shows; JSON
	Opened    time.Time
	Due       time.Time // instant from which it is late; zero: no due date
	DueDate   string    // ISO
}

// TaskQuery selects open tasks by Due (those without one last), then Case, Task.
type TaskQuery struct {
	Holders []string // tasks of any of these; nil means everybody's
	Case    string
	Parent  string
	Kinds   []string
	Types   []string
	Limit   int // 0 means 500
	// Bare leaves out what is only shown (Subject, Body), to count.
	Bare bool
	// After is the keyset: the last task seen.
	AfterDue  time.Time
	AfterCase string
	AfterTask string
}

// Outcome says what became of a request that carried an idempotency key.
type Outcome struct {
	Actor   string
	Key     string
	Request evidence.Digest // of the request: another one under the same key is refused
	Case    string          // or, of a filing, "document/" and the document's id, of a checkpoint "checkpoint/" and its number, of a list its chain
	// Revision is the case's after the action.
	Revision int64
	At       time.Time
}

// TrailEntry is an entry with what is kept beside it.
type TrailEntry struct {
	evidence.Entry
	Hash    evidence.Digest
	Payload []byte // canonical bytes; nil once lawfully disposed of
	// Disposes, of an entry that is appended, takes away the content of those before it on its
	// chain: nothing is disposed of without an entry that says so. No entry that is read has it.
	Disposes bool
}

// EntryQuery selects entries of one chain of the trail, or of those of the lists together.
type EntryQuery struct {
	Chain  string
	Kind   string // of this kind alone; "" means any
	After  int64  // keyset: those whose sequence number is larger
	Before int64  // keyset: those whose sequence number is smaller; 0 means all
	Newest bool   // newest first
	Limit  int    // 0 means 1000
	// Lists asks instead for what was changed in the lists, across their chains (list/…),
	// the newest first; Limit alone of the above counts then.
	Lists *ListEntryQuery
}

// ListEntryQuery selects entries of the chains of lists by when they were made.
type ListEntryQuery struct {
	List   string     // the changes of one list; "" means of all
	Actor  string     // made by this person; "" means by anybody
	From   time.Time  // not before this moment; zero means from the beginning
	Before EntryPlace // keyset: those that come before it; zero means all
}

// EntryPlace is where an entry stands among those of all chains: by its moment, and at one
// moment by chain and number.
type EntryPlace struct {
	At    time.Time
	Chain string
	Seq   int64
}

// HeadQuery selects chains of the trail.
type HeadQuery struct {
	Chain    string // this one alone, whatever else is asked for
	Prefix   string // of the name
	Unmarked bool   // only those whose end is beyond their mark
	After    string // keyset: the last chain seen
	Limit    int    // 0 means 1000
}

// Job is something to be done at or after Due.
type Job struct {
	ID      string
	Key     string // unique; a second Put with it moves the job
	Kind    string
	Subject string // what it is about, e.g. a case id
	Payload []byte
	Due     time.Time // business time
	Since   time.Time // what was due up to here has been done
	Fence   int64
	Attempt int
	Leased  time.Time // real time until which somebody works on it; zero: nobody
	Dead    bool
	Error   string // of the last attempt
}

// Settlement ends the work on a job.
type Settlement struct {
	ID    string
	Fence int64
	// Done removes the job. Otherwise it waits again: Due, Since and Attempt are
	// stored as given, Dead takes it out of the queue for people to look at.
	Done    bool
	Due     time.Time
	Since   time.Time
	Attempt int
	Dead    bool
	Error   string
}

// JobQuery selects jobs by Due, then ID.
type JobQuery struct {
	IDs     []string // none means any
	Kind    string
	Subject string
	Dead    bool // only dead letters
	Bare    bool // without Payload and Error, to count
	// After is the keyset: Due of the last one seen, and its ID; without an ID the
	// list begins at the beginning.
	After   time.Time
	AfterID string
	Limit   int // 0 means 200
}

// Message is a notice to one person: shown on the notices page, and mailed alone
// or within the morning mail.
type Message struct {
	ID      string // made from what caused it, so that the same cause tells once
	Person  string
	Case    string
	Task    string
	Rule    string // which rule caused it, e.g. "overdue"
	Kind    string // "action" is gone when done, "read" when read, "mail" a mail itself
	Urgent  bool
	Subject string // words as they were sent
	Body    string
	Link    string
	Created time.Time
	Due     time.Time // when it was due to be told
	Mail    string    // id of the mail it left with
	Sent    time.Time // when that mail left; zero: not (yet) mailed
	Read    time.Time
	Gone    time.Time // its task is done, or a later notice says the same
	Again   int       // how many of its rule, still unread then, it has replaced
	First   time.Time // when the first of them was told
	// NoAddress: it was not mailed, because its reader had no address.
	NoAddress bool `json:",omitempty"`
}

// MessageQuery selects messages by Created, then ID, newest first.
type MessageQuery struct {
	IDs      []string
	Person   string
	Case     string
	Kinds    []string
	Unread   bool // neither read nor gone
	Unmailed bool // no mail yet
	Bare     bool // ID alone, to count
	After    time.Time
	AfterID  string
	Limit    int // 0 means 200
}

// Definition is a published, immutable description: a type's form and flow, a
// calendar.
type Definition struct {
	Kind    string
	Key     string
	Version string
	Digest  evidence.Digest
	Body    []byte
	Created time.Time
}

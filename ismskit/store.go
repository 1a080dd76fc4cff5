package ismskit

import (
	"context"
	"io"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Store is where the Kit keeps everything. Implementations are safe for
// concurrent use; storage/storagetest holds them to this contract.
type Store interface {
	// Update runs fn in one transaction: all it wrote is kept, or nothing.
	//
	// fn may run any number of times. It reads and writes only through tx, with
	// the ctx it is given (a caller's cancelled context must not end other
	// people's work), assigns to captured variables only as its last act, and
	// calls no Kit, directory or network. What it did counts only when Update
	// returns nil. Busy and serialization failures are retried inside.
	Update(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// View runs fn on one consistent state; fn's writes fail.
	View(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx is one transaction. No write method exists outside it.
//
// Write methods return only an error, never an id, a count or a row, so a store
// may hold writes back and send them together; their errors, ErrConflict first,
// may surface at the next read or at the end of Update. A Tx is used by one
// goroutine and not after its function has returned.
type Tx interface {
	Cases() Cases
	Outcomes() Outcomes
	Trail() Trail
	Queue() Queue
	Documents() document.Store
	Registers() register.Store
	Records() record.Store
	Definitions() Definitions
}

// Cases keeps cases with their tasks, and the number counters.
type Cases interface {
	// Get returns one case with everything an action needs, in one statement;
	// ErrNotFound.
	Get(ctx context.Context, id string) (CaseRow, error)
	// Insert adds a case (Revision 1) with its open tasks; an existing id is
	// ErrConflict.
	Insert(ctx context.Context, c CaseRow, open []TaskRow) error
	// Update replaces a case if the stored revision is c.Revision-1, else
	// ErrConflict. Children is not written. First the tasks that drop names go, which
	// are no longer open or have changed, then come those of put; one of them that is
	// still there is ErrConflict.
	Update(ctx context.Context, c CaseRow, put []TaskRow, drop []string) error
	// AddChildren changes a case's count of open children without comparing or
	// changing its revision.
	AddChildren(ctx context.Context, id string, delta int) error
	// List returns cases, newest first.
	List(ctx context.Context, q CaseQuery) ([]CaseRow, error)
	// Tasks returns open tasks by due date, a task once even where several of
	// its holders match.
	Tasks(ctx context.Context, q TaskQuery) ([]TaskRow, error)
	// Counter returns the last number given in a scope, 0 at first. Inside
	// Update nobody else reads or writes that scope until the end.
	Counter(ctx context.Context, scope string) (int64, error)
	// SetCounter stores the last number given.
	SetCounter(ctx context.Context, scope string, n int64) error
}

// Outcomes keeps what became of requests that carried an idempotency key.
type Outcomes interface {
	// Get returns what became of an actor's earlier request with this key.
	Get(ctx context.Context, actor, key string) (Outcome, bool, error)
	// Put keeps one; the same actor and key again is ErrConflict.
	Put(ctx context.Context, o Outcome) error
	// Forget removes all from before a moment. It runs once a night.
	Forget(ctx context.Context, before time.Time) error
}

// Trail keeps the append-only entries, and how far each chain is in the log of
// checkpoints. Nothing here changes or removes an entry; one that disposes takes the content
// away that lies beside those before it.
type Trail interface {
	// Append adds entries; a chain's sequence number used twice is ErrConflict.
	Append(ctx context.Context, entries ...TrailEntry) error
	// Entries returns entries of a chain, in the order in which they were added or the
	// newest first.
	Entries(ctx context.Context, q EntryQuery) ([]TrailEntry, error)
	// Heads returns the ends of chains, place and hash of the last entry, in the
	// order of their names' bytes. That of a case's chain is on the case row too.
	Heads(ctx context.Context, q HeadQuery) ([]evidence.Head, error)
	// Mark notes how far chains are in the log of checkpoints; a mark never goes
	// back.
	Mark(ctx context.Context, heads ...evidence.Head) error
}

// Queue holds what is to be done later or outside: alarms of cases, children to
// open, mails to send. It also keeps the messages themselves, as proof of notice.
type Queue interface {
	// Put adds jobs or moves those with the same Key. A job that is already due
	// or being worked on stays due and keeps its Since; whoever works on it
	// loses the lease, and it is done again. One that waits to be done now and is
	// put again just as it is may be left alone.
	Put(ctx context.Context, at time.Time, jobs ...Job) error
	// Drop removes waiting jobs by key; whoever works on one loses the lease.
	Drop(ctx context.Context, keys ...string) error
	// Due returns up to limit jobs due at now whose lease, if any, has ended at
	// lease time, earliest first. Inside Update nobody else gets them.
	Due(ctx context.Context, now, lease time.Time, limit int) ([]Job, error)
	// Lease marks jobs as worked on until a moment of real time; it raises each
	// fence by one.
	Lease(ctx context.Context, until time.Time, ids ...string) error
	// Settle ends a lease if the fence still is the holder's, else ErrConflict.
	Settle(ctx context.Context, s Settlement) error
	// Next returns when the earliest waiting job is due, zero if there is none.
	Next(ctx context.Context) (time.Time, error)
	// Jobs lists jobs for people to look at, e.g. dead letters.
	Jobs(ctx context.Context, q JobQuery) ([]Job, error)
	// PutMessage adds a message, or replaces it as long as its ID is the same.
	PutMessage(ctx context.Context, m Message) error
	// Messages lists messages, newest first.
	Messages(ctx context.Context, q MessageQuery) ([]Message, error)
}

// Definitions keeps published forms, flows and calendars for ever.
type Definitions interface {
	// Put adds one; the same kind, key and version with another digest is
	// ErrConflict, with the same digest it is left alone.
	Put(ctx context.Context, d Definition) error
	// Get returns one version; ErrNotFound.
	Get(ctx context.Context, kind, key, version string) (Definition, error)
	// List returns all versions of a kind (and key, if not empty), without Body.
	List(ctx context.Context, kind, key string) ([]Definition, error)
}

// Blobs keeps files by content. A blob is written before the transaction that
// refers to it and never changes.
type Blobs interface {
	// Put stores at most max bytes and returns the SHA-256 in lower-case hex and
	// the size; more than max is ErrTooLarge and leaves nothing behind.
	Put(ctx context.Context, r io.Reader, max int64) (digest string, size int64, err error)
	// Open returns a blob's bytes; ErrNotFound.
	Open(ctx context.Context, digest string) (io.ReadCloser, error)
	// List returns digests after one, in order, of blobs written before a moment.
	List(ctx context.Context, before time.Time, after string, limit int) ([]string, error)
	// Remove deletes a blob that was written before a moment; one that is not there, or
	// that somebody has written again since, is no error.
	Remove(ctx context.Context, digest string, before time.Time) error
}

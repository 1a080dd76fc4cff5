package register

import (
	"context"
	"time"
)

// Row is one revision of one entry of a living list: a system, a person, a
// deputy, a grant. A change never overwrites: it is a further revision, and the
// earlier ones stay readable through History.
type Row struct {
	List string // the list's key, e.g. "people"
	ID   string // unique within the list, never reused

	// Revision counts from 1. A Put must carry the stored revision plus one.
	Revision int64

	// Values are the row's fields as the list's form encodes them.
	Values []byte

	// Keys are exact look-ups, "field=value", e.g. "login=qh150013"; a query
	// names one or more of them.
	Keys []string

	// Text is what free text finds (name, title, number).
	Text string

	// From and To bound the time in which the entry is in force. The zero From
	// means always, the zero To means still.
	From, To time.Time

	// Gone, of a row that is put, removes the entry with its history: of lists that hold what is
	// derived from elsewhere, and goes with it. No row that is read is.
	Gone bool `json:"-"`

	// ChangedAt, ChangedBy and Reason say who made this revision, when, and why.
	ChangedAt time.Time
	ChangedBy string
	Reason    string
}

// InForce reports whether the entry holds at the given moment.
func (r Row) InForce(at time.Time) bool {
	return (r.From.IsZero() || !at.Before(r.From)) && !r.Over(at)
}

// Over reports whether the entry holds no more at the given moment, having had an end.
func (r Row) Over(at time.Time) bool { return !r.To.IsZero() && !at.Before(r.To) }

// Query selects current revisions of one list, ordered by ID.
type Query struct {
	List  string
	IDs   []string  // only these, if not empty
	Keys  []string  // rows that carry at least one of these keys, if not empty
	Text  string    // rows whose Text contains it (two Chinese characters suffice)
	At    time.Time // rows in force at this moment, if not zero
	After string    // rows with an ID greater than this
	Limit int       // at most this many; 0 means all
}

// Store keeps lists. It is part of the transaction that hands it out, and its
// methods obey that transaction's rules (see ismskit.Tx).
type Store interface {
	// Row returns the current revision; found is false where there is none.
	Row(ctx context.Context, list, id string) (row Row, found bool, err error)
	// Rows returns current revisions.
	Rows(ctx context.Context, q Query) ([]Row, error)
	// History returns every revision of one entry, oldest first.
	History(ctx context.Context, list, id string) ([]Row, error)
	// Put writes the next revision. If the stored revision is not
	// row.Revision-1 the transaction fails with the store's conflict error. A row that is
	// Gone removes the entry with all its revisions, where there is one.
	Put(ctx context.Context, row Row) error
	// Stamp returns a number that grows with every Put to any of the lists, so
	// that a reader can tell whether what it remembers is still current.
	Stamp(ctx context.Context, lists ...string) (int64, error)
}

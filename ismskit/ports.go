package ismskit

import (
	"context"
	"io"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Directory answers who holds a post, a role, or heads a unit. The Kit asks in
// one batch per action, outside the write transaction. The default is
// DirectoryIn; a host with its own people implements this one method.
type Directory interface {
	// Resolve answers every question, in order. A question nobody fits is an
	// answer without holders, not an error. Safe for concurrent use.
	Resolve(ctx context.Context, questions []directory.Question) ([]directory.Answer, error)
}

// Searcher is implemented by a Directory that can look people up for pickers.
type Searcher interface {
	// Search returns at most limit people in force whose name, login or unit
	// contains text.
	Search(ctx context.Context, text string, limit int) ([]directory.Holder, error)
}

// Deputising is implemented by a Directory that knows deputies. Where it is
// missing, nobody acts for anybody.
type Deputising interface {
	// Deputies returns who may act for a principal at a moment, in order.
	Deputies(ctx context.Context, principal string, at time.Time, scope directory.Scope) ([]directory.Deputy, error)
	// ActingFor returns for whom a person may act at a moment.
	ActingFor(ctx context.Context, person string, at time.Time) ([]directory.Principal, error)
}

// Supposing is implemented by a Directory that can say who would act for somebody
// who were away (流程試跑). Where it is missing, nobody would.
type Supposing interface {
	// DeputiesIfAway is Deputies as if the principal were away at that moment.
	DeputiesIfAway(ctx context.Context, principal string, at time.Time, scope directory.Scope) ([]directory.Deputy, error)
}

// Overseeing is implemented by a Directory that can say at once that somebody is nobody's
// superior. Where it is missing, everybody who is away is asked about.
type Overseeing interface {
	// AboveAnybody says whether a person may be the answer to a question about somebody's manager.
	AboveAnybody(ctx context.Context, person string, at time.Time) (bool, error)
}

// Bound is implemented by a Directory whose data lies in the Store, or beside it in
// the host's database: a Kit in a joined transaction reads it through that
// transaction, which the storage adapter's Joined gives back (postgres.Joined).
type Bound interface {
	In(store Store) Directory
}

// Notifier delivers mail. It is called by the queue, after commit, at least
// once; Mail.ID is the same at every attempt.
type Notifier interface {
	Notify(ctx context.Context, m Mail) error
}

// Mail is one mail to one person, in the words that were kept as proof before
// it left.
type Mail struct {
	ID      string
	Person  string
	Name    string
	Address string
	Subject string
	Body    string // plain text
	At      time.Time
}

// Scanner looks at an upload before it is kept. A nil Scanner lets all pass.
type Scanner interface {
	// Scan returns the name of what it found, "" for nothing.
	Scan(ctx context.Context, r io.Reader) (found string, err error)
}

// Printer lays out for paper what the Kit has let an actor read. Package print has
// the ready-made one; a host with its own letterhead, or that makes PDF files,
// brings another.
type Printer interface {
	// Case is the official form of a case as its reader sees it.
	Case(ctx context.Context, c Case, o Imprint) (Printout, error)
	// Document is a version of a document with its text.
	Document(ctx context.Context, d DocumentReading, o Imprint) (Printout, error)
	// Blank is an empty form to be filled in by hand.
	Blank(ctx context.Context, b BlankForm, o Imprint) (Printout, error)
	// List is the 文件一覽表.
	List(ctx context.Context, l DocumentList, o Imprint) (Printout, error)
}

// Witness takes checkpoints to where the administrators of this server can't reach
// them. Package witness has a folder elsewhere, mail, and one that signs beside the
// house.
type Witness interface {
	// Name tells it from the others, for ever.
	Name() string
	// Witness keeps a signed checkpoint; it returns it with its own signature added,
	// or as it came. prove gives the proof that the log grew from an older size. It is
	// called by the queue, again after a failure, and again with the same.
	Witness(ctx context.Context, signed []byte, prove func(older int64) ([]evidence.Digest, error)) ([]byte, error)
}

// Memberships is implemented by a Directory that can say what a person belongs
// to. Without it nobody sees more than his own cases, and tasks of a pool are
// found only by those who were in it when the task opened.
type Memberships interface {
	// Membership returns unit, posts, roles and pools of a person at a moment; a
	// person who is not there belongs to nothing.
	Membership(ctx context.Context, person string, at time.Time) (directory.Membership, error)
}

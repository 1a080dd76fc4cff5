package record

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Record is the index entry of something the organisation keeps: a submitted
// case, a document version, an upload. It holds what one can filter by; the
// thing itself lies elsewhere.
type Record struct {
	ID       string // "case/…", "document/…"
	Kind     string // case, row (a child case), document, upload
	Case     string // id of the case, for case and row
	Parent   string // record this one belongs to
	Number   string // 案號 or document number
	Form     string // form number, e.g. "IS-04-012"
	Type     string // form type's key
	Subject  string
	Year     int // working year (作業年度), Minguo
	Systems  []string
	Unit     string // owning unit at filing: id
	UnitName string // and its name then; later renamings don't touch it
	Person   string // applicant's or owner's id
	Name     string // and name then
	State    string // key shown as a word with a mark
	Class    string // confidentiality
	Category string // of the tree (B3.6), "" for none
	DocKind  string // kind of an execution record (B3.5)
	// Editions are the versions of documents under which it was made; see Edition.
	Editions []string  `json:",omitempty"`
	Origin   string    // online, uploaded, paper, imported
	Original string    // where the original is, who keeps it
	Filed    time.Time // the order of lists: newest first, then by ID
	Closed   time.Time
	ACL      string   // id of the rule that says who may read it
	Draft    bool     // not yet submitted: no list shows it, its files are referenced
	Files    []string // digests this record refers to
}

// ACL is one distinct rule of who may read: there are thousands of rules, not
// millions, so the caller works out which of them a reader satisfies.
type ACL struct {
	ID       string // derived from the rest, so that equal rules are one row
	Unit     string
	Class    string
	Category string
	Type     string
	Readers  []string // people and roles beyond the rule
}

// Query is a page of records that a reader may see. The permission filter is
// part of the query: a record matches only if its ACL is in ACLs or Reader took
// part in it.
type Query struct {
	ACLs   []string // rules the reader satisfies
	All    bool     // the reader may see everything (no filter)
	Reader string   // person who also sees what he took part in; "" for nobody
	Also   []string // records he sees besides, such as those in which he may act now

	IDs     []string
	Kinds   []string
	Numbers []string // exact, or prefix when it ends in '*'
	Forms   []string
	Types   []string
	Years   []int
	Systems []string
	Units   []string
	People  []string // applicant or owner
	States  []string
	Without []string // states in which it is not
	Classes []string
	Origins []string
	// Categories are those it is filed in: whoever wants all below one asks for them too.
	Categories []string
	DocKinds   []string
	Editions   []string // made under one of these versions of documents; see Edition
	Files      []string // digests; one of them is kept with the record
	Parent     string
	From, To   time.Time // filed in [From, To)
	Text       string    // words of two or more characters, all must occur; signs alone find nothing

	// Oldest asks for the oldest first. Words (Text) are found the newest first alone: a store
	// refuses both together.
	Oldest bool
	After  Cursor // the last record seen
	Limit  int    // at most this many; the store caps it at 500
	// Within is how many of the newest a count by a facet looks at; 0 means CountWithin.
	Within int
}

// Counting takes no longer in an archive of millions: it stops.
const (
	CountUpTo   = 1000 // where every count stops
	CountWithin = 5000 // so many of the newest that are found are counted by a facet
)

// Empty reports that nothing can be found, so that a store need not look: neither
// a rule nor a person lets the reader see anything, or what is asked for has no
// letter or digit. Answering "%" with everything would look like a result.
func (q Query) Empty() bool {
	return !q.All && len(q.ACLs) == 0 && q.Reader == "" && len(q.Also) == 0 ||
		strings.TrimSpace(q.Text) != "" && len(Terms(q.Text)) == 0
}

// ErrOldestWords refuses to look for words the oldest first.
var ErrOldestWords = errors.New("record: words are found the newest first alone")

// Cursor is the place after which a page begins. The zero Cursor is the start.
type Cursor struct {
	Filed time.Time
	ID    string
}

// Bucket is one value of a facet with the number of matching records. More says that
// there may be more than Count: it stopped at CountUpTo, or older records were not
// looked at.
type Bucket struct {
	Value string
	Label string
	Count int
	More  bool
}

// Facet names a property to count by.
type Facet string

// Facets a query can be counted by.
const (
	ByYear   Facet = "year"
	ByForm   Facet = "form"
	BySystem Facet = "system"
	ByUnit   Facet = "unit"
	ByState  Facet = "state"
	ByOrigin Facet = "origin"
	// ByType counts the cases of each form type, ByPerson what each applicant or owner has.
	ByType   Facet = "type"
	ByClass  Facet = "class"
	ByPerson Facet = "person"
	// ByCategories and ByDocKind count what is filed in a category, or has a kind.
	ByCategories Facet = "category"
	ByDocKind    Facet = "doc_kind"
	// ByReader counts what each person takes part in, as Query finds it for him as Reader.
	ByReader Facet = "reader"
	ByAll    Facet = "" // one bucket: the total
)

// Store keeps the index inside the transaction that hands it out.
type Store interface {
	// Put writes or replaces the facets of one record.
	Put(ctx context.Context, r Record) error
	// PutText replaces the words a record is found by.
	PutText(ctx context.Context, id, text string) error
	// Join adds people who took part in a record that is filed under this time; those
	// already known stay. Whoever files it under another time joins all of them again:
	// what was joined under the former time counts no more.
	Join(ctx context.Context, id string, filed time.Time, people ...string) error
	// Query returns one page, newest first, or oldest first where that is asked for.
	Query(ctx context.Context, q Query) ([]Record, error)
	// Count counts what Query would return from its beginning on, grouped by the facet:
	// the newest q.Within of them, by ByAll up to CountUpTo. Buckets of a count that did
	// not look at all of them say More.
	Count(ctx context.Context, q Query, by Facet) ([]Bucket, error)
	// ACLs returns every rule.
	ACLs(ctx context.Context) ([]ACL, error)
	// PutACL adds a rule; one that exists is left alone.
	PutACL(ctx context.Context, a ACL) error
	// Unreferenced returns those of the digests that no record refers to.
	Unreferenced(ctx context.Context, digests []string) ([]string, error)
}

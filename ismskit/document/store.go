package document

import (
	"context"
	"slices"
)

// State is where a document or one of its versions stands.
type State string

const (
	Draft      State = "draft"      // never issued, and not on its way
	InReview   State = "in_review"  // never issued, and a request carries it: worked out, not stored
	Waiting    State = "waiting"    // approved, its issue date has not come
	Current    State = "current"    // the version in force
	Superseded State = "superseded" // replaced by a later version
	Stopped    State = "stopped"    // wrongly issued and stopped (停止適用)
	Withdrawn  State = "withdrawn"  // taken back before its day came (已撤回), of a version only
	Retired    State = "retired"    // abolished (廢止)
)

// Document is one controlled document; what changes with each issue lies in its
// versions.
type Document struct {
	ID       string
	Revision int64 // of this row, counted from 1; a write carries the stored one plus one

	Number        string            // e.g. "IS-02-008"; need not be unique after an import (U13)
	FormerNumbers []string          // 曾用編號, found like the present one
	Title         map[string]string // language → title
	Level         int               // 1 policy … 4 form or record
	Class         string            // key of the confidentiality scale
	Owner         string            // owning unit or group, as shown
	Unit          string            // owning unit's id, where there is one
	Group         string            `json:",omitempty"` // owning group's id (任務編組), where there is one
	Parent        string            // number of the document that lists this one (柒、作業表單)
	Type          string            // key of the form type filled in online, for level 4
	State         State
	Request       string     `json:"-"` // the case that asks for it, while it is not there yet: its ID then
	Current       string     // label of the version in force, "" before the first issue
	NextReview    string     // ISO date, "" where none is set
	ReviewMonths  int        `json:",omitempty"` // from one review to the next, 0 for the house's twelve
	Reviewed      []Reviewed `json:",omitempty"` // reviews that changed nothing, oldest first
	Retired       string     // ISO date from which it no longer holds, "" while it does
	Note          string
	Relations     []Relation
	Refiled       *Refiling `json:",omitempty"` // under another working year than that of its day
	Earlier       []Facts   `json:",omitempty"` // what was said of it before it was changed, oldest first
}

// Relation points at another document.
type Relation struct {
	Kind   string // References, Replaces, DerivedFrom or BelongsTo
	Number string
	ID     string `json:",omitempty"` // of the other one, which may be renumbered; "" where only a number is known
	// Retires says, of Replaces, that the other is retired once a version of this one comes into force.
	Retires bool `json:",omitempty"`
}

// Reviewed is a review after which the document stayed as it was (已審查，免修訂).
type Reviewed struct {
	On      string // ISO date
	Version string // which was in force
	Person  string // id of who did it
	By      string // and name then
	Note    string
	Next    string // ISO date of the next one
}

// Version is one issue of a document.
type Version struct {
	Document string // the document's ID
	Label    string // "1.3"
	Seq      int    // 1 for the first; the order of issue
	Revision int64  // of this row
	State    State
	// Title is what the document was called when this version came into force, or was approved for
	// a later day: a title corrected since changes nothing of what was signed. Nil where that was
	// not kept.
	Title  map[string]string `json:",omitempty"`
	Issued string            // ISO date of issue (發行日)
	// Filed is the ISO date on which it was put under control here, which may lie after Issued or, of
	// one that has to wait, before it; "" where that was not kept.
	Filed       string `json:",omitempty"`
	Approved    string // ISO date of approval (核准日), "" where not known
	Reviser     string
	Description string
	Approver    string // post or person, as the revision table shows it
	ApprovalWay string // ByCase, ByPaper, ByRegister, ByImport, "" where not known
	ApprovalNo  string // 文號 or the case's number
	// NextReview is the document's next date of review from the day on which this version
	// is in force, "" to leave it.
	NextReview string
	Case       string // case that issued it, if one did
	// Original is where the original is and who keeps it, "" where not known.
	Original string `json:",omitempty"`
	Files    []File
	// SupersededBy is the label of the version that replaced this one.
	SupersededBy string
	// Band is what every view, print and download of this version carries, if
	// anything; a later version has it only if it says so itself.
	Band string
	// Stopped is the ISO date on which a wrongly issued version was stopped (U7).
	Stopped string
	// Withdrawal says who took the version back before its day, nil unless it is Withdrawn.
	Withdrawal *Withdrawal
	// Refiled says under which other working year it was filed while it was in force; that of
	// the one in force stands at the document.
	Refiled *Refiling `json:",omitempty"`
	// Earlier are the versions that bore the same label before and were withdrawn, oldest
	// first: a row of the store is known by document and label, and holds what it held.
	Earlier []Version
}

// Main is the file in which the version stands: the one that is said to, or the first where none is;
// false where it has none.
func (v Version) Main() (File, bool) {
	if at := slices.IndexFunc(v.Files, func(f File) bool { return f.Main }); at >= 0 {
		return v.Files[at], true
	}
	if len(v.Files) == 0 {
		return File{}, false
	}
	return v.Files[0], true
}

// Withdrawal is how a version that waited for its day was taken back (撤回).
type Withdrawal struct {
	On     string // ISO date
	Person string // id of who did it
	By     string // his name
	Reason string
}

// File is one file of a version; its bytes lie in the blob store under Digest.
type File struct {
	Name      string
	Size      int64
	MediaType string
	Digest    string // SHA-256, lower-case hex
	Main      bool   // the text that is read on screen; see Version.Main
}

// Query selects documents, ordered by Number and ID.
type Query struct {
	Numbers []string // present or former number, by SameNumber: see NumberKeys
	IDs     []string // only these, if not nil
	// PointsAt is a document: only those with a relation that points at it, see Relation.PointsAt.
	PointsAt *Document
	Levels   []int
	Parent   string // as it stands or as TypedNumber keeps it
	States   []State
	Classes  []string // only these classes, if not nil
	Reach    *Reach   // only what its reader may read; nil is everything
	Text     string   // number or title contains it
	After    string   // keyset cursor: the last document's Number and ID joined by a NUL
	Limit    int      // 0 means all
}

// Store keeps documents and versions inside the transaction that hands it out.
type Store interface {
	// Document returns one document; found is false where there is none.
	Document(ctx context.Context, id string) (doc Document, found bool, err error)
	// Documents returns those that match.
	Documents(ctx context.Context, q Query) ([]Document, error)
	// PutDocument writes a document; a stale Revision fails the transaction.
	PutDocument(ctx context.Context, d Document) error
	// Versions returns all versions of one document in the order of issue.
	Versions(ctx context.Context, document string) ([]Version, error)
	// PutVersion writes a version; a stale Revision fails the transaction.
	PutVersion(ctx context.Context, v Version) error
}

package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// IssueVersion issues a version of a document in the transaction of the signature by which
// it was approved: its day has come and it is in force, the one before it superseded, or it
// waits for its day. The document's entry and its place in the archive are those of a version
// that was filed by hand.
type IssueVersion struct {
	Document document.Document // of a new one everything, of one that is there its ID
	// Seen is the revision the hook read, 0 for a document that is not there yet. If it has
	// changed since, the whole action is worked out anew.
	Seen    int64
	Version document.Version
}

func (i IssueVersion) describe() string {
	return "issue " + i.Version.Label + " of document " + i.Document.ID
}

func (i IssueVersion) apply(ctx context.Context, w *work, tx Tx) error {
	e := Event{Verb: "file", Result: i.Version.Label, Comment: i.Version.Description}
	return w.changesDocument(ctx, tx, i.Document.ID, i.Seen, e, func(ctx context.Context, c controlling) error {
		doc := i.Document
		for at := range doc.Relations { // a request names documents by their ids
			if other, found, err := c.Documents().Document(ctx, doc.Relations[at].ID); err != nil {
				return err
			} else if found {
				doc.Relations = slices.Clone(doc.Relations)
				doc.Relations[at].Number = other.Number
			}
		}
		if err := describes(ctx, c, doc, i.Seen); err != nil {
			return err
		}
		_, err := c.lib.Issue(ctx, i.Document.ID, document.Issue{Version: i.Version, Named: true, Today: c.today})
		return err
	})
}

// describes writes what an issue says of the document itself: of a new one everything, of one that
// is there its relations.
func describes(ctx context.Context, c controlling, doc document.Document, seen int64) error {
	if seen == 0 {
		return c.lib.Add(ctx, doc, false)
	}
	stored, _, err := c.Documents().Document(ctx, doc.ID)
	if err != nil || doc.Relations == nil || slices.Equal(doc.Relations, stored.Relations) {
		return err
	}
	stored.Relations = doc.Relations
	return c.lib.Change(ctx, stored, c.today)
}

// RetireDocument abolishes a document in such a transaction; see IssueVersion.
type RetireDocument struct {
	ID     string
	Seen   int64
	Reason string
}

func (r RetireDocument) describe() string { return "retire document " + r.ID }

func (r RetireDocument) apply(ctx context.Context, w *work, tx Tx) error {
	return w.changesDocument(ctx, tx, r.ID, r.Seen, Event{Verb: "retire", Comment: r.Reason}, func(ctx context.Context, c controlling) error {
		return retireIn(ctx, c, r.ID, r.Reason)
	})
}

// StopVersion ends a version that was wrongly issued in such a transaction (停止適用): the one
// before it is in force again, and the label stays used.
type StopVersion struct {
	ID     string
	Label  string
	Seen   int64
	Reason string
}

func (s StopVersion) describe() string { return "stop " + s.Label + " of document " + s.ID }

func (s StopVersion) apply(ctx context.Context, w *work, tx Tx) error {
	e := Event{Verb: "stop", Result: s.Label, Comment: s.Reason}
	return w.changesDocument(ctx, tx, s.ID, s.Seen, e, func(ctx context.Context, c controlling) error {
		return stopIn(ctx, c, s.ID, s.Label, w.after.row.ID, w.now)
	})
}

// changesDocument makes a change of document control within an action on a case. The entry on
// the document's trail names the case.
func (w *work) changesDocument(ctx context.Context, tx Tx, id string, seen int64, e Event, change func(ctx context.Context, c controlling) error) error {
	e.Type, e.By, e.For, e.Via, e.Channel, e.Assurance = "document", w.auth.by, w.auth.principal, "case/"+w.after.row.ID, w.actor.Channel, w.actor.Assurance
	return w.k.Documents().controlledIn(ctx, tx, id, e, w.now, func(ctx context.Context, c controlling) error {
		if err := alone(ctx, c, aloneDocuments); err != nil {
			return err
		}
		doc, _, err := c.Documents().Document(ctx, id)
		if err != nil {
			return err
		}
		if doc.Revision != seen {
			return ErrConflict
		}
		return change(ctx, c)
	})
}

// DocumentChange is what a request by which documents change (Type.DocumentChange) does once it
// is approved, for its closing hook: nothing where it was not. id is for a new document.
func DocumentChange(ctx context.Context, c Closing, id string) ([]Effect, error) {
	if c.Outcome != workflow.OutcomeDone {
		return nil, nil
	}
	text := func(key string) string { s, _ := c.Values[key].(string); return strings.TrimSpace(s) }
	request := caseInHand{row: c.Case, values: c.Values}
	request.state.Phase = workflow.PhaseClosed
	day := calendar.DateOf(c.At.In(c.Location))
	var ch docChange
	if ref, _ := c.Values[ChangeDocument].(forms.Ref); ref.ID != "" {
		doc, versions, err := c.Document(ctx, ref.ID)
		if err != nil {
			return nil, err
		}
		ch.doc, ch.versions = doc, versions
	}
	switch ch.op = text(ChangeOp); ch.op {
	case ChangeRetire:
		return []Effect{RetireDocument{ID: ch.doc.ID, Seen: ch.doc.Revision, Reason: text(ChangeNote)}}, nil
	case ChangeStop:
		return []Effect{StopVersion{ID: ch.doc.ID, Label: ch.doc.Current, Seen: ch.doc.Revision, Reason: text(ChangeNote)}}, nil
	case ChangeNew:
		ch.doc = newDocument(c.Values)
		ch.doc.ID = id
	}
	ch.doc.Relations = relationsThen(ch.doc.Relations, relationsAsked(c.Values), c.RelationsSeen)
	v := request.versionOf(ch, day)
	switch {
	case request.lettered(): // whoever closes it has confirmed what another approved
	case c.For != nil:
		v.Approver = approverOf(*c.For)
	default:
		v.Approver = approverOf(c.By)
	}
	return []Effect{IssueVersion{Document: ch.doc, Seen: ch.doc.Revision, Version: v}}, nil
}

// approverOf is who approved, as the table of revisions shows it.
func approverOf(s workflow.Signer) string { return strings.TrimSpace(s.PostTitle + " " + s.Name) }

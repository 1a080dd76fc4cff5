package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// DocumentChanged refuses a filing on a stale page, with how the document stands
// now. errors.Is(err, ErrConflict) holds.
type DocumentChanged struct {
	Number   string
	Revision int64
	Last     string // label of its newest version, "" where it has none
}

// Error names document and revision.
func (c *DocumentChanged) Error() string {
	return fmt.Sprintf("ismskit: changed meanwhile: document %s, now revision %d", c.Number, c.Revision)
}

// Unwrap makes it an ErrConflict.
func (c *DocumentChanged) Unwrap() error { return ErrConflict }

// Text is the refusal as a sentence for people.
func (c *DocumentChanged) Text(lang string) string {
	key := "document.changed"
	if c.Last == "" {
		key = "document.changed_empty"
	}
	return say(lang, key, map[string]string{"number": c.Number, "label": c.Last})
}

// unchanged refuses what was asked before another revision of the document, and whoever of a
// document that is there does not say what he has seen: only the host's own jobs need not.
func (d Documents) unchanged(ctx context.Context, actor Actor, tx Tx, id string, seen int64) error {
	if seen == 0 && actor.system {
		return nil
	}
	doc, found, err := tx.Documents().Document(ctx, id)
	if err != nil {
		return err
	}
	if !found && seen == 0 { // a new one
		return nil
	}
	if !found {
		return ErrNotFound
	}
	if doc.Revision == seen {
		return nil
	}
	versions, err := tx.Documents().Versions(ctx, id)
	if err != nil {
		return err
	}
	changed := &DocumentChanged{Number: doc.Number, Revision: doc.Revision}
	if last, ok := document.Last(versions); ok {
		changed.Last = last.Label
	}
	return changed
}

// filingDigest tells one filing from another under the same key. What a document's
// life writes is none of it: a page sends what it read, and reads anew each time.
func filingDigest(f Filing) (evidence.Digest, error) {
	if f.Key == "" {
		return evidence.Digest{}, nil
	}
	asked := f
	asked.Document.Revision, asked.Document.State, asked.Document.Current, asked.Document.Retired = 0, "", "", ""
	asked.Document.FormerNumbers, asked.Document.Earlier, asked.Document.Reviewed = nil, nil, nil
	// What a number leads to is found out with the first filing.
	asked.Document.Relations = slices.Clone(f.Document.Relations)
	for i, r := range asked.Document.Relations {
		if r.Number != "" {
			asked.Document.Relations[i].ID = ""
		}
	}
	b, err := json.Marshal(struct {
		Filing Filing
	}{asked})
	if err != nil {
		return evidence.Digest{}, err
	}
	return digestOf(b), nil
}

// filedBefore answers a filing that failed with what the same one led to before: a
// double click, or an answer that was lost on its way.
func (d Documents) filedBefore(ctx context.Context, actor Actor, key string, request evidence.Digest, failed error) (string, error) {
	var earlier Outcome
	found := false
	err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		o, ok, err := tx.Outcomes().Get(ctx, actor.Person, key)
		earlier, found = o, ok
		return err
	})
	switch {
	case err != nil:
		return "", unknownOutcome(err, failed)
	case !found:
		return "", failed
	case earlier.Request != request:
		return "", ErrKeyReused
	}
	return strings.TrimPrefix(earlier.Case, documentRecord("")), nil
}

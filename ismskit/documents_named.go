package ismskit

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
)

// names says which documents a refusal may name to an actor: those that he may read. What he
// may not read doesn't exist for him, also where its number is taken.
func (d Documents) names(ctx context.Context, actor Actor) (func(document.Document) bool, error) {
	reach, err := d.reach(ctx, actor)
	return reach.Lets, err
}

// ErrNumberTwice is what every *NumberTwice is.
var ErrNumberTwice = errors.New("ismskit: a number of several documents")

// NumberTwice says that a number names several documents, as an import finds them (U13): those that
// whoever asked may read, by number and id. errors.Is(err, ErrNotFound) holds too, for who can't
// choose one.
type NumberTwice struct {
	Number    string
	Documents []document.Document
}

// Error names the documents by their ids.
func (n *NumberTwice) Error() string {
	ids := make([]string, len(n.Documents))
	for i, d := range n.Documents {
		ids[i] = d.ID
	}
	return ErrNumberTwice.Error() + ": " + n.Number + ": " + strings.Join(ids, ", ")
}

// Unwrap makes it an ErrNumberTwice, and an ErrNotFound.
func (n *NumberTwice) Unwrap() []error { return []error{ErrNumberTwice, ErrNotFound} }

// find is the document of an id, or of a present or former number where its reader may read one of
// them alone; ErrNotFound also for one that he may not read.
func (d Documents) find(ctx context.Context, tx Tx, reach *document.Reach, idOrNumber string) (document.Document, error) {
	doc, found, err := tx.Documents().Document(ctx, idOrNumber)
	if err != nil {
		return document.Document{}, err
	}
	if found && reach.Lets(doc) {
		return doc, nil // one beyond reach is looked for as one that is not there, by the same questions
	}
	docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{idOrNumber}})
	docs = slices.DeleteFunc(docs, func(o document.Document) bool { return !reach.Lets(o) })
	switch {
	case err != nil:
		return document.Document{}, err
	case len(docs) == 0:
		return document.Document{}, ErrNotFound
	case len(docs) > 1:
		if err := toldDocuments(ctx, tx, reach, docs); err != nil {
			return document.Document{}, err
		}
		return document.Document{}, &NumberTwice{Number: document.TypedNumber(idOrNumber), Documents: docs}
	}
	return docs[0], nil
}

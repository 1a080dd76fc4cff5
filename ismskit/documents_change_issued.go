package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// IssuedVersion is the version that a request issued, as it is now: whoever signed it learns that it
// waits for its day, or what became of it since.
type IssuedVersion struct {
	Document NamedDocument
	Version  document.Version
}

// issuedBy is the version that a request issued; nil where it issued none, where the field that names the
// document is hidden, and for who may not read that.
func (k *Kit) issuedBy(ctx context.Context, actor Actor, c caseInHand, hidden []string) (*IssuedVersion, error) {
	if !c.kind.DocumentChange || c.state.Outcome != workflow.OutcomeDone || slices.Contains(hidden, ChangeDocument) || slices.Contains(hidden, ChangeNumber) {
		return nil, nil
	}
	var q document.Query
	number := document.TypedNumber(textOf(c.values, ChangeNumber))
	switch ref, _ := c.values[ChangeDocument].(forms.Ref); {
	case ref.ID != "":
		q.IDs = []string{ref.ID}
	case number != "":
		q.Numbers = []string{number}
	default:
		return nil, nil
	}
	var err error
	if q.Reach, err = k.Documents().reach(ctx, actor); err != nil {
		return nil, ignoreForbidden(err)
	}
	var issued *IssuedVersion
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		issued = nil
		docs, err := tx.Documents().Documents(ctx, q)
		if err != nil {
			return err
		}
		for _, doc := range docs { // of two that have the number one is the request's
			versions, err := tx.Documents().Versions(ctx, doc.ID)
			if err != nil {
				return err
			}
			for _, v := range document.History(versions) {
				if v.Case == c.row.ID {
					issued = &IssuedVersion{NamedDocument{ID: doc.ID, Number: doc.Number, Title: doc.Title}, v}
				}
			}
		}
		return nil
	})
	return issued, err
}

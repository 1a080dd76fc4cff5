package ismskit

import (
	"context"
	"errors"
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
	named := document.TypedNumber(textOf(c.values, ChangeNumber))
	if ref, _ := c.values[ChangeDocument].(forms.Ref); ref.ID != "" {
		named = ref.ID
	}
	if named == "" {
		return nil, nil
	}
	d := k.Documents()
	doc, err := d.readable(ctx, actor, named)
	if _, twice := errors.AsType[*NumberTwice](err); twice || errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var issued *IssuedVersion
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		issued = nil
		versions, err := tx.Documents().Versions(ctx, doc.ID)
		for _, v := range document.History(versions) {
			if v.Case == c.row.ID {
				issued = &IssuedVersion{NamedDocument{doc.ID, doc.Number, doc.Title}, v}
			}
		}
		return err
	})
	return issued, err
}

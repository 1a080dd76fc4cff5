package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit/document"
)

// names says which documents a refusal may name to an actor: those that he may read. What he
// may not read doesn't exist for him, also where its number is taken.
func (d Documents) names(ctx context.Context, actor Actor) (func(document.Document) bool, error) {
	classes, err := d.readable(ctx, actor)
	if err != nil {
		return nil, err
	}
	return func(doc document.Document) bool { return classes == nil || slices.Contains(classes, doc.Class) }, nil
}

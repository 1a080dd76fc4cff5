package ismskit

import (
	"context"

	"github.com/ismskit/ismskit/ismskit/document"
)

// names says which documents a refusal may name to an actor: those that he may read. What he
// may not read doesn't exist for him, also where its number is taken.
func (d Documents) names(ctx context.Context, actor Actor) (func(document.Document) bool, error) {
	reach, err := d.reach(ctx, actor)
	return reach.Lets, err
}

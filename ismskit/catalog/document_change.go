package catalog

import (
	"context"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/ismskit"
)

// documentChanged issues, retires or stops, with the last signature, what a request by which
// a document changes asks for.
func documentChanged(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	return ismskit.DocumentChange(ctx, c, id.String())
}

package catalog

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// disposedOf has the records of a list disposed of that was approved.
func disposedOf(_ context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone {
		return nil, nil
	}
	return []ismskit.Effect{ismskit.Dispose{}}, nil
}

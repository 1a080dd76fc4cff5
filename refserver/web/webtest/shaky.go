package webtest

import (
	"context"
	"sync/atomic"

	"github.com/ismskit/ismskit/ismskit"
)

// Shaky is a store that fails as it is told.
type Shaky struct {
	ismskit.Store
	failed atomic.Pointer[error]
}

// Fail makes everything fail with the error, until it is told nil.
func (s *Shaky) Fail(err error) { s.failed.Store(&err) }

// Update implements ismskit.Store.
func (s *Shaky) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.failed.Load(); err != nil && *err != nil {
		return *err
	}
	return s.Store.Update(ctx, fn)
}

// View implements ismskit.Store.
func (s *Shaky) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.failed.Load(); err != nil && *err != nil {
		return *err
	}
	return s.Store.View(ctx, fn)
}

package storagetest

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/ismskit"
)

// Twice returns a store that runs every closure twice, an Update's the first
// time rolled back. A closure that keeps to the contract does not notice; one
// that appends to a captured slice or counts its runs does.
func Twice(s ismskit.Store) ismskit.Store { return twice{s} }

type twice struct{ ismskit.Store }

var errFirst = errors.New("storagetest: first run is undone")

func (s twice) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	err := s.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return errFirst
	})
	if err == nil {
		return errors.New("storagetest: a closure that failed was kept")
	}
	return s.Store.Update(ctx, fn)
}

func (s twice) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.Store.View(ctx, fn); err != nil {
		return err
	}
	return s.Store.View(ctx, fn)
}

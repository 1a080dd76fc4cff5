package ismskit_test

import (
	"context"

	"github.com/ismskit/ismskit/ismskit"
)

// beforeWriting does something once before the next action is written.
type beforeWriting struct {
	ismskit.Store
	do func()
}

func (s *beforeWriting) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if do := s.do; do != nil {
		s.do = nil
		do()
	}
	return s.Store.Update(ctx, fn)
}

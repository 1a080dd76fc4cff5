package directory

import (
	"context"
	"slices"
	"time"
)

// AboveAnybody says whether a question about somebody's manager can be answered with a person at
// a moment: he heads a unit, or holds a post that another post names as the one above it.
func (d *Directory) AboveAnybody(ctx context.Context, person string, at time.Time) (bool, error) {
	s, err := d.current(ctx)
	if err != nil {
		return false, err
	}
	his := func(h Holder) bool { return h.Person == person }
	for _, u := range s.units {
		if slices.ContainsFunc(s.headsOf(u, at), his) {
			return true, nil
		}
	}
	for _, post := range s.posts {
		if above, known := s.posts[post.Superior]; known && slices.ContainsFunc(s.holdersOf(above, at), his) {
			return true, nil
		}
	}
	return false, nil
}

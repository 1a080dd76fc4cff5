package account

import (
	"testing"

	"github.com/uptrace/bun"
)

// The key that a house works with is noted once: another is told from it, and takes its place
// only where that is asked for.
func TestTheKeyOfAHouseIsNotedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		for _, step := range []struct {
			name, digest string
			anew         bool
			want         string
		}{
			{"check", "first", false, "first"}, {"check", "second", false, "first"}, {"other", "second", false, "second"},
			{"check", "second", true, "second"}, {"check", "first", false, "second"},
		} {
			got, err := s.BindKey(t.Context(), step.name, step.digest, step.anew)
			if err != nil || got != step.want {
				t.Errorf("%+v: %q, %v", step, got, err)
			}
		}
		all, err := s.KeyDigests(t.Context())
		if err != nil || len(all) != 2 || all["check"] != "second" || all["other"] != "second" {
			t.Errorf("%v, %v", all, err)
		}
	})
}

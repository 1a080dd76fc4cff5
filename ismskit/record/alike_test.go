package record

import (
	"slices"
	"testing"
)

func TestStatesOfOneWordGoTogether(t *testing.T) {
	for state, want := range map[string][]string{
		StateClosed: {StateApproved, StateClosed}, StateApproved: {StateApproved, StateClosed}, StateHandling: {StateHandling}, "odd": {"odd"},
	} {
		if got := Alike(state); !slices.Equal(got, want) {
			t.Errorf("%s: %v", state, got)
		}
	}
}

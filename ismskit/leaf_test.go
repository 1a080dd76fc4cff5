package ismskit

import "testing"

func TestWhichLeavesAHiddenFieldCovers(t *testing.T) {
	for _, tc := range []struct {
		name, field string
		covers      bool
	}{
		{"field/reason", "reason", true}, {"field/reason2", "reason", false}, {"reason", "reason", true},
		{"row/lines/k3f9/system", "lines.system", true}, {"row/lines/k3f9/system", "lines", true}, {"field/lines", "lines", true},
		{"row/lines/k3f9/account", "lines.system", false}, {"lines.k3f9.system", "lines.system", true}, {"field/lines", "lines.system", false},
	} {
		if got := leafOf(tc.name, tc.field); got != tc.covers {
			t.Errorf("%s of %s: %v", tc.name, tc.field, got)
		}
	}
}

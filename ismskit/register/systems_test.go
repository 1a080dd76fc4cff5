package register_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/register"
)

// Somebody must administer what is asked for; one in reserve is enough.
func TestASystemNeedsSomebodyWhoAdministersIt(t *testing.T) {
	r := builtIn(t)
	for values, want := range map[string]bool{
		`{"name":"公文系統","owner":"P10"}`:                         false,
		`{"name":"公文系統","owner":"P10","admins":["P10"]}`:        true,
		`{"name":"公文系統","owner":"P10","backup_admins":["P07"]}`: true,
	} {
		row, err := change(t, r, register.Row{}, register.Systems, "S02", values, at(11, 1, 9, 0))
		must(t, err)
		cells, err := r.Cells(row)
		must(t, err)
		if register.Administered(cells) != want {
			t.Errorf("%s: %v", values, !want)
		}
	}
}

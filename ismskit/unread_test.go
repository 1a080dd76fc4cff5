package ismskit_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// K15: an entry whose content was destroyed in the database hides neither the case nor
// the other entries: it is named.
func TestK15AnEntryThatCannotBeReadIsNamed(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		chain, _, _ := o.signedCase()
		id := strings.TrimPrefix(chain, "case/")
		o.sql(`UPDATE isms_trail SET payload = $1 WHERE chain = $2 AND seq = 2`, []byte("{"), chain)
		named := func(faults []evidence.Fault) (out bool) {
			for _, f := range faults {
				out = out || f.Code == evidence.Malformed && f.Seq == 2
			}
			return out
		}
		c := o.read("P13", id)
		if len(c.Trail) < 3 || !c.Trail[1].Malformed || c.Trail[1].Verb != "" || c.Trail[0].Malformed || c.Trail[2].Verb == "" || !named(c.Faults) {
			t.Errorf("the case's trail: %+v, faults %v", c.Trail, c.Faults)
		}
		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), id); err != nil || !named(faults) {
			t.Errorf("the check: %v, %v", faults, err)
		}
	})
}

package catalog

import (
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// What the administrators of a system leave undone is reported to their head, who can see to
// it: not to the applicant's, although the task came to all of them and to nobody by name.
func TestALateRowIsReportedToTheHeadOfWhoHandlesIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		o.runTo(at(time.December, 14, 18, 0))
		rows, err := o.kit.Records().Query(o.ctx, loading, record.Query{Types: []string{TypeAccountRequestRow}, Limit: 1000})
		must(t, err)
		seen := 0
		for _, row := range rows {
			told, err := o.kit.Queue().Of(o.ctx, loading, row.Case)
			must(t, err)
			first := map[string]time.Time{}
			late := false
			slices.SortFunc(told, func(a, b ismskit.Told) int { return a.Created.Compare(b.Created) })
			for _, m := range told {
				late = late || m.Rule == "overdue" && m.Person == "P05"
				if m.Rule == "escalate" && first[m.Person].IsZero() {
					first[m.Person] = m.Created
				}
			}
			if !late {
				continue
			}
			seen++
			if head := first["P04"]; head.IsZero() || len(first) != 1 {
				t.Errorf("%s of 賴思妤's was reported to %v", row.Number, first)
			}
		}
		if seen == 0 {
			t.Error("nothing of 賴思妤's is late")
		}
	})
}

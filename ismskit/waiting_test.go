package ismskit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Who applied sees with whom each open row is and since when, or whose answer from
// outside it waits for. Rows that wait for the same are one line with their number;
// rows that have ended are with nobody.
func TestAnApplicantSeesWhoHasTheOpenRows(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		values := threeRows()
		values["lines"] = append(values["lines"].([]forms.Row), line("row4", "S01", person("P13")))
		sent := o.apply("P13", values)
		texts := func(all []ismskit.Waiting) (out []string) {
			for _, w := range all {
				with := fmt.Sprint(w.Holders)
				if w.Outside {
					with = w.Office
				}
				out = append(out, fmt.Sprintf("%s since %s: %d", with, w.Since.UTC().Format(time.DateOnly), w.Tasks))
			}
			return out
		}
		waits := func(open int, want ...string) {
			t.Helper()
			mine, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
			if err != nil || len(mine) != 1 {
				t.Fatal(mine, err)
			}
			if got := texts(mine[0].Waits); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
				t.Errorf("the list: %q, want %q", got, want)
			}
			rows := 0
			for _, row := range o.read("P13", sent.Case).Rows {
				rows += len(row.Waits)
			}
			if rows != open || mine[0].Of-mine[0].Done != open {
				t.Errorf("%d rows of the case wait, %d of %d are done", rows, mine[0].Done, mine[0].Of)
			}
		}
		waits(0, "[邱柏叡] since 2026-11-23: 1")
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		waits(4, "[賴思妤] since 2026-11-23: 2", "[龔怡安] since 2026-11-23: 1", "[方冠宇] since 2026-11-23: 1")
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"})
		o.now = o.now.Add(24 * time.Hour)
		out := &workflow.OutsideNote{To: "市府資訊中心", How: "電話", Number: "A-1", Sent: o.now}
		o.act("P06", o.todo("P06")[0].Case, ismskit.Action{Verb: workflow.VerbSendOut, Outside: out})
		o.settle()
		waits(3, "[賴思妤] since 2026-11-23: 1", "[龔怡安] since 2026-11-23: 1", "市府資訊中心 since 2026-11-24: 1")
	})
}

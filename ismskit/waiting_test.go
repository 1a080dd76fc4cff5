package ismskit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
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

// However many requests of a list wait for the same group, the directory is asked once who
// belongs to it.
func TestAListAsksOnceWhoBelongsToAGroup(t *testing.T) {
	typ := memo(t, `{"key":"memo","version":"1","root":{"step":{"id":"officer","name":{"zh-TW":"資安確認","en":"Officer"},"kind":"confirm",
		"who":[{"kind":"role","module":"organisation","role":"personnel_officer"}],"due":{"term":"2wd"}}}}`)
	o := openOffice(t, nil, typ)
	o.role("organisation", "personnel_officer", "P10", "P06")
	builtin, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := register.New(register.Config{Lists: builtin, Types: forms.StandardTypes(), Location: taipei})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	house := ismskit.DirectoryIn(o.store, lists, func() time.Time { return o.now })
	o.extend(func(c *ismskit.Config) { c.Types, c.Directory = append(c.Types, typ), askedDirectory{house, &asked} })
	questions := func(n int) int {
		t.Helper()
		asked = 0
		mine, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
		if err != nil || len(mine) != n {
			t.Fatalf("%d requests, %v", len(mine), err)
		}
		for _, line := range mine {
			if len(line.Waits) != 1 || len(line.Waits[0].People) != 2 {
				t.Errorf("%s waits for %+v", line.ID, line.Waits)
			}
		}
		return asked
	}
	o.memo()
	one := questions(1)
	o.memo()
	o.memo()
	if many := questions(3); one < 2 || many != one {
		t.Errorf("%d questions for one request, %d for three", one, many)
	}
}

package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// 賴思妤 administers S01, and 方冠宇 stands in for her. Where the head names him to follow, the
// system has one person for both: the sheet says so to everybody who signs it after that, and
// goes on, as a small office may have nobody else. Where another one follows, or it had nobody
// in reserve before, nothing is said.
func TestASheetTellsOfASystemWithNobodyInReserve(t *testing.T) {
	for name, one := range map[string]struct {
		to      string
		reserve []forms.Ref
		told    bool
	}{
		"whoever stands in follows": {to: "P06", reserve: []forms.Ref{ref(register.People, "P06")}, told: true},
		"another one follows":       {to: "P12", reserve: []forms.Ref{ref(register.People, "P06")}},
		"two are in reserve":        {to: "P06", reserve: []forms.Ref{ref(register.People, "P06"), ref(register.People, "P12")}},
		"nobody was in reserve":     {to: "P06"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.change(register.Systems, "S01", func(v forms.Values) {
				v["admins"] = []forms.Ref{ref(register.People, "P05")}
				delete(v, "backup_admins")
				if one.reserve != nil {
					v["backup_admins"] = one.reserve
				}
			})
			o.role("organisation", "personnel_officer", "P10")
			last := dayOf(2026, 11, 30)
			sheet := o.hands("P05", "leaving", last, nil)
			told := func(reader string) bool {
				for _, held := range o.read(reader, sheet.Case).Unreserved {
					if held.List == register.Systems && held.Row == "S01" {
						return true
					}
				}
				return false
			}
			if told("P04") {
				t.Error("before anybody was named")
			}
			o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, func(row forms.Row) string {
				if row["kind"] == string(ismskit.HoldsAdmin) {
					return one.to
				}
				return "P12"
			})})
			if got := told("P04"); got != one.told {
				t.Errorf("who signs is told: %v", got)
			}
		})
	}
}

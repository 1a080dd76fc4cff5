package catalog

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// elsewhere are types whose form refers to what must have happened before, with the
// test that tells their story to the end.
var elsewhere = map[string]string{
	"original_lost": "ismskit.TestU8_ThePaperOriginalIsLost",
}

// Every type that people or the house itself open goes to its end in the
// demonstration's agency, whatever its branches.
func TestEveryTypeGoesToItsEndInEveryBranch(t *testing.T) {
	clock := kittest.NewClock(monday)
	cfg := demoConfig(t, memory.New())
	cfg.Now = clock.Now
	d, err := ReadDemo(Options{})
	must(t, err)
	must(t, d.Load(t.Context(), cfg, monday))
	kit, err := ismskit.New(cfg)
	must(t, err)
	must(t, kit.Start(t.Context()))
	person := func(id string) forms.Person { return forms.Person{Kind: forms.InDirectory, ID: id} }
	system := forms.Ref{List: "register/" + register.Systems, ID: "S01"}
	today := calendar.DateOf(monday.In(time.FixedZone("Asia/Taipei", 8*3600)))
	grant := forms.Values{"system": system, "account_user": person("P13"), "responsible": person("P11"), "until": today}
	values := map[string]forms.Values{
		TypeAccountRequest: {
			"subject": "試跑", "op": "add", "reason": "業務需要", "nda": true,
			"oral_approver": person("P11"), "oral_at": monday.Add(-2 * time.Hour).UTC(), "done_at": monday.Add(-time.Hour).UTC(), "late_reason": "假日無法登入系統",
			"lines": []forms.Row{{
				forms.RowID: "row1", "system": system, "permission": []string{permissionOf(t, kit, "S01")}, "purpose": "承辦公文",
				"account_user": person("P13"), "responsible": person("P11"),
				"period": forms.Period{From: today.AddDays(1), To: today.AddDays(90)},
			}},
		},
		TypeGrantClosure: grant, TypeGrantExtension: grant,
	}
	for _, typ := range cfg.Types {
		if typ.Flow.Child {
			continue // its cases are rows of another type's
		}
		t.Run(typ.Key, func(t *testing.T) {
			if test := elsewhere[typ.Key]; test != "" {
				t.Skip("it needs a record that stands in the archive already: see " + test)
			}
			if values[typ.Key] == nil {
				t.Fatal("no form to send: add one")
			}
			out := kittest.CheckType(t, kittest.Exercise{
				Kit: kit, Clock: clock, Type: typ, Applicant: "P13", Values: values[typ.Key],
				Fill: forms.Values{"given_account": "qh150013", "result_note": "已停用", "extend_until": today.AddDays(180)},
			})
			t.Logf("%d cases", len(out.Passages))
		})
	}
}

// permissionOf is a permission of a system that anybody may ask for.
func permissionOf(t *testing.T, kit *ismskit.Kit, id string) string {
	t.Helper()
	row, _, err := kit.Registers().Get(t.Context(), ismskit.System("test"), register.Systems, id)
	must(t, err)
	fields, err := kit.Registers().Fields(row)
	must(t, err)
	items, _ := fields["items"].([]forms.Row)
	if len(items) == 0 {
		t.Fatalf("system %s has no permissions", id)
	}
	key, _ := items[0]["key"].(string)
	return key
}

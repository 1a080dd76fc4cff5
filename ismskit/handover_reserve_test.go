package ismskit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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
			doubled := func(reader string) (out []string) {
				for _, d := range o.read(reader, sheet.Case).Doubled {
					if d.Row == "S01" {
						for _, who := range d.People {
							out = append(out, string(d.Kind)+" "+who.Person+" "+string(d.As))
						}
					}
				}
				return out
			}
			var want []string
			if len(one.reserve) == 1 {
				want = []string{"system_admin P06 system_backup"}
			}
			if got := doubled("P04"); !slices.Equal(got, want) {
				t.Errorf("who is to name is told %q", got)
			}
			if got := doubled("P10"); got != nil {
				t.Errorf("who only filled the sheet in is told whom to name: %q", got)
			}
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
			if got := doubled("P04"); got != nil {
				t.Errorf("who has named is told whom to name: %q", got)
			}
		})
	}
}

// Once a sheet has taken effect, the owner of a system that has nobody in reserve any more is
// told, whoever that is; once, and not where another one stands in.
func TestTheOwnerOfASystemWithNobodyInReserveIsTold(t *testing.T) {
	for reserve, told := range map[string]int{"P06": 1, "P12": 0} {
		o := openOffice(t, nil)
		o.change(register.Systems, "S01", func(v forms.Values) {
			v["owner"] = ref(register.People, "P10")
			v["admins"], v["backup_admins"] = []forms.Ref{ref(register.People, "P05")}, []forms.Ref{ref(register.People, reserve)}
		})
		last := dayOf(2026, 11, 30)
		o.handsOver("leaving", last, nil, nil)
		count := func() (n int) {
			t.Helper()
			for _, m := range o.noticesOf("P10") {
				if m.Rule == "unreserved" {
					n++
					if !strings.Contains(m.Subject, "AD 帳號已無備援") || m.Link != "" {
						t.Errorf("%+v", m)
					}
				}
			}
			return n
		}
		o.until(last.Start(taipei).Add(12 * time.Hour))
		if count() != 0 {
			t.Error("told before it took effect")
		}
		o.until(last.AddDays(4).Start(taipei))
		if got := count(); got != told {
			t.Errorf("%s in reserve: told %d times", reserve, got)
		}
	}
}

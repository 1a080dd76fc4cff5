package ismskit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// deputyshipLine is the row of a sheet on which 賴思妤 stands in for the head she leaves.
func deputyshipLine(t *testing.T, rows any) forms.Row {
	t.Helper()
	var out []forms.Row
	all, _ := rows.([]forms.Row)
	for _, row := range all {
		if row["kind"] == string(ismskit.HoldsDeputyship) {
			out = append(out, row)
		}
	}
	if len(out) != 1 {
		t.Fatalf("the sheet has %d rows of deputyships, want the one: %v", len(out), all)
	}
	return out[0]
}

// 賴思妤 is the usual deputy of 江志恆, the head of 資訊室, beside 方冠宇, and of 范語彤 of
// another unit; while 江志恆 is away in December she also stands in for him by name. She
// moves to 戶政科. Her sheet has a row for what she leaves behind: where nobody is named it
// ends with her last day, so that she signs for him no more; the rest stays hers.
func TestWhoMovesIsNoDeputyOfHerFormerHead(t *testing.T) {
	for name, to := range map[string]string{"ends": "", "given on": "P12", "kept": "P05"} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, o *office) {
				o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05"), ref(register.People, "P06")}})
				o.put(register.Deputies, "D2", forms.Values{"principal": ref(register.People, "P12"), "ordered": []forms.Ref{ref(register.People, "P05")}})
				away := dayOf(2026, 12, 7)
				o.put(register.Deputies, "D3", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05")},
					"from": morning(away).UTC(), "to": morning(away.AddDays(2)).UTC(), "reason": "公假"})
				last := dayOf(2026, 11, 30)
				sheet := o.handsOver("transfer", last, moves("U06", "", last.AddDays(1)), func(row forms.Row) string {
					if row["kind"] == string(ismskit.HoldsDeputyship) {
						return to
					}
					return "P06"
				})
				line := deputyshipLine(t, o.read("P10", sheet.Case).Fields["items"])
				if what, _ := line["what"].(string); !strings.HasPrefix(what, "江志恆") || !strings.Contains(what, "調任後終止") || line["needed"] == true {
					t.Errorf("the row says %v", line)
				}
				deputies := func(entry string) string {
					var ids []string
					ordered, _ := o.fields(register.Deputies, entry)["ordered"].([]forms.Ref)
					for _, who := range ordered {
						ids = append(ids, who.ID)
					}
					return fmt.Sprint(ids)
				}
				if got := deputies("D1"); got != "[P05 P06]" {
					t.Errorf("before the day his deputies are %s", got)
				}
				o.until(morning(last.AddDays(1)))
				want := map[string]string{"": "[P06]", "P12": "[P12 P06]", "P05": "[P05 P06]"}[to]
				if got := deputies("D1"); got != want {
					t.Errorf("his deputies are %s, want %s", got, want)
				}
				if d2, d3 := deputies("D2"), deputies("D3"); d2 != "[P05]" || d3 != "[P05]" {
					t.Errorf("of the other unit %s, for the days in December %s", d2, d3)
				}
				told := slices.ContainsFunc(o.noticesOf("P12"), func(m ismskit.Message) bool { return m.Rule == "handed_over" })
				if told != (to == "P12") {
					t.Errorf("who follows is told: %v", told)
				}
				if c := o.read("P10", sheet.Case); len(c.NotHanded) > 0 {
					t.Errorf("left: %+v", c.NotHanded)
				}
				said := map[string]string{"": "賴思妤不再是您的職務代理人，請確認是否另行指定", "P12": "您的職務代理人由賴思妤改為范語彤", "P05": ""}[to]
				if got := o.saidOfDeputies("P04"); got != said {
					t.Errorf("he is told %q, want %q", got, said)
				}
				if got := o.saidOfDeputies("P12"); got != "" {
					t.Errorf("whose deputy she still is is told %q", got)
				}
			})
		})
	}
}

// An entry that names her alone is over with her last day: while 江志恆 is away nobody
// signs for him by it. Where she goes to another post of the same unit, or leaves, no row
// asks about it.
func TestADeputyshipEndsWithTheUnitOnly(t *testing.T) {
	o := openOffice(t, nil)
	o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05")}})
	o.role("organisation", "personnel_officer", "P10")
	last := dayOf(2026, 11, 30)
	for name, more := range map[string]forms.Values{"transfer": moves("U03", "", last.AddDays(1)), "leaving": nil} {
		sheet := o.hands("P05", name, last, more)
		rows, _ := o.read("P10", sheet.Case).Fields["items"].([]forms.Row)
		if slices.ContainsFunc(rows, func(row forms.Row) bool { return row["kind"] == string(ismskit.HoldsDeputyship) }) {
			t.Errorf("%s: the sheet asks about what ends or stays by itself: %v", name, rows)
		}
		o.act("P10", sheet.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "誤繕"})
	}
	sheet := o.hands("P05", "transfer", last, moves("U06", "", last.AddDays(1)))
	o.signed(sheet, o.named("P04", sheet.Case, func(row forms.Row) string {
		if row["kind"] == string(ismskit.HoldsDeputyship) {
			return ""
		}
		return "P06"
	}))
	o.until(morning(last.AddDays(1)))
	if _, over := o.fields(register.Deputies, "D1")["to"]; !over {
		t.Errorf("the entry goes on: %v", o.fields(register.Deputies, "D1"))
	}
}

// saidOfDeputies is what somebody is told of who stands in for him.
func (o *office) saidOfDeputies(person string) string {
	var all []string
	for _, m := range o.noticesOf(person) {
		if strings.HasPrefix(m.Rule, "deputy_") {
			all = append(all, m.Subject)
		}
	}
	return strings.Join(all, "; ")
}

// 賴思妤 leaves the house. She was the usual deputy of 江志恆 beside 方冠宇, and the only one of
// 范語彤. Her sheet says so beforehand, and once she is gone both are told, once, to see whether
// to name somebody else.
func TestWhoLeavesIsMissedByThoseSheStoodInFor(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05"), ref(register.People, "P06")}})
		o.put(register.Deputies, "D2", forms.Values{"principal": ref(register.People, "P12"), "ordered": []forms.Ref{ref(register.People, "P05")}})
		last := dayOf(2026, 11, 30)
		sheet := o.handsOver("leaving", last, nil, nil)
		var ending []string
		for _, held := range o.read("P10", sheet.Case).Ending {
			if held.Kind == ismskit.HoldsDeputyship {
				ending = append(ending, held.Row)
			}
		}
		if fmt.Sprint(ending) != "[D1 D2]" {
			t.Errorf("the sheet says that she acts no more for %v", ending)
		}
		o.until(morning(last.AddDays(3)))
		for _, person := range []string{"P04", "P12"} {
			if got := o.saidOfDeputies(person); got != "賴思妤不再是您的職務代理人，請確認是否另行指定" {
				t.Errorf("%s is told %q", person, got)
			}
		}
		if left := o.read("P10", sheet.Case).Ending; len(left) > 0 {
			t.Errorf("afterwards it tells of %+v", left)
		}
	})
}

package ismskit_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// gone carries a sheet of somebody of the computer room through, all of it to one person,
// until his last day is over.
func (o *office) gone(who, to string, last calendar.Date, signing ...string) (sheet string) {
	o.t.Helper()
	sheet = o.hands(who, "leaving", last, nil).Case
	for i, signer := range signing {
		a := ismskit.Action{Verb: workflow.VerbApprove}
		if i == 0 {
			a.Values = o.named(signer, sheet, everything(to))
		}
		o.act(signer, sheet, a)
	}
	if c := o.read("P10", sheet); c.Phase != string(workflow.PhaseClosed) {
		o.t.Fatalf("the sheet is %s", c.Phase)
	}
	o.until(last.AddDays(1).Start(taipei).Add(5 * time.Minute))
	return sheet
}

// corrects says whether somebody is asked to mend or send a form.
func (o *office) corrects(who, id, task string) bool {
	return slices.ContainsFunc(o.todo(who), func(d ismskit.Todo) bool { return d.Case == id && d.Task == task })
}

// 賴思妤's request is 方冠宇's when she has left, and 龔怡安's when he has left too: one that
// was returned, one on its way and one put before her that was never sent.
func TestWhatSomebodyTookOverIsHandedOverAgain(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		returned := o.apply("P05", threeRows()).Case
		onTheWay := o.apply("P05", threeRows()).Case
		o.act("P04", returned, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		oral := urgent("P04", monday.Add(-20*time.Minute), time.Time{})
		draft, err := o.kit.Open(o.ctx, o.as("P05"), ismskit.Opening{Type: "account_request", Values: oral})
		if err != nil {
			t.Fatal(err)
		}
		if own, err := o.kit.Open(o.ctx, o.as("P05"), ismskit.Opening{Type: "account_request", Values: forms.Values{"subject": "未定"}}); err != nil {
			t.Fatal(err)
		} else {
			defer func() {
				if _, err := o.kit.Case(o.ctx, o.as("P06"), own.Case); err == nil {
					t.Error("a draft of her own went to him")
				}
			}()
		}
		o.gone("P05", "P06", calendar.Date{Year: 2026, Month: 11, Day: 24}, "P04", "P06", "P05", "P01")
		if !o.corrects("P06", returned, ismskit.TaskCorrect) || !o.corrects("P06", draft.Case, ismskit.TaskLateForm) {
			t.Errorf("方冠宇 has %+v", o.todo("P06"))
		}
		if got := o.heldBy("P06"); len(got) < 3 || !slices.Equal(got[:3], []ismskit.HoldingKind{"case", "case", "case"}) {
			t.Errorf("方冠宇 has %v", got)
		}
		if got := o.heldBy("P05"); len(got) != 0 {
			t.Errorf("賴思妤 still has %v", got)
		}

		o.gone("P06", "P10", calendar.Date{Year: 2026, Month: 11, Day: 26}, "P04", "P10", "P06", "P01")
		if !o.corrects("P10", returned, ismskit.TaskCorrect) || !o.corrects("P10", draft.Case, ismskit.TaskLateForm) {
			t.Errorf("龔怡安 has %+v", o.todo("P10"))
		}
		if c := o.read("P10", onTheWay); !c.MayWithdraw || c.Applicant != "P05" {
			t.Errorf("the one on its way: %s, may be withdrawn: %v", c.Applicant, c.MayWithdraw)
		}
		if r := o.act("P10", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"done_at": monday, "late_reason": "承辦人離職"}}); r.Phase != workflow.PhaseRunning {
			t.Errorf("sent for her it is %s", r.Phase)
		}
		if r := o.audit(); len(r.Findings) > 0 { // 方冠宇 still finds what he went on with
			t.Errorf("the audit finds %v", r.Findings)
		}
	})
}

// A role that ends with her last day already goes to whom the sheet names; one that was
// taken from her before is told as what could not be handed over.
func TestWhatEndsWithTheLastDayIsHandedOverToo(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		o.joins("access.overdue_contact", "P05")
		o.role("documents", "controller", "P05", "P04")
		last := calendar.Date{Year: 2026, Month: 11, Day: 25}
		until := func(role string, day calendar.Date) {
			o.change(register.Roles, role, func(v forms.Values) {
				rows, _ := v["members"].([]forms.Row)
				rows = slices.Clone(rows)
				for i, row := range rows {
					if of, _ := row["person"].(forms.Ref); of.ID == "P05" {
						rows[i] = maps.Clone(row)
						rows[i]["to"] = day
					}
				}
				v["members"] = rows
			})
		}
		sheet := o.hands("P05", "leaving", last, nil).Case
		o.act("P04", sheet, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet, everything("P06"))})
		for _, who := range []string{"P06", "P05", "P01"} {
			o.act(who, sheet, ismskit.Action{Verb: workflow.VerbApprove})
		}
		until("access.overdue_contact", last)
		until("documents.controller", last.AddDays(-1))
		o.until(last.AddDays(1).Start(taipei).Add(5 * time.Minute))
		me, err := o.kit.People().Me(o.ctx, o.as("P06"))
		if err != nil || !slices.Contains(me.Membership.Roles, "access/overdue_contact") {
			t.Errorf("方冠宇 is %+v, %v", me.Membership, err)
		}
		if !slices.ContainsFunc(o.noticesOf("P10"), func(m ismskit.Message) bool {
			return m.Rule == "not_handed" && strings.Contains(m.Body, "controller") && !strings.Contains(m.Body, "overdue_contact")
		}) {
			t.Errorf("what she did not have any more is not told: %+v", o.noticesOf("P10"))
		}
	})
}

// What waits for a post that she holds alone cannot stay with nobody: somebody follows in it.
func TestAPostForWhichSomethingWaitsNeedsASuccessor(t *testing.T) {
	flow := `{"key":"memo","version":"1","registry":[{"kind":"person","ids":["P11"]}],"root":{"step":{"id":"do","name":{"zh-TW":"執行","en":"Do"},"kind":"review","who":[` + analyst + `],"due":{"term":"2wd"}}}}`
	eachSigning(t, flow, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		id := o.memo()
		sheet := o.hands("P05", "leaving", calendar.Date{Year: 2026, Month: 11, Day: 24}, nil).Case
		rows, _ := o.read("P10", sheet).Fields["items"].([]forms.Row)
		if !slices.ContainsFunc(rows, func(r forms.Row) bool { return r["kind"] == "post" && r["needed"] == true }) {
			t.Errorf("no successor is asked for in her post: %v", rows)
		}
		o.act("P04", sheet, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet, everything("P06"))})
		for _, who := range []string{"P06", "P05", "P01"} {
			o.act(who, sheet, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.until(time.Date(2026, 11, 25, 0, 5, 0, 0, taipei))
		if !slices.ContainsFunc(o.todo("P06"), func(d ismskit.Todo) bool { return d.Case == id }) {
			t.Errorf("方冠宇 has %d tasks", len(o.todo("P06")))
		}
	})
}

// Of a confidential request (密) the sheet, which its successor and more people read, says
// the form alone.
func TestASheetSaysNothingOfConfidentialRequests(t *testing.T) {
	eachStoreLinked(t, "confidential", func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		number := o.apply("P05", threeRows()).Number
		sheet := o.hands("P05", "leaving", calendar.Date{Year: 2026, Month: 11, Day: 24}, nil)
		rows, _ := o.read("P10", sheet.Case).Fields["items"].([]forms.Row)
		i := slices.IndexFunc(rows, func(r forms.Row) bool { return r["kind"] == "case" })
		if i < 0 || rows[i]["what"] != "權限帳號申請單（密）" {
			t.Errorf("the sheet says %v", rows)
		}
		named := func(reader string) bool {
			all, err := o.kit.Queue().Held().Of(o.ctx, o.as(reader), "P05")
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(all, func(h ismskit.Holding) bool { return strings.Contains(h.Name.In("zh-TW"), number) })
		}
		if !named("P05") || named("P10") {
			t.Errorf("its number is told her: %v, the personnel officer: %v", named("P05"), named("P10"))
		}
	})
}

// Rows wait for the administrators of a system. While another one is there nobody has to
// follow; the last one names his successor in the system, also where the list still has
// one beside him who has left the house.
func TestTheLastAdministratorOfASystemNamesASuccessor(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	o.change(register.Systems, "S02", func(v forms.Values) {
		v["admins"] = []forms.Ref{ref(register.People, "P06"), ref(register.People, "P10")}
	})
	o.change(register.Systems, "S04", func(v forms.Values) {
		v["admins"], v["backup_admins"] = nil, []forms.Ref{ref(register.People, "P06")}
	})
	needed := func() (systems []string) {
		all, err := o.kit.Queue().Held().Of(o.ctx, ismskit.System("test"), "P06")
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range all {
			if h.Needed && (h.Kind == ismskit.HoldsAdmin || h.Kind == ismskit.HoldsBackup) {
				systems = append(systems, string(h.Kind)+" "+h.Row)
			}
		}
		return systems
	}
	if got := needed(); !slices.Equal(got, []string{"system_backup S04"}) {
		t.Errorf("beside another administrator successors are needed for %v", got)
	}
	o.leave("P10")
	if got := needed(); !slices.Equal(got, []string{"system_admin S02", "system_backup S04"}) {
		t.Errorf("the last one needs successors for %v", got)
	}
}

// A row that she took for herself (簽收) goes to whom the sheet names; one for which nobody
// is named is the other administrators' again, and on their list.
func TestRowsTakenForOneselfAreHandedOver(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.change(register.Systems, "S01", func(v forms.Values) {
			v["admins"] = []forms.Ref{ref(register.People, "P05"), ref(register.People, "P10")}
		})
		var taken []string
		for range 2 {
			o.act("P11", o.apply("P13", oneRow()).Case, ismskit.Action{Verb: workflow.VerbApprove})
			o.settle()
		}
		for _, d := range o.todo("P05") {
			if d.Task != "" {
				o.act("P05", d.Case, ismskit.Action{Verb: workflow.VerbClaim})
				taken = append(taken, d.Case)
			}
		}
		if len(taken) != 2 {
			t.Fatalf("she took %d rows", len(taken))
		}
		last, first := dayOf(2026, 11, 30), true
		o.handsOver("leaving", last, nil, func(row forms.Row) string {
			if row["kind"] != "task" || !first {
				return map[bool]string{true: "", false: "P06"}[row["kind"] == "task"]
			}
			first = false
			return "P06"
		})
		o.until(morning(last.AddDays(1)))
		has := func(who string) (n int) {
			for _, d := range o.todo(who) {
				if slices.Contains(taken, d.Case) {
					n++
				}
			}
			return n
		}
		// 方冠宇 follows her among the administrators too, so that he has both.
		if of := [2]int{has("P06"), has("P10")}; of != [2]int{2, 1} {
			t.Errorf("方冠宇 and 龔怡安 have %v rows on their lists", of)
		}
	})
}

package ismskit_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// hands begins a sheet by which somebody hands over his work.
func (o *office) hands(who, reason string, last calendar.Date, more forms.Values) ismskit.Receipt {
	o.t.Helper()
	values := forms.Values{"person": person(who), "reason": reason, "last_day": last, "basis": "民人字第 1150001 號"}
	for key, v := range more {
		values[key] = v
	}
	r, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "handover", Values: values, Submit: true})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// named are the rows of a sheet with a successor in each that choose says.
func (o *office) named(reader, sheet string, choose func(row forms.Row) string) forms.Values {
	o.t.Helper()
	rows, _ := o.read(reader, sheet).Fields["items"].([]forms.Row)
	var out []forms.Row
	for _, row := range rows {
		cells := forms.Row{forms.RowID: row[forms.RowID]}
		if to := choose(row); to != "" {
			cells["successor"] = person(to)
		}
		out = append(out, cells)
	}
	return forms.Values{"items": out}
}

func everything(to string) func(forms.Row) string { return func(forms.Row) string { return to } }

// fields reads a row of a list.
func (o *office) fields(list, id string) forms.Values {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), list, id)
	if err != nil {
		o.t.Fatal(err)
	}
	v, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

// joins gives a role to some people, beside those who have it.
func (o *office) joins(role string, people ...string) {
	o.t.Helper()
	o.change(register.Roles, role, func(v forms.Values) {
		rows, _ := v["members"].([]forms.Row)
		rows = slices.Clone(rows)
		for _, p := range people {
			rows = append(rows, forms.Row{forms.RowID: forms.NewRowID(), "person": ref(register.People, p), "from": calendar.DateOf(o.now.In(taipei))})
		}
		v["members"] = rows
	})
}

// heldBy says in what ways somebody has something, in order.
func (o *office) heldBy(who string) []ismskit.HoldingKind {
	o.t.Helper()
	all, err := o.kit.Queue().Held().Of(o.ctx, ismskit.System("test"), who)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []ismskit.HoldingKind
	for _, h := range all {
		out = append(out, h.Kind)
	}
	return out
}

// desk gives 賴思妤 something of every kind that people leave behind.
func (o *office) desk() (request string) {
	o.t.Helper()
	o.role("organisation", "personnel_officer", "P10")
	asked := o.apply("P10", threeRows())
	o.act("P04", asked.Case, ismskit.Action{Verb: workflow.VerbAddBefore, People: []string{"P05"}})
	own := o.apply("P05", threeRows())
	last := calendar.Date{Year: 2026, Month: 12, Day: 31}
	err := o.kit.Queue().Plan(o.ctx, ismskit.System("test"), ismskit.OpenLater{
		Key: "ask", Cause: "grant/G3/ask/2026-12-31", At: o.now, Type: "grant_extension", Applicant: "P05", Submit: true,
		Values: forms.Values{"system": ref(register.Systems, "S02"), "until": last, "account_user": person("P05"), "account": "lai"},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	vendor := forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}
	o.put(register.Grants, "G1", forms.Values{"system": ref(register.Systems, "S02"), "account": "vendor", "state": "active", "user": vendor, "responsible": ref(register.People, "P05")})
	o.put(register.Grants, "G2", forms.Values{"system": ref(register.Systems, "S02"), "account": "lai", "state": "active", "user": person("P05"), "responsible": ref(register.People, "P05")})
	o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05"), ref(register.People, "P06")}})
	o.put(register.Deputies, "D2", forms.Values{"principal": ref(register.People, "P05"), "ordered": []forms.Ref{ref(register.People, "P06")}})
	o.put(register.Categories, "C1", forms.Values{"name": "機房紀錄", "maintain": []forms.Row{{forms.RowID: "m1", "what": "person", "key": "P05"}}})
	o.settle()
	return own.Case
}

// U1: 賴思妤 leaves on 115.11.30. The personnel officer begins one sheet; it lists what she
// has, cannot go on while what nobody else looks after has no successor, and takes effect
// when her last day is over, with what has come to her since.
func TestU1_ALeaverHandsOverInOneSheet(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		own := o.desk()
		last := calendar.Date{Year: 2026, Month: 11, Day: 30}
		values := forms.Values{"person": person("P05"), "reason": "leaving", "last_day": last}
		if _, err := o.kit.Open(o.ctx, o.as("P06"), ismskit.Opening{Type: "handover", Values: values, Submit: true}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("a colleague begins it: %v", err)
		}
		keys := forms.Row{forms.RowID: "k1", "kind": "other", "what": "機房鑰匙"}
		sheet := o.hands("P05", "leaving", last, forms.Values{"items": []forms.Row{keys}})
		var kinds, needed []string
		rows, _ := o.read("P10", sheet.Case).Fields["items"].([]forms.Row)
		for _, row := range rows {
			kind, _ := row["kind"].(string)
			kinds = append(kinds, kind)
			if row["needed"] == true {
				needed = append(needed, kind)
			}
		}
		if want := []string{"task", "question", "case", "post", "role", "system_owner", "system_admin", "responsible", "category", "other"}; !slices.Equal(sorted(kinds), sorted(want)) {
			t.Errorf("the sheet lists %v, want %v", kinds, want)
		}
		if want := []string{"role", "system_owner", "system_admin", "responsible", "category"}; !slices.Equal(needed, want) {
			t.Errorf("successors are needed for %v, want %v", needed, want)
		}

		// The head names somebody for some only, and for one her herself.
		_, err := o.kit.Act(o.ctx, o.as("P04"), sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, func(row forms.Row) string {
			return map[any]string{"system_owner": "P06", "role": "P05"}[row["kind"]]
		})})
		invalid, _ := errors.AsType[forms.Invalid](err)
		var codes []string
		for _, f := range invalid {
			if f.Field != "items.successor" || f.Row == 0 {
				t.Errorf("refused at %s, row %d", f.Field, f.Row)
			}
			codes = append(codes, f.Code)
		}
		if want := []string{"handover.self", "required_choose", "required_choose", "required_choose"}; !slices.Equal(sorted(codes), want) {
			t.Errorf("refused for %v, want %v", codes, want)
		}
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, func(row forms.Row) string {
			if row["kind"] == "post" {
				return "" // it stays vacant
			}
			return "P06"
		})})
		trail := o.read("P10", sheet.Case).Trail
		notes := print.Filled{Form: o.read("P10", sheet.Case).Form}.Notes(trail[len(trail)-1], forms.Locale{Lang: "zh-TW"})
		if !slices.Contains(notes, "「system_admin（角色）」的承接人：方冠宇") || slices.ContainsFunc(notes, func(n string) bool { return !strings.Contains(n, "）」的承接人：") }) {
			t.Errorf("the trail says %q", notes)
		}
		// Before it comes to her, her own page says nothing of what she may not read there yet.
		if early, found, err := o.kit.Queue().Held().Sheet(o.ctx, o.as("P05"), "P05"); err != nil || !found || early.Number != sheet.Number || early.Case != "" || !early.LastDay.IsZero() || len(early.To) != 0 {
			t.Errorf("she is told %+v, %v, %v", early, found, err)
		}
		o.act("P06", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P05", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		if r := o.act("P01", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove}); r.Outcome != workflow.OutcomeDone {
			t.Fatalf("the sheet is %s %s", r.Phase, r.Outcome)
		}
		// Whoever looks at what she has sees that it is seen to, and by whom.
		over, found, err := o.kit.Queue().Held().Sheet(o.ctx, o.as("P10"), "P05")
		if err != nil || !found || !over.Approved || over.Number != sheet.Number || over.Case != sheet.Case || over.LastDay != last || !slices.Contains(slices.Collect(maps.Values(over.To)), "方冠宇") {
			t.Errorf("the sheet of 賴思妤: %+v, %v, %v", over, found, err)
		}
		if _, _, err := o.kit.Queue().Held().Sheet(o.ctx, o.as("P13"), "P05"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("anybody is told: %v", err)
		}

		// Until her last day is over all is hers; meanwhile she gets a group to lead.
		o.put(register.Groups, "K1", forms.Values{"name": "汰換小組", "lead": ref(register.People, "P05")})
		o.until(time.Date(2026, 11, 30, 23, 59, 0, 0, taipei))
		if got := o.heldBy("P05"); len(got) != 13 {
			t.Errorf("on her last evening she has %v", got)
		}
		o.until(time.Date(2026, 12, 1, 0, 5, 0, 0, taipei))
		if got := o.heldBy("P05"); !slices.Equal(got, []ismskit.HoldingKind{ismskit.HoldsAccount}) {
			t.Errorf("the next day she has %v", got)
		}
		// Nothing is left to hand over: her account ends with her day, asked for by nobody, and no
		// second sheet is offered.
		if done, found, err := o.kit.Queue().Held().Sheet(o.ctx, o.as("P10"), "P05"); err != nil || found || done.Another {
			t.Errorf("once her sheet has taken effect her page says %+v, %v, %v", done, found, err)
		}
		if held, err := o.kit.Queue().Held().Of(o.ctx, o.as("P10"), "P05"); err != nil || len(held) != 1 || !held[0].Closing || held[0].Until != last {
			t.Errorf("her account: %+v, %v", held, err)
		}
		if _, err := o.kit.People().Me(o.ctx, o.as("P05")); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("she is still in the house: %v", err)
		}
		for _, kind := range []ismskit.HoldingKind{"task", "question", "role", "system_owner", "system_admin", "responsible", "category"} {
			if !slices.Contains(o.heldBy("P06"), kind) {
				t.Errorf("方冠宇 has no %s", kind)
			}
		}
		if lead, _ := o.fields(register.Groups, "K1")["lead"].(forms.Ref); lead.ID != "P04" {
			t.Errorf("what came to her since went to %s", lead.ID)
		}
		if of, _ := o.fields(register.Grants, "G1")["responsible"].(forms.Ref); of.ID != "P06" || of.Name != "方冠宇" {
			t.Errorf("who answers for the vendor's account is %+v", of)
		}
		members, _ := o.fields(register.Roles, "system.system_admin")["members"].([]forms.Row)
		if len(members) != 2 || members[0]["to"] != last || members[1]["from"] != last.AddDays(1) {
			t.Errorf("the role's members are %v", members)
		}
		history, err := o.kit.Registers().History(o.ctx, ismskit.System("test"), register.Systems, "S01", "zh-TW")
		if err != nil || len(history) == 0 || history[0].Reason != "職務移交（"+sheet.Number+"）：賴思妤" && history[len(history)-1].Reason != "職務移交（"+sheet.Number+"）：賴思妤" {
			t.Errorf("the system's history says %+v, %v", history, err)
		}
		if c := o.read("P06", own); c.Applicant != "P05" || !c.MayWithdraw {
			t.Errorf("her request is %s's, and may be withdrawn for her: %v", c.Applicant, c.MayWithdraw)
		}
		o.act("P04", own, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請改由接任者申請"})
		mend := "申請人賴思妤已移交職務（" + sheet.Number + "），自 115.12.01 起由您接續本案"
		if todo := o.todo("P06"); !slices.ContainsFunc(todo, func(d ismskit.Todo) bool {
			return d.Case == own && d.Task == ismskit.TaskCorrect && d.Why.In("zh-TW") == mend
		}) {
			t.Errorf("what she has to mend is not on his list: %+v", todo)
		}
		if r := o.act("P06", own, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "已調整分工"}); r.Outcome != workflow.OutcomeWithdrawn {
			t.Errorf("withdrawn for her it is %s", r.Outcome)
		}
		rules := map[string]bool{}
		for _, m := range o.noticesOf("P06") {
			rules[m.Rule] = true
		}
		if !rules["handed_over"] || !rules["close_login"] {
			t.Errorf("方冠宇 was told %v", rules)
		}
		for _, m := range o.noticesOf("P10") {
			if m.Rule == "not_handed" {
				t.Errorf("left behind: %s", m.Body)
			}
		}
	})
}

// 留職停薪: what lists say of her is another's until the day she returns, and hers again
// from then on. What he had before stays his.
func TestUnpaidLeaveGivesBack(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		o.joins("access.module_manager", "P05", "P06")
		last, back := calendar.Date{Year: 2026, Month: 11, Day: 30}, calendar.Date{Year: 2027, Month: 3, Day: 1}
		sheet := o.hands("P05", "unpaid_leave", last, forms.Values{"return_day": back})
		o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P06"))})
		for _, who := range []string{"P06", "P05", "P01"} {
			o.act(who, sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.until(time.Date(2026, 12, 1, 0, 5, 0, 0, taipei))
		if owner, _ := o.fields(register.Systems, "S01")["owner"].(forms.Ref); owner.ID != "P06" {
			t.Errorf("while she is away the system is %s's", owner.ID)
		}
		if _, err := o.kit.People().Me(o.ctx, o.as("P05")); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("she is in the house: %v", err)
		}
		o.until(time.Date(2027, 3, 1, 0, 5, 0, 0, taipei))
		me, err := o.kit.People().Me(o.ctx, o.as("P05"))
		if err != nil || !slices.Contains(me.Membership.Roles, "system/system_admin") || !slices.Contains(me.Membership.Posts, "T09") {
			t.Errorf("she is back as %+v, %v", me.Membership, err)
		}
		if owner, _ := o.fields(register.Systems, "S01")["owner"].(forms.Ref); owner.ID != "P05" {
			t.Errorf("the system is %s's", owner.ID)
		}
		stand, err := o.kit.People().Me(o.ctx, o.as("P06"))
		if err != nil || slices.Contains(stand.Membership.Roles, "system/system_admin") || !slices.Contains(stand.Membership.Roles, "access/module_manager") {
			t.Errorf("who stood in for her is %+v, %v", stand.Membership, err)
		}
	})
}

// Somebody who has left already does not sign; the head of his unit does in his place, and
// the sheet takes effect at once.
func TestWhoIsGoneDoesNotSign(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	o.joins("access.overdue_contact", "P13")
	o.leave("P13")
	sheet := o.hands("P13", "leaving", calendar.DateOf(o.now.In(taipei)).AddDays(-1), nil)
	o.act("P11", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P11", sheet.Case, everything("P12"))})
	o.act("P12", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
	if r := o.act("P01", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove}); r.Outcome != workflow.OutcomeDone {
		t.Fatalf("the sheet is %s %s", r.Phase, r.Outcome)
	}
	o.settle()
	me, err := o.kit.People().Me(o.ctx, o.as("P12"))
	if err != nil || !slices.Contains(me.Membership.Roles, "access/overdue_contact") {
		t.Errorf("his successor is %+v, %v", me.Membership, err)
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

// Who hands over signs the sheet himself, also while he is on leave and has a deputy: that what
// stands there is all he leaves is his own word.
func TestALeaverSignsHisSheetInPerson(t *testing.T) {
	o := openOffice(t, nil)
	o.desk()
	o.goneAway("P05", o.now, 3, "P06")
	sheet := o.hands("P05", "leaving", calendar.Date{Year: 2026, Month: 12, Day: 31}, nil)
	o.act("P04", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet.Case, everything("P12"))})
	o.act("P12", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.holds(sheet.Case, "P05")
	deputy := ismskit.Actor{Person: "P06", For: "P05"}
	if _, err := o.kit.Act(o.ctx, deputy, sheet.Case, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
		t.Error("her deputy signs in her place")
	}
	o.act("P05", sheet.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.holds(sheet.Case, "P01")
}

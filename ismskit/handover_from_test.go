package ismskit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

// What came to 方冠宇 from 賴思妤 says from whom, by which sheet and since when, on his list,
// in the case and on its route: the question that she would have been asked as its applicant,
// and what she was asked to sign before the head. What is still to come of her own request comes
// to him as who goes on with it, not as its applicant.
func TestWhatCameFromALeaverSaysSo(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		own := o.desk()
		last := dayOf(2026, 11, 30)
		sheet := o.hands("P05", "leaving", last, nil)
		o.signed(sheet, o.named("P04", sheet.Case, everything("P06")))
		o.until(morning(last.AddDays(1)))
		from := "原由賴思妤辦理，因職務移交（" + sheet.Number + "）自 115.12.01 起由您接續"
		kinds := map[string]bool{}
		for _, todo := range o.todo("P06") {
			why := todo.Why.In("zh-TW")
			if strings.HasPrefix(why, "江志恆 主任請您先簽") { // he had asked her
				kinds["before"] = strings.HasSuffix(why, "；"+from)
			}
			if todo.Kind != string(workflow.KindQuestion) {
				continue
			}
			if kinds["question"] = true; why != from {
				t.Errorf("on his list: %q", why)
			}
			c := o.read("P06", todo.Case)
			i := slices.IndexFunc(c.Mine, func(m ismskit.MyTask) bool { return m.ID == todo.Task })
			if i < 0 || c.Mine[i].Why.In("zh-TW") != from || c.Way.Steps[0].Why.In("zh-TW") != from {
				t.Errorf("in the case: %+v, on its route: %q", c.Mine, c.Way.Steps[0].Why)
			}
		}
		if !kinds["question"] || !kinds["before"] {
			t.Errorf("his list tells so of %v: %+v", kinds, o.todo("P06"))
		}
		way := o.read("P06", own).Way.Steps
		i := slices.IndexFunc(way, func(s ismskit.RouteStep) bool { return s.Kind == workflow.KindConfirm })
		if i < 0 || way[i].Why.In("zh-TW") != "申請人賴思妤已移交職務（"+sheet.Number+"），自 115.12.01 起由您接續本案" {
			t.Errorf("the way of her request: %+v", way)
		}
	})
}

// What waits for those who administer a system says with whom of them it also lay, until which
// day and by which sheet, for 方冠宇, who follows, and for 龔怡安, who was there all along: on the
// list, in the case, on its route and on its trail. What has come since says nothing of it.
func TestWhatAGroupHasSaysWhoOfItHasLeft(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.administers("S01", "P06", []string{"P05", "P10"}, nil)
		before := o.apply("P13", oneRow()).Case
		o.act("P11", before, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		last := dayOf(2026, 11, 30)
		sheet := o.handsOver("leaving", last, nil, nil)
		o.until(morning(last.AddDays(1)))
		row := o.read("P13", before).Rows[0].Case.ID
		why := "您是「AD 帳號」的權限管理人員"
		left := why + "；賴思妤原同為辦理人員，至 115.11.30 止（職務移交 " + sheet.Number + "）"
		told := func(who, id, want string) {
			t.Helper()
			todos := o.todo(who)
			i := slices.IndexFunc(todos, func(todo ismskit.Todo) bool { return todo.Case == id })
			if i < 0 || todos[i].Why.In("zh-TW") != want {
				t.Errorf("on the list of %s: %+v", who, todos)
				return
			}
			c := o.read(who, id)
			if c.Mine[0].Why.In("zh-TW") != want || c.Way.Steps[0].Why.In("zh-TW") != want {
				t.Errorf("in the case: %q, on its route: %q", c.Mine[0].Why, c.Way.Steps[0].Why)
			}
		}
		told("P06", row, left)
		told("P10", row, left)
		trail := o.read("P10", row).Trail
		if last := trail[len(trail)-1]; last.Comment != "職務移交（"+sheet.Number+"）：賴思妤；賴思妤於 115.11.30 後不再為本項辦理人員" || last.Step != "handle" {
			t.Errorf("the trail ends with %+v", last)
		}
		// Nor does his own list, or the case, send him to somebody who has left.
		lines, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
		if err != nil {
			t.Fatal(err)
		}
		waits := o.read("P13", before).Rows[0].Waits
		for _, line := range lines {
			if line.ID == before {
				waits = append(waits, line.Waits...)
			}
		}
		if len(waits) != 2 {
			t.Errorf("the row and the list wait for %+v", waits)
		}
		for _, w := range waits {
			if !slices.Equal(slices.Sorted(slices.Values(w.People)), []string{"P06", "P10"}) || slices.Contains(w.Holders, "賴思妤") {
				t.Errorf("it waits for %+v", w)
			}
		}
		o.rules("P13") // it is nobody’s news but theirs

		after := o.apply("P13", oneRow()).Case
		o.act("P11", after, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		told("P06", o.read("P13", after).Rows[0].Case.ID, why)
	})
}

// A head names one follower for several duties about the same system: each line of the
// trail says for which.
func TestEachLineAboutAFollowerSaysForWhichDuty(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	sheet := o.hands("P05", "leaving", dayOf(2026, 11, 30), nil).Case
	o.act("P04", sheet, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet, everything("P06"))})
	c := o.read("P10", sheet)
	for lang, want := range map[string][2]string{
		"zh-TW": {"「AD 帳號（應用系統承辦人）」的承接人：方冠宇", "「AD 帳號（權限管理人員）」的承接人：方冠宇"},
		"en":    {"Successor of “AD 帳號 (System owner)”: 方冠宇", "Successor of “AD 帳號 (Permission administrator)”: 方冠宇"},
	} {
		said := print.Filled{Form: c.Form, Values: c.Fields}.Notes(c.Trail[len(c.Trail)-1], forms.Locale{Lang: lang})
		for _, w := range want {
			if !slices.ContainsFunc(said, func(line string) bool { return strings.HasPrefix(line, w) }) {
				t.Errorf("%s: nothing of %q in %q", lang, w, said)
			}
		}
		if once := slices.Compact(slices.Sorted(slices.Values(said))); len(once) != len(said) {
			t.Errorf("%s: a line stands twice in %q", lang, said)
		}
	}
}

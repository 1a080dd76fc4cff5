package ismskit_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// 江志恆 goes on with 賴思妤's requests, for whom he named nobody: he is asked for her, so he
// does not sign as head what he sends for her, neither what waited for him nor what he sends
// again. His superior does; and he may hurry him, but not stop or void the case.
func TestWhoGoesOnWithARequestDoesNotSignIt(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.role("organisation", "personnel_officer", "P10")
		waiting := o.apply("P05", threeRows()).Case
		returned := o.apply("P05", threeRows()).Case
		o.act("P04", returned, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		last := calendar.Date{Year: 2026, Month: 11, Day: 23}
		sheet := o.hands("P05", "leaving", last, nil).Case
		o.act("P04", sheet, ismskit.Action{Verb: workflow.VerbApprove, Values: o.named("P04", sheet, func(row forms.Row) string {
			if row["kind"] == "case" {
				return ""
			}
			return "P06"
		})})
		for _, who := range []string{"P06", "P05", "P01"} {
			o.act(who, sheet, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.until(time.Date(2026, 11, 24, 0, 5, 0, 0, taipei))

		has := func(who, id string) bool {
			return slices.ContainsFunc(o.todo(who), func(d ismskit.Todo) bool { return d.Case == id })
		}
		if has("P04", waiting) || !has("P01", waiting) {
			t.Errorf("what waited for him is his: %v, his superior's: %v", has("P04", waiting), has("P01", waiting))
		}
		if _, err := o.kit.Act(o.ctx, o.as("P04"), waiting, ismskit.Action{Verb: workflow.VerbApprove}); err == nil {
			t.Error("he approves what he goes on with")
		}
		o.act("P04", returned, ismskit.Action{Verb: workflow.VerbSubmit, Values: threeRows()})
		if has("P04", returned) || !has("P01", returned) {
			t.Errorf("what he sent again is his: %v, his superior's: %v", has("P04", returned), has("P01", returned))
		}
		var offered []workflow.Verb
		for _, other := range o.read("P04", returned).Others {
			offered = append(offered, other.Verb)
		}
		if !slices.Contains(offered, workflow.VerbUrge) || slices.Contains(offered, workflow.VerbVoid) || slices.Contains(offered, workflow.VerbReassign) {
			t.Errorf("he is offered %v", offered)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P04"), returned, ismskit.Action{Verb: workflow.VerbVoid, Comment: "不需要"}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("voided by him: %v", err)
		}
		o.put(register.Deputies, "D9", forms.Values{"principal": ref(register.People, "P01"), "ordered": []forms.Ref{ref(register.People, "P04")}})
		o.away("P01", 0, 2)
		if has("P04", returned) {
			t.Error("it came to him as a deputy")
		}
	})
}

// Whoever is to have a role from a later day on anyhow has it from the day after the leaver's
// last one.
func TestASuccessorWhoseOwnTimeBeginsLaterBeginsEarlier(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10")
	o.joins("access.overdue_contact", "P05")
	last, later := calendar.Date{Year: 2026, Month: 11, Day: 24}, calendar.Date{Year: 2026, Month: 12, Day: 10}
	o.change(register.Roles, "access.overdue_contact", func(v forms.Values) {
		rows, _ := v["members"].([]forms.Row)
		v["members"] = append(slices.Clone(rows), forms.Row{forms.RowID: "later", "person": ref(register.People, "P06"), "from": later})
	})
	o.gone("P05", "P06", last, "P04", "P06", "P05", "P01")
	var spans [][2]any
	rows, _ := o.fields(register.Roles, "access.overdue_contact")["members"].([]forms.Row)
	for _, row := range rows {
		if of, _ := row["person"].(forms.Ref); of.ID == "P06" {
			spans = append(spans, [2]any{row["from"], row["to"]})
		}
	}
	want := [][2]any{{last.AddDays(1), later.AddDays(-1)}, {later, nil}}
	if !slices.Equal(spans, want) {
		t.Errorf("his times are %v, want %v", spans, want)
	}
}

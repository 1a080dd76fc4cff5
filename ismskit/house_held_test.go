package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// An auditor asks three years later who was security officer on a day, and on whose
// order: by the list of today, and by what it said on that day.
func TestWhoHadARoleOnADay(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		today := calendar.DateOf(o.now.In(taipei))
		member := func(id, person string, from, to calendar.Date, basis string) forms.Row {
			row := forms.Row{forms.RowID: id, "person": ref(register.People, person), "basis": basis}
			if !from.IsZero() {
				row["from"] = from
			}
			if !to.IsZero() {
				row["to"] = to
			}
			return row
		}
		change := func(by ismskit.Actor, reason string, rows ...forms.Row) {
			t.Helper()
			row, _, err := o.kit.Registers().Get(o.ctx, by, register.Roles, "organisation.security_officer")
			if err != nil {
				t.Fatal(err)
			}
			fields, err := o.kit.Registers().Fields(o.ctx, by, row)
			if err != nil {
				t.Fatal(err)
			}
			fields = fields.Clone()
			fields["members"] = rows
			_, err = o.kit.Registers().Put(o.ctx, by, ismskit.RowChange{List: register.Roles, ID: row.ID, Seen: row.Revision, Values: fields, Reason: reason})
			if err != nil {
				t.Fatal(err)
			}
		}
		held := func(on calendar.Date) (out []string) {
			t.Helper()
			found, err := o.kit.People().HeldOn(o.ctx, o.as("P13"), "organisation.security_officer", on)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range found {
				line := fmt.Sprintf("%s %s, %s %s %s", h.Holder.Name, h.Basis, h.By, calendar.DateOf(h.Entered.In(taipei)).ROC(), h.Reason)
				if h.Removed {
					line += " (removed)"
				}
				out = append(out, line)
			}
			return out
		}
		first := member("r0", "P10", today, calendar.Date{}, "115 年 11 月 20 日人事令")
		change(ismskit.System("test"), "原有名單不再沿用")
		change(o.as("P05"), "人事令", first)
		o.now = o.now.AddDate(0, 0, 10)
		first["to"] = today.AddDays(9)
		change(o.as("P05"), "接任", first, member("r1", "P06", today.AddDays(10), calendar.Date{}, "口頭指派"))
		o.now = o.now.AddDate(0, 0, 10)
		change(ismskit.System("test"), "更正", first)

		if got, want := held(today.AddDays(3)), []string{"龔怡安 115 年 11 月 20 日人事令, 賴思妤 115.11.23 人事令"}; !slices.Equal(got, want) {
			t.Errorf("in the first days: %q", got)
		}
		// It was taken out since: that the list said so then is not forgotten.
		if got, want := held(today.AddDays(12)), []string{"方冠宇 口頭指派, 賴思妤 115.12.03 接任 (removed)"}; !slices.Equal(got, want) {
			t.Errorf("after ten days: %q", got)
		}
		if got := held(today.AddDays(25)); len(got) > 0 {
			t.Errorf("today: %q", got)
		}
		_, err := o.kit.People().HeldOn(o.ctx, o.as("P13"), "organisation.nobody", today)
		if !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a role that is none: %v", err)
		}
		if _, err := o.kit.People().HeldOn(o.ctx, o.as("P99"), "organisation.security_officer", today); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("somebody of no house: %v", err)
		}
	})
}

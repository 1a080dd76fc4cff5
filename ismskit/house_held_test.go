package ismskit_test

import (
	"errors"
	"fmt"
	"maps"
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

// A role that goes to whoever heads a unit is somebody's on the order by which he got that post.
func TestOnWhoseOrderAUnitsHeadHadARole(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.put(register.Roles, "access.head", forms.Values{"module": "access", "key": "head", "title": "權責主管", "units": []forms.Ref{ref(register.Units, "U06")}})
		first := calendar.DateOf(o.now.In(taipei))
		o.now = o.now.AddDate(0, 0, 3)
		row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.Posts, "T15")
		if err != nil {
			t.Fatal(err)
		}
		fields, err := o.kit.Registers().Fields(o.ctx, o.as("P05"), row)
		if err != nil {
			t.Fatal(err)
		}
		fields = fields.Clone()
		holders := slices.Clone(fields["holders"].([]forms.Row))
		holders[0] = maps.Clone(holders[0])
		holders[0]["to"] = first.AddDays(3)
		fields["holders"] = append(holders, forms.Row{forms.RowID: "h9", "person": ref(register.People, "P12"), "from": first.AddDays(4), "basis": "115 年派令第 7 號"})
		if _, err := o.kit.Registers().Put(o.ctx, o.as("P05"), ismskit.RowChange{List: register.Posts, ID: row.ID, Seen: row.Revision, Values: fields, Reason: "科長異動"}); err != nil {
			t.Fatal(err)
		}
		for _, of := range []struct {
			on                               calendar.Date
			person, basis, by, reason, since string
		}{
			{first.AddDays(1), "P11", "", "", "", ""},
			{first.AddDays(5), "P12", "115 年派令第 7 號", "賴思妤", "科長異動", first.AddDays(3).ROC()},
		} {
			held, err := o.kit.People().HeldOn(o.ctx, o.as("P13"), "access.head", of.on)
			if err != nil || len(held) != 1 || held[0].Person != of.person || held[0].Unit != "U06" || held[0].Basis != of.basis {
				t.Fatalf("on %s: %+v (%v)", of.on, held, err)
			}
			if h := held[0]; of.by != "" && (h.By != of.by || h.Reason != of.reason || calendar.DateOf(h.Entered.In(taipei)).ROC() != of.since) {
				t.Errorf("on %s entered by %q for %q on %s", of.on, h.By, h.Reason, h.Entered)
			}
		}
	})
}

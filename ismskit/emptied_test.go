package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Whoever is asked before a role is left to nobody is told what has nobody then: the
// steps for which its people stand in, and those whose lateness they are told.
func TestARoleLeftToNobodyNamesWhatItLeavesOpen(t *testing.T) {
	for role, leaves := range map[string]ismskit.Emptying{"module_manager": ismskit.EmptiesBehind, "overdue_contact": ismskit.EmptiesLate} {
		t.Run(role, func(t *testing.T) { leftToNobody(t, role, leaves) })
	}
}

func leftToNobody(t *testing.T, role string, leaves ismskit.Emptying) {
	o := openOffice(t, nil)
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Roles, "access."+role)
	if err != nil {
		t.Fatal(err)
	}
	values, err := o.kit.Registers().Fields(o.ctx, o.as("P05"), row)
	if err != nil {
		t.Fatal(err)
	}
	values = values.Clone()
	var members []forms.Row
	for _, m := range values["members"].([]forms.Row) {
		m = m.Clone()
		m["to"] = calendar.Date{Year: 2026, Month: 12, Day: 1}
		members = append(members, m)
	}
	values["members"] = members
	_, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Roles, ID: row.ID, Seen: row.Revision, Values: values, KeepHeld: true})
	emptied, ok := errors.AsType[*ismskit.RoleEmptied](err)
	if !ok {
		t.Fatal(err)
	}
	if day := calendar.DateOf(emptied.From.In(taipei)); day != (calendar.Date{Year: 2026, Month: 12, Day: 2}) {
		t.Errorf("from %s", day)
	}
	got := map[ismskit.Emptying]int{}
	for _, s := range emptied.Steps {
		if s.Type["zh-TW"] == "" || s.Step["zh-TW"] == "" {
			t.Errorf("without a name: %+v", s)
		}
		got[s.What]++
	}
	if got[leaves] == 0 || got[ismskit.EmptiesAll] != 0 {
		t.Errorf("%v", got)
	}
}

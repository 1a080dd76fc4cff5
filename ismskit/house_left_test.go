package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Who has left still stands in a role, a post, a system. That keeps nobody from changing the
// rest; but nobody who has left is entered anew.
func TestWhoHasLeftKeepsNobodyFromChangingTheRest(t *testing.T) {
	o := openOffice(t, nil)
	admin := o.as("P05")
	put := func(list, id string, with func(forms.Values), want string) {
		t.Helper()
		told, err := o.changed(admin, list, id, with)
		if err != nil || told != want {
			t.Fatalf("%s %s: %q, want %q; %v", list, id, told, want, err)
		}
	}
	member := func(person string) func(forms.Values) {
		return func(v forms.Values) {
			rows, _ := v["members"].([]forms.Row)
			v["members"] = append(append([]forms.Row{}, rows...), forms.Row{"person": ref(register.People, person), "from": calendar.Date{Year: 2026, Month: 11, Day: 23}})
		}
	}
	const role = "access.overdue_contact"
	put(register.Roles, role, member("P12"), "")
	put(register.People, "P12", leaves(calendar.Date{Year: 2026, Month: 11, Day: 20}), "")
	put(register.Roles, role, member("P13"), "")
	put(register.Roles, role, member("P12"), "members.person: 找不到所選的資料，請重新選擇人員。")
}

// However many rows name somebody who has left, what is entered anew beside them is looked at.
func TestManyRowsOfWhoHasLeftHideNothingEnteredAnew(t *testing.T) {
	o := openOffice(t, nil)
	admin := o.as("P05")
	const role = "access.overdue_contact"
	change := func(with func(rows []forms.Row) []forms.Row) string {
		t.Helper()
		told, err := o.changed(admin, register.Roles, role, func(v forms.Values) {
			rows, _ := v["members"].([]forms.Row)
			v["members"] = with(append([]forms.Row{}, rows...))
		})
		if err != nil {
			t.Fatal(err)
		}
		return told
	}
	day := func(n int) calendar.Date { return calendar.Date{Year: 2025, Month: 1, Day: 1}.AddDays(n) }
	enter := func(person string, from calendar.Date) func([]forms.Row) []forms.Row {
		return func(rows []forms.Row) []forms.Row {
			return append(rows, forms.Row{"person": ref(register.People, person), "from": from, "to": from})
		}
	}
	if told := change(func(rows []forms.Row) []forms.Row {
		for n := range forms.MaxFaults + 1 {
			rows = enter("P12", day(2*n))(rows)
		}
		return rows
	}); told != "" {
		t.Fatal(told)
	}
	if told, err := o.changed(admin, register.People, "P12", leaves(calendar.Date{Year: 2026, Month: 11, Day: 20})); err != nil || told != "" {
		t.Fatal(told, err)
	}
	const gone = "members.person: 找不到所選的資料，請重新選擇人員。"
	if told := change(enter("NOBODY", day(0))); told != gone {
		t.Errorf("somebody nobody knows: %q", told)
	}
	if told := change(func(rows []forms.Row) []forms.Row { // one row of his becomes another's who is not there
		rows[len(rows)-1]["person"] = ref(register.People, "NOBODY")
		return rows
	}); told != gone {
		t.Errorf("in an old row: %q", told)
	}
	if told := change(enter("P13", day(0))); told != "" {
		t.Errorf("a colleague beside them: %q", told)
	}
}

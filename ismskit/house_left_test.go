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

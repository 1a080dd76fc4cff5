package ismskit_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// changed puts a change of a row as somebody, and gives what is said against it.
func (o *office) changed(who ismskit.Actor, list, id string, with func(forms.Values)) (told string, err error) {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), list, id)
	if err != nil {
		return "", err
	}
	values, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		return "", err
	}
	values = values.Clone()
	with(values)
	_, err = o.kit.Registers().Put(o.ctx, who, ismskit.RowChange{List: list, ID: id, Seen: row.Revision, Values: values})
	if invalid, ok := errors.AsType[forms.Invalid](err); ok && len(invalid) == 1 {
		return invalid[0].Field + ": " + invalid[0].Message("zh-TW"), nil
	}
	return "", err
}

// ends gives everybody in a table a last day, or takes it away where it is none.
func ends(table string, last calendar.Date) func(forms.Values) {
	return func(v forms.Values) {
		var rows []forms.Row
		for _, r := range v[table].([]forms.Row) {
			r = r.Clone()
			if r["to"] = last; last.IsZero() {
				delete(r, "to")
			}
			rows = append(rows, r)
		}
		v[table] = rows
	}
}

func leaves(last calendar.Date) func(forms.Values) { return func(v forms.Values) { v["to"] = last } }

// Somebody of the house always remains who can say who has which role: what would leave
// nobody is refused, from the day on which it would, whoever asks.
func TestTheLastAdministratorStays(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		day := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: d} }
		const admins, backups = "system.system_admin", "system.system_admin_backup"
		said := func(what string, who ismskit.Actor, list, id string, with func(forms.Values), want string) {
			t.Helper()
			told, err := o.changed(who, list, id, with)
			if err != nil || want == "" && told != "" || want != "" && !(strings.HasPrefix(told, want) && strings.Contains(told, "請先加入另一位系統管理者")) {
				t.Fatalf("%s: %q, want %q; %v", what, told, want, err)
			}
		}
		himself, host := o.as("P05"), ismskit.System("test")
		said("today", himself, register.Roles, admins, ends("members", day(1)), "members.to: 自 115.12.02 起")
		said("days ago", himself, register.Roles, admins, ends("members", calendar.Date{Year: 2026, Month: 11, Day: 1}), "members.to: 自 115.11.23 起")
		said("by the host", host, register.Roles, admins, ends("members", day(1)), "members.to: 自 115.12.02 起")
		said("taken out", host, register.Roles, admins, func(v forms.Values) { v["members"] = []forms.Row{} }, "members: 自 115.11.23 起")
		said("under another key", himself, register.Roles, admins, func(v forms.Values) { v["key"] = "former" }, "key: 自 115.11.23 起")
		said("of another module", himself, register.Roles, admins, func(v forms.Values) { v["module"] = "access" }, "module: 自 115.11.23 起")
		said("of one agency alone", himself, register.Roles, admins, func(v forms.Values) { v["agency"] = unit("U06") }, "agency: 自 115.11.23 起")
		said("he leaves", himself, register.People, "P05", leaves(day(5)), "to: 自 115.12.06 起")
		err := o.kit.Registers().Import(o.ctx, host, []ismskit.RowChange{{List: register.Roles, ID: admins, Values: forms.Values{"module": "system", "key": "system_admin", "title": "system_admin"}}})
		if invalid, ok := errors.AsType[forms.Invalid](err); !ok || invalid[0].Code != "managers.none" {
			t.Fatalf("by a new stock: %v", err)
		}

		// Somebody for a time helps until then, and no longer; with somebody for good he may go.
		o.put(register.Roles, backups, forms.Values{"module": "system", "key": "system_admin_backup", "title": "備援系統管理員",
			"members": []forms.Row{{forms.RowID: "b", "post": ref(register.Posts, "T10"), "from": day(10), "to": day(20)}}})
		said("before the other begins", himself, register.Roles, admins, ends("members", day(5)), "members.to: 自 115.12.06 起")
		said("after the other has ended", himself, register.Roles, admins, ends("members", day(12)), "members.to: 自 115.12.21 起")
		said("for good", himself, register.Roles, backups, ends("members", calendar.Date{}), "")
		said("into the other's time", himself, register.Roles, admins, ends("members", day(12)), "")

		// Who gives the role away by his post, or goes, is the last one too.
		said("the post is given up", host, register.Posts, "T10", ends("holders", day(15)), "holders.to: 自 115.12.16 起")
		said("the post ends", host, register.Posts, "T10", leaves(day(15)), "to: 自 115.12.16 起")
		said("he leaves", host, register.People, "P06", leaves(day(15)), "to: 自 115.12.16 起")
		said("another leaves", host, register.People, "P13", leaves(day(15)), "")
		said("the first stays on", host, register.Roles, admins, ends("members", calendar.Date{}), "")
		said("then the other leaves", host, register.People, "P06", leaves(day(15)), "")
		said("and the first is the last again", himself, register.Roles, admins, ends("members", day(20)), "members.to: 自 115.12.21 起")
	})
}

// Two who end their roles at once: one is the last, and stays.
func TestTwoAdministratorsDoNotGoInTheSameInstant(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := openOffice(t, store)
		o.role("system", "system_admin_backup", "P06")
		last := calendar.Date{Year: 2026, Month: 11, Day: 22}
		for round := range 4 {
			told, errs := make([]string, 2), make([]error, 2)
			var all sync.WaitGroup
			for i, id := range []string{"system.system_admin", "system.system_admin_backup"} {
				all.Go(func() {
					told[i], errs[i] = o.changed(ismskit.System("test"), register.Roles, id, ends("members", last))
				})
			}
			all.Wait()
			if errs[0] != nil || errs[1] != nil || (told[0] == "") == (told[1] == "") || !strings.Contains(told[0]+told[1], "請先加入另一位系統管理者") {
				t.Fatalf("round %d: %q %v", round+1, told, errs)
			}
			for _, id := range []string{"system.system_admin", "system.system_admin_backup"} {
				if _, err := o.changed(ismskit.System("test"), register.Roles, id, ends("members", calendar.Date{})); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// Whoever is to be asked first is told that a role would be left to nobody; one that
// somebody else has too, or that a unit's head has, may be ended at once.
func TestARoleThatWouldBeLeftToNobody(t *testing.T) {
	o := openOffice(t, nil)
	const contact = "access.overdue_contact"
	end := func(keep bool, last int) error {
		t.Helper()
		row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Roles, contact)
		if err != nil {
			t.Fatal(err)
		}
		values, err := o.kit.Registers().Fields(o.ctx, o.as("P05"), row)
		if err != nil {
			t.Fatal(err)
		}
		values = values.Clone()
		member := values["members"].([]forms.Row)[0].Clone()
		member["to"] = calendar.Date{Year: 2026, Month: 12, Day: last}
		values["members"] = append([]forms.Row{member}, values["members"].([]forms.Row)[1:]...)
		_, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Roles, ID: contact, Seen: row.Revision, Values: values, KeepHeld: keep})
		return err
	}
	vacant := func() bool {
		t.Helper()
		roles, err := o.kit.People().Roles(o.ctx, o.as("P12"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roles {
			if r.Row == contact {
				return r.Vacant
			}
		}
		t.Fatal("the role is not listed")
		return false
	}
	if err := end(true, 1); !errors.Is(err, ismskit.ErrRoleEmptied) {
		t.Errorf("the only one: %v", err)
	}
	o.change(register.Roles, contact, func(v forms.Values) {
		v["members"] = append(v["members"].([]forms.Row), forms.Row{forms.RowID: "x", "person": ref(register.People, "P13"), "from": calendar.Date{Year: 2026, Month: 12, Day: 2}})
	})
	if err := end(true, 1); err != nil {
		t.Errorf("the next day somebody else has it: %v", err)
	}
	o.leave("P13")
	o.until(monday.AddDate(0, 0, 10))
	if !vacant() {
		t.Error("who follows has left the house, and the role is held")
	}
	if err := end(false, 20); err != nil || vacant() {
		t.Errorf("longer: %v", err)
	}
	if err := end(true, 1); !errors.Is(err, ismskit.ErrRoleEmptied) {
		t.Errorf("beside one who has left: %v", err)
	}
	o.change(register.Roles, contact, func(v forms.Values) { v["units"] = []forms.Ref{ref(register.Units, "U06")} })
	if err := end(true, 1); err != nil || vacant() {
		t.Errorf("beside the heads of a unit: %v", err)
	}
}

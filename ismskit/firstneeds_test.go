package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// A house that has only its administrator is told what a first request needs, in an order
// that can be done; what has been entered is missed no more.
func TestAHouseIsToldWhatAFirstRequestNeeds(t *testing.T) {
	store := memory.New()
	var in []string
	kit, err := ismskit.New(ismskit.Config{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	begin := &office{t: t, ctx: t.Context(), kit: kit}
	begin.put(register.Units, "U00", forms.Values{"name": "民政局", "kind": "agency"})
	begin.put(register.People, "P05", forms.Values{"name": "賴思妤", "unit": unit("U00")})
	begin.role("system", "system_admin", "P05")
	for _, key := range []string{"module_manager", "overdue_contact"} {
		begin.role("access", key)
	}
	o := openOfficeWith(t, store, func(cfg *ismskit.Config) {
		cfg.SignsIn = func(context.Context, string) ([]string, error) { return in, nil }
	})
	needs := func(lacking bool, want ...string) {
		t.Helper()
		all, err := o.kit.Registers().FirstNeeds(o.ctx, o.as("P05"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range all {
			for _, l := range n.Lacks {
				line := n.What + " " + l.Code
				for _, of := range l.Of {
					line += " " + of.In("zh-TW")
				}
				got = append(got, line)
			}
		}
		if !slices.Equal(got, want) || ismskit.Lacking(all) != lacking {
			t.Fatalf("lacks (%v)\n%s\nwant (%v)\n%s", ismskit.Lacking(all), strings.Join(got, "\n"), lacking, strings.Join(want, "\n"))
		}
	}
	in = []string{"P05"}
	today := calendar.Date{Year: 2026, Month: 11, Day: 23}
	const roles, paper = "roles member module_manager overdue_contact", "documents any"
	needs(true, "units any", "people others", "people sign_in", "people head 民政局", roles, "systems any", paper)
	o.put(register.Units, "U03", forms.Values{"name": "資訊室", "kind": "unit", "parent": unit("U00")})
	o.put(register.People, "P04", forms.Values{"name": "江志恆", "unit": unit("U03")})
	in = append(in, "P04")
	needs(true, "people head 民政局 資訊室", roles, "systems any", paper)
	o.post("T01", "局長", "U00", "P05", true, "") // the unit beneath goes up to him
	o.change(register.Roles, "access.module_manager", func(v forms.Values) {
		v["members"] = []forms.Row{{"person": ref(register.People, "P04"), "from": today}}
	})
	o.put(register.Systems, "S01", forms.Values{"name": "公文系統", "admins": []forms.Ref{ref(register.People, "P04")}})
	needs(true, "roles member overdue_contact", "systems owner 公文系統", "systems items 公文系統", paper)
	o.change(register.Roles, "access.overdue_contact", func(v forms.Values) {
		v["members"] = []forms.Row{{"post": ref(register.Posts, "T01"), "from": today}}
	})
	o.put(register.Systems, "S02", forms.Values{"name": "門禁", "owner": ref(register.People, "P04"), "admins": []forms.Ref{ref(register.People, "P04")},
		"items": []forms.Row{{forms.RowID: "i", "key": "general", "label": "一般使用者"}}})
	needs(false, paper) // one system that can be asked for is enough
	if _, err := o.kit.Registers().FirstNeeds(o.ctx, o.as("P04")); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("somebody else is told too: %v", err)
	}
}

// Whoever manages people and roles counts only while he can sign in: neither a change of
// the lists nor of a login leaves nobody who can.
func TestTheLastAdministratorWhoCanSignInStays(t *testing.T) {
	logins := map[string]string{"lai": "P05", "fang": "P06"}
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) {
		cfg.SignsIn = func(_ context.Context, without string) (people []string, err error) {
			for login, person := range logins {
				if login != without {
					people = append(people, person)
				}
			}
			return people, nil
		}
	})
	const admins = "system.system_admin"
	roles := func(want string, with func(forms.Values)) {
		t.Helper()
		told, err := o.changed(o.as("P05"), register.Roles, admins, with)
		if err != nil || want == "" && told != "" || !strings.Contains(told, want) {
			t.Fatalf("%q, want %q; %v", told, want, err)
		}
	}
	another := func(v forms.Values) {
		rows, _ := v["members"].([]forms.Row)
		v["members"] = append(slices.Clone(rows), forms.Row{"person": ref(register.People, "P06"), "from": calendar.Date{Year: 2026, Month: 11, Day: 20}})
	}
	first := func(v forms.Values) { // the first has a last day
		rows := slices.Clone(v["members"].([]forms.Row))
		rows[0] = rows[0].Clone()
		rows[0]["to"], v["members"] = calendar.Date{Year: 2026, Month: 12, Day: 1}, rows
	}
	disable := func(login, person, want string) {
		t.Helper()
		done := false
		err := o.kit.Evidence().ChangeAccount(o.ctx, o.as("P05"), ismskit.AccountChange{Verb: ismskit.VerbAccountDisabled, Person: person, Login: login},
			func(context.Context, ismskit.Left) error { done = true; delete(logins, login); return nil })
		invalid, _ := errors.AsType[forms.Invalid](err)
		told := ""
		if len(invalid) > 0 {
			told = invalid[0].Field + ": " + invalid[0].Message("zh-TW")
		} else if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(told, want) || done != (want == "") {
			t.Fatalf("disable %s: %q, want %q; done: %v", login, told, want, done)
		}
	}
	const nobody = "無可登入的人管理人員及角色"
	disable("lai", "P05", "login: 自 115.11.23 起將"+nobody)
	roles("", another)
	disable("fang", "P06", "")                        // another can sign in
	roles("members.to: 自 115.12.02 起將"+nobody, first) // he cannot any more
	disable("lai", "P05", nobody)
	logins["lai-2"] = "P05"
	disable("lai", "P05", "") // he has another
	disable("lai-2", "P05", nobody)
	logins["fang"] = "P06"
	disable("lai-2", "P05", "")
	entries, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogAccounts, 0, 10)
	if err != nil || len(entries) != 3 {
		t.Errorf("%d entries of three logins disabled; %v", len(entries), err)
	}
}

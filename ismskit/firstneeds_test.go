package ismskit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// firstDay is a house that has only its administrator P05, in U00; who can sign in besides
// is to be said.
func firstDay(t *testing.T, in *[]string) *office {
	store := memory.New()
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
	for _, key := range []string{"document_controller", "approver_level_1", "approver_level_2", "approver_level_3", "approver_level_4", "approval_confirmer"} {
		begin.role("documents", key, "P05")
	}
	for _, key := range []string{"records_manager", "disposal_approver"} {
		begin.role("records", key, "P05")
	}
	begin.role("organisation", "security_officer") // who may stop the clock of a request
	*in = []string{"P05"}
	return openOfficeWith(t, store, func(cfg *ismskit.Config) {
		cfg.SignsIn = func(context.Context, string) ([]string, error) { return *in, nil }
		cfg.Rights.ManageLists = []string{"system/system_admin", "access/module_manager"}
		cfg.Rights.ManageDocs = []string{"documents/keeper"}
	})
}

// needs fails unless P05 is told that just these are lacking, those of one need only where
// that is named.
func (o *office) needs(of string, want ...string) {
	o.t.Helper()
	all, err := o.kit.Registers().FirstNeeds(o.ctx, o.as("P05"))
	if err != nil {
		o.t.Fatal(err)
	}
	var got []string
	for _, n := range all {
		if of != "" && n.What != of {
			continue
		}
		for _, l := range n.Lacks {
			line := n.What + " " + l.Code
			for _, of := range l.Of {
				line += " " + of.In("zh-TW")
			}
			got = append(got, line)
		}
	}
	if !slices.Equal(got, want) {
		o.t.Fatalf("lacks\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A house that has only its administrator is told what a first request needs, in an order
// that can be done; what has been entered is missed no more, and in the end nothing is said.
func TestAHouseIsToldWhatAFirstRequestNeeds(t *testing.T) {
	var in []string
	o := firstDay(t, &in)
	today := calendar.Date{Year: 2026, Month: 11, Day: 23}
	const roles, paper = "roles member security_officer module_manager overdue_contact", "documents any"
	o.needs("", "units any", "people others", "people sign_in", "people head 民政局", roles, "systems any", paper)
	o.put(register.Units, "U03", forms.Values{"name": "資訊室", "kind": "unit", "parent": unit("U00")})
	o.put(register.People, "P04", forms.Values{"name": "江志恆", "unit": unit("U03")})
	in = append(in, "P04")
	o.needs("", "people head 民政局 資訊室", roles, "systems any", paper)
	o.post("T01", "局長", "U00", "P05", true, "") // the unit beneath goes up to him
	for _, role := range []string{"access.module_manager", "organisation.security_officer"} {
		o.change(register.Roles, role, func(v forms.Values) {
			v["members"] = []forms.Row{{"person": ref(register.People, "P04"), "from": today}}
		})
	}
	o.put(register.Systems, "S01", forms.Values{"name": "公文系統", "admins": []forms.Ref{ref(register.People, "P04")}})
	o.needs("", "roles member overdue_contact", "systems owner 公文系統", "systems items 公文系統", paper)
	o.change(register.Roles, "access.overdue_contact", func(v forms.Values) {
		v["members"] = []forms.Row{{"post": ref(register.Posts, "T01"), "from": today}}
	})
	o.put(register.Systems, "S02", forms.Values{"name": "門禁", "owner": ref(register.People, "P04"), "admins": []forms.Ref{ref(register.People, "P04")},
		"items": []forms.Row{{forms.RowID: "i", "key": "general", "label": "一般使用者"}}})
	o.needs("") // one system that can be asked for is enough, and documents may come later
	o.hire("P09", "魏若晴", "T09", "U03")
	if _, err := o.kit.Registers().FirstNeeds(o.ctx, o.as("P09")); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("somebody else is told too: %v", err)
	}
}

// A house in which requests have been sent has begun: that the calendar of the new year is
// missing is told to its administrators by a notice, and nothing is to be entered anew.
func TestAHouseThatHasBegunDoesNotBeginAgainWithANewYear(t *testing.T) {
	calendars := func(cfg *ismskit.Config) { cfg.Rights.ManageDocs = []string{"documents/document_controller"} }
	newYear := time.Date(2028, 1, 3, 1, 0, 0, 0, time.UTC)
	o := openOfficeWith(t, nil, calendars)
	o.now = newYear
	o.needs(ismskit.NeedCalendar, "calendar year")
	o = openOfficeWith(t, nil, calendars)
	o.apply("P13", threeRows())
	o.until(newYear)
	o.needs("")
	if !slices.ContainsFunc(o.noticesOf("P05"), func(m ismskit.Message) bool { return m.Rule == "calendar" }) {
		t.Error("nobody is told that the year is missing")
	}
}

// However much has opened by itself since, the one request that somebody sent began the
// house; without it, all of that began none.
func TestWhatOpensByItselfBeginsNoHouse(t *testing.T) {
	newYear := time.Date(2028, 1, 3, 1, 0, 0, 0, time.UTC)
	for _, sent := range []bool{false, true} {
		o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Rights.ManageDocs = []string{"documents/document_controller"} })
		if sent {
			o.apply("P13", threeRows())
		}
		for i := range 45 {
			o.now = o.now.Add(time.Minute)
			if _, err := o.kit.Open(o.ctx, ismskit.System("test"), ismskit.Opening{
				Type: "grant_extension", Applicant: "P13", Cause: fmt.Sprintf("grant/%d/ask/2026-12-01", i), Submit: true, Values: forms.Values{
					"system": ref(register.Systems, "S01"), "until": calendar.Date{Year: 2026, Month: 12, Day: 1}},
			}); err != nil {
				t.Fatal(err)
			}
		}
		o.now = newYear
		if sent {
			o.needs("")
		} else {
			o.needs(ismskit.NeedCalendar, "calendar year")
		}
	}
}

// The bureau itself has people and no head in the lists. Once a section beneath it has a
// head and somebody else who applies, a request can be sent, and no head is missed.
func TestAHouseWhoseTopHasNoHeadBegins(t *testing.T) {
	var in []string
	o := firstDay(t, &in)
	o.put(register.Units, "U03", forms.Values{"name": "資訊室", "kind": "unit", "parent": unit("U00")})
	o.put(register.People, "P04", forms.Values{"name": "江志恆", "unit": unit("U03")})
	in = append(in, "P04")
	o.post("T03", "主任", "U03", "P04", true, "")
	o.needs(ismskit.NeedPeople, "people head 民政局") // nobody decides for the head, nor for the administrator
	o.put(register.People, "P06", forms.Values{"name": "方冠宇", "unit": unit("U03")})
	o.needs(ismskit.NeedPeople, "people sign_in") // two can, but not he who applies
	in = append(in, "P06")
	o.needs(ismskit.NeedPeople)
	in = []string{"P05", "P06"}
	o.needs(ismskit.NeedPeople, "people sign_in") // nor is it enough without him who decides
}

// Every section has a head, and nobody else: none of them can apply while nobody is above.
func TestAHouseOfHeadsAloneCannotBegin(t *testing.T) {
	var in []string
	o := firstDay(t, &in)
	o.put(register.Units, "U03", forms.Values{"name": "資訊室", "kind": "unit", "parent": unit("U00")})
	o.put(register.Units, "U04", forms.Values{"name": "秘書室", "kind": "unit", "parent": unit("U00")})
	o.put(register.People, "P04", forms.Values{"name": "江志恆", "unit": unit("U04")})
	in = append(in, "P04")
	o.post("T04", "主任", "U04", "P04", true, "")
	o.post("T03", "主任", "U03", "P05", true, "")
	o.change(register.People, "P05", func(v forms.Values) { v["unit"], v["post"] = unit("U03"), ref(register.Posts, "T03") })
	o.needs(ismskit.NeedPeople, "people head 民政局")
	o.put(register.People, "P01", forms.Values{"name": "林局長", "unit": unit("U00")})
	o.post("T00", "局長", "U00", "P01", true, "")
	in = append(in, "P01")
	o.needs(ismskit.NeedPeople)
}

// Of each need it is said where it is entered: by whoever is told, or by which roles.
func TestAHouseIsToldWhoEntersWhatIsLacking(t *testing.T) {
	var in []string
	o := firstDay(t, &in)
	o.put(register.People, "P04", forms.Values{"name": "江志恆", "unit": unit("U00")})
	o.change(register.Roles, "access.module_manager", func(v forms.Values) {
		v["members"] = []forms.Row{{"person": ref(register.People, "P04"), "from": calendar.Date{Year: 2026, Month: 11, Day: 23}}}
	})
	for who, want := range map[string]string{
		"P05": "units people posts roles systems calendars (by documents/keeper)",
		"P04": "units(by system_admin) people(by system_admin) posts(by system_admin) roles(by system_admin) systems calendars (by documents/keeper)",
	} {
		all, err := o.kit.Registers().FirstNeeds(o.ctx, o.as(who))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range all {
			for _, e := range n.Entries {
				line := e.List
				for _, role := range e.Roles {
					line += "(by " + role.In("zh-TW") + ")"
				}
				if e.May != (len(e.Roles) == 0) {
					t.Errorf("%s may enter %q: %v, and so may %v", who, e.List, e.May, e.Roles)
				}
				got = append(got, line)
			}
		}
		if line := strings.Join(got, " "); line != want {
			t.Errorf("%s is told\n%s\nwant\n%s", who, line, want)
		}
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

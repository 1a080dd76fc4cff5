package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// What was changed in the lists is read in one place, the newest first: who changed what to
// what and why, what a row was called then, in pages that leave nothing out although a whole
// stock was entered in one moment.
func TestWhatWasChangedInTheListsIsReadTogether(t *testing.T) {
	eachStoreWith(t, nil, func(t *testing.T, o *office) {
		all := map[ismskit.EntryPlace]bool{}
		var lists []register.List
		ask := ismskit.ChangeQuery{Lang: "zh-TW", Limit: 7}
		for {
			page, err := o.kit.Evidence().Changes(o.ctx, o.as("P04"), ask)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Changes {
				if all[c.Place] || c.Name == "" || c.ListName == "" {
					t.Fatalf("twice, or without a name: %+v", c)
				}
				all[c.Place] = true
			}
			lists = page.Lists
			if len(page.Changes) < 7 {
				break
			}
			ask.Before = page.Changes[6].Place
		}
		stored := 0
		for _, l := range lists {
			rows, err := o.kit.Registers().Rows(o.ctx, ismskit.System("test"), register.Query{List: l.Key, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				stored += int(row.Revision)
			}
		}
		if len(all) != stored || stored < 20 {
			t.Fatalf("%d changes were read of %d", len(all), stored)
		}

		o.now = o.now.Add(time.Hour)
		row, _, err := o.kit.Registers().Get(o.ctx, o.as("P05"), register.People, "P13")
		if err != nil {
			t.Fatal(err)
		}
		fields, err := o.kit.Registers().Fields(o.ctx, o.as("P05"), row)
		if err != nil {
			t.Fatal(err)
		}
		fields = fields.Clone()
		fields["name"], fields["note"] = "鍾大哲", "已改名"
		if _, err = o.kit.Registers().Put(o.ctx, o.as("P05"), ismskit.RowChange{List: register.People, ID: "P13", Seen: row.Revision, Values: fields, Reason: "依戶籍更正"}); err != nil {
			t.Fatal(err)
		}
		o.put(register.Grants, "G1", forms.Values{"system": ref(register.Systems, "S02"), "account": "lai", "state": "active", "responsible": ref(register.People, "P05")})
		rights, err := o.kit.Evidence().Changes(o.ctx, o.as("P04"), ismskit.ChangeQuery{Lang: "zh-TW", List: register.Grants})
		if err != nil || len(rights.Changes) != 1 || !strings.Contains(rights.Changes[0].Name, "公文") || !strings.HasSuffix(rights.Changes[0].Name, "、lai") {
			t.Errorf("a right is called by its system and its account: %+v, %v", rights, err)
		}
		o.put(register.Externals, "X9", forms.Values{"name": "何欣", "org_name": "瀚洋資訊"})
		got, err := o.kit.Evidence().Changes(o.ctx, o.as("P04"), ismskit.ChangeQuery{Lang: "zh-TW", From: o.now, Person: "P05"})
		if err != nil || len(got.Changes) != 1 {
			t.Fatalf("of P05 from then on %+v, %v", got, err)
		}
		c := got.Changes[0]
		if c.Name != "鍾大哲" || c.By.Name == "" || c.By.Person != "P05" || c.Reason != "依戶籍更正" || c.New || c.List != register.People || c.Row != "P13" ||
			!slices.ContainsFunc(c.Changes, func(d ismskit.RowDifference) bool { return d.From == "鍾明哲" && d.To == "鍾大哲" }) {
			t.Errorf("the change of a name is told as %+v", c)
		}
		before, err := o.kit.Evidence().Changes(o.ctx, o.as("P04"), ismskit.ChangeQuery{Lang: "zh-TW", List: register.People, Before: ismskit.EntryPlace{At: o.now}, Limit: 200})
		if err != nil || !slices.ContainsFunc(before.Changes, func(c ismskit.ListChange) bool { return c.Row == "P13" && c.Name == "鍾明哲" && c.New }) {
			t.Errorf("before it he is not called what he was called then: %v", err)
		}
	})
}

// They are for those who audit the house; a list that is not for somebody is not there for
// him, and so are everybody's own.
func TestChangesOfListsAreForThoseWhoReadThem(t *testing.T) {
	o := openOffice(t, nil)
	ev := o.kit.Evidence()
	for _, who := range []string{"P13", "P01"} {
		if _, err := ev.Changes(o.ctx, o.as(who), ismskit.ChangeQuery{}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("%s reads the changes of lists: %v", who, err)
		}
	}
	for _, list := range []string{register.SavedViews, "none"} {
		if _, err := ev.Changes(o.ctx, o.as("P04"), ismskit.ChangeQuery{List: list}); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("list %s: %v", list, err)
		}
	}
	if _, err := o.kit.Queue().Views(o.ctx, o.as("P04"), ismskit.ViewChange{List: "records", Name: "我的", Filter: "q=1"}); err != nil {
		t.Fatal(err)
	}
	all, err := ev.Changes(o.ctx, o.as("P04"), ismskit.ChangeQuery{Limit: 200})
	if err != nil || len(all.Changes) == 0 {
		t.Fatal(all, err)
	}
	if slices.ContainsFunc(all.Changes, func(c ismskit.ListChange) bool { return c.List == register.SavedViews }) ||
		slices.ContainsFunc(all.Lists, func(l register.List) bool { return l.Key == register.SavedViews }) {
		t.Errorf("everybody's own are among them: %+v", all)
	}
}

// What is entered for the first time is told in full: three years later it says which day was
// closed, and where, and whom somebody stood in for.
func TestWhatIsEnteredFirstIsToldInFull(t *testing.T) {
	o := openOffice(t, nil)
	o.put(register.Deputies, "D9", forms.Values{"principal": ref(register.People, "P11"), "ordered": []forms.Ref{ref(register.People, "P12")},
		"from": o.now.Add(time.Hour), "to": o.now.Add(48 * time.Hour), "reason": "病假"})
	got, err := o.kit.Evidence().Changes(o.ctx, o.as("P04"), ismskit.ChangeQuery{Lang: "zh-TW", List: register.Deputies, Limit: 1})
	if err != nil || len(got.Changes) != 1 || !got.Changes[0].New {
		t.Fatalf("%+v, %v", got, err)
	}
	if name := got.Changes[0].Name; name != "邱柏叡、病假" {
		t.Errorf("whose deputy it is: %s", name)
	}
	var said []string
	for _, d := range got.Changes[0].Changes {
		said = append(said, d.Label+d.From+"→"+d.To)
	}
	all := strings.Join(said, "|")
	for _, want := range []string{"→邱柏叡", "→范語彤", "→115.11.23 ", "→115.11.25 ", "→病假"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not in %s", want, all)
		}
	}
}

// Of people, deputies and outside persons only those read the changes who read all their fields:
// whoever keeps the queue going audits the house, and is no keeper of them.
func TestChangesShowNoFieldsThatAreForTheirKeepers(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Rights.ManageQueue = []string{"system/watch"} })
	o.role("system", "watch", "P10")
	o.change(register.People, "P12", func(v forms.Values) { v["note"] = "留職停薪" })
	ev := o.kit.Evidence()
	for person, want := range map[string]bool{"P04": true, "P10": false} {
		all, err := ev.Changes(o.ctx, o.as(person), ismskit.ChangeQuery{Lang: "zh-TW", Limit: 200})
		if err != nil || len(all.Changes) == 0 {
			t.Fatalf("%s: %d changes, %v", person, len(all.Changes), err)
		}
		if got := strings.Contains(fmt.Sprint(all.Changes), "留職停薪"); got != want {
			t.Errorf("%s reads what is for keepers: %v, want %v", person, got, want)
		}
		for _, list := range []string{register.People, register.Deputies, register.Externals} {
			if got := slices.ContainsFunc(all.Lists, func(l register.List) bool { return l.Key == list }); got != want {
				t.Errorf("%s may look at the changes of %s: %v, want %v", person, list, got, want)
			}
			if _, err := ev.Changes(o.ctx, o.as(person), ismskit.ChangeQuery{List: list}); errors.Is(err, ismskit.ErrNotFound) == want {
				t.Errorf("%s asks for %s: %v", person, list, err)
			}
		}
	}
}

// A case is called by its number, a form and a module by their names, and so is what a deputy is
// limited to; no id of a case or of a block stands there. A case that is not for the reader is not told.
func TestChangesCallCasesAndKeysAsPeopleDo(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Rights.ManageQueue, c.Rights.ManageLists, c.Printer = []string{"system/watch"}, append(c.Rights.ManageLists, "system/watch"), print.A4{}
	})
	o.role("records", "records_manager", "P10")
	o.role("system", "watch", "P10")
	sent := o.apply("P13", threeRows())
	o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
	var limits []forms.Row
	for what, key := range map[string]string{ismskit.LimitSystem: "S01", ismskit.LimitModule: "access", ismskit.LimitRole: ismskit.AsUnitHead, ismskit.LimitNotStep: "approve", ismskit.LimitForm: "IS-04-012"} {
		limits = append(limits, forms.Row{forms.RowID: "l" + strconv.Itoa(len(limits)), "what": what, "key": key})
	}
	limits = append(limits, forms.Row{forms.RowID: "last", "what": ismskit.LimitRole, "key": "watch"})
	o.put(register.Deputies, "D9", forms.Values{"principal": ref(register.People, "P11"), "ordered": []forms.Ref{ref(register.People, "P12")},
		"from": o.now.Add(time.Hour), "to": o.now.Add(48 * time.Hour), "reason": "病假", "limits": limits})
	o.put(register.Categories, "zz", forms.Values{"name": "測試", "read": []forms.Row{{forms.RowID: "a", "what": "person", "key": "P12"}, {forms.RowID: "b", "what": "role", "key": "records/records_manager"}}})
	o.settle()
	told := func(person, list string) string {
		t.Helper()
		got, err := o.kit.Evidence().Changes(o.ctx, o.as(person), ismskit.ChangeQuery{Lang: "zh-TW", List: list})
		if err != nil {
			t.Fatalf("%s %s: %v", person, list, err)
		}
		var said []string
		for _, c := range got.Changes {
			for _, d := range c.Changes {
				said = append(said, d.Label+d.From+"→"+d.To)
			}
		}
		return strings.Join(said, "|")
	}
	for list, wants := range map[string][]string{
		register.ReservedNumbers: {"轉紙本案件→" + sent.Number, "表單→權限帳號申請單"},
		register.Deputies:        {"應用系統；代碼：AD 帳號", "模組；代碼：帳號權限申請", "角色；代碼：單位主管", "核准", "代碼：權限帳號申請單", "角色；代碼：watch"},
		register.Roles:           {"模組→作業紀錄管理"},
		register.Categories:      {"范語彤"},
	} {
		all := told("P04", list)
		for _, want := range wants {
			if !strings.Contains(all, want) {
				t.Errorf("%s: %q is not in %s", list, want, all)
			}
		}
		for _, raw := range []string{sent.Case, "批次", "account_request", "模組→records", "unit_head", "代碼：approve", "S01", "P12", "範圍→|"} {
			if strings.Contains(all, raw) {
				t.Errorf("%s: %q is in %s", list, raw, all)
			}
		}
	}
	if all := told("P10", register.ReservedNumbers); strings.Contains(all, "轉紙本案件") || !strings.Contains(all, "表單→權限帳號申請單") {
		t.Errorf("who may not read the case is told %s", all)
	}
}

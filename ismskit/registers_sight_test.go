package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What an office notes about people is for those who keep its lists; a colleague reads of
// them what he needs to find and to name them.
func TestAColleagueReadsOfPeopleWhatHeNeeds(t *testing.T) {
	o := openOffice(t, nil)
	day := func(d int) time.Time { return monday.AddDate(0, 0, d) }
	o.put(register.Externals, "X1", forms.Values{"name": "杜承恩", "org_name": "瀚洋資訊", "email": "tu@vendor.example", "phone": "0900-111", "responsible": ref(register.People, "P06"), "note": "轉包人力"})
	o.put(register.Externals, "X2", forms.Values{"name": "何欣", "org_name": "瀚洋資訊", "note": "轉包人力"})
	o.change(register.People, "P11", func(v forms.Values) { v["note"] = "即將離職" })
	err := o.kit.Registers().Import(o.ctx, ismskit.System("test"), []ismskit.RowChange{
		{List: register.Deputies, ID: "D1", Values: forms.Values{"principal": ref(register.People, "P11"), "ordered": []forms.Ref{ref(register.People, "P12")}, "from": day(1), "to": day(2), "reason": "病假", "note": "住院"}},
		{List: register.Deputies, ID: "D2", Values: forms.Values{"principal": ref(register.People, "P11"), "ordered": []forms.Ref{ref(register.People, "P12")}, "from": day(3), "to": day(5), "reason": "公假", "note": "受訓"}},
		{List: register.Deputies, ID: "D3", Values: forms.Values{"principal": ref(register.People, "P10"), "ordered": []forms.Ref{ref(register.People, "P05")}, "from": day(1), "to": day(2), "reason": "病假"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.now = day(2).Add(time.Hour)
	read := func(who, list string, q register.Query) (ids []string, text string) {
		t.Helper()
		q.List = list
		rows, err := o.kit.Registers().Rows(o.ctx, o.as(who), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			ids = append(ids, row.ID)
			text += string(row.Values) + row.ChangedBy + row.Reason + strings.Join(row.Keys, " ")
			one, history, err := o.kit.Registers().Get(o.ctx, o.as(who), list, row.ID)
			if err != nil {
				t.Fatal(err)
			}
			text += string(one.Values)
			for _, old := range history {
				text += string(old.Values)
			}
			told, err := o.kit.Registers().History(o.ctx, o.as(who), list, row.ID, "zh-TW")
			if err != nil {
				t.Fatal(err)
			}
			for _, rev := range told {
				for _, c := range rev.Changes {
					text += c.From + c.To
				}
			}
		}
		return ids, text
	}
	for _, q := range []register.Query{{}, {Text: "邱柏"}, {IDs: []string{"P11"}}, {Limit: 2, After: "P10"}} {
		if ids, text := read("P13", register.People, q); !slices.Contains(ids, "P11") || strings.Contains(text, "即將離職") || !strings.Contains(text, "aP11@office.example") {
			t.Errorf("a colleague asking %+v reads %v %s", q, ids, text)
		}
		if _, text := read("P05", register.People, q); !strings.Contains(text, "即將離職") {
			t.Errorf("who keeps the list, asking %+v, reads %s", q, text)
		}
	}
	if ids, text := read("P11", register.People, register.Query{IDs: []string{"P11"}}); len(ids) != 1 || strings.Contains(text, "即將離職") {
		t.Errorf("he himself reads %s", text)
	}
	// Who names somebody outside finds him and where he works, and nothing else.
	if ids, text := read("P13", register.Externals, register.Query{}); len(ids) != 2 || !strings.Contains(text, "杜承恩") || !strings.Contains(text, "瀚洋資訊") ||
		strings.Contains(text, "轉包") || strings.Contains(text, "vendor.example") || strings.Contains(text, "0900") || strings.Contains(text, "P06") {
		t.Errorf("a colleague reads %v %s", ids, text)
	}
	if ids, _ := read("P13", register.Externals, register.Query{Keys: []string{register.Key("responsible", "P06")}}); len(ids) != 0 {
		t.Errorf("whom somebody answers for is looked up by a colleague: %v", ids)
	}
	if ids, text := read("P06", register.Externals, register.Query{Keys: []string{register.Key("responsible", "P06")}}); !slices.Equal(ids, []string{"X1"}) || !strings.Contains(text, "轉包") {
		t.Errorf("who answers for him reads %v %s", ids, text)
	}
	// Of somebody else's absence what is to come, for those concerned what was too.
	for _, limit := range []int{0, 1} {
		if ids, text := read("P13", register.Deputies, register.Query{Limit: limit}); !slices.Equal(ids, []string{"D2"}) || strings.Contains(text, "病假") || strings.Contains(text, "受訓") {
			t.Errorf("a colleague reads %v %s", ids, text)
		}
	}
	for who, want := range map[string][]string{"P12": {"D1", "D2"}, "P11": {"D1", "D2"}, "P05": {"D1", "D2", "D3"}} {
		if ids, text := read(who, register.Deputies, register.Query{}); !slices.Equal(ids, want) || !strings.Contains(text, "住院") {
			t.Errorf("%s reads %v %s", who, ids, text)
		}
	}
	if _, _, err := o.kit.Registers().Get(o.ctx, o.as("P13"), register.Deputies, "D1"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("somebody else's absence of long ago: %v", err)
	}
	// A row that came from elsewhere is read no further.
	whole, err := o.kit.Registers().Rows(o.ctx, ismskit.System("test"), register.Query{List: register.People, IDs: []string{"P11"}})
	if err != nil {
		t.Fatal(err)
	}
	cells, err := o.kit.Registers().Cells(o.ctx, o.as("P13"), whole...)
	if err != nil || cells[0].Text("note") != "" || cells[0].Text("name") != "邱柏叡" {
		t.Errorf("cells: %v %v", cells, err)
	}
	if fields, err := o.kit.Registers().Fields(o.ctx, o.as("P13"), whole[0]); err != nil || fields["note"] != nil {
		t.Errorf("fields: %v %v", fields, err)
	}
	for who, want := range map[string]string{"P13": "", "P05": "即將離職"} {
		v, err := o.kit.People().Get(o.ctx, o.as(who), "P11")
		if err != nil || v.Note != want {
			t.Errorf("%s is told of P11: %q %v", who, v.Note, err)
		}
		if out, err := o.kit.People().Get(o.ctx, o.as(who), "X1"); err != nil || (out.Email == "") != (want == "") || (out.Note == "") != (want == "") {
			t.Errorf("%s is told of X1: %+v %v", who, out.Person, err)
		}
	}
}

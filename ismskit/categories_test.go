package ismskit_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// moveCategory puts a category below another.
func (o *office) moveCategory(id, parent string) error {
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Categories, id)
	if err != nil {
		return err
	}
	_, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{
		List: register.Categories, ID: id, Seen: row.Revision, Reason: "移動",
		Values: forms.Values{"name": id, "parent": ref(register.Categories, parent)},
	})
	return err
}

// Two officers put a category below the other's at the same time: one of them is refused, for
// nothing may lie below itself.
func TestTwoCategoriesAreNotPutBelowEachOther(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for round := range 10 {
			a, b := fmt.Sprintf("A%d", round), fmt.Sprintf("B%d", round)
			o.put(register.Categories, a, forms.Values{"name": a})
			o.put(register.Categories, b, forms.Values{"name": b})
			failed := 0
			for _, err := range atOnce(func() error { return o.moveCategory(a, b) }, func() error { return o.moveCategory(b, a) }) {
				var wrong forms.Invalid
				if err != nil && !errors.As(err, &wrong) {
					t.Fatal(err)
				}
				if err != nil {
					failed++
				}
			}
			if failed != 1 {
				t.Fatalf("round %d: %d of two were refused", round, failed)
			}
		}
	})
}

// A system that is entered while a category is given one for each system has its own all the same.
func TestASystemEnteredMeanwhileHasItsCategory(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for round := range 10 {
			category, system := fmt.Sprintf("C%d", round), fmt.Sprintf("N%d", round)
			o.put(register.Categories, category, forms.Values{"name": category})
			values := o.fields(register.Systems, "S01").Clone()
			values["name"], values["name_en"] = "新系統"+system, nil
			for _, err := range atOnce(func() error {
				_, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{
					List: register.Categories, ID: category, Seen: 1, Reason: "各系統一類", Values: forms.Values{"name": category, "per_system": true},
				})
				return err
			}, func() error {
				_, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Systems, ID: system, Reason: "新系統", Values: values})
				return err
			}) {
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Categories, category+"."+system); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
	})
}

// Ids may have dots: the categories of two pairs whose ids read alike side by side are two.
func TestCategoriesWhoseIdsReadAlikeAreTwo(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		system := func(id string) {
			values := o.fields(register.Systems, "S01").Clone()
			values["name"], values["name_en"] = "系統"+id, nil
			o.put(register.Systems, id, values)
		}
		o.put(register.Categories, "C9", forms.Values{"name": "各系統", "per_system": true})
		for _, id := range []string{"N1", "N2", "N1.N2"} {
			system(id)
		}
		for _, note := range []string{"再分", "不變"} { // once more changes nothing
			row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Categories, "C9.N1")
			if err != nil {
				t.Fatal(err)
			}
			values := o.fields(register.Categories, "C9.N1").Clone()
			values["per_system"], values["note"] = true, note
			if _, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Categories, ID: "C9.N1", Seen: row.Revision, Reason: note, Values: values}); err != nil {
				t.Fatal(err)
			}
		}
		found := map[string]int{}
		for _, row := range o.rows(register.Categories) {
			v := o.fields(register.Categories, row.ID)
			parent, _ := v["parent"].(forms.Ref)
			of, _ := v["system"].(forms.Ref)
			found[parent.ID+" "+of.ID]++
		}
		for _, pair := range []string{"C9 N1.N2", "C9.N1 N2", "C9 N2"} {
			if found[pair] != 1 {
				t.Errorf("%s has %d categories: %v", pair, found[pair], found)
			}
		}
	})
}

// Under the category of a system that has ended, or that is another agency's now, nobody files any
// more who doesn't look after records; whoever reads what was filed there goes on reading it.
func TestNothingMoreIsFiledForASystemThatHasEnded(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Types, c.Rights.ManageRecords = append(c.Types, filedType(t)), []string{"records/records_manager"}
	})
	o.role("records", "records_manager", "P04")
	o.put(register.Units, "U90", forms.Values{"name": "甲機關", "kind": "agency"})
	o.put(register.Units, "U91", forms.Values{"name": "乙機關", "kind": "agency"})
	system := func(id, agency string) forms.Values {
		values := o.fields(register.Systems, "S01").Clone()
		values["name"], values["name_en"], values["agency"] = "系統"+id, nil, unit(agency)
		return values
	}
	o.put(register.Categories, "C9", forms.Values{"name": "各系統", "per_system": true, "agency": unit("U90"), "maintain_people": []forms.Ref{ref(register.People, "P13")}})
	for _, id := range []string{"N1", "N2"} {
		o.put(register.Systems, id, system(id, "U90"))
	}
	files := func(person, category string) error {
		_, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "filed", Submit: true, Values: forms.Values{"subject": "紀錄", "category": ref(register.Categories, category)}})
		return err
	}
	for _, category := range []string{"C9.N1", "C9.N2", "C9"} {
		if err := files("P13", category); err != nil {
			t.Fatalf("%s: %v", category, err)
		}
	}
	change := func(id string, values forms.Values) {
		t.Helper()
		if _, err := o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Systems, ID: id, Seen: 1, Reason: "異動", Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	gone := system("N1", "U90")
	gone["to"] = calendar.Date{Year: 2026, Month: 11, Day: 24}
	change("N1", gone)
	change("N2", system("N2", "U91"))
	if err := files("P13", "C9.N1"); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	o.until(monday.AddDate(0, 0, 3))
	for _, category := range []string{"C9.N1", "C9.N2"} {
		var wrong forms.Invalid
		if err := files("P13", category); !errors.As(err, &wrong) || wrong[0].Code != "filing.over" {
			t.Errorf("%s: %v", category, err)
		}
		if err := files("P04", category); err != nil {
			t.Errorf("%s, by who looks after records: %v", category, err)
		}
	}
	if err := files("P13", "C9"); err != nil {
		t.Errorf("above them: %v", err)
	}
	found, err := o.kit.Records().Query(o.ctx, o.as("P13"), record.Query{Types: []string{"filed"}, Categories: []string{"C9.N1"}})
	if err != nil || len(found) != 3 {
		t.Errorf("he finds %d of the three that were filed there: %v", len(found), err)
	}
	change2 := system("N3", "U90")
	change2["to"] = calendar.Date{Year: 2026, Month: 11, Day: 24}
	o.put(register.Systems, "N3", change2)
	if _, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Categories, "C9.N3"); err == nil {
		t.Error("one that ended before it was entered has a category")
	}
}

// filedType files at once under a category.
func filedType(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{
		"key": "filed", "version": "1", "title": {"zh-TW": "紀錄"}, "offered": true, "subject": "subject", "filing": true, "facets": {"category": "category"},
		"form": {"key": "filed", "version": "1", "title": {"zh-TW": "紀錄"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "category", "type": "ref", "label": {"zh-TW": "分類"}, "required": true, "params": {"of": "register", "list": "categories"}}]},
		"flow": {"key": "filed", "version": "1", "unsigned": true, "withdraw": "never"}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// The secretary of a group reads what the group reads, though he is not among its members.
func TestAGroupsSecretaryReadsWhatItReads(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, filedType(t)) })
	o.put(register.Groups, "K1", forms.Values{"name": "小組", "lead": ref(register.People, "P10"), "secretary": ref(register.People, "P06"), "members": []forms.Ref{ref(register.People, "P12")}})
	o.put(register.Categories, "C1", forms.Values{"name": "會議紀錄", "maintain_people": []forms.Ref{ref(register.People, "P13")}, "read_groups": []forms.Ref{ref(register.Groups, "K1")}})
	id := o.open("P13", "filed", forms.Values{"subject": "會議", "category": ref(register.Categories, "C1")}, true).Case
	for person, reads := range map[string]bool{"P06": true, "P10": true, "P12": true, "P05": false} {
		_, err := o.kit.Case(o.ctx, o.as(person), id)
		found, look := o.kit.Records().Query(o.ctx, o.as(person), record.Query{IDs: []string{"case/" + id}})
		if (err == nil) != reads || look != nil || len(found) == 1 != reads {
			t.Errorf("%s: %v, %v, %v", person, err, found, look)
		}
	}
}

// Whoever is told of many records has the tree read once, not once for each.
func TestTheTreeIsReadOnceForManyRecords(t *testing.T) {
	s := &keyReads{Store: memory.New()}
	o := openOfficeWith(t, s, func(c *ismskit.Config) {
		c.Types, c.Signer, c.Printer = append(c.Types, filedType(t)), aKey(t, "isms.example"), print.A4{}
	})
	o.put(register.Categories, "C1", forms.Values{"name": "會議紀錄", "maintain_people": []forms.Ref{ref(register.People, "P13")}, "read_people": []forms.Ref{ref(register.People, "P06")}})
	var ids []string
	read := func(n int) int {
		t.Helper()
		for range n {
			ids = append(ids, o.open("P13", "filed", forms.Values{"subject": "會議", "category": ref(register.Categories, "C1")}, true).Case)
		}
		s.trees = 0
		write, err := o.kit.Evidence().Export(o.ctx, o.as("P06"), ismskit.Export{Cases: ids})
		if err != nil {
			t.Fatal(err)
		}
		trees := s.trees // what is asked again while it is written is asked of what holds then
		if err := write(o.ctx, io.Discard); err != nil {
			t.Fatal(err)
		}
		return trees
	}
	if few, many := read(1), read(20); few == 0 || few != many {
		t.Errorf("the tree is read %d times for one, %d times for 21", few, many)
	}
}

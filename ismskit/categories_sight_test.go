package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// A category named after what is investigated tells nothing to those who do not read it: there is none
// for them. Who reads one below it learns what it is called, for that is where his is, and no more.
func TestACategoryIsThereForThoseWhoReadIt(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Types, c.Rights.ManageRecords = append(c.Types, filedType(t)), []string{"records/records_manager"}
	})
	o.role("records", "records_manager", "P04")
	people := func(ids ...string) (out []forms.Ref) {
		for _, id := range ids {
			out = append(out, ref(register.People, id))
		}
		return out
	}
	o.put(register.Categories, "C1", forms.Values{"name": "黑面琵鷺專案", "maintain_people": people("P12"), "note": "密告"})
	o.put(register.Categories, "C2", forms.Values{"name": "訪談", "parent": ref(register.Categories, "C1"), "alone": true, "maintain_people": people("P10"), "read_people": people("P06")})
	o.put(register.Categories, "C3", forms.Values{"name": "簡報", "parent": ref(register.Categories, "C2")})
	read := func(person string, q register.Query) (ids []string, text string) {
		t.Helper()
		q.List = register.Categories
		rows, err := o.kit.Registers().Rows(o.ctx, o.as(person), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			ids = append(ids, row.ID)
			text += string(row.Values) + strings.Join(row.Keys, " ") + row.ChangedBy + row.Reason
		}
		return ids, text
	}
	for _, test := range []struct {
		person, all, whole string
	}{
		{"P13", "", ""}, {"P12", "C1", "C1"}, {"P10", "C1 C2 C3", "C2 C3"}, {"P06", "C1 C2 C3", "C2 C3"}, {"P04", "C1 C2 C3", "C1 C2 C3"},
	} {
		if ids, _ := read(test.person, register.Query{}); strings.Join(ids, " ") != test.all {
			t.Errorf("for %s there are %v, not %s", test.person, ids, test.all)
		}
		for _, id := range []string{"C1", "C2", "C3"} {
			_, history, err := o.kit.Registers().Get(o.ctx, o.as(test.person), register.Categories, id)
			if there := slices.Contains(strings.Fields(test.all), id); there != (err == nil) || !there && !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s asks for %s: %v", test.person, id, err)
			}
			if whole := slices.Contains(strings.Fields(test.whole), id); whole != (len(history) > 0) {
				t.Errorf("%s reads %d changes of %s", test.person, len(history), id)
			}
		}
	}
	if _, text := read("P06", register.Query{IDs: []string{"C1"}}); !strings.Contains(text, "黑面琵鷺專案") || strings.Contains(text, "P12") || strings.Contains(text, "密告") {
		t.Errorf("of what is above his he reads %s", text)
	}
	if ids, _ := read("P06", register.Query{Keys: []string{register.Key("maintain_people", "P12")}}); len(ids) != 0 {
		t.Errorf("by whom it names he finds %v", ids)
	}
	if ids, _ := read("P06", register.Query{Keys: []string{register.Key("parent", "C1"), register.Key("read_people", "P06")}}); !slices.Equal(ids, []string{"C2"}) {
		t.Errorf("by what he reads he finds %v", ids)
	}
	// Whoever names it in a form is answered as if he had named none.
	files := func(person, category string) string {
		_, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "filed", Submit: true, Values: forms.Values{"subject": "紀錄", "category": ref(register.Categories, category)}})
		var wrong forms.Invalid
		if !errors.As(err, &wrong) {
			t.Fatalf("%s files under %s: %v", person, category, err)
		}
		return strings.ReplaceAll(wrong.Error(), category, "■")
	}
	o.put(register.Categories, "C8", forms.Values{"name": "自己的", "maintain_people": people("P13")})
	if hidden, none := files("P13", "C1"), files("P13", "CX"); hidden != none {
		t.Errorf("a hidden one: %s; none: %s", hidden, none)
	}
	if above, none := files("P10", "C1"), files("P10", "CX"); above == none {
		t.Errorf("of one that he knows he is not told that it is not his: %s", above)
	}
	// What he filed there himself is his to find by its category, which is none of his any more.
	o.open("P12", "filed", forms.Values{"subject": "紀錄", "category": ref(register.Categories, "C1")}, true)
	o.change(register.Categories, "C1", func(v forms.Values) { v["maintain_people"] = people("P05") })
	if ids, _ := read("P12", register.Query{}); len(ids) != 0 {
		t.Errorf("for him there are still %v", ids)
	}
	for person, want := range map[string]int{"P12": 1, "P05": 1, "P13": 0} {
		counts, err := o.kit.Records().Count(o.ctx, o.as(person), record.Query{Types: []string{"filed"}, Categories: []string{"C1"}}, record.ByCategories)
		if err != nil || len(counts) != want {
			t.Errorf("%s counts %v, %v", person, counts, err)
		}
	}
}

// What is told of a category to those who only pass it is its name and its place: whatever else its form
// has is for its readers.
func TestWhoPassesACategoryReadsItsNameAndPlace(t *testing.T) {
	o := openOffice(t, nil)
	_, form, err := o.kit.Registers().Form(o.ctx, ismskit.System("test"), register.Categories)
	if err != nil {
		t.Fatal(err)
	}
	values := forms.Values{"name": "上層", "name_en": "Above", "order": int64(3), "note": "備註"}
	for _, field := range form.Schema().Fields {
		list, _ := field.Params["list"].(string)
		switch {
		case field.Key == "parent" || field.Key == "agency" || field.Key == "system":
		case field.Type == "boolean":
			values[field.Key] = true
		case field.Type == "refs":
			values[field.Key] = []forms.Ref{ref(list, "P12")}
		case field.Type == "table":
			values[field.Key] = []forms.Row{{"what": "person", "key": "P12"}}
		case values[field.Key] == nil:
			t.Errorf("no value for %s", field.Key)
		}
	}
	values["read_all"] = false
	o.put(register.Categories, "C1", values)
	o.put(register.Categories, "C2", forms.Values{"name": "下層", "alone": true, "parent": ref(register.Categories, "C1"), "read_people": []forms.Ref{ref(register.People, "P13")}})
	row, _, err := o.kit.Registers().Get(o.ctx, o.as("P13"), register.Categories, "C1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.kit.Registers().Fields(o.ctx, o.as("P13"), row)
	if err != nil {
		t.Fatal(err)
	}
	for key := range got {
		if !slices.Contains([]string{"name", "name_en", "parent", "order"}, key) {
			t.Errorf("he reads %s: %v", key, got[key])
		}
	}
	if got["name"] != "上層" || got["order"] != int64(3) {
		t.Errorf("he reads %v", got)
	}
}

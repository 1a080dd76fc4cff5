package forms_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// What is wrong is said row by row, whoever finds it: a rule about row 1 before what is
// missing in row 2, and both before the fields below the table.
func TestFaultsAreSaidRowByRow(t *testing.T) {
	form, err := grantFormOf(t, `{
		"key":"travel","version":"1","title":{"zh-TW":"差旅","en":"Travel"},
		"fields":[
			{"key":"legs","type":"table","label":{"zh-TW":"行程","en":"Legs"},"fields":[
				{"key":"place","type":"text","label":{"zh-TW":"地點","en":"Place"},"required":true},
				{"key":"nights","type":"integer","label":{"zh-TW":"夜數","en":"Nights"}}]},
			{"key":"note","type":"text","label":{"zh-TW":"備註","en":"Note"},"required":true}],
		"rules":[{"key":"short","rows":{"table":"legs","if":"!empty(nights) && nights > 9","at":"nights"},"fields":["legs"],
			"message":{"zh-TW":"每段至多 9 夜。","en":"At most 9 nights."}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	values := forms.Values{"legs": []forms.Row{
		{forms.RowID: "r1", "place": "臺北", "nights": int64(12)},
		{forms.RowID: "r2", "nights": int64(3)},
	}}
	var got []string
	for _, f := range form.Check(forms.CheckContext{}, values) {
		got = append(got, f.Path())
	}
	if want := []string{"legs.1.nights", "legs.2.place", "note"}; !slices.Equal(got, want) {
		t.Errorf("faults at %q, want %q", got, want)
	}
}

// What can't be computed in row 2 is said after what is wrong in row 1, and of several
// deputies chosen the second before the tenth.
func TestComputedFieldsAndPlacesAreInOrderToo(t *testing.T) {
	form, err := grantFormOf(t, `{
		"key":"travel","version":"1","title":{"zh-TW":"差旅","en":"Travel"},
		"fields":[
			{"key":"legs","type":"table","label":{"zh-TW":"行程","en":"Legs"},"fields":[
				{"key":"place","type":"text","label":{"zh-TW":"地點","en":"Place"},"required":true},
				{"key":"cost","type":"integer","label":{"zh-TW":"費用","en":"Cost"}},
				{"key":"nights","type":"integer","label":{"zh-TW":"夜數","en":"Nights"}},
				{"key":"each","type":"decimal","label":{"zh-TW":"每夜","en":"Each"},"compute":"cost / nights"}]},
			{"key":"note","type":"text","label":{"zh-TW":"備註","en":"Note"},"required":true}]}`)
	if err != nil {
		t.Fatal(err)
	}
	_, faults := form.Accept(forms.CheckContext{Rights: forms.Rights{Edit: []string{"legs", "note"}}}, nil, forms.Values{"legs": []forms.Row{
		{forms.RowID: "r1", "cost": int64(100), "nights": int64(2)},
		{forms.RowID: "r2", "place": "臺北", "cost": int64(100), "nights": int64(0)},
	}})
	faults = form.InOrder(append(faults, forms.Fault{Field: "note", Part: "10"}, forms.Fault{Field: "note", Part: "2"}))
	var got []string
	for _, f := range faults {
		got = append(got, f.Path())
	}
	if want := []string{"legs.1.place", "legs.2.each", "note", "note.2", "note.10"}; !slices.Equal(got, want) {
		t.Errorf("faults at %q, want %q", got, want)
	}
}

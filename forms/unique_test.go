package forms_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// Rows with a gap are told apart by the rest where the column's name ends in a question mark:
// a request for two accounts that have no names yet is one request twice.
func TestRowsWithoutAnAnswerMayBeTheSame(t *testing.T) {
	form := func(unique string) *forms.Form {
		t.Helper()
		schema, err := forms.ParseSchema([]byte(`{"key":"f","version":"1","title":{"zh-TW":"單","en":"Form"},"fields":[
			{"key":"lines","type":"table","label":{"zh-TW":"列","en":"Rows"},"unique":["` + unique + `"],"fields":[
				{"key":"system","type":"text","label":{"zh-TW":"系統","en":"System"}},{"key":"account","type":"text","label":{"zh-TW":"帳號","en":"Account"}}]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		f, err := forms.Compile(schema, forms.StandardTypes())
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	rows := func(accounts ...string) forms.Values {
		var out []forms.Row
		for _, account := range accounts {
			row := forms.Row{forms.RowID: forms.NewRowID(), "system": "公文系統"}
			if account != "" {
				row["account"] = account
			}
			out = append(out, row)
		}
		return forms.Values{"lines": out}
	}
	for _, tc := range []struct {
		unique   string
		accounts []string
		same     bool
	}{
		{"system+account", []string{"", ""}, false},
		{"system+account?", []string{"", ""}, true},
		{"system+account?", []string{"a", ""}, false},
		{"system+account?", []string{"a", "b", "a"}, true},
	} {
		faults := form(tc.unique).Check(forms.CheckContext{}, rows(tc.accounts...))
		if same := slices.ContainsFunc(faults, func(f forms.Fault) bool { return f.Code == "not_unique" }); same != tc.same {
			t.Errorf("%s of %q: the same is %v: %v", tc.unique, tc.accounts, same, faults)
		}
	}
}

package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// fitting are fields of the types that an example is an example of: one of them at least reads it.
var fitting = map[string]string{
	"choice":       `"options":[{"key":"folder_write","label":{"zh-TW":"可寫入"}}]`,
	"multi_choice": `"options":[{"key":"a","label":{"zh-TW":"甲"}},{"key":"c","label":{"zh-TW":"丙"}}]`,
	"checklist":    `"options":[{"key":"a","label":{"zh-TW":"甲"}},{"key":"b","label":{"zh-TW":"乙"}}]`,
	"period":       `"params":{"open":true,"reason":true}`,
	"person":       `"params":{"external":true,"expected":true}`,
	"ref":          `"params":{"of":"register","list":"systems"}`,
	"refs":         `"params":{"of":"register","list":"systems"}`,
	"serial":       `"pattern":"X-{n:3}"`,
	"computed":     `"compute":"1","params":{"result":"integer"}`,
	"table":        `"fields":[{"key":"op","type":"text","label":{"zh-TW":"項目"}},{"key":"system","type":"ref","label":{"zh-TW":"系統"},"params":{"of":"register","list":"systems"}}]`,
}

// Every type that comes with the package says how it is written, and each example is read.
func TestTheDescriptionSaysHowValuesAreWritten(t *testing.T) {
	said := []string{}
	for _, w := range howWritten {
		said = append(said, w.types...)
		for _, example := range w.examples {
			if !json.Valid([]byte(example)) {
				t.Errorf("%s is no JSON", example)
			}
			read := false
			for _, typ := range w.types {
				field := `{"key":"x","type":"` + typ + `","label":{"zh-TW":"欄位"}`
				if more := fitting[typ]; more != "" {
					field += "," + more
				}
				s, err := forms.ParseSchema([]byte(`{"key":"f","version":"1","title":{"zh-TW":"表單"},"fields":[` + field + `}]}`))
				if err != nil {
					t.Fatal(err)
				}
				form, err := forms.Compile(s, forms.StandardTypes())
				if err != nil {
					t.Fatalf("%s: %v", typ, err)
				}
				v, invalid := form.DecodeChanges([]byte(`{"x":` + strings.ReplaceAll(example, "…", "abc") + `}`))
				read = read || len(invalid) == 0 && v["x"] != nil
			}
			if !read {
				t.Errorf("none of %v reads %s", w.types, example)
			}
		}
	}
	for _, name := range append(forms.StandardTypes().Names(), "table") {
		if !slices.Contains(said, name) {
			t.Errorf("nothing says how %s is written", name)
		}
	}
}

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

// samples are values of types of which no example in their row of the table is one; each is written
// in the same way as an example there.
var samples = map[string]string{
	"email": `"clerk@qinghai.example"`, "url": `"https://www.qinghai.example"`, "ip_cidr": `"10.1.2.0/24"`, "port_list": `"443"`,
	"year_month_range": `{"from":"2026-11","to":"2026-12"}`, "time_range": `{"from":"09:00","to":"12:00"}`,
	"date_time_range": `{"from":"2026-11-23T14:05:00+08:00","to":"2026-11-23T15:05:00+08:00"}`,
	"integer_range":   `{"from":1,"to":5}`, "decimal_range": `{"from":"1.5","to":"2.5"}`,
	"refs": `["S01"]`, "files": `[{"name":"a.pdf","size":2048,"type":"application/pdf","digest":"` + strings.Repeat("0a", 32) + `"}]`,
}

// reads says whether a field of a type reads a value.
func reads(t *testing.T, typ, value string) bool {
	t.Helper()
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
	v, invalid := form.DecodeChanges([]byte(`{"x":` + strings.ReplaceAll(value, "…", "abc") + `}`))
	return len(invalid) == 0 && v["x"] != nil && len(form.Check(forms.CheckContext{}, v)) == 0
}

// Every type that comes with the package says how it is written, each example is read by one of
// its types, and each type reads what is written like one of its examples.
func TestTheDescriptionSaysHowValuesAreWritten(t *testing.T) {
	said := []string{}
	for _, w := range howWritten {
		said = append(said, w.types...)
		for _, example := range w.examples {
			if !json.Valid([]byte(example)) {
				t.Errorf("%s is no JSON", example)
			}
			if !slices.ContainsFunc(w.types, func(typ string) bool { return reads(t, typ, example) }) {
				t.Errorf("none of %v reads %s", w.types, example)
			}
		}
		for _, typ := range w.types {
			values := w.examples
			if sample := samples[typ]; sample != "" {
				if !slices.ContainsFunc(w.examples, func(example string) bool { return example[0] == sample[0] }) {
					t.Errorf("%s is written otherwise than any of %s", sample, w.examples)
				}
				values = []string{sample}
			}
			if len(values) > 0 && !slices.ContainsFunc(values, func(value string) bool { return reads(t, typ, value) }) {
				t.Errorf("%s reads none of %s", typ, values)
			}
		}
	}
	for _, name := range append(forms.StandardTypes().Names(), "table") {
		if !slices.Contains(said, name) {
			t.Errorf("nothing says how %s is written", name)
		}
	}
}

package forms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// many writes n things, each with its number.
func many(n int, what string) string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.ReplaceAll(what, "#", fmt.Sprint(i))
	}
	return strings.Join(out, ",")
}

// Each limit of a schema is where it is said to be: so much is taken, one more is refused.
func TestTheLimitsOfASchema(t *testing.T) {
	const (
		column = `{"key":"c#","type":"text","label":{"zh-TW":"欄"}}`
		option = `{"key":"o#","label":{"zh-TW":"項"}}`
	)
	for name, limit := range map[string]struct {
		max   int
		field func(n int) string
		code  string
	}{
		"fields":  {forms.MaxFields, func(n int) string { return many(n, column) }, "bound"},
		"columns": {forms.MaxFields, func(n int) string { return `{"type":"table","fields":[` + many(n, column) + `]}` }, "bound"},
		"rows": {forms.MaxRows, func(n int) string {
			return fmt.Sprintf(`{"type":"table","max_rows":%d,"fields":[%s]}`, n, many(1, column))
		}, "bound"},
		"options":                   {forms.MaxOptions, func(n int) string { return `{"type":"choice","options":[` + many(n, option) + `]}` }, "bound"},
		"characters":                {forms.MaxText, func(n int) string { return fmt.Sprintf(`{"type":"text","max_length":%d}`, n) }, "bound"},
		"characters of a long text": {forms.MaxLongText, func(n int) string { return fmt.Sprintf(`{"type":"long_text","max_length":%d}`, n) }, "bound"},
		"items": {forms.MaxItems, func(n int) string {
			return fmt.Sprintf(`{"type":"multi_choice","max_length":%d,"options":[`+option+`]}`, n)
		}, "bound"},
		"a pattern":              {forms.MaxPattern, func(n int) string { return `{"type":"text","pattern":"` + strings.Repeat("a", n) + `"}` }, "bound"},
		"an expression":          {forms.MaxExpression, func(n int) string { return `{"type":"text","show_if":"true` + strings.Repeat(" ", n-4) + `"}` }, "bound"},
		"parts of an expression": {forms.MaxExprNodes, func(n int) string { return `{"type":"text","show_if":"` + strings.Repeat("!", n-1) + `true"}` }, "expression"},
	} {
		refused := func(n int) bool {
			_, err := form(limit.field(n))
			if err != nil && !slices.ContainsFunc(problemsOf(err), func(p string) bool { return strings.HasSuffix(p, " "+limit.code) }) {
				t.Errorf("%s: %d: %v", name, n, err)
			}
			return err != nil
		}
		if refused(limit.max) {
			t.Errorf("%s: %d is refused", name, limit.max)
		}
		if !refused(limit.max + 1) {
			t.Errorf("%s: %d is taken", name, limit.max+1)
		}
	}
	schema := func(max, padded int) error {
		text := fmt.Sprintf(`{"key":"f","version":"1","title":{"zh-TW":"表單"},"max_bytes":%d,"fields":[%s]}`, max, many(1, column))
		s, err := forms.ParseSchema([]byte(text + strings.Repeat(" ", padded-len(text))))
		if err == nil {
			_, err = forms.Compile(s, forms.StandardTypes())
		}
		return err
	}
	if err := schema(forms.MaxBytes, forms.MaxSchemaBytes); err != nil {
		t.Errorf("the largest schema: %v", err)
	}
	if schema(forms.MaxBytes+1, 1000) == nil || schema(forms.MaxBytes, forms.MaxSchemaBytes+1) == nil {
		t.Error("a byte more is taken")
	}
}

// So it is with what is filled in.
func TestTheLimitsOfWhatIsFilledIn(t *testing.T) {
	f, err := form(`{"key":"chosen","type":"multi_choice","label":{"zh-TW":"項"},"options":[` + many(forms.MaxItems+1, `{"key":"o#","label":{"zh-TW":"項"}}`) + `]},
		{"key":"short","type":"text","label":{"zh-TW":"短"},"max_length":2000},{"key":"long","type":"long_text","label":{"zh-TW":"長"},"max_length":20000},
		{"key":"n","type":"integer","label":{"zh-TW":"數"}},
		{"key":"rows","type":"table","label":{"zh-TW":"列"},"fields":[{"key":"a","type":"text","label":{"zh-TW":"甲"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, limit := range map[string]struct {
		max  int
		json func(n int) string
		code string
	}{
		"items":                     {forms.MaxItems, func(n int) string { return `{"chosen":[` + many(n, `"o#"`) + `]}` }, "too_many"},
		"rows":                      {forms.MaxRows, func(n int) string { return `{"rows":[` + many(n, `{"a":"#"}`) + `]}` }, "too_many_rows"},
		"characters":                {forms.MaxText, func(n int) string { return `{"short":"` + strings.Repeat("字", n) + `"}` }, "too_long"},
		"characters of a long text": {forms.MaxLongText, func(n int) string { return `{"long":"` + strings.Repeat("字", n) + `"}` }, "too_long"},
		"digits":                    {forms.MaxNumberLength, func(n int) string { return `{"n":` + strings.Repeat("9", n) + `}` }, "json_number"},
		"nesting":                   {forms.MaxDepth, func(n int) string { return `{"n":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}` }, "json_depth"},
	} {
		refused := func(n int) bool {
			v, bad := f.Decode([]byte(limit.json(n)))
			if len(bad) == 0 {
				bad = f.Check(forms.CheckContext{}, v)
			}
			return strings.Contains(codes(bad), limit.code) && !(limit.code == "too_many" && strings.Contains(codes(bad), "too_many_rows"))
		}
		if refused(limit.max) {
			t.Errorf("%s: %d is refused", name, limit.max)
		}
		if !refused(limit.max + 1) {
			t.Errorf("%s: %d is taken", name, limit.max+1)
		}
	}
}

// Read under the same seed the same request has the same rows; under another, or none, others.
func TestTheSameRequestHasTheSameRows(t *testing.T) {
	f := oneField(t, `{"key":"lines","type":"table","label":{"zh-TW":"列"},"fields":[{"key":"a","type":"text","label":{"zh-TW":"甲"}}]}`)
	read := func(seed string) string {
		v, bad := f.NamingRows(seed).DecodeChanges([]byte(`{"lines":[{"a":"1"},{"a":"1"},{"a":"2","_row":"k3f9x2ab"}]}`))
		if bad != nil {
			t.Fatal(bad)
		}
		var ids []string
		for _, row := range v["lines"].([]forms.Row) {
			ids = append(ids, row[forms.RowID].(string))
		}
		if ids[0] == ids[1] || ids[2] != "k3f9x2ab" || len(ids[0]) != 8 {
			t.Errorf("identities %q", ids)
		}
		return strings.Join(ids, " ")
	}
	first, again := read("P13 key"), read("P13 key")
	if first != again {
		t.Error("the same request has other rows")
	}
	unnamed, other := read(""), read("")
	if first == read("P14 key") || unnamed == other {
		t.Error("two requests have the same rows")
	}
}

package forms_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/forms"
)

// Bad bytes get an answer, never a panic, and each limit is where it is said to be.
func TestDecodeRefuses(t *testing.T) {
	f := accountRequest(t)
	rows := func(n int) string {
		return `{"lines":[` + strings.TrimSuffix(strings.Repeat(`{"purpose":"x"},`, n), ",") + `]}`
	}
	tests := []struct{ name, text, path, code string }{
		{"nothing", ``, "", "json_syntax"},
		{"half of it", threeRows[:200], "", "json_syntax"},
		{"something behind it", `{} x`, "", "json_syntax"},
		{"a list", `[]`, "", "json_object"},
		{"null", `null`, "", "json_object"},
		{"a comma too many", `{"op":"add",}`, "", "json_syntax"},
		{"single quotes", `{'op':'add'}`, "", "json_syntax"},
		{"a number that is none", `{"op":01}`, "", "json_syntax"},
		{"not a number", `{"op":NaN}`, "", "json_syntax"},
		{"a byte order mark", "\ufeff{}", "", "json_syntax"},
		{"10 MB", `{"reason":"` + strings.Repeat("x", 10<<20) + `"}`, "", "json_size"},
		{"one byte more than the limit", `{"reason":"` + strings.Repeat("x", forms.DefaultMaxBytes-12) + `"}`, "", "json_size"},
		{"just the limit, then the field's own", `{"reason":"` + strings.Repeat("x", forms.DefaultMaxBytes-13) + `"}`, "", ""},
		{"deep nesting", `{"op":` + strings.Repeat("[", 100_000), "", "json_depth"},
		{"more values than there may be", `{"op":[` + strings.Repeat("1,", forms.MaxJSONValues) + `1]}`, "", "json_many"},
		{"invalid UTF-8", "{\"reason\":\"\xff\xfe\"}", "", "json_utf8"},
		{"a raw NUL", "{\"reason\":\"a\x00b\"}", "", "json_control"},
		{"a written NUL", `{"reason":"a\u0000b"}`, "", "json_control"},
		{"half of a pair", `{"reason":"\ud800"}`, "", "json_utf8"},
		{"halves in the wrong order", `{"reason":"\udc00\ud800"}`, "", "json_utf8"},
		{"an escape that is none", `{"reason":"\x41"}`, "", "json_syntax"},
		{"a number without end", `{"op":` + strings.Repeat("9", 41) + `}`, "", "json_number"},
		{"a key twice", `{"op":"add","op":"delete"}`, "", "json_duplicate"},
		{"a key twice in a row", `{"lines":[{},{"purpose":"x","purpose":"y"}]}`, "", "json_duplicate"},
		{"an unknown key", `{"opp":"add"}`, "", "unknown_field"},
		{"an unknown key in a row", `{"lines":[{"_row":"a"},{"porpose":"x"}]}`, "lines.2", "unknown_field"},
		{"an unknown part", `{"lines":[{"valid":{"until":"2026-11-23"}}]}`, "lines.1.valid.until", "unknown_part"},
		{"a row that is a text", `{"lines":["x"]}`, "lines.1", "type"},
		{"a table that is an object", `{"lines":{"0":{}}}`, "lines", "type"},
		{"as many rows as there may be", rows(20), "", ""},
		{"one row more", rows(21), "lines", "too_many_rows"},
		{"a row with a strange identity", `{"lines":[{"_row":"../x"}]}`, "lines.1", "row_id"},
		{"two rows of one identity", `{"lines":[{"_row":"a"},{"_row":"a"}]}`, "lines.2", "row_id"},
		{"a number given by the sender", `{"request_no":"IS-04-012-115-0001"}`, "request_no", "system_value"},
		{"a computed value given by the sender", `{"row_count":3}`, "row_count", "system_value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, bad := f.Decode([]byte(tt.text))
			if codes(bad) != tt.code || len(bad) > 0 && bad[0].Path() != tt.path {
				t.Fatalf("got %v", bad)
			}
			for _, lang := range []string{"zh-TW", "en"} {
				for _, message := range bad.Messages(lang) {
					if strings.ContainsAny(message, "{}") || message == tt.code {
						t.Errorf("message %q", message)
					}
				}
			}
		})
	}
	_, bad := f.Decode([]byte(`{"lines":[{},{"purpose":"x","purpose":"y"}]}`))
	if bad[0].Params["path"] != "lines[1].purpose" {
		t.Errorf("a duplicate key has a path: %v", bad[0].Params)
	}
}

func TestASchemaMayAllowLessThanTheLimits(t *testing.T) {
	s, err := forms.ParseSchema([]byte(`{"key":"f","version":"1","title":{"zh-TW":"表單"},"max_bytes":20,"fields":[{"key":"a","type":"text","label":{"zh-TW":"甲"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	f, err := forms.Compile(s, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	if _, bad := f.Decode([]byte(`{"a":"一二三四"}`)); bad != nil {
		t.Error(bad)
	}
	if _, bad := f.Decode([]byte(`{"a":"一二三四五"}`)); codes(bad) != "json_size" {
		t.Error(bad)
	}
}

func TestFaultsAreLimited(t *testing.T) {
	f := oneField(t, `{"key":"rows","type":"table","label":{"zh-TW":"列"},"fields":[{"key":"a","type":"text","label":{"zh-TW":"甲"},"required":true}]}`)
	rows := make([]forms.Row, forms.MaxRows)
	for i := range rows {
		rows[i] = forms.Row{forms.RowID: "r" + strconv.Itoa(i)}
	}
	if n := len(f.Check(forms.CheckContext{}, forms.Values{"rows": rows})); n != forms.MaxFaults {
		t.Errorf("%d faults", n)
	}
	posted := forms.Posted{}
	for i := range forms.MaxRows + 50 {
		posted[fmt.Sprintf("rows.%d.a", i)] = []string{"x"}
	}
	if _, bad := f.FromText(posted, nil); codes(bad) != "too_many_rows" {
		t.Error(bad)
	}
	for i := range forms.MaxPosted {
		posted[strconv.Itoa(i)] = nil
	}
	if _, bad := f.FromText(posted, nil); codes(bad) != "json_many" {
		t.Error(bad)
	}
}

func TestRowsGetAnIdentityThatStays(t *testing.T) {
	f := accountRequest(t)
	v, bad := f.Decode([]byte(`{"lines":[{"purpose":"甲"},{"_row":"keep","purpose":"乙"}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	rows := v["lines"].([]forms.Row)
	first, _ := rows[0][forms.RowID].(string)
	if len(first) != 8 || rows[1][forms.RowID] != "keep" {
		t.Errorf("%v", rows)
	}
	rows[0], rows[1] = rows[1], rows[0]
	if _, n := v.RowByID("lines", first); n != 2 {
		t.Errorf("the row moved to place %d", n)
	}
	rows[1][forms.RowID] = "keep"
	if bad := f.Check(forms.CheckContext{Draft: true}, v); codes(bad) != "row_id" {
		t.Errorf("two rows of one identity: %v", bad)
	}
}

func TestCanonicalValuesAreNamedAndPlain(t *testing.T) {
	f := accountRequest(t)
	sent, bad := f.Decode([]byte(`{"applicant":"P13","reason":"甲","lines":[
		{"_row":"b","system":"S02","permission":["x"],"valid":{"from":"2026-12-01","open":true}},{"_row":"a","purpose":"乙"}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	v, _ := f.Settle(sent)
	want := []forms.Leaf{
		{Name: "field/applicant", Value: map[string]any{"kind": "person", "id": "P13"}},
		{Name: "field/reason", Value: "甲"},
		{Name: "field/lines", Value: []any{"b", "a"}},
		{Name: "row/lines/b/system", Value: map[string]any{"id": "S02"}},
		{Name: "row/lines/b/permission", Value: []any{"x"}},
		{Name: "row/lines/b/valid", Value: map[string]any{"from": "2026-12-01", "open": true}},
		{Name: "row/lines/a/purpose", Value: "乙"},
		{Name: "field/row_count", Value: int64(2)},
	}
	if diff := cmp.Diff(want, f.Canonical(v)); diff != "" {
		t.Error(diff)
	}
}

func TestDiffSaysWhatChanged(t *testing.T) {
	f := accountRequest(t)
	a, _ := f.Decode([]byte(`{"reason":"甲","op":"add","lines":[{"_row":"a","purpose":"一"},{"_row":"b","purpose":"二"}]}`))
	b, _ := f.Decode([]byte(`{"reason":"乙","lines":[{"_row":"c","purpose":"三"},{"_row":"a","purpose":"一","remark":"補"}]}`))
	var got []string
	for _, c := range f.Diff(a, b) {
		got = append(got, fmt.Sprint(c.Path, " ", c.Row, " ", c.From, " → ", c.To))
	}
	want := []string{"op 0 add → <nil>", "reason 0 甲 → 乙",
		"lines.b 2 map[_row:b purpose:二] → <nil>", "lines.c 1 <nil> → map[_row:c purpose:三]", "lines.a.remark 2 <nil> → 補"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if changes := f.Diff(a, a.Clone()); changes != nil {
		t.Error(changes)
	}
}

func TestNothingChangesTheValuesItIsGiven(t *testing.T) {
	f := accountRequest(t)
	sent, _ := f.Decode([]byte(threeRows))
	before := string(f.EncodeJSON(sent))
	ctx := forms.CheckContext{Lookup: qinghai(), Today: monday}
	v, _ := f.Accept(ctx, nil, sent)
	kept := string(f.EncodeJSON(v))
	again := sent.Clone()
	again["op"] = "disable"
	f.Accept(ctx, v, again)
	f.Redact(v, []string{"lines.purpose"})
	f.Named(v, qinghai())
	if string(f.EncodeJSON(sent)) != before || string(f.EncodeJSON(v)) != kept {
		t.Error("values were changed in place")
	}
}

func TestCheckRefusesWhatTheFormDoesNotHave(t *testing.T) {
	f := accountRequest(t)
	bad := f.Check(forms.CheckContext{Draft: true}, forms.Values{"opp": "add",
		"lines": []forms.Row{{forms.RowID: "a", "porpose": "x"}}})
	if codes(bad) != "unknown_field unknown_field" || bad[0].Path() != "lines.1" || bad[1].Params["key"] != "opp" {
		t.Error(bad)
	}
	if bad := f.Check(forms.CheckContext{Draft: true}, forms.Values{"lines": "x"}); codes(bad) != "type" {
		t.Error(bad)
	}
}

// A page that posts tens of thousands of names costs one pass over them.
func TestALargePostIsReadInOnePass(t *testing.T) {
	f := everyType(t)
	posted := forms.Posted{}
	for i := range 400 {
		for j := range 90 {
			posted[fmt.Sprintf("lines.%d.x%d", i, j)] = []string{"x"}
		}
	}
	if v, bad := f.FromText(posted, nil); len(v["lines"].([]forms.Row)) != 400 || bad != nil {
		t.Error(bad)
	}
}

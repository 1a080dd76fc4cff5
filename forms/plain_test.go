package forms_test

import (
	"encoding/json"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// A trail keeps plain values; a page says them again in words.
func TestPlainValuesAreReadByPeople(t *testing.T) {
	tests := []struct{ field, plain, want string }{
		{`{"type":"text"}`, `"qh150013"`, "qh150013"},
		{`{"type":"integer"}`, `12`, "12"},
		{`{"type":"boolean"}`, `true`, "是"},
		{`{"type":"date"}`, `"2026-11-23"`, "115.11.23"},
		{`{"type":"choice",` + choices + `}`, `"b"`, "乙"},
		{`{"type":"integer_range"}`, `{"from":1,"to":3}`, "1 至 3"},
		{`{"type":"text"}`, `null`, ""},
		{`{"type":"integer"}`, `"none"`, ""},
	}
	for _, tt := range tests {
		var plain any
		if err := json.Unmarshal([]byte(tt.plain), &plain); err != nil {
			t.Fatal(err)
		}
		if got := oneField(t, tt.field).FormatPlain("x", plain, forms.Locale{Lang: "zh-TW"}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.plain, got, tt.want)
		}
	}
	if got := oneField(t, `{"type":"text"}`).FormatPlain("y", "a", forms.Locale{}); got != "" {
		t.Errorf("no such field: %q", got)
	}
}

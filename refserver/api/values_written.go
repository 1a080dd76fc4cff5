package api

import (
	"fmt"
	"strings"
)

// written is how the values of field types are written in JSON, with examples.
type written struct {
	types    []string
	words    string
	examples []string
}

// howWritten are the types that come with the package. A host's own types are written as it says.
var howWritten = []written{
	{[]string{"text", "long_text", "email", "url", "choice", "ip_cidr", "port_list"}, "a string; of a choice, the key of the option", []string{`"folder_write"`}},
	{[]string{"integer", "decimal"}, "a number; a decimal also as a string", []string{`42`}},
	{[]string{"boolean"}, "true or false", []string{`true`}},
	{[]string{"date", "year_month", "time", "date_time"}, "a string, as in ISO 8601", []string{`"2026-11-23"`, `"2026-11"`, `"14:05"`, `"2026-11-23T14:05:00+08:00"`}},
	{[]string{"date_range", "year_month_range", "time_range", "date_time_range", "integer_range", "decimal_range"}, "both ends, included", []string{`{"from":"2026-11-23","to":"2026-11-24"}`}},
	{[]string{"period"}, "from and to, or without an end, where the field allows it with a reason", []string{`{"from":"2026-11-23","to":"2027-11-22"}`, `{"from":"2026-11-23","open":true,"reason":"…"}`}},
	{[]string{"multi_choice"}, "the keys of the options", []string{`["a","c"]`}},
	{[]string{"checklist"}, "by item, the answer and a remark", []string{`{"a":{"answer":"yes"},"b":{"answer":"no","remark":"…"}}`}},
	{[]string{"person"}, "the id of somebody in the directory; where the field allows it, somebody outside, or who has not arrived yet", []string{
		`"P13"`, `{"kind":"person","id":"P13"}`, `{"kind":"external","name":"…","org":"…"}`, `{"kind":"expected","name":"…","expected":"2026-12-01"}`,
	}},
	{[]string{"unit", "ref"}, "the id; a name is filled in by the server", []string{`"S01"`, `{"id":"S01"}`}},
	{[]string{"persons", "refs", "files"}, "a list of those", []string{`["P13","P11"]`}},
	{[]string{"file"}, "what POST /files answered", []string{`{"name":"a.pdf","size":2048,"type":"application/pdf","digest":"` + strings.Repeat("0a", 32) + `"}`}},
	{[]string{"table"}, "the list of its rows, each with the columns by key; _row is the identity of a row that is there already", []string{`[{"op":"add","system":"S01"},{"_row":"…","op":"add"}]`}},
	{[]string{"serial", "computed"}, "only read: the server sets them", nil},
}

// writtenValues is what the description says of them.
func writtenValues() string {
	var b strings.Builder
	b.WriteString("\n\n## How values are written\n\nBy the type of the field, as GET /types/{type} names it. What is unknown or written otherwise is refused by field, and never dropped; a draft keeps such a value as it was typed until it is sent, but no unknown field.\n\n| type | written | example |\n| --- | --- | --- |\n")
	for _, w := range howWritten {
		var examples []string
		for _, e := range w.examples {
			examples = append(examples, "`"+e+"`")
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(w.types, ", "), w.words, strings.Join(examples, " or "))
	}
	return b.String()
}

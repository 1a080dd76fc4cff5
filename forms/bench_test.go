package forms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ismskit/ismskit/forms"
)

// twentyFields is an ordinary form: texts, choices, dates, numbers, two conditions, a pattern.
func twentyFields(t testing.TB) (*forms.Form, *jsonschema.Schema, []byte) {
	t.Helper()
	var fields, properties, values []string
	add := func(key, rest, schema, value string) {
		fields = append(fields, fmt.Sprintf(`{"key":%q,"label":{"zh-TW":"欄"},"required":true,%s}`, key, rest))
		properties = append(properties, fmt.Sprintf(`%q:%s`, key, schema))
		values = append(values, fmt.Sprintf(`%q:%s`, key, value))
	}
	for i := range 6 {
		add(fmt.Sprint("text", i), `"type":"text","min_length":2,"max_length":60`, `{"type":"string","minLength":2,"maxLength":60}`, `"新進人員到職，申請帳號及公文承辦權限"`)
	}
	add("note", `"type":"long_text","max_length":500`, `{"type":"string","maxLength":500}`, `"`+strings.Repeat("說明文字，", 20)+`"`)
	add("code", `"type":"text","pattern":"[A-Z]{2}-[0-9]{4}"`, `{"type":"string","pattern":"^[A-Z]{2}-[0-9]{4}$"}`, `"IS-2008"`)
	for i := range 4 {
		add(fmt.Sprint("choice", i), `"type":"choice",`+choices, `{"enum":["a","b","c"]}`, `"b"`)
	}
	add("many", `"type":"multi_choice",`+choices, `{"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true}`, `["a","c"]`)
	for i := range 2 {
		add(fmt.Sprint("day", i), `"type":"date","min":"2020-01-01"`, `{"type":"string","format":"date"}`, `"2026-11-23"`)
	}
	for i := range 2 {
		add(fmt.Sprint("count", i), `"type":"integer","min":0,"max":1000`, `{"type":"integer","minimum":0,"maximum":1000}`, `412`)
	}
	add("flag", `"type":"boolean"`, `{"type":"boolean"}`, `true`)
	add("reason", `"type":"text","show_if":"choice0 == 'b' && flag"`, `{"type":"string","maxLength":200}`, `"業務需要"`)
	add("extra", `"type":"text","show_if":"count0 > 100"`, `{"type":"string","maxLength":200}`, `"補充"`)

	c := jsonschema.NewCompiler()
	c.AssertFormat()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"type":"object","additionalProperties":false,"properties":{` + strings.Join(properties, ",") + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("form.json", document); err != nil {
		t.Fatal(err)
	}
	peer, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	return oneField(t, strings.Join(fields, ",")), peer, []byte("{" + strings.Join(values, ",") + "}")
}

// BenchmarkCheck20 checks twenty decoded values; ratio is how many times longer jsonschema takes for the same in the same
// process.
func BenchmarkCheck20(b *testing.B) {
	form, peer, body := twentyFields(b)
	v, bad := form.Decode(body)
	if bad != nil || len(v) != 20 {
		b.Fatal(bad, len(v))
	}
	ctx := forms.CheckContext{Today: monday}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
	if err != nil {
		b.Fatal(err)
	}
	beside(b, func() error { return form.Check(ctx, v).Err() }, func() error { return peer.Validate(instance) })
}

// BenchmarkDecode20 reads twenty values from bytes and checks them; ratio as above, with jsonschema's own reading of JSON.
func BenchmarkDecode20(b *testing.B) {
	form, peer, body := twentyFields(b)
	ctx := forms.CheckContext{Today: monday}
	ours := func() error {
		v, bad := form.Decode(body)
		if bad != nil {
			return bad
		}
		return form.Check(ctx, v).Err()
	}
	beside(b, ours, func() error {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
		if err != nil {
			return err
		}
		return peer.Validate(instance)
	})
}

// beside times ours as the benchmark, then both in turn, and reports the median of how often ours fits into theirs.
func beside(b *testing.B, ours, theirs func() error) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if err := ours(); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	const pairs, calls = 41, 50
	ratios := make([]float64, pairs)
	for i := range ratios {
		ratios[i] = float64(span(b, theirs, calls)) / float64(span(b, ours, calls))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[pairs/2], "ratio")
}

func span(b *testing.B, call func() error, calls int) time.Duration {
	b.Helper()
	begun := time.Now()
	for range calls {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
	return max(time.Since(begun), 1)
}

// BenchmarkCondition runs one compiled condition.
func BenchmarkCondition(b *testing.B) {
	form, v := expressionForm(b)
	p, err := form.Expr("kind == 'big' && n > 5 && who.kind == 'external'")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if yes, err := p.Holds(v); err != nil || !yes {
			b.Fatal(yes, err)
		}
	}
}

// The promise of the yardsticks that doesn't depend on the machine.
func TestCheckingAllocatesLittle(t *testing.T) {
	form, _, body := twentyFields(t)
	v, bad := form.Decode(body)
	if bad != nil {
		t.Fatal(bad)
	}
	ctx := forms.CheckContext{Today: monday}
	if n := testing.AllocsPerRun(100, func() { form.Check(ctx, v) }); n > 8 {
		t.Errorf("checking 20 fields allocates %v times", n)
	}
}

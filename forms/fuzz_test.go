package forms_test

import (
	"os"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// Whatever bytes come, Decode answers; what it accepts goes through everything else and comes back the same.
func FuzzDecode(f *testing.F) {
	every, request := everyType(f), accountRequest(f)
	f.Add([]byte(threeRows))
	f.Add([]byte(`{"text":"\ud83d\ude00","n":-1,"dec":"0.10","d":"2026-11-23","use":{"open":true},"who":{"kind":"expected"},"lines":[{"use":{}}]}`))
	f.Add([]byte(`{"instant":"2026-11-23T06:05:00.123456789+08:00","some":["a","zz"],"checks":{"a":{}},"files":[{"size":1}],"decs":{"from":1}}`))
	f.Add([]byte(`{"lines":[{"_row":"a"},{"_row":"a","text":"x"}],"n":11}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, form := range []*forms.Form{every, request} {
			v, bad := form.Decode(b)
			for _, fault := range bad {
				if fault.Line("zh-TW") == "" || fault.Error() == "" {
					t.Errorf("a fault without words: %+v", fault)
				}
			}
			form.Check(forms.CheckContext{Lookup: qinghai(), Today: monday}, v)
			form.Needs(v)
			kept, _ := form.Accept(forms.CheckContext{Draft: true, Lookup: qinghai(), Today: monday}, nil, v)
			form.Canonical(kept)
			again, bad := form.Restore(form.EncodeJSON(kept))
			if bad != nil || len(form.Diff(kept, again)) > 0 {
				t.Errorf("%s comes back with %v %+v", form.EncodeJSON(kept), bad, form.Diff(kept, again))
			}
			form.FromText(form.ToText(kept, forms.Locale{}), nil)
		}
	})
}

// Whatever a schema says, ParseSchema and Compile answer.
func FuzzParseSchema(f *testing.F) {
	b, err := os.ReadFile("testdata/account_request.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"key":"f","version":"1","title":{"zh-TW":"表單"},"fields":[` + expressionFields + `,` + services + `]}`))
	f.Add([]byte(`{"key":"f","version":"1","title":{"zh-TW":"x"},"fields":[{"key":"a","type":"integer","label":{"zh-TW":"a"},"compute":"a"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := forms.ParseSchema(b)
		if err != nil {
			_ = err.Error()
			return
		}
		form, err := forms.Compile(s, forms.StandardTypes())
		if err != nil {
			_ = err.Error()
			return
		}
		form.Describe("en")
		v, _ := form.Settle(forms.Values{})
		form.Check(forms.CheckContext{}, v)
		encoded, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := forms.ParseSchema(encoded); err != nil {
			t.Errorf("%s is not read back: %v", encoded, err)
		} else if _, err := forms.Compile(again, forms.StandardTypes()); err != nil {
			t.Errorf("%s does not compile again: %v", encoded, err)
		}
	})
}

// Whatever is written as a condition, compiling and running it end.
func FuzzExpr(f *testing.F) {
	form, v := expressionForm(f)
	for _, source := range []string{
		`kind == 'big' && n > 5`, `any(lines, .system == 'S01' && any(tags, # == 'a'))`, `sum(lines, .cost) / n > 0.3`,
		`(ok ? n : price) in [1, 2.5]`, `name matches '^a' or not empty(use.to)`, `1..1000`, `"\xff" == name`, `days_between(begins, ends) % 0 == 1`,
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p, err := form.Expr(source)
		if err != nil {
			_ = err.Error()
			return
		}
		if _, err := p.Holds(v); err != nil {
			_ = err.Error()
		}
		if _, err := p.Holds(nil); err != nil {
			_ = err.Error()
		}
	})
}

package forms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// everyType is a form with a field of each type, and a table with the ones that tables like.
func everyType(t testing.TB) *forms.Form {
	label := `"label":{"zh-TW":"欄"}`
	return oneField(t, `{"key":"no","type":"serial",`+label+`,"pattern":"X-{n:3}"},
		{"key":"text",`+label+`,"type":"text"},{"key":"long",`+label+`,"type":"long_text"},
		{"key":"n",`+label+`,"type":"integer"},{"key":"dec",`+label+`,"type":"decimal","params":{"places":9}},
		{"key":"flag",`+label+`,"type":"boolean"},{"key":"d",`+label+`,"type":"date"},{"key":"ym",`+label+`,"type":"year_month"},
		{"key":"at_clock",`+label+`,"type":"time"},{"key":"instant",`+label+`,"type":"date_time"},
		{"key":"dates",`+label+`,"type":"date_range"},{"key":"decs",`+label+`,"type":"decimal_range","params":{"places":9}},
		{"key":"use",`+label+`,"type":"period","params":{"open":true}},
		{"key":"one_of",`+label+`,"type":"choice",`+choices+`},{"key":"some",`+label+`,"type":"multi_choice",`+choices+`},
		{"key":"checks",`+label+`,"type":"checklist",`+choices+`},
		{"key":"who",`+label+`,"type":"person","params":{"external":true,"expected":true}},
		{"key":"docs",`+label+`,"type":"refs","params":{"of":"document"}},{"key":"files",`+label+`,"type":"files"},
		{"key":"lines",`+label+`,"type":"table","fields":[
			{"key":"sys",`+label+`,"type":"unit"},{"key":"text",`+label+`,"type":"text","show_if":"n != 1"},
			{"key":"big",`+label+`,"type":"computed","compute":"len(text) > 3","params":{"result":"boolean"}},
			{"key":"use",`+label+`,"type":"period","params":{"open":true}}]},
		{"key":"filled",`+label+`,"type":"computed","compute":"count(lines, .big)","params":{"result":"integer"}}`)
}

func drawText(t *rapid.T, name string, lines bool) string {
	pattern := `[a-zA-Z0-9éü"'<>&\\ {}公文系統、（）：ａ]{1,12}`
	if lines {
		pattern = `[a-z公文\n\t"\\]{1,12}`
	}
	return strings.TrimSpace(rapid.StringMatching(pattern).Draw(t, name))
}

func drawDay(t *rapid.T, name string) calendar.Date {
	return day(1920, 1, 1).AddDays(rapid.IntRange(0, 70_000).Draw(t, name))
}

func drawDecimal(t *rapid.T, name string) forms.Decimal {
	d, err := decimalOf(rapid.Int64Range(-1e12, 1e12).Draw(t, name), rapid.IntRange(0, 9).Draw(t, name+" places"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func drawPeriod(t *rapid.T) any {
	p := forms.Period{From: drawDay(t, "from")}
	if p.Open = rapid.Bool().Draw(t, "open"); p.Open {
		p.Reason = drawText(t, "why", false)
	} else {
		p.To = p.From.AddDays(rapid.IntRange(0, 400).Draw(t, "days"))
	}
	return p
}

func drawPerson(t *rapid.T) any {
	name := drawText(t, "name", false) + "x"
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return forms.Person{Kind: forms.InDirectory, ID: name}
	case 1:
		return forms.Person{Kind: forms.External, Name: name, Org: name}
	}
	return forms.Person{Kind: forms.Arriving, Name: name, Expected: drawDay(t, "arrives")}
}

// drawValues fills in some fields of everyType with values that pass Check.
func drawValues(t *rapid.T) forms.Values {
	v := forms.Values{}
	set := func(key string, draw func() any) {
		if !rapid.Bool().Draw(t, "has "+key) {
			return
		}
		if value := draw(); value != "" {
			v[key] = value
		}
	}
	set("text", func() any { return drawText(t, "text", false) })
	set("long", func() any { return drawText(t, "long", true) })
	set("n", func() any { return rapid.Int64Range(-9, 1<<53-1).Draw(t, "n") })
	set("dec", func() any { return drawDecimal(t, "dec") })
	set("flag", func() any { return rapid.Bool().Draw(t, "flag") })
	set("d", func() any { return drawDay(t, "d") })
	set("ym", func() any { return drawDay(t, "ym").YearMonth() })
	set("at_clock", func() any {
		return forms.Clock{Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.IntRange(0, 59).Draw(t, "minute")}
	})
	set("instant", func() any { return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), 0).UTC() })
	set("dates", func() any {
		from := drawDay(t, "dates")
		return forms.DateRange{From: from, To: from.AddDays(rapid.IntRange(0, 99).Draw(t, "more"))}
	})
	set("decs", func() any {
		a, b := drawDecimal(t, "a"), drawDecimal(t, "b")
		if a.Compare(b) > 0 {
			a, b = b, a
		}
		return forms.DecimalRange{From: a, To: b}
	})
	set("use", func() any { return drawPeriod(t) })
	set("one_of", func() any { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "one") })
	set("some", func() any { return rapid.SampledFrom([][]string{{"a"}, {"a", "c"}, {"a", "b", "c"}}).Draw(t, "some") })
	set("checks", func() any {
		return []forms.Mark{{Item: "a", Answer: "yes"}, {Item: "c", Answer: "no", Remark: drawText(t, "remark", false) + "x"}}
	})
	set("who", func() any { return drawPerson(t) })
	set("docs", func() any { return []forms.Ref{{List: "document", ID: drawText(t, "doc", false) + "1"}} })
	set("files", func() any {
		return []forms.File{{Name: "a.pdf", Size: rapid.Int64Range(1, 1<<20).Draw(t, "size"), Digest: strings.Repeat("a1", 32), MediaType: "application/pdf"}}
	})
	set("lines", func() any { return drawRows(t) })
	return v
}

func drawRows(t *rapid.T) any {
	rows := make([]forms.Row, rapid.IntRange(1, 4).Draw(t, "rows"))
	for i := range rows {
		rows[i] = forms.Row{forms.RowID: string(rune('a' + i)), "sys": forms.Ref{List: "unit", ID: "U0"}}
		if s := drawText(t, "cell", false); s != "" {
			rows[i]["text"] = s
		}
		if rapid.Bool().Draw(t, "has period") {
			rows[i]["use"] = drawPeriod(t)
		}
	}
	return rows
}

var exactly = cmpopts.EquateComparable(forms.Decimal{}, time.Time{})

func TestValuesComeBackAsTheyWere(t *testing.T) {
	f := everyType(t)
	rapid.Check(t, func(t *rapid.T) {
		v, bad := f.Settle(drawValues(t))
		if bad != nil {
			t.Fatal(bad)
		}
		if bad := f.Check(forms.CheckContext{}, v); bad != nil {
			t.Fatalf("drawn values must pass: %v", bad)
		}
		encoded := f.EncodeJSON(v)
		again, bad := f.Restore(encoded)
		if bad != nil || !cmp.Equal(v, again, exactly) {
			t.Fatalf("%s\ncomes back as %v %v\n%s", encoded, again, bad, cmp.Diff(v, again, exactly))
		}
		if twice := f.EncodeJSON(again); string(twice) != string(encoded) {
			t.Fatalf("encoded twice:\n%s\n%s", encoded, twice)
		}
		if settled, _ := f.Settle(again); len(f.Diff(again, settled)) > 0 {
			t.Fatalf("settling twice changes %v", f.Diff(again, settled))
		}
		typed, bad := f.FromText(f.ToText(v, forms.Locale{Lang: rapid.SampledFrom([]string{"zh-TW", "en"}).Draw(t, "lang")}), nil)
		if bad != nil {
			t.Fatal(bad)
		}
		if typed, _ = f.Settle(typed); len(f.Diff(v, typed)) > 0 {
			t.Fatalf("typed again it differs: %+v", f.Diff(v, typed))
		}
	})
}

func TestWhoMayEditNothingChangesNothing(t *testing.T) {
	f := everyType(t)
	rapid.Check(t, func(t *rapid.T) {
		old, _ := f.Settle(drawValues(t))
		sent, _ := f.Settle(drawValues(t))
		kept, bad := f.ApplyEdit(old, sent, forms.Rights{Edit: []string{}})
		if len(f.Diff(old, kept)) > 0 {
			t.Fatalf("changed: %+v", f.Diff(old, kept))
		}
		if changed := f.Diff(old, sent); len(bad) == 0 {
			for _, c := range changed {
				if c.To != nil && !strings.HasSuffix(c.Path, "big") && c.Path != "filled" {
					t.Fatalf("%+v was sent and not refused", c)
				}
			}
		}
		all, bad := f.ApplyEdit(old, sent, forms.Rights{})
		all, _ = f.Settle(all)
		for _, b := range bad {
			if b.Code != "not_editable" || b.Field != "filled" && b.Field != "lines.big" {
				t.Fatal(b)
			}
		}
		if len(f.Diff(all, sent)) > 0 {
			t.Fatalf("who may edit all changes all: %+v", f.Diff(all, sent))
		}
	})
}

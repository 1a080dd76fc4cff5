package forms_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

func TestSerialNumbers(t *testing.T) {
	tests := []struct {
		pattern string
		scope   []string
		n       int64
		want    string
		counts  string // what the counter goes by
	}{
		{"IS-04-012-{roc}-{n:4}", nil, 87, "IS-04-012-115-0087", "|roc=115"},
		{"IS-R-032-{yy}{mm}{dd}-{n:2}", nil, 3, "IS-R-032-261123-03", "|yy=26|mm=11|dd=23"},
		{"{unit}-{roc}{mm}-{n:3}", []string{"unit", "roc"}, 12, "U06-11511-012", "|unit=U06|roc=115"},
		{"{yyyy}/{n:1}", []string{}, 1234, "2026/1234", ""},
	}
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			p, err := forms.ParsePattern(tt.pattern, tt.scope)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{"unit": "U06"}
			if got, err := p.Format(monday, tt.n, parts); err != nil || got != tt.want {
				t.Errorf("got %s %v, want %s", got, err, tt.want)
			}
			if got, err := p.Scope(monday, parts); err != nil || got != tt.pattern+tt.counts {
				t.Errorf("got %s %v, want %s", got, err, tt.pattern+tt.counts)
			}
		})
	}
	t.Run("a new year has a new scope", func(t *testing.T) {
		p, _ := forms.ParsePattern("IS-04-012-{roc}-{n:4}", nil)
		last, _ := p.Scope(day(2026, 12, 31), nil)
		first, _ := p.Scope(day(2027, 1, 1), nil)
		if last == first {
			t.Error("115.12.31 and 116.1.1 are counted together")
		}
	})
	t.Run("a part that isn't given, or would make numbers ambiguous", func(t *testing.T) {
		p, _ := forms.ParsePattern("{unit}-{n:3}", nil)
		for _, unit := range []string{"", "戶政科", "a b", "a/b"} {
			if got, err := p.Format(monday, 1, map[string]string{"unit": unit}); err == nil {
				t.Errorf("unit %q gave %s", unit, got)
			}
		}
		if strings.Join(p.Parts(), " ") != "unit" {
			t.Error(p.Parts())
		}
		if _, err := p.Format(monday, 0, map[string]string{"unit": "U"}); err == nil {
			t.Error("numbers begin at 1")
		}
	})
}

func TestSerialPatternsThatAreRefused(t *testing.T) {
	for pattern, code := range map[string]string{
		"IS-{roc}":                         "serial_counter",
		"{n:2}-{n:2}":                      "serial_counter",
		"{n}":                              "serial_width",
		"{n:0}":                            "serial_width",
		"{n:99}":                           "serial_width",
		"{roc:3}-{n:4}":                    "serial_width",
		"{n:4":                             "serial_brace",
		"n:4}":                             "serial_brace",
		"{Unit}-{n:4}":                     "serial_part",
		"IS\n{n:4}":                        "bound",
		strings.Repeat("x", 200) + "{n:4}": "bound",
	} {
		_, err := forms.ParsePattern(pattern, nil)
		var got forms.Problem
		if !errors.As(err, &got) || got.Code != code {
			t.Errorf("%q: %v, want %s", pattern, err, code)
		}
	}
	if _, err := forms.ParsePattern("{roc}-{n:4}", []string{"roc", "mm"}); err == nil {
		t.Error("starting again each month without the month in the number gives numbers twice")
	}
}

func TestTheFormTellsItsNumberPattern(t *testing.T) {
	all := accountRequest(t).Serials()
	if len(all) != 1 || all[0].Key != "request_no" || all[0].At != "submit" || all[0].Pattern.String() != "IS-04-012-{roc}-{n:4}" {
		t.Error(all)
	}
}

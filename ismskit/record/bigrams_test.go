package record_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit/record"
)

func TestBigrams(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"。，、", nil},
		{"帳號", []string{"帳號", "號"}},
		{"權限帳號", []string{"帳號", "權限", "號", "限帳"}},
		{"ＶＰＮ帳號", []string{"vpn", "帳號", "號"}},
		{"IS-04-012.", []string{"012", "04-012", "is-04-012"}},
		{"防火牆 防火", []string{"火", "火牆", "牆", "防火"}},
	} {
		got := record.Bigrams(c.text)
		want := slices.Sorted(slices.Values(c.want))
		if !slices.Equal(got, want) {
			t.Errorf("Bigrams(%q) = %q, want %q", c.text, got, want)
		}
	}
}

func TestWordsAreFound(t *testing.T) {
	terms := record.Bigrams("權限帳號申請單 IS-04-012 電子郵件系統 Alice@example.gov.tw 10.1.2.3")
	for query, want := range map[string]bool{
		"帳號":          true,
		"郵件 申請":       true,
		"is-04":       true,
		"04-012":      true,
		"alice":       true,
		"example.gov": true,
		"10.1.2":      true,
		"單":           true,
		"帳單":          false,
		"申請 防火牆":      false,
		"bob":         false,
		"ＩＳ－０４－０１２":   true,
		"。":           true, // nothing asked for
	} {
		if got := record.Holds(terms, record.Readings(query)); got != want {
			t.Errorf("%q found: %v, want %v", query, got, want)
		}
	}
}

func FuzzBigrams(f *testing.F) {
	f.Add("權限 IS-04 帳號")
	f.Fuzz(func(t *testing.T, text string) {
		terms := record.Bigrams(text)
		if len(terms) < record.MaxTerms && !record.Holds(terms, record.Readings(text)) && len(text) < 4*64 {
			t.Errorf("%q is not found by its own words", text)
		}
	})
}

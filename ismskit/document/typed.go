package document

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var dashes = strings.NewReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "−", "-")

// TypedNumber is a document's number as it is kept, of what people type: capitals, plain
// hyphens, no full-width characters.
func TypedNumber(s string) string { return strings.ToUpper(PlainNumber(s)) }

// PlainNumber is TypedNumber with the letters as they were typed. What nobody sees, such as the spaces of no
// width that come along from a page or a chat, is left out: two numbers that look alike are one.
func PlainNumber(s string) string {
	return dashes.Replace(strings.TrimSpace(norm.NFKC.String(strings.Map(seen, s))))
}

// seen drops a character that is not seen.
func seen(r rune) rune {
	if unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// SameNumber says whether two numbers are one as TypedNumber keeps them.
func SameNumber(a, b string) bool { return TypedNumber(a) == TypedNumber(b) }

// lettersOf is what tells a number apart: its letters and digits, without the signs between.
func lettersOf(number string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, TypedNumber(number))
}

// Resembles says whether a document has or had a number of these letters and digits: somebody
// with a copy in his hand types IS02008 for IS-02-008.
func (d Document) Resembles(number string) bool {
	is := lettersOf(number)
	return is != "" && slices.ContainsFunc(d.Numbers(), func(n string) bool { return lettersOf(n) == is })
}

// Numbers are those that a document has or had, as TypedNumber keeps them, each once.
func (d Document) Numbers() []string {
	out := []string{TypedNumber(d.Number)}
	for _, n := range d.FormerNumbers {
		if n = TypedNumber(n); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// NumberKeys are the numbers under which a Store keeps and looks up numbers: each as it
// stands, as an earlier program wrote it, and as TypedNumber keeps it.
func NumberKeys(numbers ...string) []string {
	var keys []string
	for _, n := range numbers {
		for _, key := range []string{n, TypedNumber(n)} {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

var typedLabel = regexp.MustCompile(`^(?i:版次|第|version|ver|v)?[ .:]*0*([0-9]+\.[0-9]+) ?版?$`)

// TypedLabel is a version's label as it is kept, of what stands on a print: 「1.3 版」,
// "V1.3", full-width digits. What is no label stays as it is.
func TypedLabel(s string) string {
	s = strings.TrimSpace(norm.NFKC.String(s))
	m := typedLabel.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	return m[1]
}

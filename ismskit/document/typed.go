package document

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var dashes = strings.NewReplacer("‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "−", "-")

// TypedNumber is a document's number as it is kept, of what people type: capitals, plain
// hyphens, no full-width characters.
func TypedNumber(s string) string {
	return strings.ToUpper(dashes.Replace(strings.TrimSpace(norm.NFKC.String(s))))
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

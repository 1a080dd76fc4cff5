package workflow

import "strings"

// Text is a short text in several languages, by language tag ("zh-TW", "en").
type Text map[string]string

// In returns the text in a language, else in the nearest one there is: another
// zh for a zh, then zh-TW, then en, then any. It is "" only when t is empty.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	base, _, _ := strings.Cut(lang, "-")
	if s, ok := t[base]; ok {
		return s
	}
	for _, next := range []string{"zh-TW", "en"} {
		if s, ok := t[next]; ok && (next != "zh-TW" || base == "zh" || t["en"] == "") {
			return s
		}
	}
	first := ""
	for tag := range t {
		if first == "" || tag < first {
			first = tag
		}
	}
	return t[first]
}

func (t Text) empty() bool {
	for _, s := range t {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}

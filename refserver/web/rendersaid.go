package web

import (
	"html/template"
	"strings"
	"unicode"
)

// markChinese is what somebody wrote, or what a register calls something, on a page in a
// language: Chinese on a page that is not is marked as such, so that it is read aloud
// and set in type as Chinese.
func markChinese(lang, text string) template.HTML {
	if strings.HasPrefix(lang, "zh") || !strings.ContainsFunc(text, chinese) {
		return template.HTML(template.HTMLEscapeString(text))
	}
	var b strings.Builder
	for text != "" {
		from := strings.IndexFunc(text, chinese)
		if from < 0 {
			break
		}
		b.WriteString(template.HTMLEscapeString(text[:from]))
		text = text[from:]
		// Signs and figures between two Chinese words are part of what is said.
		to, spoken := len(text), 0
		for i, r := range text {
			switch {
			case chinese(r):
				spoken = i + len(string(r))
			case unicode.IsLetter(r):
				to = spoken
			}
			if to < len(text) {
				break
			}
		}
		if to == len(text) {
			to = spoken
		}
		b.WriteString(`<span lang="zh-Hant">` + template.HTMLEscapeString(text[:to]) + `</span>`)
		text = text[to:]
	}
	return template.HTML(b.String() + template.HTMLEscapeString(text))
}

// chinese says whether a sign is one of Chinese script or of its punctuation.
func chinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3001 && r <= 0x301F || r >= 0xFF01 && r <= 0xFF5E
}

package web

import (
	"bytes"
	"strings"
	"unicode"
)

// markChinese marks the Chinese on a page in another language, what somebody wrote or
// what a register calls something, so that it is read aloud and set in type as Chinese.
// Attributes can't be marked, nor what holds text alone.
func markChinese(page []byte) []byte {
	if !bytes.ContainsFunc(page, chinese) {
		return page
	}
	var out bytes.Buffer
	within, depth := "", 0 // the element whose text stays as it is
	for len(page) > 0 {
		text, rest := page, []byte(nil)
		if at := bytes.IndexByte(page, '<'); at >= 0 {
			text, rest = page[:at], page[at:]
		}
		if within == "" {
			markText(&out, string(text))
		} else {
			out.Write(text)
		}
		tag := tagOf(rest)
		out.Write(tag)
		page = rest[len(tag):]
		name, closes := tagName(tag)
		switch {
		case within == "" && !closes && (textAlone[name] || name != "html" && bytes.Contains(tag, []byte(` lang="`))):
			within, depth = name, 1
		case within == "" || name != within:
		case closes:
			if depth--; depth == 0 {
				within = ""
			}
		case !textAlone[name]:
			depth++
		}
	}
	return out.Bytes()
}

// textAlone are the elements that hold nothing but text.
var textAlone = map[string]bool{"title": true, "textarea": true, "option": true, "script": true, "style": true}

// tagOf is the tag that page begins with; what stands in quotation marks is none of its ends.
func tagOf(page []byte) []byte {
	var quote byte
	for i, c := range page {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return page[:i+1]
		}
	}
	return page
}

func tagName(tag []byte) (name string, closes bool) {
	text, closes := strings.CutPrefix(strings.TrimPrefix(string(tag), "<"), "/")
	if end := strings.IndexAny(text, " \t\r\n/>"); end >= 0 {
		text = text[:end]
	}
	return strings.ToLower(text), closes
}

func markText(out *bytes.Buffer, text string) {
	for text != "" {
		from := strings.IndexFunc(text, chinese)
		if from < 0 {
			break
		}
		out.WriteString(text[:from])
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
		out.WriteString(`<span lang="zh-Hant">` + text[:to] + `</span>`)
		text = text[to:]
	}
	out.WriteString(text)
}

// chinese says whether a sign is one of Chinese script or of its punctuation.
func chinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3001 && r <= 0x301F || r >= 0xFF01 && r <= 0xFF5E
}

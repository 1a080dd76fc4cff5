package forms

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// look is what one pass over a text finds.
type look struct {
	runes  int
	edge   bool // a blank at one of its ends
	bad    bool // control characters, characters that turn the direction of writing
	torn   bool // invalid UTF-8
	broken bool // a line break
	unsure bool // may not be in normalisation form C
}

// lookAt reads s once. Most Chinese text is told to be in form C without asking the tables: ideographs, kana and
// full-width forms never change under it.
func lookAt(s string) look {
	l := look{edge: blankEdge(s)}
	for i := 0; i < len(s); {
		c := s[i]
		l.runes++
		if c < utf8.RuneSelf {
			i++
			if c < 0x20 || c == 0x7f {
				l.control(c)
			}
			continue
		}
		if settledHan(s, i) {
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == utf8.RuneError && size == 1:
			l.torn = true
		case r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			l.bad = true
		case r >= 0x300:
			l.unsure = true
		}
	}
	return l
}

// settledHan reports whether the three bytes at i are an ideograph (U+4E00 to U+9FFF), a CJK sign (U+3000 to U+3028) or a
// full-width form (U+FF00 to U+FF7F): characters of form C that need no further look.
func settledHan(s string, i int) bool {
	if i+2 >= len(s) {
		return false
	}
	a, b, c := s[i], s[i+1], s[i+2]
	if b&0xc0 != 0x80 || c&0xc0 != 0x80 {
		return false
	}
	switch {
	case a >= 0xe5 && a <= 0xe9, a == 0xe4 && b >= 0xb8:
		return true
	case a == 0xe3:
		return b == 0x80 && c < 0xa9
	case a == 0xef:
		return b == 0xbc || b == 0xbd
	}
	return false
}

// blankEdge reports whether strings.TrimSpace would take something away.
func blankEdge(s string) bool {
	if s == "" {
		return false
	}
	first, last := s[0], s[len(s)-1]
	if (first < utf8.RuneSelf || first >= 0xe4 && first <= 0xe9) && last < utf8.RuneSelf ||
		len(s) >= 3 && s[len(s)-3] >= 0xe4 && s[len(s)-3] <= 0xe9 && first >= 0xe4 && first <= 0xe9 {
		return first <= ' ' || last <= ' '
	}
	return len(strings.TrimSpace(s)) < len(s)
}

func (l *look) control(c byte) {
	if c == '\n' {
		l.broken = true
	} else if c != '\t' {
		l.bad = true
	}
}

// clean brings a text that somebody sent into the form in which it is kept: form C, line feeds, no blanks at either
// end. It reports as a code what can't be mended: "text_utf8", "text_control", or "text_lines" where one line is wanted.
func clean(s string, lines bool) (string, string) {
	l := lookAt(s)
	if l.bad && strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
		l = lookAt(s)
	}
	if l.torn {
		return s, "text_utf8"
	}
	if l.bad {
		return s, "text_control"
	}
	if l.edge {
		s = strings.TrimSpace(s)
	}
	if l.unsure {
		s = norm.NFC.String(s)
	}
	if l.broken && !lines && strings.ContainsRune(s, '\n') {
		return s, "text_lines"
	}
	return s, ""
}

// CleanText brings a text that is no field of a form, an opinion say, into the form in which a field of several lines
// keeps it. What can't be mended, or is longer than max characters, is a fault at the field that path and label name.
func CleanText(path string, label Text, s string, max int) (string, *Fault) {
	s, code := clean(s, true)
	if code != "" {
		return s, &Fault{Field: path, Code: code, Label: label}
	}
	if n := utf8.RuneCountInString(s); n > max {
		return s, &Fault{Field: path, Code: "too_long", Params: map[string]any{"max": max, "length": n}, Label: label}
	}
	return s, nil
}

// kept reports, as a code, why a text isn't in the form in which texts are kept; it counts its characters.
func kept(s string, lines bool) (int, string) {
	l := lookAt(s)
	switch {
	case l.torn:
		return l.runes, "text_utf8"
	case l.bad:
		return l.runes, "text_control"
	case l.broken && !lines:
		return l.runes, "text_lines"
	case l.edge, l.unsure && !norm.NFC.IsNormalString(s):
		return l.runes, "text_form"
	}
	return l.runes, ""
}

// narrow turns full-width letters, digits and signs into half-width ones, as people type them into number fields.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xfee0
		case r == 0x3000:
			return ' '
		}
		return r
	}, s)
}

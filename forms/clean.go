package forms

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// look is what one pass over a text finds.
type look struct {
	runes  int
	bad    bool // invalid UTF-8, control characters, characters that turn the direction of writing
	broken bool // a line break
	unsure bool // may not be in normalisation form C
}

// lookAt reads s once. Most Chinese text is told to be in form C without asking the tables: ideographs, kana and
// full-width forms never change under it.
func lookAt(s string) look {
	var l look
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
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r >= 0x4e00 && r <= 0x9fff, r >= 0xff00 && r <= 0xffef && r < 0xfff0, r >= 0x3000 && r <= 0x3029:
		case r == utf8.RuneError && size == 1, r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			l.bad = true
		case r >= 0x300:
			l.unsure = true
		}
	}
	return l
}

func (l *look) control(c byte) {
	if c == '\n' {
		l.broken = true
	} else if c != '\t' {
		l.bad = true
	}
}

// clean brings a text that somebody sent into the form in which it is kept: form C, line feeds, no blanks at either
// end. It reports as a code what can't be mended: "text_control", or "text_lines" where one line is wanted.
func clean(s string, lines bool) (string, string) {
	l := lookAt(s)
	if l.bad && strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
		l = lookAt(s)
	}
	if l.bad {
		return s, "text_control"
	}
	s = strings.TrimSpace(s)
	if l.unsure {
		s = norm.NFC.String(s)
	}
	if l.broken && !lines && strings.ContainsRune(s, '\n') {
		return s, "text_lines"
	}
	return s, ""
}

// kept reports, as a code, why a text isn't in the form in which texts are kept; it counts its characters.
func kept(s string, lines bool) (int, string) {
	l := lookAt(s)
	switch {
	case l.bad:
		return l.runes, "text_control"
	case l.broken && !lines:
		return l.runes, "text_lines"
	case l.unsure && !norm.NFC.IsNormalString(s), s != strings.TrimSpace(s):
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

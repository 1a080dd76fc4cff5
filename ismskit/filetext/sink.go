package filetext

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errFull ends a reading that has as much text as it may.
var errFull = errors.New("filetext: enough")

// sink gathers text: spaces and empty lines once, nothing that a database would refuse.
type sink struct {
	b     strings.Builder
	space rune // to come before the next letter
	words bool
	cut   bool
}

func (s *sink) write(text string, most int) bool {
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\f' || r == '\u2028' || r == '\u2029':
			s.space = '\n'
			continue
		case unicode.IsSpace(r):
			if s.space == 0 {
				s.space = ' '
			}
			continue
		case r == utf8.RuneError || r == '\ufeff' || unicode.IsControl(r) || unicode.Is(unicode.Co, r):
			continue
		}
		if s.b.Len()+utf8.RuneLen(r)+1 > most {
			s.cut = true
			return false
		}
		if s.space != 0 && s.b.Len() > 0 {
			s.b.WriteRune(s.space)
		}
		s.space = 0
		s.b.WriteRune(r)
		s.words = s.words || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return true
}

func (s *sink) String() string { return s.b.String() }

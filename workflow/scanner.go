package workflow

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// scanner reads the JSON of a state. It knows no types; the caller says what it
// expects, and anything else is an error that ends the reading. Texts without
// escapes share the memory of the whole.
type scanner struct {
	s   string
	at  int
	bad string // what was wrong, "" while all is well
}

func newScanner(b []byte) *scanner {
	s := &scanner{s: string(b)}
	if !utf8.ValidString(s.s) {
		s.fail("not UTF-8")
	}
	return s
}

// fail notes the first thing that was wrong and stops all reading.
func (s *scanner) fail(what string) {
	if s.bad == "" {
		s.bad = what + " at " + strconv.Itoa(s.at)
	}
	s.at = len(s.s)
}

func (s *scanner) space() {
	for s.at < len(s.s) && (s.s[s.at] == ' ' || s.s[s.at] == '\n' || s.s[s.at] == '\t' || s.s[s.at] == '\r') {
		s.at++
	}
}

func (s *scanner) byteIs(c byte) bool {
	s.space()
	if s.at < len(s.s) && s.s[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) want(c byte) {
	if !s.byteIs(c) {
		s.fail("no '" + string(rune(c)) + "'")
	}
}

// end makes sure that nothing follows.
func (s *scanner) end() {
	if s.space(); s.bad == "" && s.at < len(s.s) {
		s.fail("more than one value")
	}
}

// object reads an object and calls member for each key; member returns false
// for a key that it does not know. A key must not come twice. Nearly all keys of a state are
// one letter, which a set of bits holds; the others of one object are few.
func (s *scanner) object(member func(key string) bool) {
	s.want('{')
	var seen uint64
	var words []string
	for n := 0; s.bad == "" && !s.byteIs('}'); n++ {
		if n > 0 {
			s.want(',')
		}
		key := s.key()
		if len(key) == 1 && key[0] >= 'A' && key[0] <= 'z' {
			bit := uint64(1) << (key[0] - 'A')
			if seen&bit != 0 {
				s.fail("key twice: " + key)
			}
			seen |= bit
		} else {
			if slices.Contains(words, key) {
				s.fail("key twice: " + key)
			}
			words = append(words, key)
		}
		if s.bad == "" && !member(key) {
			s.fail("unknown key: " + key)
		}
	}
}

// key reads a key with its colon. Mostly it is one letter and no space stands anywhere.
func (s *scanner) key() string {
	if rest := s.s[s.at:]; len(rest) > 3 && rest[0] == '"' && rest[2] == '"' && rest[3] == ':' && rest[1] > ' ' && rest[1] != '"' && rest[1] != '\\' {
		s.at += 4
		return rest[1:2]
	}
	key := s.text()
	s.want(':')
	return key
}

func (s *scanner) array(item func()) {
	s.want('[')
	for n := 0; s.bad == "" && !s.byteIs(']'); n++ {
		if n > 0 {
			s.want(',')
		}
		item()
	}
}

func (s *scanner) text() string {
	s.want('"')
	start := s.at
	for s.at < len(s.s) {
		switch c := s.s[s.at]; {
		case c == '"':
			s.at++
			return s.s[start : s.at-1]
		case c == '\\':
			return s.escaped(start)
		case c < 0x20:
			s.fail("control character")
			return ""
		default:
			s.at++
		}
	}
	s.fail("text does not end")
	return ""
}

// escaped reads a text with escapes, which are rare, with encoding/json.
func (s *scanner) escaped(start int) string {
	for s.at < len(s.s) && s.s[s.at] != '"' {
		if s.s[s.at] == '\\' {
			s.at++
		}
		s.at++
	}
	if s.at >= len(s.s) {
		s.fail("text does not end")
		return ""
	}
	s.at++
	var out string
	if err := json.Unmarshal([]byte(s.s[start-1:s.at]), &out); err != nil || strings.ContainsRune(out, 0) {
		s.fail("text")
		return ""
	}
	return out
}

func (s *scanner) count() int {
	s.space()
	start := s.at
	for s.at < len(s.s) && s.s[s.at] >= '0' && s.s[s.at] <= '9' {
		s.at++
	}
	n, err := strconv.Atoi(s.s[start:s.at])
	if err != nil || n > 1<<31 {
		s.fail("number")
		return 0
	}
	return n
}

func (s *scanner) flag() bool {
	s.space()
	switch rest := s.s[s.at:]; {
	case strings.HasPrefix(rest, "true"):
		s.at += len("true")
		return true
	case strings.HasPrefix(rest, "false"):
		s.at += len("false")
		return false
	}
	s.fail("neither true nor false")
	return false
}

// The moments a state may hold: those of the years 0 to 9999, which every other
// form of a moment can say.
const (
	firstMicro = -62167219200000000
	lastMicro  = 253402300799999999
)

// moment reads microseconds since 1970.
func (s *scanner) moment() time.Time {
	s.space()
	start := s.at
	if s.at < len(s.s) && s.s[s.at] == '-' {
		s.at++
	}
	for s.at < len(s.s) && s.s[s.at] >= '0' && s.s[s.at] <= '9' {
		s.at++
	}
	n, err := strconv.ParseInt(s.s[start:s.at], 10, 64)
	if err != nil || n < firstMicro || n > lastMicro {
		s.fail("moment")
		return time.Time{}
	}
	return micro(time.UnixMicro(n))
}

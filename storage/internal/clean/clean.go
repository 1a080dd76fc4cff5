// Package clean holds what every engine does to values before it keeps them, so
// that all of them refuse and round the same way.
package clean

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrText: a text holds a NUL or bytes that are no UTF-8. PostgreSQL cannot
// keep such a text, so no engine does.
var ErrText = errors.New("storage: text with a NUL or broken UTF-8")

// Text refuses what ErrText names.
func Text(texts ...string) error {
	for _, s := range texts {
		if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			return ErrText
		}
	}
	return nil
}

// Body encodes a row as JSON. Strings inside are held to Text: the encoder
// writes a NUL and a broken byte as escapes nothing else is written as.
func Body(row any) (string, error) {
	b, err := json.Marshal(row)
	if err != nil {
		return "", fmt.Errorf("storage: encode row: %w", err)
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		if rest := string(b[i+1 : min(i+6, len(b))]); rest == "u0000" || rest == "ufffd" {
			return "", ErrText
		}
		i++ // the escaped character, which may be a backslash itself
	}
	return string(b), nil
}

// Moment rounds down to the microsecond and drops the zone: what both databases
// can give back unchanged.
func Moment(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// Plain reports whether a text is its own JSON form between quotes.
func Plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

package forms

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func (r *jsonReader) text() string {
	r.i++
	start := r.i
	for r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case c == '"':
			r.i++
			return r.b[start : r.i-1]
		case c == '\\':
			return r.escaped(start)
		case c < 0x20:
			r.fail("json_control")
			return ""
		}
		r.i++
	}
	r.fail("json_syntax")
	return ""
}

// escaped reads on from the first backslash of a string that began at start.
func (r *jsonReader) escaped(start int) string {
	out := append(make([]byte, 0, r.i-start+32), r.b[start:r.i]...)
	for r.i < len(r.b) && r.fault == nil {
		switch c := r.b[r.i]; {
		case c == '"':
			r.i++
			return string(out)
		case c == '\\':
			out = r.escape(out)
		case c < 0x20:
			r.fail("json_control")
		default:
			out = append(out, c)
			r.i++
		}
	}
	r.fail("json_syntax")
	return ""
}

const plainEscapes = `"\/bfnrt`

func (r *jsonReader) escape(out []byte) []byte {
	if r.i++; r.i >= len(r.b) {
		return out
	}
	c := r.b[r.i]
	r.i++
	if at := strings.IndexByte(plainEscapes, c); at >= 0 {
		return append(out, "\"\\/\b\f\n\r\t"[at])
	}
	if c != 'u' {
		r.fail("json_syntax")
		return out
	}
	unit := r.hex()
	if utf16.IsSurrogate(unit) {
		if !r.take('\\') || !r.take('u') {
			r.fail("json_utf8")
			return out
		}
		unit = utf16.DecodeRune(unit, r.hex())
		if unit == utf8.RuneError {
			r.fail("json_utf8")
		}
	}
	if unit == 0 {
		r.fail("json_control")
	}
	return utf8.AppendRune(out, unit)
}

func (r *jsonReader) hex() rune {
	if r.i+4 > len(r.b) {
		r.fail("json_syntax")
		return 0
	}
	n, err := strconv.ParseUint(r.b[r.i:r.i+4], 16, 16)
	if err != nil {
		r.fail("json_syntax")
		return 0
	}
	r.i += 4
	return rune(n)
}

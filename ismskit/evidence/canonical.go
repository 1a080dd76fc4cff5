package evidence

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Canonicaler is implemented by values that stand for another value in canonical
// bytes.
type Canonicaler interface {
	// CanonicalValue returns a value that Canonical accepts.
	CanonicalValue() any
}

// Reasons of a [ValueError].
const (
	NotUTF8      = "not_utf8"
	NotNFC       = "not_nfc" // the same text could be written with other bytes
	HasNUL       = "nul"
	NoFloats     = "float" // decimals are strings
	NoBytes      = "bytes" // files are named by digest
	NotInteger   = "not_integer"
	OutOfRange   = "out_of_range" // an integer beyond 64 bits, the zero time, a year beyond 9999
	TooDeep      = "too_deep"
	Unsupported  = "unsupported"
	TextRefused  = "text_refused" // MarshalText failed
	NotCanonical = "not_canonical"
)

// deepest is how many lists and objects may lie inside one another.
const deepest = 64

// usualPayload is the capacity a payload's bytes begin with.
const usualPayload = 1024

// TimeLayout is how a time stands in canonical bytes, in UTC. It has exactly six fractional digits: the resolution of both databases.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// ValueError says which part of a value has no canonical bytes, and why.
type ValueError struct {
	Path   string // such as .rows[2].system; "" is the whole value
	Reason string // one of the reasons above
	Err    error  // what MarshalText returned, with TextRefused
}

// Error returns path and reason for a log; it is not meant for users.
func (e *ValueError) Error() string {
	if e.Err != nil {
		return "evidence: value" + e.Path + ": " + e.Reason + ": " + e.Err.Error()
	}
	return "evidence: value" + e.Path + ": " + e.Reason
}

// Unwrap returns the error of MarshalText, if there was one.
func (e *ValueError) Unwrap() error { return e.Err }

func (e *ValueError) under(step string) *ValueError {
	e.Path = step + e.Path
	return e
}

func fault(reason string) *ValueError { return &ValueError{Reason: reason} }

// Canonical returns the canonical JSON of v: keys in the order of their UTF-8
// bytes, no white space, only those characters escaped that must be, integers of up
// to 64 bits with sign, times as UTC with microseconds (anything finer is cut off),
// which are strings to a reader. The zero time is refused: no time is nil.
//
// It accepts nil, bool, strings, integers, time.Time, map[string]any, []any,
// map[string]string, []string, json.Number holding an integer,
// encoding.TextMarshaler, [Canonicaler], types whose kind is bool, string or
// integer, and nil pointers (null). Texts, keys too, must be UTF-8 in normal form C
// without NUL. Everything else is a *[ValueError] that names the path.
func Canonical(v any) ([]byte, error) {
	switch v.(type) {
	case map[string]any, []any:
		return AppendCanonical(make([]byte, 0, usualPayload), v)
	}
	return AppendCanonical(nil, v)
}

// AppendCanonical appends the canonical bytes of v to dst. On an error it returns
// nil.
func AppendCanonical(dst []byte, v any) ([]byte, error) {
	e := newEncoder(dst)
	if err := e.value(v, 0); err != nil {
		return nil, err
	}
	return e.out, nil
}

// encoder holds the keys of the objects being written in one stack, which saves a
// slice for each of them.
type encoder struct {
	out  []byte
	keys []string
}

func newEncoder(dst []byte) *encoder { return &encoder{out: dst} }

// usualKeys is the room for keys that the first object makes; a plain value, of
// which a signature has many, needs none.
const usualKeys = 32

func (e *encoder) value(v any, depth int) *ValueError {
	if depth > deepest {
		return fault(TooDeep)
	}
	switch v := v.(type) {
	case nil:
		e.out = append(e.out, "null"...)
	case string:
		return e.text(v)
	case bool:
		e.out = strconv.AppendBool(e.out, v)
	case int:
		e.out = strconv.AppendInt(e.out, int64(v), 10)
	case int64:
		e.out = strconv.AppendInt(e.out, v, 10)
	case map[string]any:
		return object(e, v, depth)
	case map[string]string:
		return object(e, v, depth)
	case []any:
		return list(e, v, depth)
	case []string:
		return list(e, v, depth)
	case time.Time:
		return e.time(v)
	case json.Number:
		return e.number(string(v))
	default:
		return e.other(v, depth)
	}
	return nil
}

func object[T any](e *encoder, m map[string]T, depth int) *ValueError {
	if e.keys == nil {
		e.keys = make([]string, 0, usualKeys)
	}
	first := len(e.keys)
	for key := range m {
		e.keys = append(e.keys, key)
	}
	last := len(e.keys)
	slices.Sort(e.keys[first:last])
	e.out = append(e.out, '{')
	for i := first; i < last; i++ {
		key := e.keys[i] // the stack may move while a value is written
		if i > first {
			e.out = append(e.out, ',')
		}
		if err := e.text(key); err != nil {
			return err.under("." + strconv.Quote(key))
		}
		e.out = append(e.out, ':')
		if err := e.value(m[key], depth+1); err != nil {
			return err.under("." + key)
		}
	}
	e.out = append(e.out, '}')
	e.keys = e.keys[:first]
	return nil
}

func list[T any](e *encoder, l []T, depth int) *ValueError {
	e.out = append(e.out, '[')
	for i, item := range l {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		if err := e.value(item, depth+1); err != nil {
			return err.under("[" + strconv.Itoa(i) + "]")
		}
	}
	e.out = append(e.out, ']')
	return nil
}

func (e *encoder) time(t time.Time) *ValueError {
	t = t.UTC()
	if y := t.Year(); t.IsZero() || y < 1 || y > 9999 {
		return fault(OutOfRange) // no time is nil
	}
	e.out = append(e.out, '"')
	e.out = t.AppendFormat(e.out, TimeLayout)
	e.out = append(e.out, '"')
	return nil
}

// number writes a JSON number if it is the one way to write a 64-bit integer.
func (e *encoder) number(s string) *ValueError {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return fault(OutOfRange)
		}
		return fault(NotInteger)
	}
	start := len(e.out)
	e.out = strconv.AppendInt(e.out, n, 10)
	if string(e.out[start:]) != s { // 007, +7, -0
		return fault(NotInteger)
	}
	return nil
}

// other writes what is neither plain nor a container.
func (e *encoder) other(v any, depth int) *ValueError {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer && rv.IsNil() {
		e.out = append(e.out, "null"...)
		return nil
	}
	switch v := v.(type) {
	case Canonicaler:
		return e.value(v.CanonicalValue(), depth+1)
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		if err != nil {
			return &ValueError{Reason: TextRefused, Err: err}
		}
		return e.text(string(text))
	}
	switch rv.Kind() {
	case reflect.String:
		return e.text(rv.String())
	case reflect.Bool:
		e.out = strconv.AppendBool(e.out, rv.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.out = strconv.AppendInt(e.out, rv.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if rv.Uint() > 1<<63-1 {
			return fault(OutOfRange)
		}
		e.out = strconv.AppendUint(e.out, rv.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return fault(NoFloats)
	case reflect.Slice, reflect.Array:
		if rv.Type().Elem().Kind() == reflect.Uint8 {
			return fault(NoBytes)
		}
		return fault(Unsupported)
	default:
		return fault(Unsupported)
	}
	return nil
}

const hexFigures = "0123456789abcdef"

// text writes a JSON string, escaping the quote, the backslash and control
// characters only, with the short form where JSON has one.
func (e *encoder) text(s string) *ValueError {
	if reason := textFault(s); reason != "" {
		return fault(reason)
	}
	e.out = append(e.out, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		e.out = append(e.out, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			e.out = append(e.out, '\\', c)
		case '\b':
			e.out = append(e.out, `\b`...)
		case '\f':
			e.out = append(e.out, `\f`...)
		case '\n':
			e.out = append(e.out, `\n`...)
		case '\r':
			e.out = append(e.out, `\r`...)
		case '\t':
			e.out = append(e.out, `\t`...)
		default:
			e.out = append(e.out, `\u00`...)
			e.out = append(e.out, hexFigures[c>>4], hexFigures[c&15])
		}
	}
	e.out = append(e.out, s[done:]...)
	e.out = append(e.out, '"')
	return nil
}

// textFault says why a text may not stand in evidence, or "".
func textFault(s string) string {
	if plainText(s) {
		return ""
	}
	switch {
	case strings.IndexByte(s, 0) >= 0:
		return HasNUL
	case !utf8.ValidString(s):
		return NotUTF8
	case norm.NFC.QuickSpanString(s) < len(s) && !norm.NFC.IsNormalString(s): // the first allocates nothing
		return NotNFC
	}
	return ""
}

// plainText says that a text holds nothing but ASCII without NUL and characters that are
// their own normal form and combine with nothing, told without a look at the tables of
// Unicode, which costs more than all else of an entry: Chinese ones, their punctuation
// (U+3000 to U+3029) and the wide forms of ASCII, so nearly all that offices write.
func plainText(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c == 0 {
				return false
			}
			i++
			continue
		}
		if c&0xF0 != 0xE0 || i+2 >= len(s) || s[i+1]&0xC0 != 0x80 || s[i+2]&0xC0 != 0x80 {
			return false
		}
		r := uint(c&0x0F)<<12 | uint(s[i+1]&0x3F)<<6 | uint(s[i+2]&0x3F)
		if (r < 0x4E00 || r > 0x9FFF) && (r < 0x3000 || r > 0x3029) && (r < 0xFF01 || r > 0xFF5E) {
			return false
		}
		i += 3
	}
	return true
}

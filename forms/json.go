package forms

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// jsonFault says why a JSON text is refused, where, and with which parameters.
type jsonFault struct {
	code   string
	path   string
	params map[string]any
}

// readJSON reads one JSON text more strictly than encoding/json: no duplicate keys, no invalid UTF-8, no NUL, no lone
// surrogates, limited size, depth and number of values. Numbers come as json.Number.
//
// The keys of names are taken from there instead of being copied; size is how many members the outermost object may have.
func readJSON(b []byte, limit int, names map[string]string, size int) (any, *jsonFault) {
	if len(b) > limit {
		return nil, &jsonFault{code: "json_size", params: map[string]any{"max": limit}}
	}
	text := string(b) // copied once; the texts read are slices of it
	if !utf8.ValidString(text) {
		return nil, &jsonFault{code: "json_utf8"}
	}
	r := jsonReader{b: text, names: names, size: size}
	r.blanks()
	v := r.value()
	if r.fault == nil {
		if r.blanks(); r.i < len(text) {
			r.fail("json_syntax")
		}
	}
	if r.fault != nil {
		return nil, r.fault
	}
	return v, nil
}

type jsonReader struct {
	b     string
	i     int
	count int
	names map[string]string
	size  int
	steps []jsonStep
	fault *jsonFault
}

// jsonStep is one step from the outermost value to the one being read.
type jsonStep struct {
	key   string
	index int
	list  bool
}

func (r *jsonReader) fail(code string, params ...any) {
	if r.fault != nil {
		return
	}
	var path strings.Builder
	for _, s := range r.steps {
		switch {
		case s.list:
			path.WriteString("[" + strconv.Itoa(s.index) + "]")
		case path.Len() > 0:
			path.WriteString("." + s.key)
		default:
			path.WriteString(s.key)
		}
	}
	if code == "json_syntax" {
		params = append(params, "offset", r.i)
	}
	r.fault = &jsonFault{code: code, path: path.String(), params: pairs(params)}
}

func (r *jsonReader) blanks() {
	for r.i < len(r.b) {
		switch r.b[r.i] {
		case ' ', '\t', '\n', '\r':
			r.i++
		default:
			return
		}
	}
}

func (r *jsonReader) value() any {
	if r.count++; r.count > MaxJSONValues {
		r.fail("json_many", "max", MaxJSONValues)
		return nil
	}
	if r.i >= len(r.b) {
		r.fail("json_syntax")
		return nil
	}
	switch c := r.b[r.i]; c {
	case '"':
		return r.text()
	case '{':
		return r.object()
	case '[':
		return r.list()
	case 't':
		return r.word("true", true)
	case 'f':
		return r.word("false", false)
	case 'n':
		return r.word("null", nil)
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return r.number()
		}
	}
	r.fail("json_syntax")
	return nil
}

func (r *jsonReader) word(w string, v any) any {
	if !strings.HasPrefix(r.b[r.i:], w) {
		r.fail("json_syntax")
		return nil
	}
	r.i += len(w)
	return v
}

func (r *jsonReader) enter(s jsonStep) bool {
	if len(r.steps) >= MaxDepth {
		r.fail("json_depth", "max", MaxDepth)
		return false
	}
	r.steps = append(r.steps, s)
	return true
}

func (r *jsonReader) leave() { r.steps = r.steps[:len(r.steps)-1] }

// next moves past one separator and reports whether another member follows.
func (r *jsonReader) next(closing byte) bool {
	r.blanks()
	if r.i < len(r.b) {
		switch r.b[r.i] {
		case ',':
			r.i++
			r.blanks()
			return true
		case closing:
			r.i++
			return false
		}
	}
	r.fail("json_syntax")
	return false
}

func (r *jsonReader) opens(closing byte) bool {
	r.i++
	r.blanks()
	if r.i < len(r.b) && r.b[r.i] == closing {
		r.i++
		return false
	}
	return true
}

func (r *jsonReader) object() any {
	out := make(map[string]any, r.size)
	r.size = 0
	if !r.enter(jsonStep{}) {
		return nil
	}
	for more := r.opens('}'); more && r.fault == nil; more = r.next('}') {
		if r.i >= len(r.b) || r.b[r.i] != '"' {
			r.fail("json_syntax")
			break
		}
		key := r.key()
		r.steps[len(r.steps)-1].key = key
		r.blanks()
		if r.fault != nil || r.i >= len(r.b) || r.b[r.i] != ':' {
			r.fail("json_syntax")
			break
		}
		r.i++
		r.blanks()
		size := len(out)
		out[key] = r.value()
		if len(out) == size {
			r.fail("json_duplicate", "key", key)
		}
	}
	r.leave()
	return out
}

// key reads the key of a member.
func (r *jsonReader) key() string {
	start := r.i + 1
	if end := strings.IndexByte(r.b[start:], '"'); end >= 0 {
		if known, ok := r.names[r.b[start:start+end]]; ok {
			r.i = start + end + 1
			return known
		}
	}
	return r.text()
}

func (r *jsonReader) list() any {
	out := []any{}
	if !r.enter(jsonStep{list: true}) {
		return nil
	}
	for more := r.opens(']'); more && r.fault == nil; more = r.next(']') {
		r.steps[len(r.steps)-1].index = len(out)
		out = append(out, r.value())
	}
	r.leave()
	return out
}

func (r *jsonReader) number() any {
	start := r.i
	r.take('-')
	if !r.take('0') && !r.digits() {
		r.fail("json_syntax")
	}
	if r.take('.') && !r.digits() {
		r.fail("json_syntax")
	}
	if r.take('e') || r.take('E') {
		if !r.take('-') {
			r.take('+')
		}
		if !r.digits() {
			r.fail("json_syntax")
		}
	}
	if r.i-start > MaxNumberLength {
		r.fail("json_number", "max", MaxNumberLength)
	}
	return json.Number(r.b[start:r.i])
}

func (r *jsonReader) take(c byte) bool {
	if r.i < len(r.b) && r.b[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *jsonReader) digits() bool {
	start := r.i
	for r.i < len(r.b) && r.b[r.i] >= '0' && r.b[r.i] <= '9' {
		r.i++
	}
	return r.i > start
}

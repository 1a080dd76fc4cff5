package api

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ismskit/ismskit/forms"
)

// maxDepth is that of a form's values with the request around them.
const maxDepth = forms.MaxDepth + 4

// checkJSON refuses what a lenient decoder lets pass: invalid UTF-8, NUL and
// broken surrogates in texts, keys given twice, deep nesting, anything behind the
// value. What is left means the same to every reader. The faults are those of
// package forms, with its messages.
func checkJSON(body []byte) forms.Invalid {
	if !utf8.Valid(body) {
		return forms.Invalid{{Code: "json_utf8"}}
	}
	s := scan{dec: json.NewDecoder(bytes.NewReader(body))}
	s.dec.UseNumber()
	for {
		token, err := s.dec.Token()
		if err == io.EOF && s.values == 1 && len(s.open) == 0 {
			return nil
		}
		if err != nil {
			return forms.Invalid{{Code: "json_syntax", Params: map[string]any{"offset": s.dec.InputOffset()}}}
		}
		if code := s.take(token); code != "" {
			return forms.Invalid{{Code: code, Field: s.path(), Params: s.params(code, token)}}
		}
	}
}

// scan is where the reading of a JSON text stands.
type scan struct {
	dec    *json.Decoder
	open   []level
	count  int // values so far
	values int // outermost ones
}

// level is an object or list that is not closed yet.
type level struct {
	keys  map[string]bool // nil for a list
	key   string          // the one being read, when wanted is false
	index int
	value bool // a value comes next
}

func (s *scan) take(token json.Token) string {
	if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
		s.open = s.open[:len(s.open)-1]
		s.closed()
		return ""
	}
	if text, ok := token.(string); ok {
		if strings.ContainsRune(text, 0) {
			return "json_control"
		}
		// The decoder puts the replacement character where a surrogate stands alone.
		if strings.ContainsRune(text, utf8.RuneError) {
			return "json_utf8"
		}
		if top := s.top(); top != nil && top.keys != nil && !top.value {
			return top.name(text)
		}
	}
	if s.count++; s.count > forms.MaxJSONValues {
		return "json_many"
	}
	if n, ok := token.(json.Number); ok && len(n) > forms.MaxNumberLength {
		return "json_number"
	}
	d, ok := token.(json.Delim)
	if !ok {
		s.closed()
		return ""
	}
	if len(s.open) == maxDepth {
		return "json_depth"
	}
	if d == '{' {
		s.open = append(s.open, level{keys: map[string]bool{}})
	} else {
		s.open = append(s.open, level{})
	}
	return ""
}

// name reads a key of an object.
func (l *level) name(key string) string {
	l.key, l.value = key, true
	if l.keys[key] {
		return "json_duplicate"
	}
	l.keys[key] = true
	return ""
}

// closed says that a value is complete.
func (s *scan) closed() {
	if top := s.top(); top != nil {
		top.value = false
		top.index++
		return
	}
	s.values++
}

func (s *scan) top() *level {
	if len(s.open) == 0 {
		return nil
	}
	return &s.open[len(s.open)-1]
}

// path is where the reading stands: values.lines[2].system.
func (s *scan) path() string {
	var b strings.Builder
	for _, l := range s.open {
		switch {
		case l.keys == nil:
			b.WriteString("[" + strconv.Itoa(l.index) + "]")
		case l.key == "":
		case b.Len() > 0:
			b.WriteString("." + l.key)
		default:
			b.WriteString(l.key)
		}
	}
	return b.String()
}

func (s *scan) params(code string, token json.Token) map[string]any {
	switch code {
	case "json_duplicate":
		return map[string]any{"key": token}
	case "json_depth":
		return map[string]any{"max": maxDepth}
	case "json_many":
		return map[string]any{"max": forms.MaxJSONValues}
	case "json_number":
		return map[string]any{"max": forms.MaxNumberLength}
	}
	return nil
}

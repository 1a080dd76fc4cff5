package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseFlow decodes a flow from JSON. Unknown keys, keys given twice and values
// of the wrong type are Problems that name their place; all of them are
// reported at once.
func ParseFlow(b []byte) (Flow, error) {
	var flow Flow
	if len(b) > MaxBytes {
		return flow, Problems{{Path: "", Code: "too_large", Params: params("max", MaxBytes)}}
	}
	if !utf8.Valid(b) {
		return flow, Problems{{Path: "", Code: "not_utf8"}}
	}
	r := reader{dec: json.NewDecoder(bytes.NewReader(b))}
	r.dec.UseNumber()
	if err := r.value(reflect.TypeFor[Flow](), "", 0); err != nil {
		return flow, append(r.found, r.broken(err))
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return flow, append(r.found, r.broken(errors.New("more than one value")))
	}
	if len(r.found) > 0 {
		return flow, r.found
	}
	if err := json.Unmarshal(b, &flow); err != nil {
		return Flow{}, Problems{{Code: "syntax", Params: params("error", err)}}
	}
	return flow, nil
}

// reader walks JSON along a Go type and notes what does not fit.
type reader struct {
	dec   *json.Decoder
	found Problems
}

var errTooDeep = errors.New("too deep")

func (r *reader) broken(err error) Problem {
	if errors.Is(err, errTooDeep) {
		return Problem{Code: "too_deep", Params: params("max", MaxDepth)}
	}
	return Problem{Code: "syntax", Params: params("error", err, "offset", r.dec.InputOffset())}
}

func (r *reader) note(path, code string, p map[string]string) {
	r.found = append(r.found, Problem{Path: strings.TrimPrefix(path, "."), Code: code, Params: p})
}

// value reads the next value as t; a nil t means that it is only skipped.
func (r *reader) value(t reflect.Type, path string, depth int) error {
	// A node takes at most five levels of JSON.
	if depth > 6*MaxDepth {
		return errTooDeep
	}
	tok, err := r.dec.Token()
	if err != nil {
		return err
	}
	if tok == nil && t != nil && slices.Contains([]reflect.Kind{reflect.Slice, reflect.Map, reflect.Pointer}, t.Kind()) {
		return nil // how a flow writes what has nothing in it
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch tok {
	case json.Delim('{'):
		return r.object(t, path, depth)
	case json.Delim('['):
		return r.array(t, path, depth)
	}
	if t != nil && !scalarFits(tok, t.Kind()) {
		r.note(path, "wrong_type", params("want", word(t.Kind())))
	}
	return nil
}

func (r *reader) object(t reflect.Type, path string, depth int) error {
	if t != nil && t.Kind() != reflect.Struct && t.Kind() != reflect.Map {
		r.note(path, "wrong_type", params("want", word(t.Kind())))
		t = nil
	}
	seen := map[string]bool{}
	for r.dec.More() {
		tok, err := r.dec.Token()
		if err != nil {
			return err
		}
		key, _ := tok.(string)
		if seen[key] {
			r.note(path+"."+key, "key_twice", params("key", key))
		}
		seen[key] = true
		member, ok := memberType(t, key)
		if t != nil && !ok {
			r.note(path+"."+key, "unknown_key", params("key", key))
		}
		if err := r.value(member, path+"."+key, depth+1); err != nil {
			return err
		}
	}
	_, err := r.dec.Token()
	return err
}

func (r *reader) array(t reflect.Type, path string, depth int) error {
	var elem reflect.Type
	switch {
	case t == nil:
	case t.Kind() == reflect.Slice:
		elem = t.Elem()
	default:
		r.note(path, "wrong_type", params("want", word(t.Kind())))
	}
	for i := 0; r.dec.More(); i++ {
		if err := r.value(elem, path+"["+strconv.Itoa(i)+"]", depth+1); err != nil {
			return err
		}
	}
	_, err := r.dec.Token()
	return err
}

func memberType(t reflect.Type, key string) (reflect.Type, bool) {
	if t == nil {
		return nil, false
	}
	if t.Kind() == reflect.Map {
		return t.Elem(), true
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == key {
			return f.Type, true
		}
	}
	return nil, false
}

func scalarFits(tok json.Token, k reflect.Kind) bool {
	switch v := tok.(type) {
	case string:
		return k == reflect.String
	case bool:
		return k == reflect.Bool
	case json.Number:
		_, err := strconv.ParseInt(v.String(), 10, 32)
		return k == reflect.Int && err == nil
	}
	return false
}

func word(k reflect.Kind) string {
	switch k {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice:
		return "list"
	case reflect.Int:
		return "number"
	case reflect.Bool:
		return "true/false"
	}
	return "text"
}

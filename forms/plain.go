package forms

import (
	"encoding/json"
	"strconv"
)

// FormatPlain writes a plain value, as Canonical and Diff give it and as JSON brings it back, as people read it; "" where it
// is not one of the field or column at path.
func (f *Form) FormatPlain(path string, plain any, in Locale) string {
	v, ok := f.Plain(path, plain)
	if !ok {
		return ""
	}
	return f.find(path).input.Format(v, in)
}

// Plain reads a plain value, as Canonical and Diff give it and as JSON brings it back; false where it is not one of the
// field or column at path.
func (f *Form) Plain(path string, plain any) (any, bool) {
	fl := f.find(path)
	if fl == nil || fl.input == nil || plain == nil {
		return nil, false
	}
	v, bad := fl.input.Decode(exactNumbers(plain))
	return v, bad == nil && v != nil
}

// exactNumbers turns the numbers of encoding/json into those Decode takes.
func exactNumbers(v any) any {
	switch v := v.(type) {
	case float64:
		return json.Number(strconv.FormatFloat(v, 'f', -1, 64))
	case int64:
		return json.Number(strconv.FormatInt(v, 10))
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = exactNumbers(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key := range v {
			out[key] = exactNumbers(v[key])
		}
		return out
	}
	return v
}

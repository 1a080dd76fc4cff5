package forms

import (
	"encoding/json"
	"strconv"
)

// FormatPlain writes a plain value, as Canonical and Diff give it and as JSON brings it back, as people read it; "" where it
// is not one of the field or column at path.
func (f *Form) FormatPlain(path string, plain any, in Locale) string {
	fl := f.find(path)
	if fl == nil || fl.input == nil || plain == nil {
		return ""
	}
	v, bad := fl.input.Decode(exactNumbers(plain))
	if bad != nil || v == nil {
		return ""
	}
	return fl.input.Format(v, in)
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

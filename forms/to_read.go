package forms

import (
	"encoding/json"
	"maps"
	"slices"
)

// CompileToRead makes a Form of a schema whose values are only looked at any more, on a machine that lacks some of its
// types; missing are their names, sorted. A value of a missing type is kept and shown as it was stored. Conditions, computed
// values and rules, which could look into such values, are left out: the Form restores, formats, compares and redacts, and
// what its Check says counts for nothing.
func CompileToRead(s Schema, t Types) (form *Form, missing []string, err error) {
	stored := map[string]Type{}
	s.Rules = nil
	s.Fields = toRead(s.Fields, t, stored)
	missing = slices.Sorted(maps.Keys(stored))
	for _, name := range missing {
		t = t.With(stored[name])
	}
	form, err = Compile(s, t)
	return form, missing, err
}

// toRead copies fields without what is computed and judged, and notes the types that t lacks.
func toRead(fields []Field, t Types, stored map[string]Type) []Field {
	out := slices.Clone(fields)
	for i, f := range out {
		f.ShowIf, f.RequireIf, f.Compute, f.Fact = "", "", "", nil
		if result, ok := f.Params["result"].(string); ok && f.Type == "computed" {
			f.Type, f.Params = result, maps.Clone(f.Params)
			delete(f.Params, "result")
		}
		f.Fields = toRead(f.Fields, t, stored)
		f.Variants = slices.Clone(f.Variants)
		for j, v := range f.Variants {
			f.Variants[j].Fields = toRead(v.Fields, t, stored)
		}
		if _, known := t.byName[f.Type]; !known && f.Type != "table" {
			stored[f.Type] = storedType{f.Type}
		}
		out[i] = f
	}
	return out
}

// storedType stands in for a type that this machine doesn't have.
type storedType struct{ name string }

func (s storedType) Name() string { return s.name }

func (storedType) Compile(Field, Report) Input { return storedInput{} }

// storedInput takes values as Canonical once gave them.
type storedInput struct{}

func (storedInput) Decode(in any) (any, *Fault) { return storedValue(in), nil }

func (storedInput) Parse(post Post) (any, *Fault) {
	if text := post.Text(""); text != "" {
		return text, nil
	}
	return nil, nil
}

func (storedInput) Check(*CheckContext, any) *Fault { return nil }

func (storedInput) Canonical(v any) any { return v }

func (storedInput) Format(v any, _ Locale) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(appendPlain(nil, v))
}

// storedValue turns what was read from JSON into a plain value.
func storedValue(in any) any {
	switch in := in.(type) {
	case json.Number:
		if n, err := in.Int64(); err == nil {
			return n
		}
		return in.String()
	case []any:
		out := make([]any, len(in))
		for i, v := range in {
			out[i] = storedValue(v)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(in))
		for key, v := range in {
			out[key] = storedValue(v)
		}
		return out
	}
	return in
}

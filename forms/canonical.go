package forms

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Leaf is a named value of a form, made for the leaves of the evidence: Name is "field/reason" for a field,
// "row/lines/k3f9x2ab/system" for a cell. Value is a string, bool, int64, map[string]any or []any of these.
type Leaf struct {
	Name  string
	Value any
}

// Canonical lists the answered fields and cells as plain values, in the order of the schema and its rows. A table has a leaf
// of its own, "field/lines", with the identities of its rows in order, so that adding, removing and moving rows is seen.
func (f *Form) Canonical(v Values) []Leaf {
	var out []Leaf
	for _, fl := range f.fields {
		value := v[fl.Key]
		if value == nil {
			continue
		}
		if !fl.isTable {
			out = append(out, Leaf{"field/" + fl.Key, fl.input.Canonical(value)})
			continue
		}
		rows, _ := value.([]Row)
		ids := make([]any, len(rows))
		for i, row := range rows {
			ids[i] = rowID(row)
		}
		out = append(out, Leaf{"field/" + fl.Key, ids})
		for _, row := range rows {
			for _, column := range fl.columns {
				if cell := row[column.Key]; cell != nil {
					name := "row/" + fl.Key + "/" + rowID(row) + "/" + column.Key
					out = append(out, Leaf{name, column.input.Canonical(cell)})
				}
			}
		}
	}
	return out
}

// plain gives all values as a tree of plain values.
func (f *Form) plain(v Values) map[string]any {
	out := make(map[string]any, len(v))
	for _, fl := range f.fields {
		value := v[fl.Key]
		if value == nil {
			continue
		}
		if !fl.isTable {
			out[fl.Key] = fl.input.Canonical(value)
			continue
		}
		rows, _ := value.([]Row)
		list := make([]any, len(rows))
		for i, row := range rows {
			list[i] = fl.plainRow(row)
		}
		out[fl.Key] = list
	}
	return out
}

func (fl *field) plainRow(row Row) map[string]any {
	out := map[string]any{RowID: rowID(row)}
	for _, column := range fl.columns {
		if cell := row[column.Key]; cell != nil {
			out[column.Key] = column.input.Canonical(cell)
		}
	}
	return out
}

// EncodeJSON writes values as JSON: the same bytes for the same values, keys sorted, no blanks. Restore reads them back;
// Decode does where the form has no fields that only the engine sets. Values of fields the form doesn't have are left out.
func (f *Form) EncodeJSON(v Values) []byte { return appendPlain(nil, f.plain(v)) }

// appendPlain writes a plain value as deterministic JSON.
func appendPlain(dst []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case map[string]any:
		dst = append(dst, '{')
		for i, key := range sortedKeys(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendText(dst, key), ':')
			dst = appendPlain(dst, v[key])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendPlain(dst, item)
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}

func appendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range s { // invalid UTF-8 comes out as U+FFFD
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

func equalPlain(a, b any) bool {
	if s, ok := a.(string); ok {
		return b == s
	}
	return bytes.Equal(appendPlain(nil, a), appendPlain(nil, b))
}

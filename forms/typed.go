package forms

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"
)

// misplaced are the faults of a request and not of somebody's answers: no mending by the person would make sense of what was
// sent, and not even a draft keeps it.
var misplaced = map[string]bool{
	"type": true, "unknown_field": true, "unknown_part": true, "system_value": true, "row_id": true, "not_editable": true,
	"rows_fixed": true, "not_shown": true, "computed_differs": true, "file_name": true, "file_unreadable": true, "file_gone": true,
}

// mendable reports whether the person who filled in the form can mend the fault where it stands.
func (f Fault) mendable() bool { return f.Field != "" && !misplaced[f.Code] }

// Unread is what of a posted form could not be read as values, for a draft to keep as it was typed: everything under the
// fields, or cells, at which FromText and the page itself found faults. p must be tidy, so that its rows are numbered as the
// faults number them.
func (f *Form) Unread(p Posted, invalid Invalid) Posted {
	out := Posted{}
	for _, bad := range invalid {
		if f.find(bad.Field) == nil {
			continue
		}
		bad.Part = ""
		out.take(p, bad.Path())
	}
	return out
}

// take copies what p has under a name and its parts.
func (p Posted) take(from Posted, name string) {
	for key, texts := range from {
		if key == name || strings.HasPrefix(key, name+".") {
			p[key] = texts
		}
	}
}

// MergeTyped gives the unread texts of a draft after more was sent: what was sent for a field, as values or as new texts,
// takes the place of all that stood there.
func (f *Form) MergeTyped(old Posted, sent Values, typed Posted) Posted {
	fresh := map[string]bool{}
	for key := range sent {
		fresh[key] = true
	}
	out := Posted{}
	for name, texts := range typed {
		key, _, _ := strings.Cut(name, ".")
		fresh[key] = true
		if f.byKey[key] != nil {
			out[name] = texts
		}
	}
	for name, texts := range old {
		if key, _, _ := strings.Cut(name, "."); !fresh[key] && f.byKey[key] != nil {
			out[name] = texts
		}
	}
	return out
}

// Retype gives what stands in the fields of a draft when it is opened again: its values as a person would type them, and over
// them the texts that could not be read.
func (f *Form) Retype(v Values, typed Posted, in Locale) Posted {
	out := f.ToText(v, in)
	maps.Copy(out, typed)
	return out
}

// Roomy refuses texts that are more than a form may hold.
func (f *Form) Roomy(typed Posted) Invalid {
	size := 0
	for name, texts := range typed {
		size += len(name)
		for _, text := range texts {
			size += len(text)
		}
	}
	if size > f.limit || len(typed) > MaxPosted {
		return Invalid{{Code: "json_size", Params: map[string]any{"max": f.limit}}}
	}
	return nil
}

// Misread says what is wrong with the unread texts of a draft: the complaint of each field, in the order of the form. loc is
// where the person's clocks stand.
func (f *Form) Misread(v Values, typed Posted, loc *time.Location) Invalid {
	if len(typed) == 0 {
		return nil
	}
	_, all := f.FromText(f.Retype(v, typed, Locale{Location: loc}), loc)
	var out Invalid
	said := func(name string) bool {
		for _, bad := range out {
			bad.Part = ""
			if path := bad.Path(); name == path || strings.HasPrefix(name, path+".") {
				return true
			}
		}
		return false
	}
	for _, bad := range all {
		at := bad
		at.Part = ""
		under := Posted{}
		if under.take(typed, at.Path()); len(under) > 0 {
			out = append(out, bad)
		}
	}
	for _, name := range sortedKeys(typed) {
		if said(name) || !typed.filledAt(name) {
			continue
		}
		if fl, row := f.named(name); fl != nil {
			out = append(out, fl.fault(fault("unread"), row, nil))
		}
	}
	return out
}

// filledAt reports whether something was typed under the very name.
func (p Posted) filledAt(name string) bool {
	return Posted{name: p[name]}.filled()
}

// named finds the field, or column and row, that a posted name belongs to.
func (f *Form) named(name string) (*field, int) {
	key, rest, _ := strings.Cut(name, ".")
	fl := f.byKey[key]
	if fl == nil || !fl.isTable {
		return fl, 0
	}
	n, part, ok := numbered(rest)
	column, _, _ := strings.Cut(part, ".")
	if c := fl.column(column); ok && c != nil {
		return c, n
	}
	return fl, 0
}

// DecodeDraft reads changes of a draft as DecodeChanges does, but keeps what it cannot read: a half-typed date becomes a text
// under the field's name, and the field is cleared. The faults are those of the request alone.
func (f *Form) DecodeDraft(b []byte) (Values, Posted, Invalid) {
	v, invalid := f.DecodeChanges(b)
	var refused, unread Invalid
	for _, bad := range invalid {
		if fl := f.find(bad.Field); bad.mendable() || bad.Code == "type" && fl != nil && !fl.isTable {
			unread = append(unread, bad)
		} else {
			refused = append(refused, bad)
		}
	}
	if len(unread) == 0 || len(refused) > 0 {
		return v, nil, refused
	}
	tree, bad := readJSON(b, f.limit, f.names, min(len(f.fields), MaxFields))
	if bad != nil { // it was read a moment ago
		return v, nil, Invalid{f.jsonFault(bad)}
	}
	all := Posted{}
	object, _ := tree.(map[string]any)
	for key, value := range object {
		first := 0
		if fl := f.byKey[key]; fl != nil && fl.isTable {
			first = 1
		}
		all.flatten(key, value, first)
	}
	return v, f.Unread(all, unread), nil
}

// flatten writes a JSON value as a page would have posted it; the items of a list are counted from first.
func (p Posted) flatten(name string, v any, first int) {
	switch v := v.(type) {
	case string:
		p[name] = append(p[name], v)
	case json.Number:
		p[name] = append(p[name], string(v))
	case bool:
		p[name] = append(p[name], strconv.FormatBool(v))
	case map[string]any:
		for key, part := range v {
			p.flatten(name+"."+key, part, 0)
		}
	case []any:
		for i, item := range v {
			if _, parts := item.(map[string]any); parts {
				p.flatten(name+"."+number(first+i), item, 0)
				continue
			}
			p.flatten(name, item, 0)
		}
	}
}

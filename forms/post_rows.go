package forms

import (
	"slices"
	"strconv"
	"strings"
)

func number(n int) string { return strconv.Itoa(n) }

// numbers lists the numbered parts under name that something was sent for, in order: of "lines.2.system" under "lines" the
// "2". At most MaxRows + 1 are returned, so that too many can be noticed.
func (p Posted) numbers(name string) []string {
	seen := map[int]bool{}
	for key := range p {
		rest, below := strings.CutPrefix(key, name+".")
		if !below {
			continue
		}
		digits, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(digits); err == nil && n >= 0 && strconv.Itoa(n) == digits {
			seen[n] = true
		}
	}
	all := make([]int, 0, len(seen))
	for n := range seen {
		all = append(all, n)
	}
	slices.Sort(all)
	all = all[:min(len(all), MaxRows+1)]
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = strconv.Itoa(n)
	}
	return out
}

// filled reports whether anything was typed or chosen under names with the prefix. Hidden words that a page sends for an
// empty row ("false" before a box, the kind of a person) don't count.
func (p Posted) filled(prefix string) bool {
	for key, texts := range p {
		part, below := strings.CutPrefix(key, prefix)
		if !below || strings.HasSuffix(part, ".kind") {
			continue
		}
		for _, text := range texts {
			if text = strings.TrimSpace(text); text != "" && text != "false" {
				return true
			}
		}
	}
	return false
}

// Tidy gives what was posted with quite empty rows taken out and the others numbered from 1, as faults number them.
func (f *Form) Tidy(p Posted) Posted {
	out := make(Posted, len(p))
	for name, texts := range p {
		table, _, inRow := strings.Cut(name, ".")
		if fl := f.byKey[table]; !inRow || fl == nil || !fl.isTable {
			out[name] = texts
		}
	}
	for _, fl := range f.fields {
		if !fl.isTable {
			continue
		}
		for i, n := range fl.filledRows(p) {
			from, to := fl.Key+"."+n+".", fl.Key+"."+number(i+1)+"."
			for name, texts := range p {
				if part, below := strings.CutPrefix(name, from); below {
					out[to+part] = texts
				}
			}
		}
	}
	return out
}

// ToText gives what a person would have typed for v, as the inverse of FromText: a page fills its fields from it. Rows are
// numbered from 1. Computed values and serial numbers are left out.
func (f *Form) ToText(v Values, in Locale) Posted {
	out := Posted{}
	for _, fl := range f.fields {
		if !fl.isTable {
			out.put(fl, fl.Key, v, in)
			continue
		}
		rows, _ := v[fl.Key].([]Row)
		for i, row := range rows {
			name := fl.Key + "." + number(i+1)
			out[name+"."+RowID] = []string{rowID(row)}
			for _, column := range fl.columns {
				out.put(column, name+"."+column.Key, row, in)
			}
		}
	}
	return out
}

func (p Posted) put(fl *field, name string, from Values, in Locale) {
	v := from[fl.Key]
	if v == nil || fl.system {
		return
	}
	putText(fl.input, v, in, func(part, text string) {
		at := name
		if part != "" {
			at += "." + part
		}
		p[at] = append(p[at], text)
	})
}

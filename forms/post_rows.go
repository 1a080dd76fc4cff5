package forms

import (
	"slices"
	"strconv"
	"strings"
)

func number(n int) string { return strconv.Itoa(n) }

// numbered splits "2.system" into 2 and "system".
func numbered(name string) (n int, rest string, ok bool) {
	digits, rest, _ := strings.Cut(name, ".")
	n, err := strconv.Atoi(digits)
	return n, rest, err == nil && n >= 0 && strconv.Itoa(n) == digits
}

// numbers lists the numbered parts under name that something was sent for, in order: of "files.2.digest" under "files" the
// "2". At most MaxItems + 1 are returned, so that too many can be noticed.
func (p Posted) numbers(name string) []string {
	seen := map[int]bool{}
	for key := range p {
		if rest, below := strings.CutPrefix(key, name+"."); below {
			if n, _, ok := numbered(rest); ok {
				seen[n] = true
			}
		}
	}
	all := inOrder(seen)
	all = all[:min(len(all), MaxItems+1)]
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = number(n)
	}
	return out
}

func inOrder[V any](m map[int]V) []int {
	all := make([]int, 0, len(m))
	for n := range m {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// sheet is what was posted, with the rows of each table taken apart, quite empty ones left out.
type sheet struct {
	single Posted
	rows   map[string][]Posted
}

func (f *Form) takeApart(p Posted) sheet {
	out := sheet{make(Posted, len(p)), map[string][]Posted{}}
	tables := map[string]map[int]Posted{}
	for name, texts := range p {
		key, rest, _ := strings.Cut(name, ".")
		n, part, inRow := numbered(rest)
		if fl := f.byKey[key]; fl == nil || !fl.isTable || !inRow {
			out.single[name] = texts
			continue
		}
		if tables[key] == nil {
			tables[key] = map[int]Posted{}
		}
		if tables[key][n] == nil {
			tables[key][n] = Posted{}
		}
		tables[key][n][part] = texts
	}
	for key, rows := range tables {
		for _, n := range inOrder(rows) {
			if rows[n].filled() {
				out.rows[key] = append(out.rows[key], rows[n])
			}
		}
	}
	return out
}

// filled reports whether anything was typed or chosen in a row. Hidden words that a page sends for an empty row ("false"
// before a box, the kind of a person) don't count.
func (p Posted) filled() bool {
	for part, texts := range p {
		if strings.HasSuffix(part, ".kind") {
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
	apart := f.takeApart(p)
	out := apart.single
	for key, rows := range apart.rows {
		for i, row := range rows {
			for part, texts := range row {
				out[key+"."+number(i+1)+"."+part] = texts
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

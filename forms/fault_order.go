package forms

import (
	"slices"
	"strings"
)

// InOrder sorts faults as their fields stand on the form, those of a table row by row: what a rule says of row 1 comes
// before what is missing in row 2. What is at no field of the form comes last. It sorts in place.
func (f *Form) InOrder(invalid Invalid) Invalid {
	if len(invalid) < 2 {
		return invalid
	}
	place := map[string]int{}
	for i, fl := range f.fields {
		place[fl.path] = i
		for j, column := range fl.columns {
			place[column.path] = j
		}
	}
	at := func(key string) int {
		if n, ok := place[key]; ok {
			return n
		}
		return len(f.fields)
	}
	slices.SortStableFunc(invalid, func(a, b Fault) int {
		tableA, columnA, _ := strings.Cut(a.Field, ".")
		tableB, columnB, _ := strings.Cut(b.Field, ".")
		switch {
		case tableA != tableB:
			return at(tableA) - at(tableB)
		case a.Row != b.Row:
			return a.Row - b.Row
		case columnA == "" || columnB == "":
			return len(columnA) - len(columnB) // what is wrong with the whole row first
		}
		return at(a.Field) - at(b.Field)
	})
	return invalid
}

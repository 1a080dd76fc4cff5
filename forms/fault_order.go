package forms

import (
	"slices"
	"strconv"
	"strings"
)

// InOrder sorts faults as their fields stand on the form, those of a table row by row: what a rule says of row 1 comes
// before what is missing in row 2, and what is wrong with the first of several chosen before what is with the second. What
// is at no field of the form comes last. It sorts in place.
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
		case a.Field == b.Field:
			return placeOf(a.Part) - placeOf(b.Part)
		case columnA == "" || columnB == "":
			return len(columnA) - len(columnB) // what is wrong with the whole row first
		}
		return at(a.Field) - at(b.Field)
	})
	return invalid
}

// placeOf is the place of a value among several that a part of a fault names; 0 for a part with a name.
func placeOf(part string) int {
	n, err := strconv.Atoi(part)
	if err != nil {
		return 0
	}
	return n
}

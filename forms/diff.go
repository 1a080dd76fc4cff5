package forms

// Change is one difference between two sets of values. Path is "reason", "lines.k3f9x2ab.system" (the row by its identity),
// or "lines.k3f9x2ab" for a row that was added (From nil) or taken out (To nil). From and To are plain values as in
// Canonical; nil means unanswered. Label, Row (place of the row, counted from 1, where it stands now or stood) and the
// texts are for people.
type Change struct {
	Path     string
	Label    Text
	Row      int
	From, To any
}

// Diff lists what changed from a to b, in the order of the form.
func (f *Form) Diff(a, b Values) []Change {
	var out []Change
	for _, fl := range f.fields {
		if fl.isTable {
			out = append(out, fl.diffRows(a, b)...)
			continue
		}
		if from, to, changed := fl.diff(a, b); changed {
			out = append(out, Change{Path: fl.path, Label: fl.Label, From: from, To: to})
		}
	}
	return out
}

func (fl *field) diff(a, b Values) (from, to any, changed bool) {
	if v := a[fl.Key]; v != nil {
		from = fl.input.Canonical(v)
	}
	if v := b[fl.Key]; v != nil {
		to = fl.input.Canonical(v)
	}
	return from, to, (from == nil) != (to == nil) || from != nil && !equalPlain(from, to)
}

func (fl *field) diffRows(a, b Values) []Change {
	var out []Change
	before, _ := a[fl.Key].([]Row)
	after, _ := b[fl.Key].([]Row)
	for i, row := range before {
		if now, _ := b.RowByID(fl.Key, rowID(row)); now == nil {
			out = append(out, Change{Path: fl.path + "." + rowID(row), Label: fl.Label, Row: i + 1, From: fl.plainRow(row)})
		}
	}
	for i, row := range after {
		path := fl.path + "." + rowID(row)
		was, _ := a.RowByID(fl.Key, rowID(row))
		if was == nil {
			out = append(out, Change{Path: path, Label: fl.Label, Row: i + 1, To: fl.plainRow(row)})
			continue
		}
		for _, column := range fl.columns {
			if from, to, changed := column.diff(was, row); changed {
				out = append(out, Change{Path: path + "." + column.Key, Label: column.Label, Row: i + 1, From: from, To: to})
			}
		}
	}
	return out
}

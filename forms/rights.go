package forms

import "slices"

// Rights are what a step of a flow may do with the fields of a form. Fields are named by path: "reason", "lines" (a table,
// its rows and all its columns but those marked Later), "lines.result" (one column of every row).
type Rights struct {
	// Edit lists the fields that may be changed. nil means all but those marked Later; an empty list means none.
	Edit []string `json:"edit,omitempty"`
	// Require lists fields that must be answered in this step, whatever the schema says.
	Require []string `json:"require,omitempty"`
	// Hide lists fields that the step doesn't get to see. What it sends for them is not looked at.
	Hide []string `json:"hide,omitempty"`
	// Rows limits what may be changed, and what is required, in tables to the rows of these identities: the handler of a
	// row records his result and nobody else's. nil means all rows; otherwise rows can be neither added nor taken out.
	Rows []string `json:"rows,omitempty"`
}

func listed(list []string, fl *field) bool {
	return slices.Contains(list, fl.path) || fl.table != nil && slices.Contains(list, fl.table.path)
}

func (r Rights) hides(fl *field) bool { return len(r.Hide) > 0 && listed(r.Hide, fl) }

func (r Rights) requires(fl *field) bool {
	return len(r.Require) > 0 && slices.Contains(r.Require, fl.path)
}

// names reports whether the step is told to fill in the field itself.
func (r Rights) names(fl *field) bool { return slices.Contains(r.Edit, fl.path) || r.requires(fl) }

// reaches reports whether the step has to do with the row at all.
func (r Rights) reaches(row Row) bool {
	return row == nil || r.Rows == nil || slices.Contains(r.Rows, rowID(row))
}

// editsRows reports whether rows of the table may be added and taken out.
func (r Rights) editsRows(table *field) bool { return r.Rows == nil && r.edits(table) }

func (r Rights) edits(fl *field) bool {
	switch {
	case fl.factOf != nil: // it goes with the choice it is about
		return r.edits(fl.factOf)
	case fl.system || r.hides(fl):
		return false
	case r.Edit == nil:
		return !fl.Later && (fl.table == nil || !fl.table.Later)
	case fl.Later:
		return slices.Contains(r.Edit, fl.path)
	}
	return listed(r.Edit, fl)
}

// CheckRights reports every path in r that is no field of the form, as a Problems.
func (f *Form) CheckRights(r Rights) error {
	var problems Problems
	report := Report{into: &problems}
	for _, list := range [...]struct {
		member string
		paths  []string
	}{{"edit", r.Edit}, {"require", r.Require}, {"hide", r.Hide}} {
		for i, path := range list.paths {
			if f.find(path) == nil {
				report.Index(list.member, i).Problem("no_such_field", "key", path)
			}
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// ApplyEdit makes of the old values and what a step sent the values after that step. What the step may not edit keeps its
// old value; where it was sent changed that is a fault, and so are rows added or taken out where only some columns may be
// edited. Editable fields that weren't sent are cleared, and so is what an answer hides of itself: a period with an end has no
// reason why it has none. Something whose name alone changed elsewhere keeps its old name.
func (f *Form) ApplyEdit(old, sent Values, r Rights) (Values, Invalid) {
	e := editing{rights: r}
	out := Values{}
	for _, fl := range f.fields {
		if fl.isTable {
			put(out, fl.Key, e.table(fl, old, sent))
			continue
		}
		put(out, fl.Key, e.value(fl, old, sent, 0))
	}
	return out, e.invalid
}

type editing struct {
	rights  Rights
	invalid Invalid
}

func (e *editing) refuse(f Fault) {
	if len(e.invalid) < MaxFaults {
		e.invalid = append(e.invalid, f)
	}
}

// value is what the field holds after the step.
func (e *editing) value(fl *field, old, sent Values, n int) any {
	was, is := old[fl.Key], sent[fl.Key]
	unchanged := is != nil && was != nil && fl.same(was, is)
	row := sent
	if fl.table == nil {
		row = nil
	}
	if e.rights.edits(fl) && e.rights.reaches(row) {
		if unchanged {
			return fl.shownOf(was)
		}
		return fl.shownOf(is)
	}
	if is != nil && !unchanged && fl.factOf == nil && !e.rights.hides(fl) {
		e.refuse(fl.fault(fault("not_editable"), n, sent))
	}
	return was
}

// shownOf is a value without the parts that its other parts hide: nobody who signs would be shown them.
func (fl *field) shownOf(v any) any {
	if in, ok := fl.input.(interface{ shownOf(v any) any }); ok && v != nil {
		return in.shownOf(v)
	}
	return v
}

// same reports whether two values say the same, whatever things were called at the time.
func (fl *field) same(a, b any) bool {
	if n, ok := fl.input.(Naming); ok {
		return n.Same(a, b)
	}
	return equalPlain(fl.input.Canonical(a), fl.input.Canonical(b))
}

func (e *editing) table(fl *field, old, sent Values) any {
	was, _ := old[fl.Key].([]Row)
	is, given := sent[fl.Key].([]Row)
	whole := e.rights.editsRows(fl)
	if !whole && (!given || e.rights.hides(fl)) {
		return rowsOrNil(was)
	}
	if !whole {
		is = e.sameRows(fl, was, is)
	}
	out := make([]Row, len(is))
	for i, row := range is {
		before, _ := old.RowByID(fl.Key, rowID(row))
		after := Row{RowID: rowID(row)}
		for _, column := range fl.columns {
			put(after, column.Key, e.value(column, before, row, i+1))
		}
		out[i] = after
	}
	return rowsOrNil(out)
}

// sameRows holds the sent rows against the old ones where rows may be neither added nor taken out. It gives the rows in
// their old order; a row that wasn't sent counts as unchanged.
func (e *editing) sameRows(fl *field, was, is []Row) []Row {
	sent := make(map[string]Row, len(is))
	for _, row := range is {
		sent[rowID(row)] = row
	}
	out := make([]Row, len(was))
	for i, row := range was {
		id := rowID(row)
		out[i] = row
		if now, ok := sent[id]; ok {
			out[i] = now
		}
		delete(sent, id)
	}
	if len(sent) > 0 {
		e.refuse(fl.fault(fault("rows_fixed"), 0, nil))
	}
	return out
}

func rowsOrNil(rows []Row) any {
	if len(rows) == 0 {
		return nil
	}
	return rows
}

// HiddenRow names one row of a table among what Redact takes out.
func HiddenRow(table, row string) string { return table + "#" + row }

// Redact gives values without the fields named by path, and rows named by HiddenRow, for someone who
// must not see them.
func (f *Form) Redact(v Values, hide []string) Values {
	if len(hide) == 0 {
		return v
	}
	r := Rights{Hide: hide}
	out := v.Clone()
	for _, fl := range f.fields {
		if r.hides(fl) {
			delete(out, fl.Key)
			continue
		}
		rows, _ := out[fl.Key].([]Row)
		if seen := slices.DeleteFunc(slices.Clone(rows), func(row Row) bool { return slices.Contains(hide, HiddenRow(fl.Key, rowID(row))) }); len(seen) < len(rows) {
			if rows = seen; len(rows) == 0 {
				delete(out, fl.Key)
				continue
			}
			out[fl.Key] = rows
		}
		for _, row := range rows {
			for _, column := range fl.columns {
				if r.hides(column) {
					delete(row, column.Key)
				}
			}
		}
	}
	return out
}

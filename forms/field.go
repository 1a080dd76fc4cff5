package forms

import "strings"

// field is a compiled field or column.
type field struct {
	Field
	path    string // "lines.system"
	at      string // where the schema has it: "fields[3].variants[0].fields[1]"
	input   Input  // nil for a table
	table   *field // the table this is a column of
	variant string // the variant of the row this column belongs to; "" for all rows

	columns     []*field // of a table, variants' columns after the common ones
	columnByKey map[string]*field
	variants    map[string]bool
	unique      [][]toldBy

	show, require, compute *Program
	factOf                 *field // the choice that its Fact is about

	shaped  Shape
	isTable bool
	system  bool // set by the engine only: computed values and serial numbers
	today   bool // its own rules depend on the day
	record  bool // expressions see its parts
	whole   Shaped
}

func (fl *field) column(key string) *field { return fl.columnByKey[key] }

// shape is how expressions see the field.
func (fl *field) shape() Shape { return fl.shaped }

// settleShape works out once what expressions ask for over and over.
func (fl *field) settleShape() {
	if fl.isTable {
		fl.shaped = Shape{Kind: KindRows, field: fl}
		return
	}
	if fl.input == nil {
		fl.shaped = Shape{Kind: KindAny}
		return
	}
	fl.shaped = shapeOf(fl.input)
	fl.whole, _ = fl.input.(Shaped)
	fl.shaped.read = fl.whole
	fl.record = fl.shaped.Kind == KindRecord
	fl.today = dependsOnToday(fl.input)
}

// read gives the value of the field as expressions see it; v is not nil.
func (fl *field) read(v any) any {
	switch {
	case fl.isTable || fl.record:
		return v
	case fl.whole != nil:
		return fl.whole.Part(v, "")
	}
	return fl.input.Canonical(v)
}

// missing is the code that asks for an answer in the words of the field's kind.
func (fl *field) missing() string {
	switch fl.Type {
	case "choice", "multi_choice", "person", "persons", "unit", "ref", "refs":
		return "required_choose"
	case "file", "files":
		return "required_attach"
	case "boolean":
		return "required_answer"
	case "table":
		return "required_rows"
	}
	return "required"
}

// fault completes a fault of the field: row is 0 outside of tables.
func (fl *field) fault(f *Fault, row int, of Row) Fault {
	out := *f
	out.Field = fl.path
	out.Label = fl.Label
	if fl.table != nil && row > 0 {
		out.Row, out.RowID, out.Title = row, rowID(of), fl.table.title(of)
	}
	return out
}

// title is what a row is called by its RowTitle column.
func (fl *field) title(row Row) string {
	column := fl.column(fl.RowTitle)
	if column == nil || row[column.Key] == nil {
		return ""
	}
	if ref, ok := row[column.Key].(Ref); ok && ref.Name == "" {
		return "" // nobody calls it by its id
	}
	return column.input.Format(row[column.Key], Locale{})
}

// Titled calls the rows of faults as they are called in values whose names are known:
// what could not be read was found before.
func (f *Form) Titled(invalid Invalid, named Values) Invalid {
	out := make(Invalid, len(invalid))
	for i, bad := range invalid {
		out[i] = bad
		key, _, _ := strings.Cut(bad.Field, ".")
		rows, _ := named[key].([]Row)
		if table := f.byKey[key]; table != nil && bad.Title == "" && bad.Row > 0 && bad.Row <= len(rows) {
			out[i].Title = table.title(rows[bad.Row-1])
		}
	}
	return out
}

// in reports whether the column belongs to the row's variant.
func (fl *field) in(row Row) bool {
	if fl.variant == "" {
		return true
	}
	switch v := row[fl.table.VariantBy].(type) {
	case string:
		return v == fl.variant
	case Ref:
		return v.ID == fl.variant
	}
	return false
}

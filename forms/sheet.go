package forms

import (
	"slices"
	"strings"
	"time"
)

// SheetLine is a line of a spreadsheet with what stands in it.
type SheetLine struct {
	Sheet string
	Row   int    // as the spreadsheet counts
	ID    string // of the row it was written from; "" where it says none
	Cells []SheetCell
}

// SheetCell is a cell that belongs to a field, or column.
type SheetCell struct {
	Field string // its key
	At    string // "B7"
	Text  string // what stands there; days as 2026-12-01
	Wrong string // code of what is wrong with the cell itself; "" for nothing
	// Formula says that a formula stands there: Text is what it gave when the file was saved.
	Formula bool `json:",omitempty"`
}

// What can be wrong with a cell itself, whatever it is meant for (SheetCell.Wrong).
const (
	CellDitto = "cell_ditto" // 同上 with nothing above
	CellError = "cell_error" // a formula that failed
	CellLong  = "cell_long"
)

// CellFault is what has to be mended in a cell.
type CellFault struct {
	Sheet string
	Cell  string // "B7"; "7" where the line as a whole is meant
	Value string // what stands there
	Fault Fault
}

// Message says where, what stands there and what is wrong with it: 工作表「人員」B7「廖○林」：….
func (c CellFault) Message(lang string) string {
	code := "cell_fault"
	if c.Value == "" {
		code = "cell_fault_empty"
	}
	return say(lang, code, map[string]any{"sheet": c.Sheet, "cell": c.Cell, "value": c.Value, "message": c.Fault.Message(lang)}, nil)
}

// SheetFields are the fields, or with a table its columns, that a spreadsheet has columns for: all that people fill in and
// that one cell holds.
func (f *Form) SheetFields(table string) []FieldInfo {
	fields := f.fields
	if fl := f.byKey[table]; table != "" {
		if fl == nil {
			return nil
		}
		fields = fl.columns
	}
	var out []FieldInfo
	for _, fl := range fields {
		if fl.system || fl.isTable || fl.Later || slices.Contains([]string{"file", "files", "checklist"}, fl.Type) {
			continue
		}
		info, _ := f.Field(fl.path)
		info.Wanted = fl.Required
		out = append(out, info)
	}
	return out
}

// ReadLine reads a line of a spreadsheet: the values of the form, or with a table of one row of it, for the fields that the
// line has cells for. Each cell that can't be read has its fault. loc is where the person's clocks stand.
func (f *Form) ReadLine(line SheetLine, table string, c Calling, loc *time.Location) (Values, []CellFault, error) {
	before := ""
	if table != "" {
		before = table + ".1."
	}
	posted, chosen := Posted{}, map[string]string{}
	var out []CellFault
	read := func(cell SheetCell, path string) error {
		code := cell.Wrong
		if code == "" {
			var err error
			if code, err = f.ReadCell(posted, before+cell.Field, path, cell.Text, chosen, c); err != nil {
				return err
			}
		}
		if code != "" {
			bad := Fault{Field: path, Code: code}
			if fl := f.find(path); fl != nil {
				bad = fl.fault(&bad, 0, nil)
			}
			out = append(out, CellFault{line.Sheet, cell.At, cell.Text, bad})
			posted.drop(before + cell.Field)
		}
		return nil
	}
	for _, references := range []bool{true, false} { // some own the options of other cells, in whichever order they stand
		for _, cell := range line.Cells {
			path := cell.Field
			if table != "" {
				path = table + "." + cell.Field
			}
			fl := f.find(path)
			if (fl != nil && listOf(fl.input) != "") != references {
				continue
			}
			if err := read(cell, path); err != nil {
				return nil, nil, err
			}
		}
	}
	values, invalid := f.FromText(posted, loc)
	out = append(out, line.Faults(invalid)...)
	if table == "" {
		return values, out, nil
	}
	rows, _ := values[table].([]Row)
	if len(rows) == 0 {
		return Values{}, out, nil
	}
	return rows[0], out, nil
}

// Faults puts faults of a form where they stand in the line: at the cell of the field, or at the line where it has none.
func (l SheetLine) Faults(invalid Invalid) []CellFault {
	out := make([]CellFault, len(invalid))
	for i, bad := range invalid {
		key := bad.Field
		if _, column, ok := strings.Cut(key, "."); ok && bad.Row > 0 {
			key = column
		}
		bad.Row, bad.RowID, bad.Title = 0, "", ""
		out[i] = CellFault{Sheet: l.Sheet, Cell: number(l.Row), Fault: bad}
		for _, cell := range l.Cells {
			if cell.Field == key {
				out[i].Cell, out[i].Value = cell.At, cell.Text
			}
		}
	}
	return out
}

// drop takes out what was posted under a name and its parts.
func (p Posted) drop(name string) {
	for key := range p {
		if key == name || strings.HasPrefix(key, name+".") {
			delete(p, key)
		}
	}
}

// Choices are what the field or column at path offers by itself, as a drop-down shows it: the labels of its options, or the
// words for yes and no.
func (f *Form) Choices(path, lang string) []string {
	fl := f.find(path)
	if fl == nil {
		return nil
	}
	if in, ok := fl.input.(booleanInput); ok {
		return []string{in.Yes.In(lang), in.No.In(lang)}
	}
	var out []string
	for _, o := range fl.Options {
		out = append(out, o.Label.In(lang))
	}
	return out
}

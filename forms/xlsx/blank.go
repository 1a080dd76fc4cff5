package xlsx

import (
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
)

// Sheet says what a workbook is made of.
type Sheet struct {
	Form  *forms.Form
	Table string // the table whose columns it has; "" for the fields of the form
	Lang  string
	Name  string // of the sheet; "" is the title of the form
	// IDs: the first column says which row a line is of, so that it is known when it comes back.
	IDs bool
	// Choices are what can be chosen where the form does not know it, by key of the field: the names of units, of people.
	Choices map[string][]string
	// Rows stand below the headings; nil for none.
	Rows iter.Seq2[forms.SheetLine, error]
}

// listsSheet holds what can be chosen: an Excel list within a cell's own rule ends at 255 letters.
const listsSheet = "_lists"

// typedRows is down to which line cells are drop-downs.
const typedRows = 5000

// Blank writes a workbook: a line of hints, one of headings in the language, and the rows, if any. Cells to be filled in are
// formatted as text, for Excel would take 98/3/1 for a day of 1998.
func Blank(w io.Writer, s Sheet) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closing := book.Close(); err == nil {
			err = closing
		}
	}()
	name := sheetName(s.Name)
	if name == "" {
		name = sheetName(s.Form.Schema().Title.In(s.Lang))
	}
	if err := book.SetSheetName(book.GetSheetName(0), name); err != nil {
		return err
	}
	stamp := stampFor(s.Form, s.Table)
	if err := book.SetCustomProps(excelize.CustomProperty{Name: stampName, Value: stamp.String()}); err != nil {
		return err
	}
	out := writing{sheet: s, book: book, name: name, fields: s.Form.SheetFields(s.Table)}
	if s.IDs {
		out.first = 1
	}
	if err := out.lists(); err != nil {
		return err
	}
	if err := out.rows(); err != nil {
		return err
	}
	return book.Write(w)
}

type writing struct {
	sheet  Sheet
	book   *excelize.File
	name   string
	fields []forms.FieldInfo
	first  int // columns before those of the fields
}

// rows writes the sheet from top to bottom.
func (o writing) rows() error {
	asText := "@"
	cells, err := o.book.NewStyle(&excelize.Style{CustomNumFmt: &asText})
	if err != nil {
		return err
	}
	head, err := o.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, CustomNumFmt: &asText,
		Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "000000"}}})
	if err != nil {
		return err
	}
	hint, err := o.book.NewStyle(&excelize.Style{Font: &excelize.Font{Color: "595959", Size: 9}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	sw, err := o.book.NewStreamWriter(o.name)
	if err != nil {
		return err
	}
	width := o.first + len(o.fields)
	if err := sw.SetColWidth(1, max(1, width), 18); err != nil {
		return err
	}
	if err := sw.SetColStyle(1, max(1, width), cells); err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	hints, headings := make([]any, width), make([]any, width)
	if o.sheet.IDs {
		hints[0], headings[0] = excelize.Cell{StyleID: hint, Value: text(o.lang(), "hint_id")}, excelize.Cell{StyleID: head, Value: text(o.lang(), "id")}
	}
	for i, f := range o.fields {
		label := f.Label.In(o.sheet.Lang)
		if f.Wanted {
			label += "*"
		}
		hints[o.first+i] = excelize.Cell{StyleID: hint, Value: o.hint(f)}
		headings[o.first+i] = excelize.Cell{StyleID: head, Value: label}
	}
	if err := sw.SetRow("A1", hints, excelize.RowOpts{Height: 40}); err != nil {
		return err
	}
	if err := sw.SetRow("A2", headings); err != nil {
		return err
	}
	if o.sheet.Rows != nil {
		if err := o.filled(sw, cells); err != nil {
			return err
		}
	}
	return sw.Flush()
}

func (o writing) filled(sw *excelize.StreamWriter, style int) error {
	row := 2
	places := map[string]int{}
	for i, f := range o.fields {
		places[keyOf(f)] = o.first + i
	}
	values := make([]any, o.first+len(o.fields))
	for line, err := range o.sheet.Rows {
		if err != nil {
			return err
		}
		row++
		for i := range values {
			values[i] = excelize.Cell{StyleID: style}
		}
		if o.sheet.IDs {
			values[0] = excelize.Cell{StyleID: style, Value: line.ID}
		}
		for _, c := range line.Cells {
			if at, ok := places[c.Field]; ok && c.Text != "" {
				values[at] = excelize.Cell{StyleID: style, Value: c.Text}
			}
		}
		if err := sw.SetRow(cellName(0, row), values); err != nil {
			return err
		}
	}
	return nil
}

// lang is the language of our own texts.
func (o writing) lang() string {
	if strings.HasPrefix(o.sheet.Lang, "zh") {
		return "zh-TW"
	}
	return "en"
}

func (o writing) hint(f forms.FieldInfo) string {
	var out []string
	if f.Wanted {
		out = append(out, text(o.lang(), "hint_required"))
	}
	code := ""
	switch f.Type {
	case "date", "date_time":
		code = "hint_date"
	case "period", "date_range":
		code = "hint_period"
	case "boolean":
		code = "hint_boolean"
	case "multi_choice", "refs", "persons":
		code = "hint_many"
	default:
		if len(o.choices(f)) > 0 {
			code = "hint_choice"
		}
	}
	if code != "" {
		out = append(out, text(o.lang(), code))
	}
	return strings.Join(out, text(o.lang(), "hint_between"))
}

// choices are what a field's drop-down offers; none for one that takes several.
func (o writing) choices(f forms.FieldInfo) []string {
	switch f.Type {
	case "choice", "boolean":
		return o.sheet.Form.Choices(f.Path, o.sheet.Lang)
	case "ref", "unit", "person":
		return o.sheet.Choices[keyOf(f)]
	}
	return nil
}

// lists writes what can be chosen onto a hidden sheet, and the drop-downs that point at it.
func (o writing) lists() error {
	at := 0
	for i, f := range o.fields {
		options := slices.DeleteFunc(slices.Clone(o.choices(f)), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(options) == 0 {
			continue
		}
		if at == 0 {
			if _, err := o.book.NewSheet(listsSheet); err != nil {
				return err
			}
			if err := o.book.SetSheetVisible(listsSheet, false); err != nil {
				return err
			}
		}
		if err := o.book.SetSheetCol(listsSheet, cellName(at, 1), &options); err != nil {
			return err
		}
		column, err := excelize.ColumnNumberToName(at + 1)
		if err != nil {
			return err
		}
		last, err := excelize.CoordinatesToCellName(at+1, len(options), true)
		if err != nil {
			return err
		}
		rule := excelize.NewDataValidation(true)
		rule.Sqref = cellName(o.first+i, 3) + ":" + cellName(o.first+i, 2+typedRows)
		rule.SetSqrefDropList(listsSheet + "!$" + column + "$1:" + last)
		rule.ShowErrorMessage = f.Type == "choice" || f.Type == "boolean"
		if err := o.book.AddDataValidation(o.name, rule); err != nil {
			return err
		}
		at++
	}
	return nil
}

// sheetName is a title as Excel takes it for the name of a sheet.
func sheetName(title string) string {
	title = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`:\/?*[]`, c) {
			return '－'
		}
		return c
	}, strings.Trim(title, "' "))
	if letters := []rune(title); len(letters) > 31 {
		title = string(letters[:31])
	}
	if title == listsSheet {
		title = "－" + title
	}
	return title
}

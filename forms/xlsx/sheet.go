package xlsx

import (
	"archive/zip"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
)

// headingsWithin is in how many lines from the top the headings are looked for: a title and remarks may stand above them.
const headingsWithin = 20

// column is one that belongs to a field; the key is "" for that of the rows' ids.
type column struct {
	at   int // from 0
	name string
	key  string
}

// sheet reads one sheet.
func (in *reading) sheet(name string, part *zip.File) error {
	if part == nil {
		return nil // a chart has no cells
	}
	shape, err := shapeOf(part, in.wanted.Limits)
	if err != nil {
		return err
	}
	rows, err := in.book.Rows(name)
	if err != nil {
		return refuse(Broken)
	}
	s := sheetReading{reading: in, name: name, merged: shape.merged, formula: shape.formulas}
	if err := s.lines(rows); err != nil {
		return errors.Join(err, rows.Close())
	}
	if err := rows.Close(); err != nil || !shape.whole || s.row < shape.lastRow {
		return refuse(Broken) // excelize ends a sheet that breaks off as if it were over
	}
	if s.columns == nil && s.filled {
		in.out.Skipped = append(in.out.Skipped, name)
	}
	return nil
}

type sheetReading struct {
	*reading
	name    string
	row     int
	filled  bool
	columns []column
	merged  merges
	formula formulas
	above   map[int]string // what stands above, by column
}

func (s *sheetReading) lines(rows *excelize.Rows) error {
	for rows.Next() {
		s.row++
		cells, err := rows.Columns()
		if err != nil {
			return refuse(Broken)
		}
		if err := s.line(cells); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheetReading) line(cells []string) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > s.wanted.Columns {
		return refuse(TooWide, "sheet", s.name, "cell", cellName(len(cells)-1, s.row), "max", strconv.Itoa(s.wanted.Columns))
	}
	own := len(cells) > 0
	s.filled = s.filled || own
	if s.columns == nil {
		if own && s.row <= headingsWithin {
			return s.headings(cells)
		}
		return nil
	}
	if !own {
		return nil // within a merged cell at most, which is no line
	}
	line := forms.SheetLine{Sheet: s.name, Row: s.row}
	some := false
	for _, c := range s.columns {
		text := ""
		if c.at < len(cells) {
			text = strings.TrimSpace(cells[c.at])
		}
		some = some || text != ""
		if c.key == "" {
			line.ID = text
			continue
		}
		cell := forms.SheetCell{Field: c.key, At: c.name + strconv.Itoa(s.row), Text: text, Formula: text != "" && s.formula.at(c.at, s.row)}
		s.settle(&cell, c)
		line.Cells = append(line.Cells, cell)
	}
	if !some {
		return nil // it stands in columns that nobody reads
	}
	if s.out.Lines++; s.out.Lines > s.wanted.Rows {
		return refuse(TooManyRows, "max", strconv.Itoa(s.wanted.Rows))
	}
	return s.each(line)
}

// dittos are what stands for what stands above.
var dittos = []string{"同上", "仝上", "〃", "″", "々", "\"", "＂", "”", "ditto", "do."}

const longestDitto = len("同上")

// settle writes into a cell what is meant by it.
func (s *sheetReading) settle(cell *forms.SheetCell, c column) {
	cell.Text = plainDay(s.merged.at(c.at, s.row, cell.Text))
	switch {
	case cell.Text != "" && len(cell.Text) <= longestDitto && slices.ContainsFunc(dittos, func(d string) bool { return strings.EqualFold(d, cell.Text) }):
		if s.above[c.at] == "" {
			cell.Wrong = forms.CellDitto
			return
		}
		cell.Text = s.above[c.at]
	case len(cell.Text) > s.wanted.Cell:
		cell.Text, cell.Wrong = cut(cell.Text, 100), forms.CellLong
	case strings.HasPrefix(cell.Text, "#") && slices.Contains(errorValues, cell.Text):
		cell.Wrong = forms.CellError
	}
	s.above[c.at] = cell.Text
}

// errorValues are what a formula that failed leaves in its cell.
var errorValues = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}

// cut is the beginning of a text, in whole letters.
func cut(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return string(letters[:most]) + "…"
}

// headings takes a line for that of the headings if it has two of the form's, or the only one there is.
func (s *sheetReading) headings(cells []string) error {
	fields := s.wanted.Form.SheetFields(s.wanted.Table)
	var found []column
	var unread []forms.SheetCell
	known := 0
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		name := strings.TrimSuffix(cellName(i, 1), "1")
		at := column{at: i, name: name}
		field := slices.IndexFunc(fields, func(f forms.FieldInfo) bool {
			return s.wanted.Form.Called(f.Path, cell) || cell == keyOf(f)
		})
		switch {
		case cell == "":
			continue
		case field >= 0:
			at.key = keyOf(fields[field])
			known++
		case idHeading(cell):
		default:
			unread = append(unread, forms.SheetCell{Field: s.name, At: cellName(i, s.row), Text: cut(cell, 100)})
			continue
		}
		if slices.ContainsFunc(found, func(c column) bool { return c.key == at.key }) && known >= min(2, len(fields)) {
			return refuse(TwoColumns, "sheet", s.name, "cell", cellName(i, s.row), "heading", cell)
		}
		found = append(found, at)
	}
	if known < min(2, len(fields)) || known == 0 {
		return nil
	}
	for _, c := range found {
		if c.key == "" {
			continue
		}
		if !slices.Contains(s.out.Fields, c.key) {
			s.out.Fields = append(s.out.Fields, c.key)
			s.out.Headings[c.key] = strings.TrimSpace(cells[c.at])
		}
	}
	s.columns, s.above = found, map[int]string{}
	s.reading.headed = true
	s.out.Unread = append(s.out.Unread, unread...)
	return nil
}

func keyOf(f forms.FieldInfo) string {
	_, key, ok := strings.Cut(f.Path, ".")
	if !ok {
		return f.Path
	}
	return key
}

func idHeading(cell string) bool {
	return strings.EqualFold(cell, "id") || slices.ContainsFunc(languages, func(lang string) bool { return strings.EqualFold(cell, text(lang, "id")) })
}

// cellName is "B7" for the second column, counted from 0.
func cellName(at, row int) string {
	name, err := excelize.CoordinatesToCellName(at+1, row)
	if err != nil {
		return strconv.Itoa(row)
	}
	return name
}

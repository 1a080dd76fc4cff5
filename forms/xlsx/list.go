package xlsx

import (
	"io"
	"iter"

	"github.com/xuri/excelize/v2"
)

// List is a plain list that leaves as a workbook; it does not come back.
type List struct {
	Name     string
	Headings []string
	Rows     iter.Seq[[]string]
}

// WriteList writes a workbook of one sheet, row by row. Every cell is text and formatted as
// such: what somebody wrote that begins with =, +, - or @ is no formula, also once the
// cell is edited, and a number keeps its zeros.
func WriteList(w io.Writer, l List) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closing := book.Close(); err == nil {
			err = closing
		}
	}()
	name := sheetName(l.Name)
	if err := book.SetSheetName(book.GetSheetName(0), name); err != nil {
		return err
	}
	asText := "@"
	cells, err := book.NewStyle(&excelize.Style{CustomNumFmt: &asText})
	if err != nil {
		return err
	}
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, CustomNumFmt: &asText,
		Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "000000"}}})
	if err != nil {
		return err
	}
	sw, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, max(1, len(l.Headings)), 18); err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	row, values := 0, make([]any, 0, len(l.Headings))
	put := func(style int, texts []string) error {
		row++
		values = values[:0]
		for _, t := range texts {
			values = append(values, excelize.Cell{StyleID: style, Value: t})
		}
		return sw.SetRow(cellName(0, row), values)
	}
	if err := put(head, l.Headings); err != nil {
		return err
	}
	for texts := range l.Rows {
		if err := put(cells, texts); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}

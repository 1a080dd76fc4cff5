package xlsx_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms/xlsx"
)

// What somebody wrote into a subject stays what he wrote: text.
func TestAListHoldsTextAndNoFormulas(t *testing.T) {
	rows := [][]string{{"0087", "=HYPERLINK(\"http://evil.example\",\"x\")"}, {"+1", "-2"}, {"@SUM(A1)", "115.11.23"}}
	var file bytes.Buffer
	if err := xlsx.WriteList(&file, xlsx.List{Name: "作業紀錄/清單", Headings: []string{"編號", "主旨"}, Rows: slices.Values(rows)}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	for i, row := range append([][]string{{"編號", "主旨"}}, rows...) {
		for j, want := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			got, err := book.GetCellValue(sheet, cell)
			if err != nil || got != want {
				t.Errorf("%s: %q, want %q, %v", cell, got, want, err)
			}
			if formula, err := book.GetCellFormula(sheet, cell); err != nil || formula != "" {
				t.Errorf("%s is the formula %q, %v", cell, formula, err)
			}
			id, err := book.GetCellStyle(sheet, cell)
			if err != nil {
				t.Fatal(err)
			}
			if style, err := book.GetStyle(id); err != nil || (style.NumFmt != 49 && (style.CustomNumFmt == nil || *style.CustomNumFmt != "@")) {
				t.Errorf("%s is not formatted as text: %+v, %v", cell, style, err)
			}
		}
	}
}

package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
)

// staff is a form as a list of people has it.
func staff(t testing.TB) *forms.Form {
	t.Helper()
	return compiled(t, `{"key":"staff","version":"3","title":{"zh-TW":"人員","en":"People"},"fields":[
		{"key":"name","type":"text","required":true,"label":{"zh-TW":"姓名","en":"Name"}},
		{"key":"unit","type":"unit","label":{"zh-TW":"單位","en":"Unit"}},
		{"key":"kind","type":"choice","label":{"zh-TW":"類別","en":"Kind"},"options":[
			{"key":"own","label":{"zh-TW":"編制內","en":"Staff"}},{"key":"contract","label":{"zh-TW":"約聘，僱用","en":"Contract"}}]},
		{"key":"head","type":"boolean","label":{"zh-TW":"主管","en":"Head"}},
		{"key":"use","type":"period","label":{"zh-TW":"使用期間","en":"Period"},"params":{"open":true}},
		{"key":"joined","type":"date","label":{"zh-TW":"到職日","en":"Joined"}},
		{"key":"note","type":"long_text","label":{"zh-TW":"備註","en":"Note"}},
		{"key":"items","type":"table","label":{"zh-TW":"項目","en":"Items"},"fields":[
			{"key":"what","type":"text","label":{"zh-TW":"品名","en":"What"}},{"key":"n","type":"integer","label":{"zh-TW":"數量","en":"Count"}}]}]}`)
}

func compiled(t testing.TB, schema string) *forms.Form {
	t.Helper()
	s, err := forms.ParseSchema([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	form, err := forms.Compile(s, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// workbook makes one of lines from A1 on; change may do more with it.
func workbook(t testing.TB, lines [][]any, change func(*excelize.File)) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, line := range lines {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &line); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(book)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(b []byte, w xlsx.Wanted) ([]forms.SheetLine, xlsx.Sheets, error) {
	var lines []forms.SheetLine
	found, err := xlsx.Read(bytes.NewReader(b), int64(len(b)), w, func(l forms.SheetLine) error {
		lines = append(lines, l)
		return nil
	})
	return lines, found, err
}

// texts are the cells of a line, "!" before those that are wrong.
func texts(l forms.SheetLine) []string {
	out := make([]string, len(l.Cells))
	for i, c := range l.Cells {
		if out[i] = c.Text; c.Wrong != "" {
			out[i] = "!" + c.Wrong
		}
	}
	return out
}

func TestWhatBlankWritesReadGivesBack(t *testing.T) {
	form := staff(t)
	for _, lang := range []string{"zh-TW", "en"} {
		var b bytes.Buffer
		err := xlsx.Blank(&b, xlsx.Sheet{Form: form, Lang: lang, IDs: true, Choices: map[string][]string{"unit": {"資訊室", "人事室"}},
			Rows: func(yield func(forms.SheetLine, error) bool) {
				yield(forms.SheetLine{ID: "p1", Cells: []forms.SheetCell{
					{Field: "name", Text: "=1+1"}, {Field: "unit", Text: "@資訊室"}, {Field: "note", Text: "-1"}, {Field: "joined", Text: "098.03.01"}}}, nil)
			}})
		if err != nil {
			t.Fatal(err)
		}
		lines, found, err := read(b.Bytes(), xlsx.Wanted{Form: form})
		if err != nil {
			t.Fatal(err)
		}
		if found.Stamp.String() != "staff@3" || len(lines) != 1 || lines[0].ID != "p1" || lines[0].Row != 3 || len(found.Unread) > 0 {
			t.Fatalf("%s: %+v, %+v", lang, found, lines)
		}
		if got := texts(lines[0]); !slices.Equal(got, []string{"=1+1", "@資訊室", "", "", "", "098.03.01", "-1"}) {
			t.Errorf("%s: %q", lang, got)
		}
		book, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := book.GetCellFormula(book.GetSheetName(0), "B3"); err != nil || formula != "" {
			t.Errorf("what was written as text is the formula %q, %v", formula, err)
		}
		rules, err := book.GetDataValidations(book.GetSheetName(0))
		if err != nil || len(rules) != 3 {
			t.Errorf("drop-downs: %d, %v", len(rules), err)
		}
		if visible, err := book.GetSheetVisible("_lists"); err != nil || visible {
			t.Errorf("the sheet of what can be chosen is shown: %v", err)
		}
		other := compiled(t, `{"key":"other","version":"1","title":{"zh-TW":"其他"},"fields":[{"key":"name","type":"text","label":{"zh-TW":"姓名","en":"Name"}}]}`)
		if _, _, err := read(b.Bytes(), xlsx.Wanted{Form: other}); code(err) != xlsx.OtherForm {
			t.Errorf("read for another form: %v", err)
		}
	}
	var b bytes.Buffer
	if err := xlsx.Blank(&b, xlsx.Sheet{Form: form, Table: "items", Lang: "zh-TW"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(b.Bytes(), xlsx.Wanted{Form: form, Table: "items"}); code(err) != xlsx.NoLines {
		t.Errorf("a blank workbook that comes back blank: %v", err)
	}
	if _, _, err := read(b.Bytes(), xlsx.Wanted{Form: form}); code(err) != xlsx.OtherForm {
		t.Errorf("a table's workbook for the form: %v", err)
	}
}

func code(err error) string {
	if refused, ok := errors.AsType[*xlsx.Error](err); ok {
		return refused.Code
	}
	return ""
}

func TestCellsAreReadAsTheyAreMeant(t *testing.T) {
	day := time.Date(2009, 3, 1, 0, 0, 0, 0, time.UTC)
	b := workbook(t, [][]any{
		{"人員清冊"},
		{"序號", "姓名", "單位＊", "到職日", "備註", "類別"},
		{1, "王大明", "資訊室", day, "=1+1", "編制內"},
		{2, "李小華", "〃", "98/3/1", "+886", "同上"},
		{},
		{3, "陳一", nil, 39873, "#N/A", "同上"},
		{4, "林二", nil, "0980301", 7, nil},
	}, func(f *excelize.File) {
		for cell, format := range map[string]string{"D3": "m月d日", "D6": "[$-404]e/m/d", "E7": "0000"} {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.MergeCell("Sheet1", "C6", "C9"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue("Sheet1", "C6", "人事室"); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.SetCellInt("Sheet1", "F7", 7), f.SetCellFormula("Sheet1", "F7", "3+4")); err != nil { // 7, when it was saved
			t.Fatal(err)
		}
	})
	lines, found, err := read(b, xlsx.Wanted{Form: staff(t)})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"王大明", "資訊室", "2009-03-01", "=1+1", "編制內"},
		{"李小華", "資訊室", "98/3/1", "+886", "編制內"},
		{"陳一", "人事室", "2009-03-01", "!cell_error", "編制內"},
		{"林二", "人事室", "0980301", "0007", "7"},
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	for i, line := range lines {
		if got := texts(line); !slices.Equal(got, want[i]) {
			t.Errorf("line %d: %q, want %q", line.Row, got, want[i])
		}
		for _, cell := range line.Cells {
			if cell.Formula != (cell.At == "F7") {
				t.Errorf("%s is taken for a formula: %v", cell.At, cell.Formula)
			}
		}
	}
	if lines[2].Row != 6 || lines[2].Cells[2].At != "D6" {
		t.Errorf("where it stands: %+v", lines[2])
	}
	if len(found.Unread) != 1 || found.Unread[0].At != "A2" || found.Unread[0].Text != "序號" {
		t.Errorf("columns of no field: %+v", found.Unread)
	}
}

func TestDittoWithNothingAboveIsNamed(t *testing.T) {
	lines, _, err := read(workbook(t, [][]any{{"姓名", "單位"}, {"王大明", "同上"}}, nil), xlsx.Wanted{Form: staff(t)})
	if err != nil || lines[0].Cells[1].Wrong != forms.CellDitto || lines[0].Cells[1].At != "B2" {
		t.Errorf("%+v, %v", lines, err)
	}
}

// Five years are five sheets; one without headings is told of, a hidden one is not read.
func TestEverySheetWithHeadingsIsRead(t *testing.T) {
	b := workbook(t, [][]any{{"姓名", "單位"}, {"王大明"}}, func(f *excelize.File) {
		for _, name := range []string{"114", "說明", "藏"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		for at, v := range map[string][]any{"114": {"單位", "姓名"}, "說明": {"填表說明"}, "藏": {"姓名", "單位"}} {
			if err := f.SetSheetRow(at, "A1", &v); err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetRow(at, "A2", &[]any{"人事室", "李小華"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetSheetVisible("藏", false); err != nil {
			t.Fatal(err)
		}
	})
	lines, found, err := read(b, xlsx.Wanted{Form: staff(t)})
	if err != nil || len(lines) != 2 || lines[1].Sheet != "114" || lines[1].Cells[1].Text != "李小華" || !slices.Equal(found.Skipped, []string{"說明"}) {
		t.Errorf("%+v %+v %v", lines, found, err)
	}
}

// Whatever is wrong with a file as a whole has its own words; nothing is read as nothing (SORMAS#3530).
func TestWhatIsNoReadableWorkbookIsRefusedWithTheReason(t *testing.T) {
	good := workbook(t, [][]any{{"姓名", "單位"}, {"王大明"}, {"李小華"}}, nil)
	form := staff(t)
	headings := []any{"姓名", "單位"}
	for name, c := range map[string]struct {
		file   []byte
		limits xlsx.Limits
		want   string
	}{
		"empty":             {nil, xlsx.Limits{}, xlsx.NotWorkbook},
		"text":              {[]byte("姓名,單位\n王大明,資訊室\n"), xlsx.Limits{}, xlsx.NotWorkbook},
		"a zip of letters":  {zipped(t, map[string]string{"letter.txt": "x"}), xlsx.Limits{}, xlsx.NotWorkbook},
		"old or locked":     {append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 600)...), xlsx.Limits{}, xlsx.Locked},
		"large":             {good, xlsx.Limits{Size: 100}, xlsx.TooLarge},
		"bomb":              {zipped(t, map[string]string{"xl/workbook.xml": strings.Repeat(" ", 3<<20)}), xlsx.Limits{Unzipped: 1 << 20}, xlsx.Bomb},
		"bomb in pieces":    {zipped(t, map[string]string{"xl/workbook.xml": "x", "a": strings.Repeat(" ", 900<<10), "b": strings.Repeat(" ", 900<<10)}), xlsx.Limits{Unzipped: 1 << 20}, xlsx.Bomb},
		"cut off":           {replaced(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return s[:strings.LastIndex(s, "<row")] }), xlsx.Limits{}, xlsx.Broken},
		"broken in between": {replaced(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, `<row r="2"`, `<x>&nonsense;</y><row r="2"`, 1) }), xlsx.Limits{}, xlsx.Broken},
		"no headings":       {workbook(t, [][]any{{"甲", "乙"}, {"王大明"}}, nil), xlsx.Limits{}, xlsx.NoHeadings},
		"no lines":          {workbook(t, [][]any{headings, {}, {" "}}, nil), xlsx.Limits{}, xlsx.NoLines},
		"lines elsewhere":   {workbook(t, [][]any{headings, {nil, nil, nil, "王大明"}}, nil), xlsx.Limits{}, xlsx.NoLines},
		"a heading twice":   {workbook(t, [][]any{{"姓名", "單位", "Name"}, {"王大明"}}, nil), xlsx.Limits{}, xlsx.TwoColumns},
		"many rows":         {good, xlsx.Limits{Rows: 1}, xlsx.TooManyRows},
		"wide":              {workbook(t, [][]any{headings, {"王大明"}}, func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "XFD2", "x") }), xlsx.Limits{}, xlsx.TooWide},
		"many merged": {workbook(t, [][]any{headings, {"王大明"}}, func(f *excelize.File) {
			_ = f.MergeCell("Sheet1", "A3", "A4")
			_ = f.MergeCell("Sheet1", "A5", "A6")
		}), xlsx.Limits{Merged: 1}, xlsx.TooMerged},
	} {
		lines, found, err := read(c.file, xlsx.Wanted{Form: form, Limits: c.limits})
		if code(err) != c.want || found.Lines != 0 {
			t.Errorf("%s: %v, %d lines, want %s", name, err, len(lines), c.want)
			continue
		}
		refused, _ := errors.AsType[*xlsx.Error](err)
		for _, lang := range []string{"zh-TW", "en"} {
			if text := refused.Text(lang); text == "" || strings.Contains(text, "{") {
				t.Errorf("%s in %s: %q", name, lang, text)
			}
		}
	}
	if lines, _, err := read(workbook(t, [][]any{headings, {strings.Repeat("長", 200)}}, nil), xlsx.Wanted{Form: form, Limits: xlsx.Limits{Cell: 100}}); err != nil || lines[0].Cells[0].Wrong != forms.CellLong {
		t.Errorf("a long cell: %+v, %v", lines, err)
	}
	stop := errors.New("stop")
	if _, err := xlsx.Read(bytes.NewReader(good), int64(len(good)), xlsx.Wanted{Form: form}, func(forms.SheetLine) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the caller's comes back as %v", err)
	}
}

func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// replaced is a workbook with one of its parts changed.
func replaced(t testing.TB, book []byte, part string, change func(string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(in); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = text.String()
		if f.Name == part {
			if files[f.Name] = change(text.String()); files[f.Name] == text.String() {
				t.Fatal("nothing was changed")
			}
		}
	}
	return zipped(t, files)
}

// Whatever bytes come, Read answers: with lines, or with an error that has words.
func FuzzRead(f *testing.F) {
	form := staff(f)
	var blank bytes.Buffer
	if err := xlsx.Blank(&blank, xlsx.Sheet{Form: form, Lang: "zh-TW", IDs: true}); err != nil {
		f.Fatal(err)
	}
	f.Add(blank.Bytes(), "")
	good := workbook(f, [][]any{{"姓名", "單位"}, {"王大明", "同上"}}, nil)
	f.Add(good, "")
	f.Add(good, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>Unit</t></is></c></row><row r="9"><c r="A9" s="7"><v>1e300</v></c></row></sheetData><mergeCells><mergeCell ref="A9:B1048576"/></mergeCells></worksheet>`)
	f.Fuzz(func(t *testing.T, b []byte, sheet string) {
		if sheet != "" {
			b = replacedOrSame(good, sheet)
		}
		lines := 0
		found, err := xlsx.Read(bytes.NewReader(b), int64(len(b)), xlsx.Wanted{Form: form, Limits: xlsx.Limits{Unzipped: 4 << 20}}, func(l forms.SheetLine) error {
			lines++
			for _, c := range l.Cells {
				if c.At == "" || c.Field == "" {
					t.Errorf("a cell without a place: %+v", l)
				}
			}
			return nil
		})
		if err == nil && (lines == 0 || lines != found.Lines) {
			t.Errorf("no error and %d lines, said to be %d", lines, found.Lines)
		}
		if refused, ok := errors.AsType[*xlsx.Error](err); err != nil && (!ok || refused.Text("zh-TW") == "") {
			t.Errorf("an error without words: %v", err)
		}
	})
}

func replacedOrSame(book []byte, sheet string) []byte {
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return book
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			if err := z.Copy(f); err != nil {
				return book
			}
			continue
		}
		w, err := z.Create(f.Name)
		if err != nil {
			return book
		}
		if _, err := w.Write([]byte(sheet)); err != nil {
			return book
		}
	}
	if z.Close() != nil {
		return book
	}
	return out.Bytes()
}

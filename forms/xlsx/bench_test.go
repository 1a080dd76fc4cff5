package xlsx_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/forms/xlsx"
)

// BenchmarkRead reads 20,000 lines of 20 cells; ratio is how much of the speed of excelize's Rows is left in the same process,
// once by itself and once with ours around it.
func BenchmarkRead(b *testing.B) {
	const rows, columns = 20_000, 20
	schema := `{"key":"wide","version":"1","title":{"zh-TW":"寬"},"fields":[`
	head, line := make([]any, columns), make([]any, columns)
	for i := range columns {
		if i > 0 {
			schema += ","
		}
		schema += fmt.Sprintf(`{"key":"f%d","type":"text","label":{"zh-TW":"欄%d"}}`, i, i)
		head[i], line[i] = fmt.Sprint("欄", i), fmt.Sprint("公文系統 ", i)
	}
	form := compiled(b, schema+"]}")
	book := excelize.NewFile()
	sw, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for i := range rows + 1 {
		cells := line
		if i == 0 {
			cells = head
		}
		if err := sw.SetRow(fmt.Sprint("A", i+1), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := sw.Flush(); err != nil {
		b.Fatal(err)
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		b.Fatal(err)
	}
	var theirs, ours time.Duration
	for b.Loop() {
		start := time.Now()
		n, err := plainRows(file.Bytes())
		if err != nil || n != rows+1 {
			b.Fatal(n, err)
		}
		theirs += time.Since(start)
		start = time.Now()
		found, err := xlsx.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), xlsx.Wanted{Form: form, Limits: xlsx.Limits{Rows: rows}},
			func(forms.SheetLine) error { return nil })
		if err != nil || found.Lines != rows {
			b.Fatal(found, err)
		}
		ours += time.Since(start)
	}
	b.ReportMetric(float64(theirs)/float64(ours), "ratio")
}

func plainRows(file []byte) (int, error) {
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 8 << 20})
	if err != nil {
		return 0, err
	}
	rows, err := book.Rows("Sheet1")
	if err != nil {
		return 0, err
	}
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return 0, err
		}
		n++
	}
	if err := rows.Close(); err != nil {
		return 0, err
	}
	return n, book.Close()
}

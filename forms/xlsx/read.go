package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
)

// Limits bound what is read; a zero is the default.
type Limits struct {
	Size     int64 // bytes of the file; 10 MiB
	Unzipped int64 // bytes of all it unpacks to; 64 MiB
	Rows     int   // lines below the headings, of all sheets together; 5,000
	Columns  int   // 200
	Cell     int   // bytes of what stands in a cell; 8,000
	Merged   int   // merged ranges of a sheet; 20,000
}

// heldXML is up to where a part of a workbook is kept in memory; larger sheets are read from a temporary file.
const heldXML = 8 << 20

func (l Limits) withDefaults() Limits {
	or := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	if l.Size <= 0 {
		l.Size = 10 << 20
	}
	if l.Unzipped <= 0 {
		l.Unzipped = 64 << 20
	}
	or(&l.Rows, 5000)
	or(&l.Columns, 200)
	or(&l.Cell, 8000)
	or(&l.Merged, 20_000)
	return l
}

// Wanted says what a workbook is read as.
type Wanted struct {
	Form  *forms.Form
	Table string // the table whose columns they are; "" for the fields of the form
	Limits
	// TempDir is where large sheets are unpacked to; "" is the system's.
	TempDir string
}

// Sheets says what was found beside the lines.
type Sheets struct {
	Stamp    Stamp             // of a workbook made by Blank; zero for any other
	Lines    int               // how many were read
	Unread   []forms.SheetCell // headings of columns that belong to no field; Field is the name of the sheet
	Fields   []string          // keys of the fields that have a column
	Skipped  []string          // sheets with something on them and without headings
	Headings map[string]string // by key of the field: what the column is called on the first sheet
}

// Read gives each line of a workbook to each, in order: those below the line of headings on every sheet that has one, hidden
// sheets left out. A heading is the label of a field in any language, or its key. A merged cell stands in every line that it
// covers, and 同上 or 〃 is what stands above it. A cell is a day where it is formatted as one, and then written 2026-12-01. An
// error of each ends the reading and is returned. Everything else that fails is an *Error.
func Read(r io.ReaderAt, size int64, w Wanted, each func(forms.SheetLine) error) (out Sheets, err error) {
	w.Limits = w.withDefaults()
	inEach := false
	defer func() {
		if p := recover(); p != nil {
			if inEach {
				panic(p) // a fault of the caller's
			}
			out, err = Sheets{}, refuse(Broken)
		}
	}()
	archive, err := open(r, size, w.Limits)
	if err != nil {
		return Sheets{}, err
	}
	book, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		UnzipSizeLimit: w.Unzipped, UnzipXMLSizeLimit: min(heldXML, w.Unzipped), TmpDir: w.TempDir,
	})
	if err != nil {
		return Sheets{}, refuse(NotWorkbook)
	}
	defer func() {
		if closing := book.Close(); err == nil && closing != nil {
			err = closing
		}
	}()
	in := reading{wanted: w, book: book, each: func(line forms.SheetLine) error {
		inEach = true
		defer func() { inEach = false }()
		return each(line)
	}, out: Sheets{Headings: map[string]string{}}}
	if err := in.all(archive); err != nil {
		return Sheets{}, err
	}
	return in.out, nil
}

// ole is how the older format begins, and a workbook with a password.
var ole = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// open looks at a file before it is unpacked: what it is, and how much comes of it. What an entry says of its size is held
// to when it is unpacked.
func open(r io.ReaderAt, size int64, l Limits) (*zip.Reader, error) {
	if size > l.Size {
		return nil, refuse(TooLarge, "max", megabytes(l.Size))
	}
	head := make([]byte, len(ole))
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	} else if bytes.Equal(head[:n], ole) {
		return nil, refuse(Locked)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse(NotWorkbook)
	}
	total, workbook := uint64(0), false
	for _, f := range archive.File {
		if f.UncompressedSize64 > uint64(l.Unzipped) {
			return nil, refuse(Bomb, "max", megabytes(l.Unzipped))
		}
		if total += f.UncompressedSize64; total > uint64(l.Unzipped) {
			return nil, refuse(Bomb, "max", megabytes(l.Unzipped))
		}
		workbook = workbook || strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), "xl/workbook.xml")
	}
	if !workbook || len(archive.File) > 10_000 {
		return nil, refuse(NotWorkbook)
	}
	return archive, nil
}

func megabytes(n int64) string { return strconv.FormatInt(max(1, n>>20), 10) }

type reading struct {
	wanted Wanted
	book   *excelize.File
	each   func(forms.SheetLine) error
	out    Sheets
	headed bool // a sheet had headings
}

func (in *reading) all(archive *zip.Reader) error {
	var err error
	if in.out.Stamp, err = stampOf(in.book); err != nil {
		return refuse(Broken)
	}
	key := in.wanted.Form.Schema().Key
	if s := in.out.Stamp; s.Schema != "" && (s.Schema != key || s.Table != in.wanted.Table) {
		return refuse(OtherForm, "found", s.name(), "wanted", Stamp{Schema: key, Table: in.wanted.Table}.name())
	}
	if err := daysAsISO(in.book); err != nil {
		return refuse(Broken)
	}
	parts, err := sheetParts(archive)
	if err != nil {
		return refuse(Broken)
	}
	for _, name := range in.book.GetSheetList() {
		visible, err := in.book.GetSheetVisible(name)
		if err != nil || !visible {
			continue // a sheet that nobody sees has nothing that anybody meant
		}
		if err := in.sheet(name, parts[name]); err != nil {
			return err
		}
	}
	switch {
	case !in.headed:
		return refuse(NoHeadings)
	case in.out.Lines == 0:
		return refuse(NoLines)
	}
	return nil
}

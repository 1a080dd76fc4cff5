package filetext

import (
	"bytes"
	"fmt"
	"strings"
)

// reading says what a file is by its content, and how its text is read.
func reading(data []byte, j *job) (read func() error, kind Kind, err error) {
	has := func(at int, magic string) bool {
		return len(data) >= at+len(magic) && string(data[at:at+len(magic)]) == magic
	}
	switch {
	case has(0, "PK\x03\x04"), has(0, "PK\x05\x06"):
		return container(data, j)
	case pdfBegins(data):
		return func() error { return readPDF(data, j) }, PDF, nil
	case has(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		kind, err := compound(data)
		return nil, kind, err
	case has(0, "\x89PNG\r\n\x1a\n"), has(0, "\xff\xd8\xff"), has(0, "GIF87a"), has(0, "GIF89a"), has(0, "II*\x00"), has(0, "MM\x00*"),
		has(0, "BM") && bytes.IndexByte(data[:min(len(data), 64)], 0) >= 0, has(0, "RIFF") && has(8, "WEBP"),
		has(4, "ftypheic"), has(4, "ftypheix"), has(4, "ftypmif1"), has(4, "ftypavif"):
		return nil, Picture, ErrNoText
	case has(0, `{\rtf`):
		return nil, Unknown, fmt.Errorf("%w: RTF", ErrKind)
	}
	text, ok := plain(data)
	if !ok {
		return nil, Unknown, ErrKind
	}
	if j.body != nil {
		return func() error { return j.plainBody(text) }, Plain, nil
	}
	return func() error { return j.write(text) }, Plain, nil
}

// pdfWithin is how many bytes of whatever sent a PDF may stand before the end of its mark.
const pdfWithin = 1024

func pdfBegins(data []byte) bool {
	return bytes.Contains(data[:min(len(data), pdfWithin)], []byte("%PDF-"))
}

// compound tells what lies in an OLE container: the files of Office 97, and those of
// today once they are encrypted.
func compound(data []byte) (Kind, error) {
	named := func(stream string) bool { return bytes.Contains(data, wide(stream)) }
	switch {
	case named("EncryptedPackage"):
		return Unknown, ErrEncrypted
	case named("WordDocument"):
		return OldWord, fmt.Errorf("%w: a file of Word 97", ErrKind)
	case named("PowerPoint Document"):
		return OldSlides, fmt.Errorf("%w: a file of PowerPoint 97", ErrKind)
	case named("Workbook"), named("Book\x00"):
		return OldExcel, fmt.Errorf("%w: a file of Excel 97", ErrKind)
	}
	return Unknown, fmt.Errorf("%w: an OLE container", ErrKind)
}

// wide is a name as UTF-16 writes it.
func wide(name string) []byte {
	out := make([]byte, 0, 2*len(name))
	for i := range len(name) {
		out = append(out, name[i], 0)
	}
	return out
}

// container tells what lies in a ZIP container by its parts.
func container(data []byte, j *job) (read func() error, kind Kind, err error) {
	z, err := openZip(data, j)
	if err != nil {
		return nil, Unknown, err
	}
	if z.main, err = z.mainPart(); err != nil {
		return nil, Unknown, err
	}
	if z.main != "" {
		root, err := z.root(z.main)
		switch {
		case err != nil:
			return nil, Unknown, err
		case root == "document":
			return z.docx, Docx, nil
		case root == "workbook":
			return z.xlsx, Xlsx, nil
		case root == "presentation":
			return z.pptx, Pptx, nil
		}
		return nil, Unknown, fmt.Errorf("%w: a package of another program", ErrKind)
	}
	switch {
	case len(z.matching("word/document*.xml")) > 0:
		return z.docx, Docx, nil
	case z.part("xl/workbook.xml") != nil:
		return z.xlsx, Xlsx, nil
	case z.part("ppt/presentation.xml") != nil:
		return z.pptx, Pptx, nil
	}
	mime, err := z.head("mimetype", 100)
	if err != nil {
		return nil, Unknown, err
	}
	switch strings.TrimSuffix(strings.TrimPrefix(mime, "application/vnd.oasis.opendocument."), "-template") {
	case "text", "text-master":
		return func() error { return z.odf(Odt) }, Odt, nil
	case "spreadsheet":
		return func() error { return z.odf(Ods) }, Ods, nil
	case "presentation", "graphics":
		return func() error { return z.odf(Odp) }, Odp, nil
	}
	return nil, Unknown, fmt.Errorf("%w: a ZIP container", ErrKind)
}

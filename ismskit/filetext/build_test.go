package filetext_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// part is a part of a container.
type part struct{ name, body string }

func zipOf(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		f, err := w.Create(p.name)
		if err == nil {
			_, err = f.Write([]byte(p.body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func wordXML(body string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
		`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>` + body + `</w:body></w:document>`
}

func docxOf(t testing.TB, body string, more ...part) []byte {
	t.Helper()
	return zipOf(t, append([]part{{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", wordXML(body)}}, more...)...)
}

func xlsxOf(t testing.TB, shared, cells string) []byte {
	t.Helper()
	return zipOf(t,
		part{"xl/workbook.xml", `<workbook xmlns:r="http://r"><sheets><sheet name="系統清冊" sheetId="1" r:id="rId7"/><sheet name="空白" sheetId="2" r:id="rId8"/></sheets></workbook>`},
		part{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId7" Target="worksheets/first.xml"/><Relationship Id="rId8" Target="/xl/worksheets/second.xml"/></Relationships>`},
		part{"xl/sharedStrings.xml", `<sst>` + shared + `</sst>`},
		part{"xl/worksheets/first.xml", `<worksheet><sheetData>` + cells + `</sheetData></worksheet>`},
		part{"xl/worksheets/second.xml", `<worksheet><sheetData/></worksheet>`})
}

func odfOf(t testing.TB, kind, body string, more ...part) []byte {
	t.Helper()
	return zipOf(t, append([]part{{"mimetype", "application/vnd.oasis.opendocument." + kind},
		{"content.xml", `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb"><office:body>` + body + `</office:body></office:document-content>`}}, more...)...)
}

// pdfObject is one object of a PDF, with a stream where body is not empty.
type pdfObject struct {
	number     int
	dict, body string
	deflated   bool
}

func pdfOf(t testing.TB, trailer string, objects ...pdfObject) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for _, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n", o.number)
		switch {
		case o.deflated:
			packed := deflated(t, o.body)
			fmt.Fprintf(&b, "<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", o.dict, len(packed), packed)
		case o.body != "":
			fmt.Fprintf(&b, "<<%s /Length %d>>\nstream\n%s\nendstream", o.dict, len(o.body), o.body)
		default:
			fmt.Fprintf(&b, "<<%s>>", o.dict)
		}
		b.WriteString("\nendobj\n")
	}
	fmt.Fprintf(&b, "trailer\n<<%s>>\nstartxref\n0\n%%%%EOF\n", trailer)
	return b.Bytes()
}

func deflated(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, err := w.Write([]byte(s))
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pageOf is a PDF of one page with fonts F1 (Latin), F2 (by ToUnicode), F3 (Big5), F4
// (numbers of glyphs, and nothing that says which).
func pageOf(t testing.TB, content, toUnicode string) []byte {
	t.Helper()
	return pdfOf(t, "/Root 1 0 R",
		pdfObject{number: 1, dict: "/Type /Catalog /Pages 2 0 R"},
		pdfObject{number: 2, dict: "/Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R /F2 6 0 R /F3 8 0 R /F4 9 0 R /F5 10 0 R >> >>"},
		pdfObject{number: 3, dict: "/Type /Page /Parent 2 0 R /Contents 4 0 R"},
		pdfObject{number: 4, body: content, deflated: true},
		pdfObject{number: 5, dict: "/Type /Font /Subtype /Type1 /Encoding << /Differences [ 65 /B /quotesingle /uni5E33 ] >>"},
		pdfObject{number: 6, dict: "/Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 7 0 R"},
		pdfObject{number: 7, body: toUnicode, deflated: true},
		pdfObject{number: 8, dict: "/Type /Font /Subtype /Type0 /Encoding /ETen-B5-H"},
		pdfObject{number: 9, dict: "/Type /Font /Subtype /Type0 /Encoding /Identity-H"},
		pdfObject{number: 10, dict: "/Type /Font /Subtype /Type0 /Encoding /UniCNS-UTF16-H"})
}

const toUnicode = `/CIDInit /ProcSet findresource begin begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
2 beginbfchar <0001> <8CC7> <0002> <8A0A> endbfchar
2 beginbfrange <0010> <0012> <4E00> <0020> <0021> [<5B89> <5168>] endbfrange
endcmap`

func read(t testing.TB, data []byte, l filetext.Limits) (filetext.Found, error) {
	t.Helper()
	return filetext.Read(context.Background(), bytes.NewReader(data), l)
}

func spaces(n int) string { return strings.Repeat(" ", n) }

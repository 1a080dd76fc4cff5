package filetext_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// small are limits within which an input of a fuzzer is done at once.
var small = filetext.Limits{Bytes: 1 << 20, Unpacked: 1 << 20, Parts: 100, Depth: 64, Text: 10_000, Time: 2 * time.Second}

// holds reads a file and looks at what must hold whatever is in it.
func holds(t *testing.T, data []byte) {
	t.Helper()
	begun := time.Now()
	found, err := filetext.Read(context.Background(), bytes.NewReader(data), small)
	trap := filetext.Vet(context.Background(), bytes.NewReader(data), small)
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
	if found.Kind == "" {
		t.Error("no kind")
	}
	traps := []error{nil, filetext.ErrEncrypted, filetext.ErrTooLarge, filetext.ErrDoctype, filetext.ErrLate}
	if !slices.ContainsFunc(traps, func(one error) bool { return errors.Is(trap, one) }) {
		t.Errorf("vetted: %v", trap)
	}
	if err != nil {
		named := []error{filetext.ErrEncrypted, filetext.ErrBroken, filetext.ErrTooLarge, filetext.ErrDoctype, filetext.ErrNoText, filetext.ErrKind}
		for _, n := range named {
			if errors.Is(err, n) {
				if found.Text != "" {
					t.Error("text with an error")
				}
				if strings.Contains(err.Error(), "runtime error") {
					t.Error(err)
				}
				return
			}
		}
		t.Errorf("an error of no name: %v", err)
	}
	bad := func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || r == utf8.RuneError) }
	if !utf8.ValidString(found.Text) || strings.ContainsFunc(found.Text, bad) || len(found.Text) > small.Text || strings.TrimSpace(found.Text) == "" {
		t.Errorf("text %q", found.Text)
	}
}

// FuzzRead reads whole files as they come.
func FuzzRead(f *testing.F) {
	f.Add([]byte("# 目的\n"))
	f.Add([]byte("\xff\xfe\x31\x5f"))
	f.Add([]byte("\xb3\xc6\xa5\xf7"))
	f.Add(docxOf(f, "<w:p><w:r><w:t>資訊</w:t></w:r></w:p>"))
	f.Add(xlsxOf(f, "<si><t>甲</t></si>", `<row><c t="s"><v>0</v></c></row>`))
	f.Add(odfOf(f, "text", "<text:p>乙</text:p>"))
	f.Add(pageOf(f, "BT /F2 12 Tf <0001> Tj ET", toUnicode))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + wideName("EncryptedPackage")))
	f.Fuzz(func(t *testing.T, data []byte) { holds(t, data) })
}

// FuzzWord reads Word and PowerPoint files with any XML in them.
func FuzzWord(f *testing.F) {
	f.Add(wordXML("<w:p><w:r><w:t>資訊</w:t><w:tab/></w:r></w:p>"))
	f.Add(`<!DOCTYPE a [<!ENTITY x "y">]><a><t>&x;</t></a>`)
	f.Add("<Fallback><t>x</t></Fallback><t>y</t>")
	f.Fuzz(func(t *testing.T, xml string) {
		holds(t, zipOf(t, part{"word/document.xml", xml}, part{"word/footer1.xml", "<t>x</t>"}))
		holds(t, zipOf(t, part{"ppt/presentation.xml", ""}, part{"ppt/slides/slide1.xml", xml}))
	})
}

// FuzzSheet reads workbooks with any parts.
func FuzzSheet(f *testing.F) {
	f.Add(`<workbook xmlns:r="r"><sheets><sheet name="a" r:id="b"/></sheets></workbook>`, `<Relationships><Relationship Id="b" Target="c.xml"/></Relationships>`,
		"<sst><si><t>x</t></si></sst>", `<worksheet><row><c t="s"><v>0</v></c></row></worksheet>`)
	f.Add("<workbook/>", "<x/>", "<sst/>", `<c t="inlineStr"><is><t>x</t></is></c>`)
	f.Fuzz(func(t *testing.T, book, relations, shared, cells string) {
		holds(t, zipOf(t, part{"xl/workbook.xml", book}, part{"xl/_rels/workbook.xml.rels", relations}, part{"xl/sharedStrings.xml", shared},
			part{"xl/c.xml", cells}, part{"xl/worksheets/sheet1.xml", cells}))
	})
}

// FuzzODF reads OpenDocument files with any XML in them.
func FuzzODF(f *testing.F) {
	f.Add(`<a xmlns:text="t"><text:p>甲<text:s/>乙</text:p></a>`, "<m/>")
	f.Add("<a/>", `<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>`)
	f.Fuzz(func(t *testing.T, content, manifest string) {
		holds(t, zipOf(t, part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", content}, part{"META-INF/manifest.xml", manifest}))
	})
}

// FuzzPDF reads PDF files of any bytes.
func FuzzPDF(f *testing.F) {
	browser, err := os.ReadFile("testdata/chromium.pdf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(browser)
	f.Add(pageOf(f, "BT /F2 12 Tf <0001> Tj ET", toUnicode))
	f.Add(pdfOf(f, "/Root 1 0 R", pdfObject{number: 9, dict: "/Type /ObjStm /N 1 /First 4", body: "3 0 <</Type /Page>>"}))
	for _, name := range []string{"r3-open", "r6-password"} {
		locked, err := os.ReadFile("testdata/locked/" + name + ".pdf")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(locked)
	}
	f.Add([]byte("1.7\n1 0 obj (a\\")) // ends behind a backslash
	f.Fuzz(func(t *testing.T, data []byte) { holds(t, append([]byte("%PDF-"), data...)) })
}

// FuzzPDFPage reads pages that draw anything with any map of letters.
func FuzzPDFPage(f *testing.F) {
	f.Add("BT /F2 12 Tf 1 0 0 1 72 700 Tm <00010002> Tj 0 -14 Td [(x) -300 <20>] TJ ET q BI ID EI Q /X Do", toUnicode)
	f.Add(`BT /F1 1 Tf (\101\)) ' /F3 9 Tf <b3c6> Tj T* 3 Tc 4 TL ET`, "1 beginbfrange <00> <ff> <d800> endbfrange 1 begincodespacerange <00> <ff> endcodespacerange")
	f.Fuzz(func(t *testing.T, content, letters string) { holds(t, pageOf(t, content, letters)) })
}

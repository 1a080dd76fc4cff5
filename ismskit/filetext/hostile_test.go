package filetext_test

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// wideName is a name in an OLE directory.
func wideName(name string) string {
	var b strings.Builder
	for _, r := range name {
		b.WriteRune(r)
		b.WriteByte(0)
	}
	return b.String()
}

func flagEncrypted(data []byte) []byte {
	out := bytes.Clone(data)
	for at := 0; ; {
		i := bytes.Index(out[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return out
		}
		at += i + 4
		out[at+4] |= 1
	}
}

// Whatever is wrong with a file has its name, and its kind is told where it is known.
func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	word := docxOf(t, "<w:p><w:r><w:t>資訊安全政策與管理制度之目的</w:t></w:r></w:p>")
	for name, test := range map[string]struct {
		data []byte
		kind filetext.Kind
		want error
	}{
		"an encrypted Office file":            {[]byte(ole + wideName("EncryptedPackage")), filetext.Unknown, filetext.ErrEncrypted},
		"an encrypted part":                   {flagEncrypted(word), filetext.Unknown, filetext.ErrEncrypted},
		"an encrypted ODF file":               {odfOf(t, "text", "<text:p>亂碼</text:p>", part{"META-INF/manifest.xml", `<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`}), filetext.Odt, filetext.ErrEncrypted},
		"an encrypted PDF":                    {pdfOf(t, "/Root 1 0 R /Encrypt 9 0 R", pdfObject{number: 1, dict: "/Type /Catalog"}), filetext.PDF, filetext.ErrEncrypted},
		"a PDF encrypted by a stream":         {pdfOf(t, "", pdfObject{number: 1, dict: "/Type /XRef /Root 2 0 R /Encrypt 9 0 R", body: "x"}), filetext.PDF, filetext.ErrEncrypted},
		"Word 97":                             {[]byte(ole + wideName("WordDocument")), filetext.OldWord, filetext.ErrKind},
		"Excel 97":                            {[]byte(ole + wideName("Workbook")), filetext.OldExcel, filetext.ErrKind},
		"PowerPoint 97":                       {[]byte(ole + wideName("PowerPoint Document")), filetext.OldSlides, filetext.ErrKind},
		"another OLE file":                    {[]byte(ole), filetext.Unknown, filetext.ErrKind},
		"RTF":                                 {[]byte(`{\rtf1 x}`), filetext.Unknown, filetext.ErrKind},
		"another ZIP file":                    {zipOf(t, part{"a.txt", "x"}), filetext.Unknown, filetext.ErrKind},
		"bytes":                               {[]byte("\x00\x01\x02\xff"), filetext.Unknown, filetext.ErrKind},
		"neither UTF-8 nor Big5":              {[]byte("abc\xff\xff"), filetext.Unknown, filetext.ErrKind},
		"a picture":                           {[]byte("\x89PNG\r\n\x1a\n...."), filetext.Picture, filetext.ErrNoText},
		"nothing":                             {nil, filetext.Plain, filetext.ErrNoText},
		"an empty Word file":                  {docxOf(t, "<w:p/>"), filetext.Docx, filetext.ErrNoText},
		"a scan":                              {pageOf(t, "q 612 0 0 792 0 0 cm /Im0 Do Q", toUnicode), filetext.PDF, filetext.ErrNoText},
		"fonts that say nothing":              {pageOf(t, "BT /F4 12 Tf <00010002> Tj ET", toUnicode), filetext.PDF, filetext.ErrNoText},
		"a Word file cut off":                 {word[:len(word)-40], filetext.Unknown, filetext.ErrBroken},
		"a part that is garbled":              {bytes.Replace(word, word[80:120], bytes.Repeat([]byte{0xff}, 40), 1), filetext.Docx, filetext.ErrBroken},
		"XML that does not end":               {zipOf(t, part{"word/document.xml", "<a><t>x"}), filetext.Docx, filetext.ErrBroken},
		"XML in another encoding":             {zipOf(t, part{"word/document.xml", `<?xml version="1.0" encoding="Big5"?><a/>`}), filetext.Docx, filetext.ErrBroken},
		"a part that is there twice":          {docxOf(t, "", part{"WORD/document.xml", "<a/>"}), filetext.Unknown, filetext.ErrBroken},
		"a cell that points nowhere":          {xlsxOf(t, "", `<row><c t="s"><v>7</v></c></row>`), filetext.Xlsx, filetext.ErrBroken},
		"a PDF of nothing":                    {[]byte("%PDF-1.7\n"), filetext.PDF, filetext.ErrBroken},
		"a PDF without pages":                 {pdfOf(t, "/Root 1 0 R", pdfObject{number: 1, dict: "/Type /Catalog /Pages 2 0 R"}, pdfObject{number: 2, dict: "/Type /Pages /Kids [2 0 R]"}), filetext.PDF, filetext.ErrBroken},
		"an entity from outside":              {zipOf(t, part{"word/document.xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><t>&x;</t></a>`}), filetext.Docx, filetext.ErrDoctype},
		"an entity in a workbook":             {zipOf(t, part{"xl/workbook.xml", `<!DOCTYPE a [<!ENTITY l "lol">]><workbook/>`}), filetext.Xlsx, filetext.ErrDoctype},
		"an entity in ODF":                    {zipOf(t, part{"mimetype", "application/vnd.oasis.opendocument.text"}, part{"content.xml", `<!DOCTYPE a SYSTEM "http://x/"><a/>`}), filetext.Odt, filetext.ErrDoctype},
		"an entity that nothing defines":      {zipOf(t, part{"word/document.xml", `<a><t>&x;</t></a>`}), filetext.Docx, filetext.ErrBroken},
		"a bomb in a ZIP part":                {docxOf(t, "<w:t>"+spaces(8<<20)+"</w:t>"), filetext.Docx, filetext.ErrTooLarge},
		"a bomb in a PDF":                     {pageOf(t, spaces(8<<20), toUnicode), filetext.PDF, filetext.ErrTooLarge},
		"XML without bottom":                  {docxOf(t, strings.Repeat("<w:p>", 2000)+strings.Repeat("</w:p>", 2000)), filetext.Docx, filetext.ErrTooLarge},
		"a PDF object without bottom":         {[]byte("%PDF-1.7\n1 0 obj\n" + strings.Repeat("[", 100_000)), filetext.PDF, filetext.ErrTooLarge},
		"a PDF object of a million numbers":   {[]byte("%PDF-1.7\n1 0 obj\n[" + strings.Repeat("1 ", 1_000_000)), filetext.PDF, filetext.ErrTooLarge},
		"pages that contain each other":       {pdfOf(t, "/Root 1 0 R", pdfObject{number: 1, dict: "/Pages 2 0 R"}, pdfObject{number: 2, dict: "/Type /Pages /Kids [2 0 R 3 0 R]"}, pdfObject{number: 3, dict: "/Type /Pages /Kids [2 0 R]"}), filetext.PDF, filetext.ErrBroken},
		"a million streams without their end": {[]byte("%PDF-1.7\n" + strings.Repeat("1 0 obj <<>> stream\n", 200_000)), filetext.PDF, filetext.ErrBroken},
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			found, err := read(t, test.data, filetext.Limits{})
			if !errors.Is(err, test.want) || found.Kind != test.kind || found.Text != "" {
				t.Errorf("%s %q: %v", found.Kind, found.Text, err)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// Each limit ends a file that goes beyond it, and leaves alone what is within.
func TestLimits(t *testing.T) {
	paragraphs := strings.Repeat("<w:p><w:r><w:t>資訊安全</w:t></w:r></w:p>", 1000)
	word := docxOf(t, paragraphs)
	for name, l := range map[string]filetext.Limits{
		"bytes":    {Bytes: int64(len(word)) - 1},
		"unpacked": {Unpacked: 10_000},
		"parts":    {Parts: 1},
		"depth":    {Depth: 4},
	} {
		if _, err := read(t, word, l); !errors.Is(err, filetext.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	within := filetext.Limits{Bytes: int64(len(word)), Unpacked: int64(len(wordXML(paragraphs))), Parts: 2, Depth: 5}
	if found, err := read(t, word, within); err != nil || found.Cut || strings.Count(found.Text, "資訊安全") != 1000 {
		t.Errorf("within its limits: %v", err)
	}
	// Enough text is not too much: what there is is found.
	found, err := read(t, word, filetext.Limits{Text: 100})
	if err != nil || !found.Cut || len(found.Text) > 100 || len(found.Text) < 90 {
		t.Errorf("%d bytes, cut %t, %v", len(found.Text), found.Cut, err)
	}
	large := docxOf(t, strings.Repeat(paragraphs, 30))
	if _, err := read(t, large, filetext.Limits{Ratio: 20}); !errors.Is(err, filetext.ErrTooLarge) {
		t.Errorf("ratio: %v", err)
	}
	if _, err := read(t, large, filetext.Limits{Time: time.Nanosecond}); !errors.Is(err, filetext.ErrTooLarge) {
		t.Errorf("time: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := filetext.Read(ctx, bytes.NewReader(large), filetext.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended from outside: %v", err)
	}
	wrong := errors.New("the share is away")
	if _, err := filetext.Read(t.Context(), iotest.ErrReader(wrong), filetext.Limits{}); !errors.Is(err, wrong) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// Forms that draw each other, fonts that say much by little, a directory of a million
// parts, texts shared by a million cells: each a few KB that would cost hours or
// gigabytes. The limits are small here so that the test is quick.
func TestWhatMultipliesIsBounded(t *testing.T) {
	forms := []pdfObject{{number: 1, dict: "/Pages 2 0 R"}, {number: 2, dict: "/Kids [3 0 R]"},
		{number: 3, dict: "/Contents 10 0 R /Resources << /XObject << /X 11 0 R >> >>"}, {number: 10, body: strings.Repeat("/X Do ", 1000)}}
	for i := 11; i < 19; i++ {
		forms = append(forms, pdfObject{number: i, dict: fmt.Sprintf("/Subtype /Form /Resources << /XObject << /X %d 0 R >> >>", i+1), body: strings.Repeat("/X Do ", 1000)})
	}
	listed := []byte("PK\x03\x04" + strings.Repeat("PK\x01\x02"+strings.Repeat("\x00", 42), 300_000))
	long := spaces(100_000)
	var cells strings.Builder
	for range 30_000 {
		cells.WriteString(`<c t="s"><v>0</v></c>`)
	}
	var nested bytes.Buffer // a stream that is packed four times over
	nested.WriteString(spaces(200 << 20))
	for range 4 {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, 9)
		if err == nil {
			out.WriteString("\x78\x9c")
			_, err = io.Copy(w, &nested)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		nested = out
	}
	for name, data := range map[string][]byte{
		"forms":    pdfOf(t, "/Root 1 0 R", forms...),
		"listed":   listed,
		"shared":   xlsxOf(t, "<si><t>"+long+"</t></si>", "<row>"+cells.String()+"</row>"),
		"filters":  pdfOf(t, "/Root 1 0 R", pdfObject{number: 1, dict: "/Pages 2 0 R"}, pdfObject{number: 2, dict: "/Kids [3 0 R]"}, pdfObject{number: 3, dict: "/Contents 4 0 R"}, pdfObject{number: 4, dict: "/Filter [/Fl /Fl /Fl /Fl]", body: nested.String()}),
		"bracket":  []byte("%PDF-1.7\n" + strings.Repeat("1 0 obj (", 500_000)),
		"bracket2": []byte("%PDF-1.7\n" + strings.Repeat("1 0 obj <<", 500_000)),
		"mapped":   pageOf(t, strings.Repeat("BT /F2 1 Tf <0000> Tj ET ", 1000), strings.Repeat("1 beginbfrange <0000> <ffff> <"+strings.Repeat("4e00", 8)+"> endbfrange ", 1000)),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			_, err := read(t, data, filetext.Limits{Unpacked: 32 << 20, Time: 3 * time.Second})
			took := time.Since(begun)
			if err == nil && name != "mapped" {
				t.Error("was read")
			}
			if took > 6*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

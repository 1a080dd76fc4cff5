package filetext_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

// relsOf is a file of relations, each a kind and where it points.
func relsOf(name string, pairs ...string) part {
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString(`<Relationship Id="rId` + string(rune('1'+i/2)) + `" Type="` + types + pairs[i] + `" Target="` + pairs[i+1] + `"/>`)
	}
	b.WriteString(`</Relationships>`)
	return part{name, b.String()}
}

func said(s string) string { return `<w:p><w:r><w:t>` + s + `</w:t></w:r></w:p>` }

func bodyOf(t *testing.T, data []byte) (filetext.Found, error) {
	t.Helper()
	return filetext.Body(t.Context(), bytes.NewReader(data), filetext.Limits{})
}

// What is read is the part that the program opens. One that lies where the main part usually does
// and is none is a decoy, and a package with two of them is refused.
func TestTheMainPartIsReadAndNoDecoy(t *testing.T) {
	word := func(rels part, more ...part) []byte {
		return zipOf(t, append([]part{rels, {"word/document.xml", wordXML(said("誘餌"))}, {"word/real.xml", wordXML(said("一、真正的條文"))}, {"word/footnotes.xml", wordXML(said("誘餌註腳"))}}, more...)...)
	}
	for name, data := range map[string][]byte{
		"relative": word(relsOf("_rels/.rels", "officeDocument", "word/real.xml")),
		"absolute": word(relsOf("_rels/.rels", "officeDocument", "/word/real.xml")),
		"notes":    word(relsOf("_rels/.rels", "officeDocument", "word/real.xml"), relsOf("word/_rels/real.xml.rels", "footnotes", "notes.xml"), part{"word/notes.xml", wordXML(said("真正的註腳"))}),
	} {
		for way, read := range map[string]func() (filetext.Found, error){
			"searched": func() (filetext.Found, error) { return read(t, data, filetext.Limits{}) },
			"compared": func() (filetext.Found, error) { return bodyOf(t, data) },
		} {
			found, err := read()
			if err != nil || found.Kind != filetext.Docx || !strings.Contains(found.Text, "真正的條文") || strings.Contains(found.Text, "誘餌") {
				t.Errorf("%s, %s: %q, %v", name, way, found.Text, err)
			}
		}
	}
	for name, rels := range map[string]part{
		"two":     relsOf("_rels/.rels", "officeDocument", "word/document.xml", "officeDocument", "word/real.xml"),
		"missing": relsOf("_rels/.rels", "officeDocument", "word/nowhere.xml"),
	} {
		if _, err := bodyOf(t, word(rels)); !errors.Is(err, filetext.ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	sheet := func(s string) string {
		return `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>` + s + `</t></is></c></row></sheetData></worksheet>`
	}
	workbook := `<workbook xmlns:r="http://r"><sheets><sheet name="清冊" sheetId="1" r:id="rId1"/></sheets></workbook>`
	found, err := bodyOf(t, zipOf(t, relsOf("_rels/.rels", "officeDocument", "book/main.xml"), part{"book/main.xml", workbook}, relsOf("book/_rels/main.xml.rels", "worksheet", "one.xml"),
		part{"book/one.xml", sheet("真正的列")}, part{"xl/workbook.xml", workbook}, relsOf("xl/_rels/workbook.xml.rels", "worksheet", "decoy.xml"), part{"xl/decoy.xml", sheet("誘餌")}))
	if err != nil || found.Kind != filetext.Xlsx || !strings.Contains(found.Text, "真正的列") || strings.Contains(found.Text, "誘餌") {
		t.Errorf("a workbook: %q, %v", found.Text, err)
	}
}

// What a body leaves out, or reads otherwise than its program shows it, it says.
func TestABodySaysWhatItLeavesOut(t *testing.T) {
	run := func(properties, s string) string {
		return `<w:p><w:r><w:rPr>` + properties + `</w:rPr><w:t>` + s + `</w:t></w:r></w:p>`
	}
	for name, one := range map[string]struct {
		data []byte
		left []string
	}{
		"nothing":   {docxOf(t, said("一、目的")), nil},
		"headers":   {docxOf(t, said("一、目的"), part{"word/header1.xml", wordXML(said("1.3 版"))}, part{"word/footer1.xml", wordXML("<w:p/>")}), []string{filetext.LeftHeaders}},
		"comments":  {docxOf(t, said("一、目的"), part{"word/comments.xml", wordXML(said("請再斟酌"))}), []string{filetext.LeftComments}},
		"struck":    {docxOf(t, said("一、目的")+`<w:p><w:del><w:r><w:delText>舊</w:delText></w:r></w:del></w:p>`), []string{filetext.LeftDeleted}},
		"put in":    {docxOf(t, `<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>`), []string{filetext.LeftInserted}},
		"hidden":    {docxOf(t, said("一、目的")+run("<w:vanish/>", "暗語")), []string{filetext.LeftHidden}},
		"not so":    {docxOf(t, said("一、目的")+run(`<w:vanish w:val="0"/>`, "明語")), nil},
		"odt":       {odfOf(t, "text", `<text:p>一、目的</text:p>`, part{"styles.xml", `<s xmlns:style="s" xmlns:text="t"><style:header><text:p>1.3 版</text:p></style:header></s>`}), []string{filetext.LeftHeaders}},
		"odt notes": {odfOf(t, "text", `<text:tracked-changes/><text:p>一、目的<text:annotation><text:p>請再斟酌</text:p></text:annotation></text:p>`), []string{filetext.LeftComments, filetext.LeftDeleted, filetext.LeftInserted}},
	} {
		found, err := bodyOf(t, one.data)
		if err != nil || !slices.Equal(found.Left, one.left) {
			t.Errorf("%s: %q, %v", name, found.Left, err)
		}
	}
}

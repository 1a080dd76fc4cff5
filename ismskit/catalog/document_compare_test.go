package catalog

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// zipped is a container of parts, each a name and what lies in it.
func zipped(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		head := &zip.FileHeader{Name: parts[i], Method: zip.Deflate}
		if parts[i] == "mimetype" { // as ODF has it, and by which it is told
			head.Method = zip.Store
		}
		f, err := w.CreateHeader(head)
		if err == nil {
			_, err = io.WriteString(f, parts[i+1])
		}
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

// wordText is a Word document of paragraphs, each with the level at which it is numbered before
// it: "0|目的" is 壹、目的, "1|…" 一、, "2|…" (一), and none of "…".
func wordText(t testing.TB, paragraphs ...string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range paragraphs {
		level, text, numbered := strings.Cut(p, "|")
		b.WriteString("<w:p>")
		if numbered {
			fmt.Fprintf(&b, `<w:pPr><w:numPr><w:ilvl w:val="%s"/><w:numId w:val="1"/></w:numPr></w:pPr>`, level)
		} else {
			text = p
		}
		b.WriteString("<w:r><w:t>" + text + "</w:t></w:r></w:p>")
	}
	lists := `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">`
	for i, l := range []string{"ideographLegalTraditional|%1、", "taiwaneseCountingThousand|%2、", "taiwaneseCountingThousand|(%3)", "decimal|%4."} {
		format, text, _ := strings.Cut(l, "|")
		lists += fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/></w:lvl>`, i, format, text)
	}
	return zipped(t, "[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w"><w:body>`+b.String()+`</w:body></w:document>`,
		"word/numbering.xml", lists+`</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`)
}

// odfText is the same as ODF, with numbers that its lists count.
func odfText(t testing.TB, paragraphs ...string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range paragraphs {
		level, text, numbered := strings.Cut(p, "|")
		if !numbered {
			fmt.Fprintf(&b, "<text:p>%s</text:p>", p)
			continue
		}
		deep := int(level[0]-'0') + 1
		b.WriteString(`<text:list text:style-name="L" text:continue-numbering="true"><text:list-item>` + strings.Repeat("<text:list><text:list-item>", deep-1) +
			"<text:p>" + text + "</text:p>" + strings.Repeat("</text:list-item></text:list>", deep))
	}
	return zipped(t, "mimetype", "application/vnd.oasis.opendocument.text",
		"content.xml", `<office:document-content xmlns:office="o" xmlns:text="t"><office:body>`+b.String()+`</office:body></office:document-content>`,
		"styles.xml", `<office:document-styles xmlns:office="o" xmlns:text="t" xmlns:style="s"><text:list-style style:name="L">`+
			`<text:list-level-style-number text:level="1" style:num-format="壹, 貳, 參, ..." style:num-suffix="、"/>`+
			`<text:list-level-style-number text:level="2" style:num-format="一, 二, 三, ..." style:num-suffix="、"/>`+
			`<text:list-level-style-number text:level="3" style:num-format="一, 二, 三, ..." style:num-prefix="(" style:num-suffix=")"/></text:list-style></office:document-styles>`)
}

// pdfText is a PDF of one page with a line a paragraph, typed as it is.
func pdfText(t testing.TB, lines ...string) string {
	t.Helper()
	var page strings.Builder
	for i, line := range lines {
		fmt.Fprintf(&page, "BT /F1 12 Tf 1 0 0 1 72 %d Tm <", 760-40*i)
		for _, r := range line {
			fmt.Fprintf(&page, "%04x", r)
		}
		page.WriteString("> Tj ET\n")
	}
	return fmt.Sprintf("%%PDF-1.7\n1 0 obj\n<</Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n"+
		"3 0 obj\n<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>\nendobj\n"+
		"4 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n5 0 obj\n<</Type /Font /Subtype /Type0 /Encoding /UniCNS-UTF16-H>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%%%EOF\n",
		page.Len(), page.String())
}

var (
	textBefore = []string{"資通安全管理程序書", "0|目的", "1|確保資訊安全。", "1|定期檢討。", "2|每年稽核一次。", "0|範圍", "1|本局及所屬機關。"}
	textAfter  = []string{"資通安全管理程序書", "0|目的", "1|確保資訊安全。", "1|指定專人辦理。", "1|定期檢討。", "2|每半年稽核一次。", "0|範圍", "1|本局及所屬機關。"}
	typedAfter = []string{"資通安全管理程序書", "壹、目的", "一、確保資訊安全。", "二、指定專人辦理。", "三、定期檢討。", "(一)每半年稽核一次。", "貳、範圍", "一、本局及所屬機關。"}
	// compared is what textAfter has otherwise than textBefore.
	compared = "added 壹二:→指定專人辦理。 renumbered 壹二 → 壹三:定期檢討。→定期檢討。 changed 壹二(一) → 壹三(一):每年稽核一次。→每半年稽核一次。"
)

// upload keeps a file of a person's.
func (o *office) upload(person, name, content string) forms.File {
	o.Helper()
	f, err := o.kit.Files().Upload(o.ctx, o.as(person), name, strings.NewReader(content))
	must(o, err)
	return f
}

// issued has a file as the version in force of a document of its own.
func (o *office) issued(number, name, content string) forms.Ref {
	o.Helper()
	f := o.upload("P07", name, content)
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
		Document: document.Document{ID: number, Number: number, Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: "internal"}, WithVersion: true,
		Version: document.Version{Label: "1.0", Issued: "2026-11-02", Description: "訂定", Files: []document.File{{Name: name, Digest: f.Digest, MediaType: f.MediaType, Size: f.Size, Main: true}}},
	})
	must(o, err)
	return forms.Ref{List: "document", ID: o.doc(number).ID}
}

func revising(doc forms.Ref, file forms.File) forms.Values {
	return forms.Values{"op": "revise", "document": doc, "bump": "minor", "note": "增訂", "file": file, "issue_on": date(11, 30)}
}

// told are the rows of a comparison in a line each.
func told(fields forms.Values) string {
	rows, _ := fields["comparison"].([]forms.Row)
	var out []string
	for _, row := range rows {
		was, _ := row["old"].(string)
		is, _ := row["new"].(string)
		out = append(out, fmt.Sprintf("%s %s:%s→%s", row["kind"], row["clause"], was, is))
	}
	return strings.Join(out, " ")
}

// A clause comparison is made of Word, ODF, PDF and text, of one kind with another too: the
// numbers that Word and ODF count are the clauses' addresses, so that they are told apart.
func TestWordODFAndPDFAreComparedClauseByClause(t *testing.T) {
	o := openOffice(t, inMemory(t))
	markdown := "# 資通安全管理程序書\n\n## 壹、目的\n\n一、確保資訊安全。\n\n二、定期檢討。\n\n(一)每年稽核一次。\n\n## 貳、範圍\n\n一、本局及所屬機關。\n"
	before := map[string]string{"before.docx": wordText(t, textBefore...), "before.odt": odfText(t, textBefore...), "before.md": markdown,
		"before.pdf": pdfText(t, "資通安全管理程序書", "壹、目的", "一、確保資訊安全。", "二、定期檢討。", "(一)每年稽核一次。", "貳、範圍", "一、本局及所屬機關。")}
	after := map[string]string{"after.docx": wordText(t, textAfter...), "after.odt": odfText(t, textAfter...), "after.pdf": pdfText(t, typedAfter...), "after.txt": strings.Join(typedAfter, "\n\n")}
	n := 0
	for old, content := range before {
		for name, is := range after {
			n++
			number := fmt.Sprintf("IS-02-9%02d", n)
			r := o.asked("P13", revising(o.issued(number, old, content), o.upload("P13", name, is)))
			c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
			must(t, err)
			if got := told(c.Fields); got != compared || c.Fields["compared"] != ismskit.ComparedDiffers {
				t.Errorf("%s with %s: %v\n%s\nwant\n%s", old, name, c.Fields["compared"], got, compared)
			}
		}
	}
}

// Where there is nothing to compare, or nothing that can be, the request says which and why, and
// it is signed with it: whoever signs knows that he must compare by hand.
func TestARequestSaysWhyItsTextsAreNotCompared(t *testing.T) {
	o := openOffice(t, inMemory(t))
	word := wordText(t, textBefore...)
	book := func(cells string) string {
		return zipped(t, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", `<workbook xmlns:r="http://r"><sheets><sheet name="系統清冊" r:id="a"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>`, "xl/worksheets/sheet1.xml", "<worksheet><sheetData>"+cells+"</sheetData></worksheet>")
	}
	cell := func(row int, a, b string) string {
		return fmt.Sprintf(`<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c><c r="B%d" t="inlineStr"><is><t>%s</t></is></c></row>`, row, row, a, row, b)
	}
	scan := "%PDF-1.7\n1 0 obj\n<</Pages 2 0 R>>\nendobj\n2 0 obj\n<</Kids [3 0 R]>>\nendobj\n3 0 obj\n<</Type /Page>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
	locked := "%PDF-1.7\ntrailer\n<</Root 1 0 R /Encrypt 2 0 R>>\n%%EOF\n"
	entity := zipped(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<a>&x;</a>")
	bomb := zipped(t, "[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w"><w:p>`+strings.Repeat(" ", 12<<20)+`</w:p></w:document>`)
	for i, test := range []struct {
		name, old, was, file, is string
		state, words, rows       string
	}{
		{"the same", "a.docx", word, "b.odt", odfText(t, textBefore...), "equal", "文字相同", ""},
		{"a scan", "a.docx", word, "b.pdf", scan, "new_scan", "新版檔案是圖片或掃描檔，沒有文字，請人工核對", ""},
		{"the old one is a scan", "a.pdf", scan, "b.docx", word, "old_scan", "現行版檔案是圖片或掃描檔", ""},
		{"a password", "a.docx", word, "b.pdf", locked, "new_locked", "設有密碼", ""},
		{"an entity", "a.docx", word, "b.odt", entity, "new_broken", "不允許的內容", ""},
		{"a bomb", "a.docx", word, "b.docx", bomb, "new_large", "過大", ""},
		{"the old one is a bomb", "a.docx", bomb, "b.docx", word, "old_large", "過大", ""},
		{"a workbook and a text", "a.docx", word, "b.xlsx", book(cell(1, "甲", "乙")), "unlike", "請人工核對", ""},
		{"workbooks", "a.xlsx", book(cell(1, "系統", "承辦人") + cell(2, "公文系統", "王") + cell(3, "差勤系統", "李")), "b.xlsx",
			book(cell(1, "系統", "承辦人") + cell(2, "地政系統", "陳") + cell(3, "公文系統", "王") + cell(4, "差勤系統", "林")), "differs", "已自動比對",
			"added 「系統清冊」第 2 列:→地政系統｜陳 changed 「系統清冊」第 4 列:差勤系統｜李→差勤系統｜林"},
	} {
		t.Run(test.name, func(t *testing.T) {
			begun := time.Now()
			r := o.asked("P13", revising(o.issued(fmt.Sprintf("IS-02-8%02d", i), test.old, test.was), o.upload("P13", test.file, test.is)))
			if took := time.Since(begun); took > 15*time.Second {
				t.Errorf("took %s", took)
			}
			c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
			must(t, err)
			words := c.Form.Format("compared", c.Fields["compared"], forms.Locale{Lang: "zh-TW"})
			if c.Fields["compared"] != test.state || !strings.Contains(words, test.words) || told(c.Fields) != test.rows {
				t.Errorf("%v %q %s", c.Fields["compared"], words, told(c.Fields))
			}
		})
	}
	o.l.everyChainHolds(t)
}

// slow are files of which one is no longer there, and another does not answer.
type slow struct {
	ismskit.Blobs
	lost, stuck string
	release     chan struct{}
}

func (s *slow) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	switch digest {
	case s.lost:
		return nil, ismskit.ErrNotFound
	case s.stuck:
		<-s.release // whatever the context says
		return nil, errors.New("the share is away")
	}
	return s.Blobs.Open(ctx, digest)
}

// The sending of a request waits for its files no longer than it says, however slow they are
// and wherever they have gone; what could not be compared is compared once it can be.
func TestASlowFileHoldsNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New()
		o := openOffice(t, store)
		away := &slow{Blobs: o.l.blobs, release: make(chan struct{})}
		cfg := demoConfig(t, store)
		cfg.Rights.ManageDocs = []string{"documents/document_controller"}
		cfg.Blobs, cfg.Now, cfg.Notifier = away, o.clock.Now, o.mails
		kit, err := ismskit.New(cfg)
		must(t, err)
		must(t, kit.Start(o.ctx))
		o.kit = kit
		doc := o.issued("IS-02-901", "a.docx", wordText(t, textBefore...))
		file := o.upload("P13", "b.docx", wordText(t, textAfter...))
		away.stuck = file.Digest
		begun := time.Now()
		r, err := o.ask("P13", revising(doc, file))
		must(t, err)
		if took := time.Since(begun); took > 8*time.Second {
			t.Errorf("the sending took %s", took)
		}
		says := func(state string) {
			t.Helper()
			c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
			must(t, err)
			if c.Fields["compared"] != state {
				t.Errorf("says %v, want %s", c.Fields["compared"], state)
			}
		}
		says(ismskit.ComparedLate)
		close(away.release)
		synctest.Wait()
		again := func() {
			must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
			o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請重送"})
			o.act("P13", r.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		}
		away.stuck, away.lost = "", file.Digest
		again()
		says("new_gone")
		away.lost = ""
		again()
		says(ismskit.ComparedDiffers)
	})
}

// prints gives the office a printer, and a key with which it signs what is taken out.
func (o *office) prints(t *testing.T, store ismskit.Store) {
	t.Helper()
	cfg := demoConfig(t, store)
	cfg.Rights.ManageDocs = []string{"documents/document_controller"}
	cfg.Blobs, cfg.Now, cfg.Notifier, cfg.Printer = o.l.blobs, o.clock.Now, o.mails, print.A4{}
	key, err := evidence.NewKey("isms.example", rand.Reader)
	must(t, err)
	cfg.Signer = key
	kit, err := ismskit.New(cfg)
	must(t, err)
	must(t, kit.Start(o.ctx))
	o.kit = kit
}

// Who prints a request before he sends it sees the comparison that he is about to sign, and a
// draft keeps none that would no longer be true.
func TestTheComparisonIsSeenBeforeTheRequestIsSent(t *testing.T) {
	store := memory.New()
	o := openOffice(t, store)
	o.prints(t, store)
	doc := o.issued("IS-02-901", "a.docx", wordText(t, textBefore...))
	r, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeDocumentChange, Values: revising(doc, o.upload("P13", "b.docx", wordText(t, textAfter...)))})
	must(t, err)
	c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
	must(t, err)
	if c.Fields["comparison"] != nil || c.Fields["compared"] != nil {
		t.Errorf("the draft keeps %v", c.Fields["compared"])
	}
	sheet := func() string {
		t.Helper()
		out, err := o.kit.Records().Print(o.ctx, o.as("P13"), r.Case, ismskit.Imprint{Lang: "zh-TW"})
		must(t, err)
		return out.Part
	}
	for _, want := range []string{"條文對照", "壹三(一)", "已自動比對，差異如條文對照", "<ins>半</ins>"} {
		if got := sheet(); !strings.Contains(got, want) {
			t.Errorf("the print before it is sent lacks %q", want)
		}
	}
	o.act("P13", r.Case, ismskit.Action{Verb: ismskit.VerbSave, Values: forms.Values{"file": o.upload("P13", "c.docx", wordText(t, textBefore...))}})
	if got := sheet(); !strings.Contains(got, "文字相同") || strings.Contains(got, "<ins>") {
		t.Error("with another file the print still says what the former one did")
	}
}

// A house whose form has no field for what became of the comparison, as forms from before, is
// told in the table.
func TestAFormWithoutAPlaceForItSaysSoInTheTable(t *testing.T) {
	store := memory.New()
	o := openOffice(t, inMemory(t))
	o.l = loaded(t, store, monday)
	cfg := demoConfig(t, store)
	for i, typ := range cfg.Types {
		if typ.Key != TypeDocumentChange {
			continue
		}
		data, err := json.Marshal(typ)
		must(t, err)
		var older ismskit.Type
		must(t, json.Unmarshal(bytes.ReplaceAll(data, []byte(`"relations","compared",`), []byte(`"relations",`)), &older))
		older.Form.Fields = slices.DeleteFunc(older.Form.Fields, func(f forms.Field) bool { return f.Key == ismskit.ChangeCompared })
		cfg.Types[i] = older
	}
	cfg.Rights.ManageDocs = []string{"documents/document_controller"}
	cfg.Blobs, cfg.Now, cfg.Notifier = o.l.blobs, o.clock.Now, o.mails
	kit, err := ismskit.New(cfg)
	must(t, err)
	must(t, kit.Start(o.ctx))
	o.kit = kit
	word := wordText(t, textBefore...)
	for number, test := range map[string][2]string{
		"IS-02-901": {word, "changed 新舊條文文字相同。:→"}, "IS-02-902": {"%PDF-1.7\ntrailer\n<</Root 1 0 R /Encrypt 2 0 R>>\n%%EOF\n", "changed 新舊檔案未能自動比對，請人工核對。:→"},
		"IS-02-903": {wordText(t, textAfter...), compared},
	} {
		r := o.asked("P13", revising(o.issued(number, "a.docx", word), o.upload("P13", map[bool]string{true: "b.pdf", false: "b.docx"}[strings.HasPrefix(test[0], "%PDF")], test[0])))
		c, err := o.kit.Case(o.ctx, o.as("P13"), r.Case)
		must(t, err)
		if got := told(c.Fields); got != test[1] || c.Fields["compared"] != nil {
			t.Errorf("%s: %v", got, c.Fields["compared"])
		}
	}
}

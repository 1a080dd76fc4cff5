package filetext_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

func body(t testing.TB, data []byte, l filetext.Limits) (filetext.Found, error) {
	t.Helper()
	return filetext.Body(t.Context(), bytes.NewReader(data), l)
}

// lineIs holds the body of a file to what somebody reads in it.
func lineIs(t *testing.T, data []byte, want ...string) {
	t.Helper()
	found, err := body(t, data, filetext.Limits{})
	if got := strings.Split(found.Text, "\n"); err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v\n%q\nwant\n%q", err, got, want)
	}
}

// level is one of a list of Word.
func level(at int, format, text string) string {
	return fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/></w:lvl>`, at, format, text)
}

// officialLists are 壹、 一、 (一) 1. (1) as offices number, and a list of bullets.
var officialLists = part{"word/numbering.xml", `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="4">` +
	level(0, "ideographLegalTraditional", "%1、") + level(1, "taiwaneseCountingThousand", "%2、") + level(2, "taiwaneseCountingThousand", "(%3)") +
	level(3, "decimal", "%4.") + level(4, "decimal", "(%5)") + `</w:abstractNum><w:abstractNum w:abstractNumId="5">` + level(0, "bullet", "●") + `</w:abstractNum>` +
	`<w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num>` +
	`<w:num w:numId="3"><w:abstractNumId w:val="4"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>`}

func numbered(list, level int, text string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, level, list, text)
}

func plainly(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

// Word stores how its paragraphs are numbered and no numbers: they are counted as it counts.
func TestTheNumbersOfAWordDocumentAreCounted(t *testing.T) {
	var many strings.Builder
	for range 11 {
		many.WriteString(numbered(1, 1, "項"))
	}
	styles := part{"word/styles.xml", `<w:styles xmlns:w="w"><w:style w:type="paragraph" w:styleId="a1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="a2"><w:name w:val="章名"/><w:basedOn w:val="a1"/></w:style><w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style></w:styles>`}
	lineIs(t, docxOf(t,
		plainly("資通安全管理程序書")+
			`<w:p><w:pPr><w:pStyle w:val="11"/></w:pPr><w:r><w:t>壹、目的 3</w:t></w:r></w:p>`+
			`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>`+plainly("目錄")+`</w:sdtContent></w:sdt>`+
			`<w:p><w:pPr><w:pStyle w:val="a2"/><w:pPrChange><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:pPrChange></w:pPr><w:r><w:t>目的</w:t></w:r></w:p>`+
			numbered(1, 1, "確保安全。")+numbered(1, 2, "甲")+numbered(1, 2, "乙")+numbered(1, 3, "丙")+numbered(1, 4, "丁")+numbered(2, 0, "點")+
			`<w:p><w:pPr><w:pStyle w:val="a1"/></w:pPr><w:r><w:t>範圍</w:t></w:r></w:p>`+many.String()+
			numbered(3, 1, "重新起號")+numbered(1, 1, "接續")+numbered(0, 0, "不編號")+
			`<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>增訂</w:t></w:r></w:ins><w:r><w:br/><w:t>次行</w:t></w:r></w:p>`,
		officialLists, styles, part{"word/header1.xml", "<w:hdr xmlns:w='w'><w:p><w:r><w:t>1.3 版 頁次 1</w:t></w:r></w:p></w:hdr>"}),
		"資通安全管理程序書", "壹、 目的", "一、 確保安全。", "(一) 甲", "(二) 乙", "1. 丙", "(1) 丁", "- 點", "貳、 範圍",
		"一、 項", "二、 項", "三、 項", "四、 項", "五、 項", "六、 項", "七、 項", "八、 項", "九、 項", "十、 項", "十一、 項",
		"一、 重新起號", "二、 接續", "不編號", "增訂", "次行")
}

// A row of a table is a line with its cells; a table within a cell stands in it, and one of a
// single cell is a frame.
func TestTheRowsOfAWordTableAreLines(t *testing.T) {
	cell := func(inner string) string { return "<w:tc>" + inner + "</w:tc>" }
	row := func(cells ...string) string { return "<w:tr>" + strings.Join(cells, "") + "</w:tr>" }
	inner := "<w:tbl>" + row(cell(plainly("內左")), cell(plainly("內右"))) + "</w:tbl>" + plainly("後")
	lineIs(t, docxOf(t, "<w:tbl>"+row(cell(plainly("版次")), cell(plainly("日期")), cell(plainly("")))+row(cell(plainly("1.3")+plainly("修")), cell(inner))+
		row(cell(plainly("")), cell(plainly("")))+"</w:tbl><w:tbl>"+row(cell(numbered(1, 0, "目的")+plainly("說明")))+"</w:tbl>", officialLists),
		"\t版次\t日期", "\t1.3 修\t內左 內右 後", "壹、 目的", "說明")
}

func TestTheNumbersOfAnODFTextAreCounted(t *testing.T) {
	styles := part{"styles.xml", `<office:document-styles xmlns:office="o" xmlns:text="t" xmlns:style="s"><text:outline-style style:name="Outline">` +
		`<text:outline-level-style text:level="1" style:num-format="壹, 貳, 參, ..." style:num-suffix="、"/></text:outline-style>` +
		`<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/>` +
		`<text:list-level-style-number text:level="2" loext:num-list-format="(%2%)" style:num-format="一, 二, 三, ..."/>` +
		`<text:list-level-style-number text:level="3" style:num-format="1" style:num-suffix="." text:display-levels="1"/></text:list-style>` +
		`<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style></office:document-styles>`}
	item := func(inner string) string { return "<text:list-item>" + inner + "</text:list-item>" }
	p := func(s string) string { return "<text:p>" + s + "</text:p>" }
	lineIs(t, odfOf(t, "text", `<text:table-of-content><text:p>壹、目的 3</text:p></text:table-of-content><text:h text:outline-level="1">目的</text:h>`+
		`<text:list xml:id="l1" text:style-name="L1">`+item(p("確保安全。")+p("續段"))+item(p("檢討")+"<text:list>"+item(p("甲"))+item(p("乙")+"<text:list>"+item(p("丙"))+"</text:list>")+"</text:list>")+"</text:list>"+
		p("中間")+`<text:list text:style-name="L1" text:continue-list="l1">`+item(p("接續"))+`</text:list><text:list text:style-name="L2">`+item(p("點"))+"</text:list>"+
		`<text:h text:outline-level="1">範圍<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>附註</text:p></text:note-body></text:note></text:h><text:list text:style-name="L1">`+item(p("重新起號"))+"</text:list>"+
		`<table:table><table:table-row><table:table-cell>`+p("左")+`</table:table-cell><table:table-cell>`+p("右")+`</table:table-cell></table:table-row></table:table>`, styles),
		"壹、 目的", "一、 確保安全。", "續段", "二、 檢討", "(一) 甲", "(二) 乙", "1. 丙", "中間", "三、 接續", "- 點", "附註", "貳、 範圍", "一、 重新起號", "\t左\t右")
}

func TestARowOfAWorkbookIsALineUnderItsSheet(t *testing.T) {
	lineIs(t, xlsxOf(t, "<si><t>主機</t></si>", `<row><c r="A1" t="s"><v>0</v></c><c r="C1"><v>42.5</v></c><c r="D1" t="b"><v>1</v></c></row><row r="2"/><row><c r="B3" t="e"><v>#REF!</v></c></row>`),
		filetext.SheetMark+"系統清冊", "1\t主機\t\t42.5\tTRUE", "3\t\t#REF!", filetext.SheetMark+"空白")
	lineIs(t, odfOf(t, "spreadsheet", `<table:table table:name="清冊"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>甲</text:p><text:p>乙</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row><table:table-cell><text:p>末</text:p></table:table-cell></table:table-row></table:table>`),
		filetext.SheetMark+"清冊", "1\t\t\t甲 乙", "1048577\t末")
}

// pdfText is a PDF whose pages draw lines: of each its height, and its text from the left edge.
func pdfText(t testing.TB, pages ...[]pdfWords) []byte {
	t.Helper()
	objects := []pdfObject{{number: 1, dict: "/Type /Catalog /Pages 2 0 R"}, {number: 3, dict: "/Type /Font /Subtype /Type0 /Encoding /UniCNS-UTF16-H"}}
	var kids strings.Builder
	for i, lines := range pages {
		var b strings.Builder
		for _, l := range lines {
			fmt.Fprintf(&b, "BT /F1 12 Tf 1 0 0 1 72 %d Tm <", l.y)
			for _, r := range l.text {
				fmt.Fprintf(&b, "%04x", r)
			}
			b.WriteString("> Tj ET ")
		}
		n := 10 + 2*i
		fmt.Fprintf(&kids, "%d 0 R ", n)
		objects = append(objects, pdfObject{number: n, dict: fmt.Sprintf("/Type /Page /Parent 2 0 R /Contents %d 0 R", n+1)}, pdfObject{number: n + 1, body: b.String(), deflated: true})
	}
	objects = append(objects, pdfObject{number: 2, dict: fmt.Sprintf("/Type /Pages /Kids [%s] /Count %d /Resources << /Font << /F1 3 0 R >> >>", kids.String(), len(pages))})
	return pdfOf(t, "/Root 1 0 R", objects...)
}

type pdfWords struct {
	y    int
	text string
}

// Lines that reach the margin go on in the next one, on the next page too; what every page has at
// its edge, with another number, is no text, and neither is a table of contents.
func TestTheLinesOfAPDFAreJoinedToParagraphs(t *testing.T) {
	head := func(page string) pdfWords {
		return pdfWords{800, "機關資通安全管理程序書　1.3 版　第 " + page + " 頁"}
	}
	lineIs(t, pdfText(t,
		[]pdfWords{head("1"), {740, "壹、目的……………………… 1"}, {720, "壹、目的"}, {700, "一、為確保本機關資訊之機密性、完整性及可用性，並"}, {680, "符合⼀般規定，訂定本程序書。"}, {660, "二、本程序書每年檢討一次，遇有重大變更時應隨時檢"}},
		[]pdfWords{head("2"), {720, "討。"}, {700, "貳、範圍"}, {680, "本機關所屬人員、委外廠商及其他使用資訊系統之人。"}, {660, "一、適用於全部資訊系統。"}},
		[]pdfWords{head("3"), {720, "參、附則"}}),
		"壹、目的", "一、為確保本機關資訊之機密性、完整性及可用性，並符合一般規定，訂定本程序書。", "二、本程序書每年檢討一次，遇有重大變更時應隨時檢討。",
		"貳、範圍", "本機關所屬人員、委外廠商及其他使用資訊系統之人。", "一、適用於全部資訊系統。", "參、附則")
}

func TestPlainTextStaysAsItStands(t *testing.T) {
	lineIs(t, []byte("\xef\xbb\xbf# 目的\r\n\r\n- 甲\r\n\x1b乙\x1a"), "# 目的", "", "- 甲", "乙")
	found, err := body(t, []byte("壹、目的"), filetext.Limits{Text: 8})
	if err != nil || found.Text != "壹、" || !found.Cut {
		t.Errorf("%q %t %v", found.Text, found.Cut, err)
	}
}

// What keeps a file from being read keeps its body from being read, in the same bounds.
func TestABodyIsReadWithinTheSameBounds(t *testing.T) {
	chromium, err := os.ReadFile("testdata/chromium.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := body(t, chromium, filetext.Limits{}); err != nil || !strings.Contains(found.Text, "帳號權限之申請、變更與註銷") {
		t.Errorf("%q %v", found.Text, err)
	}
	deep := strings.Repeat(`<w:tbl><w:tr><w:tc>`, 60) + plainly("底") + strings.Repeat(`</w:tc><w:tc/></w:tr></w:tbl>`, 60)
	if found, err := body(t, docxOf(t, deep), filetext.Limits{}); err != nil || found.Text != "\t底" {
		t.Errorf("%q %v", found.Text, err)
	}
	wide := part{"word/numbering.xml", `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="4">` + level(0, "upperLetter", strings.Repeat("%1", 100_000)) +
		`</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num></w:numbering>`}
	loop := part{"word/styles.xml", `<w:styles xmlns:w="w"><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>`}
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"a bomb":             {docxOf(t, "<w:t>"+spaces(8<<20)+"</w:t>"), filetext.ErrTooLarge},
		"a bomb of numbers":  {docxOf(t, plainly("甲"), part{"word/numbering.xml", "<a>" + spaces(8<<20) + "</a>"}), filetext.ErrTooLarge},
		"an entity":          {docxOf(t, plainly("甲"), part{"word/numbering.xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>`}), filetext.ErrDoctype},
		"an encrypted text":  {odfOf(t, "text", "<text:p>亂碼</text:p>", part{"META-INF/manifest.xml", `<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`}), filetext.ErrEncrypted},
		"a scan":             {pageOf(t, "q 612 0 0 792 0 0 cm /Im0 Do Q", toUnicode), filetext.ErrNoText},
		"an empty document":  {docxOf(t, "<w:p/>"), filetext.ErrNoText},
		"many numbers":       {docxOf(t, strings.Repeat(numbered(1, 0, ""), 8_000), wide), filetext.ErrNoText},
		"styles in a circle": {docxOf(t, strings.Repeat(`<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr></w:p>`, 1000), loop), filetext.ErrNoText},
		"lists in lists":     {odfOf(t, "text", strings.Repeat("<text:list><text:list-item>", 100)+"<text:p/>"+strings.Repeat("</text:list-item></text:list>", 100)), filetext.ErrNoText},
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			found, err := body(t, test.data, filetext.Limits{})
			if !errors.Is(err, test.want) || found.Text != "" {
				t.Errorf("%q %v", found.Text, err)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
	large, err := body(t, docxOf(t, strings.Repeat(plainly("資訊安全"), 1000)), filetext.Limits{Text: 100})
	if err != nil || !large.Cut || len(large.Text) > 100 || len(large.Text) < 80 {
		t.Errorf("%d bytes, cut %t, %v", len(large.Text), large.Cut, err)
	}
}

// readsBody holds a body to what must hold whatever lies in a file.
func readsBody(t *testing.T, files ...[]byte) {
	t.Helper()
	for _, data := range files {
		begun := time.Now()
		found, err := body(t, data, small)
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("took %s", took)
		}
		if err != nil && (found.Text != "" || strings.Contains(err.Error(), "runtime error")) {
			t.Errorf("%q %v", found.Text, err)
		}
		if len(found.Text) > small.Text || !utf8.ValidString(found.Text) || strings.ContainsRune(found.Text, 0) {
			t.Errorf("%d bytes %q", len(found.Text), found.Text)
		}
	}
}

// FuzzBodyOfWord reads the numbers and paragraphs of Word texts with any XML in them.
func FuzzBodyOfWord(f *testing.F) {
	f.Add(numbered(1, 2, "甲")+"<w:tbl><w:tr><w:tc>"+plainly("乙")+"</w:tc></w:tr></w:tbl>", officialLists.body, `<w:styles xmlns:w="w"><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:numId w:val="1"/></w:style></w:styles>`)
	f.Add("</w:tc><w:tc><w:tr>", "<num><lvlOverride ilvl='3'><lvl><start/></lvl></lvlOverride></num>", "<style/>")
	f.Fuzz(func(t *testing.T, content, lists, styles string) {
		readsBody(t, zipOf(t, part{"word/document.xml", content}, part{"word/numbering.xml", lists}, part{"word/styles.xml", styles}))
	})
}

// FuzzBodyOfODF reads ODF texts and workbooks with any XML in them.
func FuzzBodyOfODF(f *testing.F) {
	f.Add(`<text:list text:style-name="L"><text:list-item text:start-value="-3"><text:p>甲</text:p></text:list-item></text:list><table:table-cell/>`,
		`<a><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="一"/></text:list-style></a>`)
	f.Add(`<table><table-row number-rows-repeated="9"><table-cell number-columns-repeated="9"><p>1</p></table-cell></table-row></table>`, "<a/>")
	f.Fuzz(func(t *testing.T, content, styles string) {
		for _, kind := range []string{"text", "spreadsheet"} {
			readsBody(t, zipOf(t, part{"mimetype", "application/vnd.oasis.opendocument." + kind}, part{"content.xml", content}, part{"styles.xml", styles}))
		}
	})
}

// FuzzBodyOfSheet reads workbooks with any cells.
func FuzzBodyOfSheet(f *testing.F) {
	f.Add(`<worksheet><row r="3"><c r="ZZ3" t="b"><v>1</v></c></row></worksheet>`)
	f.Fuzz(func(t *testing.T, cells string) {
		readsBody(t, zipOf(t, part{"xl/workbook.xml", "<a/>"}, part{"xl/worksheets/sheet1.xml", cells}), []byte(cells))
	})
}

// FuzzBodyOfPDF joins the lines of pages that draw anything.
func FuzzBodyOfPDF(f *testing.F) {
	f.Add("BT /F2 12 Tf 1 0 0 1 72 700 Tm <00010002> Tj 0 -14 Td [(x) -300 <20>] TJ ET")
	f.Fuzz(func(t *testing.T, content string) { readsBody(t, pageOf(t, content, toUnicode)) })
}

package filetext_test

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/ismskit/ismskit/ismskit/filetext"
)

func TestTextIsRead(t *testing.T) {
	inBig5, err := traditionalchinese.Big5.NewEncoder().String("備份磁帶須存放於異地。\r\n")
	if err != nil {
		t.Fatal(err)
	}
	in16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("弱點掃描")
	if err != nil {
		t.Fatal(err)
	}
	chromium, err := os.ReadFile("testdata/chromium.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data []byte
		kind filetext.Kind
		want string
	}{
		"Word": {docxOf(t, `<w:p><w:pPr><w:tabs><w:tab w:pos="9"/></w:tabs></w:pPr><w:r><w:t>資訊</w:t></w:r><w:r><w:t xml:space="preserve">安全 </w:t><w:tab/><w:t>政策</w:t></w:r></w:p>`+
			`<w:p><w:del><w:r><w:delText>刪去</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>A &amp; B</w:t><w:br/><w:t>次行</w:t></w:r></w:p>`+
			`<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>圖框</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>圖框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>`,
			part{"word/footer1.xml", "<w:ftr xmlns:w='x'><w:p><w:r><w:t>頁尾</w:t></w:r></w:p></w:ftr>"}), filetext.Docx, "資訊安全 政策\nA & B\n次行\n圖框\n頁尾"},
		"Excel": {xlsxOf(t, `<si><t>主機</t></si><si><r><t>公文</t></r><r><t>系統</t></r><rPh><t>ㄍㄨㄥ</t></rPh></si>`,
			`<row><c t="s"><v>1</v></c><c><v>42.5</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c></row><row><c t="inlineStr"><is><t>就地</t></is></c><c t="str"><f>A1&amp;"x"</f><v>算出</v></c><c t="s"><v>0</v></c></row>`),
			filetext.Xlsx, "系統清冊\n公文系統 42.5\n就地 算出 主機\n空白"},
		"PowerPoint": {zipOf(t, part{"ppt/presentation.xml", "<p/>"}, part{"ppt/slides/slide10.xml", "<s xmlns:a='a'><a:p><a:r><a:t>末頁</a:t></a:r></a:p></s>"},
			part{"ppt/slides/slide2.xml", "<s xmlns:a='a'><a:p><a:r><a:t>第二</a:t></a:r><a:r><a:t>頁</a:t></a:r></a:p></s>"},
			part{"ppt/notesSlides/notesSlide1.xml", "<s xmlns:a='a'><a:p><a:r><a:t>備忘</a:t></a:r></a:p></s>"}), filetext.Pptx, "第二頁\n末頁\n備忘"},
		"ODF text": {odfOf(t, "text", `<text:tracked-changes><text:p>舊字</text:p></text:tracked-changes><text:h>目的</text:h><text:p>防<text:span>火</text:span>牆<text:s text:c="999999999"/>規則<text:line-break/>次行</text:p>`,
			part{"styles.xml", `<s xmlns:text="t"><text:p>頁首</text:p></s>`}), filetext.Odt, "目的\n防火牆 規則\n次行\n頁首"},
		"ODF sheet": {odfOf(t, "spreadsheet", `<table:table table:name="清冊"><table:table-row><table:table-cell table:number-columns-repeated="99999"><text:p>甲</text:p></table:table-cell></table:table-row></table:table>`),
			filetext.Ods, "清冊\n甲"},
		"ODF slides": {odfOf(t, "presentation", `<text:p>簡報</text:p>`), filetext.Odp, "簡報"},
		"Markdown":   {[]byte("# 目的\n\n**備份**\n"), filetext.Plain, "# 目的\n**備份**"},
		"UTF-8 mark": {[]byte("\xef\xbb\xbf目的"), filetext.Plain, "目的"},
		"UTF-16":     {[]byte(in16), filetext.Plain, "弱點掃描"},
		"Big5":       {[]byte(inBig5), filetext.Plain, "備份磁帶須存放於異地。"},
		// What the letters are is said by a map, a character set or names of glyphs; a word
		// goes on where a line breaks or a run is placed anew.
		"PDF": {pageOf(t, "BT /F2 12 Tf 1 0 0 1 72 700 Tm <00010002> Tj 0 -14 Td <00200021> Tj 0 -60 Td [<0010> -20 <0012>] TJ ET "+
			"BT /F3 12 Tf 1 0 0 1 72 400 Tm <b3c6a5f7> Tj ET BT /F5 12 Tf 1 0 0 1 72 300 Tm <9632706b> Tj ET "+
			"BT /F1 12 Tf 1 0 0 1 72 200 Tm [(V\\120N) -300 (\\(A\\)) 20 (x)] TJ T* ET q BI /W 1 ID \x01(\x02 EI Q BT /F1 12 Tf 72 100 Td (C) ' ET", toUnicode),
			filetext.PDF, "資訊安全\n一丂\n備份\n防火\nVPN (B)x\n帳"},
		"PDF of a browser": {chromium, filetext.PDF, "帳號權限之申請、變更與註銷\n10.1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := read(t, test.data, filetext.Limits{})
			if err != nil || found.Kind != test.kind || found.Text != test.want || found.Cut {
				t.Errorf("%s %q, %v\nwant %q", found.Kind, found.Text, err, test.want)
			}
		})
	}
}

// A change of a PDF is written behind it; its objects may lie packed in streams.
func TestOfAChangedPDFTheLastSavingIsRead(t *testing.T) {
	const numbers = "20 0 21 22 "
	body := numbers + "<</Pages 21 0 R>>     <</Kids [3 0 R] /Type /Pages>>"
	data := pdfOf(t, "/Root 20 0 R",
		pdfObject{number: 9, dict: "/Type /ObjStm /N 2 /First " + strconv.Itoa(len(numbers)), body: body, deflated: true},
		pdfObject{number: 3, dict: "/Type /Page /Contents [4 0 R 5 0 R] /Resources <<>>"},
		pdfObject{number: 4, body: "BT (old) Tj ET"},
		pdfObject{number: 5, body: "BT 0 -50 Td (stays) Tj ET"},
		pdfObject{number: 4, body: "BT (new) Tj ET"})
	found, err := read(t, data, filetext.Limits{})
	if err != nil || found.Text != "new\nstays" {
		t.Errorf("%q, %v", found.Text, err)
	}
}

package web_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// packed is a ZIP of these parts, by name and content.
func packed(t *testing.T, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const (
	wordTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	wordRoot  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
)

// word is a Word file of these paragraphs.
func word(t *testing.T, paragraphs ...string) string {
	body := `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	for _, text := range paragraphs {
		body += "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>"
	}
	return packed(t, "[Content_Types].xml", wordTypes, "_rels/.rels", wordRoot, "word/document.xml", body+"</w:body></w:document>")
}

// Who is sent to a clause that the page does not show reads why: of a long file only the beginning is
// there, or nothing of it.
func TestAClauseThatAPageDoesNotShow(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	file := func(number, text string) {
		t.Helper()
		controller.Send("/documents/new", "說明書.docx", text, "number", number, "title", "說明書", "level", "3", "class", "internal", "version", "1.0", "issued", "115.11.23",
			"approval_way", "register", "approver", "資通安全長").Says(t, http.StatusOK, number)
		h.Settle(t)
	}
	long := strings.Repeat("長", 140_000)
	file("IS-03-241", word(t, "壹、目的", "一、確保資料安全。", "貳、說明", long, "參、附則"))
	file("IS-03-242", word(t, "壹、"+long))
	third := "?clause=" + url.QueryEscape("參")
	clerk.Get("/documents/IS-03-241"+third).Says(t, http.StatusOK, "以下所列文字中查無條文「參」", "其餘請參閱檔案", "確保資料安全", "僅列前段")
	clerk.Get("/documents/IS-03-242"+third).Says(t, http.StatusOK, "無法顯示條文「參」").Not(t, "以下所列文字")
}

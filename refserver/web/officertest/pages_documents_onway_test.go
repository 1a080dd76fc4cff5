package officertest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The list of documents names a new one while it is asked for, to who may read the request.
func TestANewDocumentIsListedWhileItIsAskedFor(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := ismskit.Actor{Person: "P13"}
	file, err := h.Kit.Files().Upload(t.Context(), clerk, "IS-03-077.md", strings.NewReader("## 壹、目的\n\n檢查。\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Kit.Open(t.Context(), clerk, ismskit.Opening{Type: "document_change", Submit: true, Values: forms.Values{
		"op": "new", "number": "IS-03-077", "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": forms.Ref{List: "unit", ID: "U03", Name: "資訊室"},
		"note": "新訂", "file": file, "issue_on": calendar.DateOf(h.Now()),
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.As(t, "P13").Get("/documents").Says(t, 200, "制定申請辦理中的新文件", "檢查作業說明書", "審核中")
	h.As(t, "P14").Get("/documents").Says(t, 200).Not(t, "檢查作業說明書")
}

package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var documentID = regexp.MustCompile(`/documents/([0-9a-f-]{36})`)

// Once a document is chosen in the form of an execution record, its clauses can be chosen beside it.
func TestTheClausesOfTheChosenDocumentAreOffered(t *testing.T) {
	h := webtest.OpenHouse(t)
	keeper := h.As(t, "P07")
	id := documentID.FindStringSubmatch(keeper.Get("/documents/IS-02-008").Text)
	if id == nil {
		t.Fatal("the document's page names no id")
	}
	keeper.Get("/apply/execution_record").Says(t, http.StatusOK, "依據條次", "先選文件").Not(t, `value="1.3 陸三(四)"`)
	keeper.Get("/apply/execution_record?document="+id[1]).Says(t, http.StatusOK, `value="1.3 陸三(四)"`, "1.3 版 陸三(四)")
}

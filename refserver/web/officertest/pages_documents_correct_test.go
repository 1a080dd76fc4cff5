package officertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A slip in what is said of a document is corrected with a reason, and nothing of its versions
// changes; whoever does not control documents is offered no such page, and finds none.
func TestADocumentIsCorrectedOnItsPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	docs, err := h.Kit.Documents().List(t.Context(), ismskit.Actor{Person: "P07"}, document.Query{Numbers: []string{"IS-02-008"}})
	if err != nil || len(docs) != 1 {
		t.Fatal(docs, err)
	}
	at := "/documents/" + docs[0].ID
	h.As(t, "P13").Get(at).Says(t, http.StatusOK).Not(t, "更正文件資料")
	h.As(t, "P13").Get(at+"/correct").Says(t, http.StatusNotFound)
	h.As(t, "P13").Post(at+"/correct", "number", "X").Says(t, http.StatusNotFound)

	controller := h.As(t, "P07")
	controller.Get(at).Says(t, http.StatusOK, `href="`+at+`/correct"`)
	page := controller.Get(at+"/correct").Says(t, http.StatusOK, `value="IS-02-008"`, `<option value="2" selected>`)
	fields := []string{"number", "IS-02-108", "level", "", "title", "通訊及作業管理程序書", "title_en", "", "owner", "資訊室", "parent", "", "class", "internal", "note", "", "reason", ""}
	refused := controller.Post(at+"/correct", page.With(fields...)...)
	refused.Says(t, http.StatusUnprocessableEntity, `value="IS-02-108"`, "請填寫更正的理由", "請選擇文件階層", `href="#reason"`)
	fields[3], fields[len(fields)-1] = "3", "階層與名稱誤繕"
	done := controller.Post(at+"/correct", refused.With(fields...)...)
	done.Says(t, http.StatusOK, "已更正 IS-02-108 的文件資料。", "通訊及作業管理程序書", "三階", "IS-02-008")
	view, err := h.Kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P07"}, docs[0].ID)
	if err != nil || view.Current != docs[0].Current || len(view.Versions) < 4 || view.Level != 3 {
		t.Errorf("%+v, %v", view, err)
	}
	// A page from before is told so, and keeps what was typed.
	fields[5] = "又一名稱"
	stale := controller.Post(at+"/correct", append([]string{"token", "another"}, append(page.With(fields...), "token", "another")...)...)
	if stale.StatusCode != http.StatusConflict || !strings.Contains(stale.Text, "又一名稱") {
		t.Errorf("a page from before: %d", stale.StatusCode)
	}
}

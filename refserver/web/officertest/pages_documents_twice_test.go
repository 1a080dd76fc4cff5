package officertest

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A number that was used twice leads to both documents, for who may read both, and to the one that
// somebody may read.
func TestANumberUsedTwiceLeadsToBothDocuments(t *testing.T) {
	h := webtest.OpenHouse(t)
	file := func(class, title string) string {
		id, err := h.Kit.Documents().Put(t.Context(), ismskit.System("import"), ismskit.Filing{Duplicate: true, Document: document.Document{
			Number: "ISMS-004-002", Level: 3, Class: class, Title: map[string]string{"zh-TW": title}}})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	open, secret := file(ismskit.ClassInternal, "巡檢紀錄表"), file(ismskit.ClassSecret, "金鑰清冊")
	h.As(t, "P07").Get("/documents/ISMS-004-002").Says(t, http.StatusMultipleChoices, "編號 ISMS-004-002 有數份文件", "巡檢紀錄表", "金鑰清冊", `href="/documents/`+open+`"`, `href="/documents/`+secret+`"`)
	h.As(t, "P13").Get("/documents/ISMS-004-002").Says(t, http.StatusOK, "巡檢紀錄表").Not(t, "金鑰清冊")
}

// Of several documents that one supersedes it is said of each whether it is retired with it.
func TestItIsSaidOfEachSupersededDocumentWhetherItIsRetired(t *testing.T) {
	h := webtest.OpenHouse(t)
	for _, number := range []string{"IS-03-801", "IS-03-802", "IS-03-803"} {
		_, err := h.Kit.Documents().Put(t.Context(), ismskit.System("import"), ismskit.Filing{Document: document.Document{
			Number: number, Level: 3, Class: ismskit.ClassInternal, Unit: "U03", Title: map[string]string{"zh-TW": "說明書 " + number}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	controller := h.As(t, "P07")
	view, err := h.Kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P07"}, "IS-03-803")
	if err != nil {
		t.Fatal(err)
	}
	at := "/documents/" + view.ID
	page := controller.Get(at+"/correct").Says(t, http.StatusOK, "取代並廢止")
	fields := []string{"rel_supersedes", "IS-03-801", "rel_retires", "IS-03-802、IS-03-899", "reason", "整併"}
	refused := controller.Post(at+"/correct", page.With(fields...)...)
	refused.Says(t, http.StatusUnprocessableEntity, `href="#rel_retires"`, `value="IS-03-802、IS-03-899"`, `value="IS-03-801"`)
	fields[3] = "IS-03-802"
	controller.Post(at+"/correct", refused.With(fields...)...).Says(t, http.StatusOK, "新版生效時一併廢止")
	view, err = h.Kit.Documents().Get(t.Context(), ismskit.Actor{Person: "P07"}, "IS-03-803")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range view.Relations {
		if r.Kind != document.Replaces || r.Retires != (r.Number == "IS-03-802") {
			t.Errorf("%+v", r)
		}
	}
	if len(view.Relations) != 2 {
		t.Errorf("%+v", view.Relations)
	}
	controller.Get(at+"/correct").Says(t, http.StatusOK, `name="rel_retires" value="IS-03-802"`)
}

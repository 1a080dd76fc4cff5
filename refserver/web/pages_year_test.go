package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// An officer of records files a request and a document under another working year, on
// their pages, with a reason; nobody else has the form.
func TestTheWorkingYearIsChangedOnThePage(t *testing.T) {
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) { cfg.Rights.ManageRecords = []string{"records/reads_all"} })
	path := h.Apply(t)
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "作業年度 115").Not(t, "變更作業年度")
	h.As(t, "P13").Post(path+"/year", "year", "116", "reason", "x").Says(t, http.StatusNotFound)
	officer := h.As(t, "P04")
	officer.Get(path).Says(t, http.StatusOK, "變更作業年度", `action="`+path+`/year"`)
	officer.Post(path+"/year", "year", "民國116", "reason", "").Says(t, http.StatusUnprocessableEntity,
		`<a href="#year">作業年度請填寫民國年，最大為 116。`, `<a href="#year-reason">請填寫變更的理由。`, `value="民國116"`, `id="year-error"`, `id="year-reason-error"`)
	officer.Post(path+"/year", "year", "116", "reason", "屬 116 年度計畫").Says(t, http.StatusOK, "作業年度已變更為 116。", "作業年度 116", "作業年度：115 → 116", "屬 116 年度計畫")
	h.As(t, "P13").Get("/records?year=116").Says(t, http.StatusOK, `href="`+path+`"`)
	h.As(t, "P13").Get("/records?year=115").Says(t, http.StatusOK).Not(t, `href="`+path+`"`)
	officer.Get(path+"/print").Says(t, http.StatusOK, "變更作業年度", "作業年度：115 → 116")

	docs, err := h.Kit.Documents().List(t.Context(), ismskit.Actor{Person: "P04"}, document.Query{Limit: 1})
	if err != nil || len(docs) == 0 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	at := "/documents/" + docs[0].ID
	h.As(t, "P13").Get(at).Says(t, http.StatusOK, "作業年度").Not(t, "變更作業年度")
	officer.Get(at).Says(t, http.StatusOK, "變更作業年度")
	officer.Post(at+"/year", "year", "104", "reason", " ").Says(t, http.StatusUnprocessableEntity, "請填寫變更的理由。", `value="104"`)
	officer.Post(at+"/year", "year", "104", "reason", "屬 104 年度修訂").Says(t, http.StatusOK, "115.11.23 由江志恆變更：屬 104 年度修訂")
	h.As(t, "P13").Get("/records?year=104&q="+docs[0].Number).Says(t, http.StatusOK, docs[0].Number)
}

package officertest

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// put files a document as an import does: of level 3, with a version where issued is a day.
func put(t *testing.T, h *webtest.House, number, issued, review string) string {
	t.Helper()
	f := ismskit.Filing{Duplicate: true, Document: document.Document{Number: number, Level: 3, Class: ismskit.ClassInternal, Title: map[string]string{"zh-TW": "說明書 " + number}, NextReview: review}}
	if issued != "" {
		f.Version = document.Version{Label: "1.0", Issued: issued}
	}
	id, err := h.Kit.Documents().Put(t.Context(), ismskit.System("import"), f)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Who prints or takes away a part of the list has no sheet that passes for the whole: heading, file
// name and the entry on the trail say which part it is, and the count is of what is on it.
func TestAPartOfTheListSaysThatItIsOne(t *testing.T) {
	h := webtest.OpenHouse(t)
	put(t, h, "IS-03-811", "2025-01-06", "2026-01-06")
	controller := h.As(t, "P07")
	controller.Get("/documents?tab=late").Says(t, 200, "IS-03-811", "/documents/print?tab=late", "/documents/sheet?tab=late")
	controller.Get("/documents/print?tab=late").Says(t, 200, "<h1>文件一覽表（逾審查日）</h1>", "IS-03-811").Not(t, "IS-01-001", "另列")
	controller.Get("/documents/print?tab=retired").Says(t, 200, "<h1>文件一覽表（已廢止）</h1>", "共 1 份", "IS-02-014").Not(t, "共 0 份", "另列")
	controller.Get("/documents/print?tab=twice").Says(t, 200, "<h1>文件一覽表（編號重複）</h1>", "IS-04-004")
	controller.Get("/documents/print?tab=2").Says(t, 200, "<h1>文件一覽表（二階）</h1>", "已廢止（114.04.18）") // paper has no tab of its own for it
	controller.Get("/documents/print?tab=4").Says(t, 200, "<h1>表單一覽表</h1>")
	controller.Get("/documents/print?q=IS-02-008").Says(t, 200, "<h1>文件一覽表（含「IS-02-008」）</h1>")
	controller.Get("/documents/print").Says(t, 200, "<h1>文件一覽表</h1>")
	controller.Get("/documents/print?tab=late&lang=en").Says(t, 200, "<h1>List of documents (review late)</h1>")

	file := controller.Post("/documents/sheet?tab=late&q=IS-03-811&lang=zh-TW").Says(t, 200)
	if name, err := url.PathUnescape(file.Header.Get("Content-Disposition")); err != nil || !strings.Contains(name, "文件一覽表（逾審查日、含「IS-03-811」） 115.11.23.xlsx") {
		t.Errorf("%s, %v", name, err)
	}
	book, err := excelize.OpenReader(strings.NewReader(file.Text))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows(book.GetSheetName(0)); err != nil || len(rows) != 2 || rows[1][1] != "IS-03-811" {
		t.Errorf("%q, %v", rows, err)
	}
	taken, err := h.Kit.Evidence().System(t.Context(), ismskit.Actor{Person: "P04"}, ismskit.LogExports, 0, 10)
	if err != nil || len(taken) != 1 || !slices.Contains(taken[0].Effects, "範圍: 逾審查日") {
		t.Errorf("%+v, %v", taken, err)
	}
}

// A part is the same on screen, on paper and in the file; where paper would be empty neither is
// offered.
func TestAPartOfTheListIsTheSameOnScreenAndPaper(t *testing.T) {
	h := webtest.OpenHouse(t)
	stopped := put(t, h, "IS-03-812", "2025-01-06", "2026-01-06")
	put(t, h, "IS-03-813", "", "")
	put(t, h, "IS-03-813", "", "") // both not issued yet
	controller := h.As(t, "P07")
	controller.Get("/documents?tab=late&q=IS-03-812").Says(t, 200, "說明書 IS-03-812", "匯出 Excel", "列印一覽表")
	end := ismskit.DocumentEnd{Document: stopped, Stop: true, Reason: "誤發"}
	if err := h.Kit.Documents().End(t.Context(), ismskit.System("test"), end); err != nil {
		t.Fatal(err)
	}
	controller.Get("/documents?tab=late&q=IS-03-812").Says(t, 200).Not(t, "說明書 IS-03-812", "匯出 Excel", "列印一覽表") // nothing of it is in force
	controller.Post("/documents/sheet?tab=late&q=IS-03-812").Says(t, 404)
	controller.Get("/documents/print?tab=late").Says(t, 200).Not(t, "IS-03-812")
	controller.Get("/documents/print?q=IS-03-812").Says(t, 200, "共 0 份", "另列已廢止或停止適用 1 份", "停止適用（115.11.23）")
	controller.Get("/documents?tab=twice&q=IS-03-813").Says(t, 200, "說明書 IS-03-813", "編號重複 2").Not(t, "匯出 Excel", "列印一覽表")
	controller.Post("/documents/sheet?tab=twice&q=IS-03-813").Says(t, 404)
	controller.Get("/documents?tab=1&q=IS-03-812").Says(t, 200).Not(t, "匯出 Excel", "列印一覽表")
}

// Of a day before everything it is said that nothing was issued by then, not that nobody filed
// anything; of a day that cannot be read the list is today's, under today's headings.
func TestTheListOfADayWithNothing(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/documents?on=80.01.01").Says(t, 200, "查無 80.01.01 以前發行的文件。", "請改查其他日期").Not(t, "文管人員登錄後", "匯出 Excel", "列印一覽表")
	clerk.Get("/documents?tab=1&on=112.06.30&q=IS-02-008").Says(t, 200, "查無編號或名稱含「IS-02-008」的文件").Not(t, "匯出 Excel")
	clerk.Get("/documents?on=112.13.40").Says(t, 422, "現行版次", "文件一覽表　115.11.23", `href="/documents/print"`)
	clerk.Get("/documents?on=112.06.30").Says(t, 200).Not(t, "現行版次")
}

// What was filed after the day of a list, under an earlier date of issue, says so on screen, on paper
// and in the file.
func TestWhatWasFiledAfterTheDayOfTheListSaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	put(t, h, "IS-03-814", "2026-11-10", "")
	clerk := h.As(t, "P13")
	clerk.Get("/documents?on=115.11.15&q=IS-03-814").Says(t, 200, "115.11.23 登錄")
	clerk.Get("/documents/print?on=115.11.15&q=IS-03-814").Says(t, 200, "<td>115.11.23 登錄</td>")
	clerk.Get("/documents/print?on=115.11.15&q=IS-03-814&lang=en").Says(t, 200, "Filed on ")
	clerk.Get("/documents?q=IS-03-814&lang=zh-TW").Says(t, 200, "115.11.10").Not(t, " 登錄<")
	clerk.Get("/documents/print?q=IS-03-814").Says(t, 200, "115.11.10").Not(t, " 登錄<")
}

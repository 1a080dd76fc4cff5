package officertest

import (
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What is found leaves as an Excel file with days as the office writes them, only as far as who
// takes it may see it, and that he took it is on the trail.
func TestWhatIsFoundLeavesAsAnExcelFile(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.Apply(t)
	officer := h.As(t, "P04")
	found := "?q=" + url.QueryEscape("收發") + "&from=115.11.23"
	officer.Get("/records"+found).Says(t, 200, `action="/records/sheet?`, "匯出 Excel")
	file := officer.Post("/records/sheet"+found).Says(t, 200)
	book, err := excelize.OpenReader(strings.NewReader(file.Text))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 2 || rows[0][6] != "申請日、發行日" || rows[1][6] != "115.11.23" || rows[1][10] != "115" ||
		strings.Join(rows[0][11:14], " ") != "分類 紀錄類別 應用系統" || rows[1][13] != "公文系統" {
		t.Errorf("%v", rows)
	}
	if name := file.Header.Get("Content-Disposition"); !strings.Contains(name, ".xlsx") {
		t.Error(name)
	}
	entries, err := h.Kit.Evidence().System(t.Context(), ismskit.Actor{Person: "P04"}, ismskit.LogExports, 0, 10)
	if err != nil || len(entries) != 1 || entries[0].Type != ismskit.ExportedList || entries[0].Number != "1" || entries[0].By.Person != "P04" {
		t.Errorf("%+v, %v", entries, err)
	}
	officer.Get("/changes?log=exports").Says(t, 200, "匯出作業紀錄清單", "1 筆")

	h.As(t, "P14").Post("/records/sheet"+found).Says(t, 404)
	officer.Post("/records/sheet?from=115.13.45").Says(t, 422, "「115.13.45」不是日期")
}

// Two versions of one document are told apart by their label, on the page and in the file; in
// English a document is called what it is called in English.
func TestADocumentsVersionStandsBesideIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P07")
	const forms = "?q=IS-04-012"
	officer.Get("/records"+forms).Says(t, 200, "權限帳號申請單", "1.4 版")
	for lang, title := range map[string]string{"zh-TW": "權限帳號申請單", "en": "Account and Permission Request"} {
		officer.Get("/records"+forms+"&lang="+lang).Says(t, 200, title)
		book, err := excelize.OpenReader(strings.NewReader(officer.Post("/records/sheet"+forms).Says(t, 200).Text))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(rows) < 2 || rows[1][2] != title || rows[1][3] != "1.4" {
			t.Errorf("%s: %v %v", lang, rows, err)
		}
	}
}

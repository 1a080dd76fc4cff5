package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/ismskit"
)

// packaged is an archive as somebody hands it in: the house's own index, filled in with a record of
// each name, and their files beside it. A name that ends in ? has no file, one in ! no category.
func packaged(t testing.TB, s *server, names ...string) []byte {
	t.Helper()
	blank := s.call("qh110007", "GET", "/imports/index", nil, "Accept-Language", "zh-TW").want(200)
	book, err := excelize.OpenReader(bytes.NewReader(blank.raw))
	must(t, err)
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	must(t, err)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for n, name := range names {
		subject := strings.TrimRight(name, "?!")
		line := map[string]string{"種類": "執行紀錄", "名稱或主旨": subject, "檔案名稱": subject + ".txt", "分類": "教育訓練", "類別": "報告", "文件日期": "108.11.20"}
		if strings.HasSuffix(name, "!") {
			line["分類"] = "沒有這個分類"
		}
		for at, heading := range rows[1] {
			if text, said := line[strings.TrimSuffix(heading, "*")]; said {
				cell, err := excelize.CoordinatesToCellName(at+1, n+3)
				must(t, err)
				must(t, book.SetCellStr(sheet, cell, text))
				delete(line, strings.TrimSuffix(heading, "*"))
			}
		}
		if len(line) > 0 {
			t.Fatalf("the index has no columns for %v: %v", line, rows[1])
		}
		if !strings.HasSuffix(name, "?") {
			w, err := z.Create(subject + ".txt")
			must(t, err)
			_, err = fmt.Fprintf(w, "%s：內文", subject)
			must(t, err)
		}
	}
	w, err := z.Create("index.xlsx")
	must(t, err)
	must(t, book.Write(w))
	must(t, z.Close())
	return out.Bytes()
}

// B3.5, B3.7: a program takes in an archive kept before: each line says what becomes of it before
// anything is taken in, a bad one keeps no other, the import stops and goes on where it was, sent
// again it brings nothing twice, and whoever has no part in it learns nothing.
func TestB3_5AnArchiveIsTakenInByREST(t *testing.T) {
	everywhereWith(t, func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} }, func(s *server) {
		const officer, clerk = "qh110007", "qh150013"
		send := func(login string, file []byte) answer {
			s.Helper()
			return s.call(login, "POST", "/imports", file, "Content-Type", "application/octet-stream", "Accept-Language", "zh-TW")
		}
		states := func(a answer) string {
			var out []string
			for i := range list(a, "lines") {
				out = append(out, a.text("lines", i, "state"))
			}
			return strings.Join(out, " ")
		}
		file := packaged(s, s, "稽核報告", "訓練簽到!", "演練紀錄?", "會議紀錄")
		send(clerk, file).refused(404, "not_found")
		s.call(clerk, "GET", "/imports/index", nil).refused(404, "not_found")
		checked := send(officer, file).want(201)
		if got := states(checked); got != "ready wrong wrong ready" || checked.text("state") != "checked" || checked.text("lines", 1, "faults", 0, "cell") == "" || checked.text("lines", 2, "faults", 0, "message") == "" {
			s.Fatalf("%s: %s", got, checked.raw)
		}
		at := "/imports/" + checked.text("id")
		records := func() []string {
			var out []string
			a := s.call(officer, "GET", "/records?origin=imported&year=108", nil).want(200)
			for i := range list(a, "items") {
				out = append(out, a.text("items", i, "subject"))
			}
			slices.Sort(out)
			return out
		}
		if got := records(); len(got) > 0 {
			s.Errorf("a check took in %v", got)
		}
		for _, path := range []string{at, "/imports/none", at + "/report", "/imports/none/report"} {
			s.call(clerk, "GET", path, nil).refused(404, "not_found")
		}
		s.call(clerk, "POST", at+"/run", object{"reason": "x"}).refused(404, "not_found")
		s.call(officer, "POST", at+"/run", object{}).want(422)
		s.call(officer, "POST", at+"/run", object{"reason": "舊檔歸檔"}).want(200)
		if stopped := s.call(officer, "DELETE", at+"/run", nil).want(200); stopped.text("state") != "stopped" {
			s.Errorf("stopped before its first line: %s", stopped.raw)
		}
		s.settle()
		if got := records(); len(got) > 0 {
			s.Errorf("stopped, it took in %v", got)
		}
		s.call(officer, "POST", at+"/run", object{"reason": "舊檔歸檔"}).want(200)
		s.settle()
		done := s.call(officer, "GET", at, nil, "Accept-Language", "zh-TW").want(200)
		if got := states(done); got != "imported wrong wrong imported" || done.text("state") != "done" || done.text("record") == "" || done.at("counts", "imported") != 2.0 {
			s.Errorf("%s: %s", got, done.raw)
		}
		if got := records(); !slices.Equal(got, []string{"會議紀錄", "稽核報告"}) {
			s.Errorf("the archive has %v", got)
		}
		report := s.call(officer, "GET", at+"/report", nil, "Accept-Language", "zh-TW").want(200)
		book, err := excelize.OpenReader(bytes.NewReader(report.raw))
		must(s, err)
		rows, err := book.GetRows(book.GetSheetName(0))
		must(s, err)
		if len(rows) != 5 || !strings.Contains(strings.Join(rows[2], " "), "沒有這個分類") {
			s.Errorf("the report: %q", rows)
		}
		// Mended and sent again, what is in stays as it is.
		again := send(officer, packaged(s, s, "稽核報告", "訓練簽到", "會議紀錄")).want(201)
		if got := states(again); got != "known ready known" {
			s.Errorf("mended: %s", got)
		}
		s.call(officer, "POST", "/imports/"+again.text("id")+"/run", object{"reason": "補正"}).want(200)
		s.settle()
		if got := records(); len(got) != 3 {
			s.Errorf("in the end: %v", got)
		}
	})
}

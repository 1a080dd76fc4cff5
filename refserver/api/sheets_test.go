package api_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// U10: a program tries an Excel file out and imports it, under a key once; what is wrong with the file, or a cell, is told.
func TestU10AListIsImportedByREST(t *testing.T) {
	s := open(t, inMemory(t))
	file := func(lines ...[]any) []byte {
		f := excelize.NewFile()
		for i, line := range lines {
			at, err := excelize.CoordinatesToCellName(1, i+1)
			must(t, err)
			must(t, f.SetSheetRow("Sheet1", at, &line))
		}
		var out bytes.Buffer
		must(t, f.Write(&out))
		return out.Bytes()
	}
	const officer, clerk, at = "qh110005", "qh150013", "/registers/units/sheet"
	book := file([]any{"名稱", "類別", "上級單位", "經辦"}, []any{"機要室", "單位", "晴海市政府民政局", "王"}, []any{"研考科", "沒有這類", "同上"})
	send := func(login, path string, body []byte, head ...string) answer {
		return s.call(login, "POST", path, body, append([]string{"Content-Type", "application/octet-stream", "Accept-Language", "zh-TW"}, head...)...)
	}
	tried := send(officer, at+"/dry-run", book).want(200)
	if tried.at("new") != 1.0 || tried.at("wrong") != 1.0 || tried.at("done") != false || tried.text("lines", 1, "faults", 0, "cell") != "B3" ||
		tried.text("lines", 1, "faults", 0, "code") != "no_such_option" || tried.text("unread", 0) != "Sheet1!D1 經辦" {
		t.Errorf("%s", tried.raw)
	}
	odd := send(officer, at+"/dry-run", file([]any{"識別碼", "名稱", "類別", "上級單位"}, []any{"U0l3", "機要室", "單位", "晴海市政府民政局"}, []any{"", "秘書科", "單位", "晴海市政府民政局"})).want(200)
	if odd.at("remarked") != 1.0 || odd.at("new") != 2.0 || !strings.Contains(odd.text("lines", 0, "remark"), "查無識別碼「U0l3」") || tried.at("remarked") != 0.0 {
		t.Errorf("%s", odd.raw)
	}
	send(clerk, at+"/dry-run", book).refused(404, "not_found")
	// Who may not bring it is told so before anything of a file is read, and for no list that takes none.
	send(clerk, at+"/dry-run", []byte("no workbook")).refused(404, "not_found")
	send(clerk, at+"?reason=x", []byte("no workbook")).refused(404, "not_found")
	send(officer, "/registers/roles/sheet/dry-run", []byte("no workbook")).refused(404, "not_found")
	send(officer, at+"/dry-run", []byte("no workbook")).refused(422, "invalid")
	send(officer, at+"?reason=x&seen=other", book).refused(409, "changed")
	if whole := send(officer, at+"?reason=x&whole=true", book).want(200); whole.at("done") != false {
		t.Errorf("%s", whole.raw)
	}
	for range 2 {
		if done := send(officer, at+"?reason=x", book, "Idempotency-Key", "u10").want(200); done.at("done") != true {
			t.Errorf("%s", done.raw)
		}
	}
	send(officer, at+"?reason=y", book, "Idempotency-Key", "u10").refused(422, "key_reused")
	if again := send(officer, at+"?reason=x", book).want(200); again.at("same") != 1.0 || again.at("new") != 0.0 {
		t.Errorf("%s", again.raw)
	}
}

package web_test

import (
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// book is a workbook of one sheet.
func book(t *testing.T, lines ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, line := range lines {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &line); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// triedOut are the hidden fields of a dry run, with what is sent beside or instead of them.
func triedOut(page string, fields ...string) []string {
	out := fields
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(lines|mark|name|note)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1], html.UnescapeString(m[2])) // of two of one name the first counts
	}
	return out
}

// U10: whoever keeps a list tries a file out, sees what is wrong and what would change, and imports it with a reason. What
// is missing is said at its field, with the file's lines kept; nothing is written before.
func TestU10AListIsImportedOnAPage(t *testing.T) {
	h, dice := webtest.OpenHouse(t), rand.New(rand.NewPCG(1, 1))
	admin, clerk := h.As(t, "P05"), h.As(t, "P13")
	for _, path := range []string{"/lists/people/sheet", "/lists/people/sheet.xlsx?rows=yes", "/lists/grants/sheet"} {
		clerk.Get(path).Says(t, 404)
	}
	clerk.Get("/people").Says(t, 200).Not(t, "匯入 Excel")
	admin.Get("/people").Says(t, 200, "匯入 Excel")
	admin.Get("/lists/units").Says(t, 200, `href="/lists/units/sheet"`)
	admin.Get("/systems").Says(t, 200, `href="/lists/grants/sheet"`)
	admin.Get("/lists/roles/sheet").Says(t, 404)

	form := admin.Get("/lists/people/sheet").Says(t, 200, "匯入「人員」", "下載空白表格", "一次最多 2000 列")
	if file := admin.Get("/lists/people/sheet.xlsx?rows=yes"); !strings.HasPrefix(file.Text, "PK") || !strings.Contains(file.Header.Get("Content-Disposition"), ".xlsx") {
		t.Errorf("no workbook: %v", file.Header)
	}
	admin.Post("/lists/people/sheet", form.With("do", "try")...).Says(t, 422, "請選擇 Excel 檔案。", `id="file-error"`)
	admin.SendAs("/lists/people/sheet", "file", "a.xlsx", "no workbook", form.With("do", "try")...).Says(t, 422, "這不是 Excel 檔案")

	// What a page could not hold is said when it is tried, not when it is to be imported.
	long := [][]any{{"姓名", "帳號", "備註"}}
	for i := range 1300 {
		noise := make([]byte, 7500)
		for at := range noise {
			noise[at] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[dice.IntN(64)]
		}
		long = append(long, []any{fmt.Sprint("甲", i), fmt.Sprint("long", i), string(noise)})
	}
	admin.SendAs("/lists/people/sheet", "file", "a.xlsx", book(t, long...), form.With("do", "try")...).Says(t, 422, "請分成幾個檔案匯入", `id="file-error"`)

	file := book(t, []any{"姓名", "帳號", "單位", "到職日", "經辦"}, []any{"魏若晴", "qh150099", "戶政科", "98/3/1", "王"},
		[]any{"廖○林", "qh150098", "同上", "98/3/1"}, []any{"甲乙", "qh150097", "沒有這科", "98/13/1"})
	tried := admin.SendAs("/lists/people/sheet", "file", "人員.xlsx", file, form.With("do", "try")...)
	tried.Says(t, 200, "新增 1 列，變更 0 列，相同 0 列，有錯 2 列。尚未寫入任何資料。", "工作表「Sheet1」A3「廖○林」：姓名有遮罩",
		"工作表「Sheet1」C4「沒有這科」：找不到所選的資料", "工作表「Sheet1」D4「98/13/1」：", "的欄位「經辦」", "魏若晴")
	admin.Get("/people?q=魏若晴").Says(t, 200, "查無").Not(t, "qh150099")

	admin.Post("/lists/people/sheet", triedOut(tried.Text, "do", "import")...).Says(t, 422, "請填寫匯入的理由", `id="reason-error"`, "魏若晴", "經辦")
	whole := admin.Post("/lists/people/sheet", triedOut(tried.Text, "do", "import", "reason", "移入清冊")...)
	whole.Says(t, 422, "有 2 列有錯，尚未匯入。", `id="partly-error"`, `value="移入清冊"`)
	admin.Post("/lists/people/sheet", triedOut(whole.Text, "do", "import", "reason", "移入清冊", "partly", "yes", "mark", "other")...).Says(t, 409, "預覽後資料已有異動", `value="移入清冊"`)
	admin.Post("/lists/people/sheet", triedOut(whole.Text, "do", "import", "lines", "x")...).Says(t, 400)
	admin.Post("/lists/people/sheet", triedOut(whole.Text, "do", "import", "reason", "移入清冊", "partly", "yes")...).Says(t, 200, "已匯入：新增 1 筆，變更 0 筆。", "另有 2 列有錯，未匯入。")
	admin.Get("/people?q=魏若晴").Says(t, 200, "魏若晴", "戶政科")

	again := admin.SendAs("/lists/people/sheet", "file", "人員.xlsx", file, form.With("do", "try")...)
	again.Says(t, 200, "新增 0 列，變更 0 列，相同 1 列，有錯 2 列。", "沒有可以匯入的新增或變更。").Not(t, `value="import"`)
	admin.SendAs("/lists/people/sheet", "file", "人員.xlsx", book(t, []any{"Name", "Login", "Joined"}, []any{"魏若晴", "qh150099", "98/4/1"}), form.With("do", "try")...).
		Says(t, 200, "變更 1 列", "到職日：", "98.03.01", "98.04.01")
	admin.Get("/lists/people/sheet?lang=en").Says(t, 200, "Import “People”", "Download a blank workbook")
}

// A line to be looked at before the file is imported, as one with an id that no row has, is counted
// and stands apart, however many others there are before it.
func TestALineToLookAtStandsApart(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	lines := [][]any{{"識別碼", "姓名", "帳號", "單位", "到職日"}}
	for i := range 300 {
		id := ""
		if i == 250 {
			id = "P0l3" // mistyped
		}
		lines = append(lines, []any{id, fmt.Sprint("新進", i+1), fmt.Sprint("new", i), "戶政科", "98/3/1"})
	}
	form := admin.Get("/lists/people/sheet").Says(t, 200)
	tried := admin.SendAs("/lists/people/sheet", "file", "人員.xlsx", book(t, lines...), form.With("do", "try")...)
	tried.Says(t, 200, "新增 300 列", "另有 100 列未列出。", "請先確認（1 列）", "查無識別碼「P0l3」", "「Sheet1」第 252 列")
	plain := admin.SendAs("/lists/people/sheet", "file", "人員.xlsx", book(t, lines[:3]...), form.With("do", "try")...)
	plain.Says(t, 200, "新增 2 列").Not(t, "請先確認")
}

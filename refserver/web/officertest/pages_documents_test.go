package officertest

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/refserver/web"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestTheListOfDocuments(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/documents").Says(t, 200, "IS-02-008", "通訊與作業管理程序書", "113.08.05", "全部 40", "已廢止 1", "逾審查日 1").
		Not(t, "IS-04-055", "登錄文件", "您是文管人員") // 密: for others it is not there
	clerk.Get("/documents?tab=2").Says(t, 200, "IS-02-008").Not(t, "IS-01-001")
	clerk.Get("/documents?q=IS-04-004").Says(t, 200, "人員保密切結書", "外部文件登記表", "曾用編號 IS-04-004", "編號重複")
	clerk.Get("/documents?q=%E9%80%9A%E8%A8%8A").Says(t, 200, "IS-02-008").Not(t, "IS-01-001")
	clerk.Get("/documents?q=nowhere").Says(t, 200, "查無編號或名稱含「nowhere」的文件")
	h.As(t, "P07").Get("/documents").Says(t, 200, "IS-04-055", "登錄文件", "您是文管人員", "IS-02-005 實體與環境安全程序書，應於 115.11.17 前審查", "編號重複 1 組")
	clerk.Get("/documents?lang=en").Says(t, 200, "Communications and Operations Management Procedure", "5 Aug 2024", "Internal")
}

func TestAProcedureIsReadClauseByClause(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	page := clerk.Get("/documents/IS-02-008").Says(t, 200, "示範改寫本，非核定文件", "現行 1.3 版", "109.07.01", "113.08.05", "113年8月5日", "晴民資字第 1130008051 號",
		"軟體清冊", `id="c-6-3-4"`, ">陸三(四)</a>", "晴海市政府民政局及所屬殯葬管理處")
	if strings.Contains(page.Text, "{{") {
		t.Error("a parameter of the text has not been filled in")
	}
	moved := clerk.Get("/documents/IS-02-008?clause=%E9%99%B8%E4%B8%89(%E5%9B%9B)")
	if got := moved.Request.URL.Fragment; got != "c-6-3-4" {
		t.Errorf("陸三(四) leads to %q", got)
	}
	clerk.Get("/documents/IS-02-008?clause="+url.QueryEscape("玖九")).Says(t, 200, "1.3 版沒有條文「玖九」")
	clerk.Get("/documents/IS-02-008/versions/1.2?clause="+url.QueryEscape("陸三(四)")).Says(t, 200, "無法顯示條文「陸三(四)」")
	clerk.Get("/documents/IS-02-008/versions/1.2").Says(t, 200, "舊版，已由 1.3 版取代（113.08.05）", "看現行 1.3 版", "本系統未收錄這一版的內文").Not(t, "<dd></dd>")
	clerk.Get("/documents/IS-02-008/print").Says(t, 200, "示範改寫本，非核定文件", "列印：115.11.23 09:00　戶政科 鍾明哲", "陸三(四)")
	clerk.Get("/documents/IS-02-008/versions/9.9").Says(t, 404)
	clerk.Get("/documents/nowhere").Says(t, 404)
	clerk.Get("/documents/IS-04-055").Says(t, 404) // 密
	clerk.Get("/documents/IS-02-014").Says(t, 200, "本文件已廢止（114.04.18）")
	clerk.Get("/documents/IS-04-012").Says(t, 200, "/apply/account_request", "IS-02-006")
}

var fileLink = regexp.MustCompile(`/documents/[^"]+/files/[0-9a-f]{64}`)

// What no longer holds has no next review, and no empty lines.
func TestAnOldVersionHasNoNextReview(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/documents/IS-02-008").Says(t, 200, "下次審查")
	clerk.Get("/documents/IS-02-008/versions/1.0").Says(t, 200, "1.0").Not(t, "下次審查", "<dt>文號</dt><dd></dd>")
}

func TestADownloadSaysWhatItIs(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	link := fileLink.FindString(clerk.Get("/documents/IS-02-008").Text)
	file := clerk.Get(link).Says(t, 200, "## 壹、目的").Not(t, "示範改寫本") // as it was filed; its name says the rest
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
		"Content-Disposition": `attachment; filename="IS-02-008_____________.md"; filename*=UTF-8''IS-02-008%EF%BC%88%E7%A4%BA%E7%AF%84%E6%94%B9%E5%AF%AB%E6%9C%AC%EF%BC%8C%E9%9D%9E%E6%A0%B8%E5%AE%9A%E6%96%87%E4%BB%B6%EF%BC%89.md`,
	} {
		if got := file.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	clerk.Get(link[:len(link)-4]+"0000").Says(t, 404)
	clerk.Get(strings.Replace(link, "/1.3/", "/1.2/", 1)).Says(t, 404)
}

// The document controller files the original as a further version; what was 1.3
// says from then on that it is an old one, also when it is downloaded.
func TestTheOriginalIsFiledAsANewVersion(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	old := fileLink.FindString(clerk.Get("/documents/IS-02-008").Text)
	clerk.Get("/documents/IS-02-008/file").Says(t, 404)
	clerk.Send("/documents/IS-02-008/file", "x.pdf", "%PDF-1.7\n%%EOF", "version", "1.4", "issued", "115.11.23").Says(t, 404)
	page := controller.Get("/documents/IS-02-008/file").Says(t, 200, "最近一版為 1.3", `value="1.4"`, "未填者依審查週期推算", "1.3 版標示「示範改寫本，非核定文件」，不沿用至新版次").Not(t, "value=\"示範改寫本", `value="116.08.05"`)

	fields := []string{"class", "internal", "version", "1.3", "issued", "115.13.40", "description", "正本", "next_review", "118.11.23",
		"approval_way", "register", "approval_no", "", "approved", "", "approver", ""}
	wrong := controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 original\n%%EOF", page.With(fields...)...)
	wrong.Says(t, 422, "發行日：曆上沒有這一天", `href="#issued"`, `value="115.13.40"`, `value="正本"`, "「IS-02-008.pdf」已上傳，不需再選")
	fields[5] = "1151123"
	// All that lacks comes at once.
	controller.Send("/documents/IS-02-008/file", "", "", page.With(fields...)...).
		Says(t, 422, "請填寫核准者的職稱或姓名。", `href="#approver"`, "請附上本版次的檔案；如不收錄內文，請註明僅列版次。")
	fields[13], fields[15], fields[17] = "晴民資字第 1150011201 號", "115.11.20", "資通安全長"
	controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 original\n%%EOF", page.With(fields...)...).Says(t, 422, "版次 1.3 已使用過", `href="#version"`)
	fields[3] = "1.4"
	empty := controller.Post("/documents/IS-02-008/file", page.With(fields...)...) // nothing is put in force by a slip
	empty.Says(t, 422, "請附上本版次的檔案；如不收錄內文，請註明僅列版次。", `href="#file"`, "僅列版次，不收錄內文", `value="正本"`)
	clerk.Get("/documents/IS-02-008").Says(t, 200, "現行 1.3 版")
	// Before it is issued the page says what it will replace; the file need not be chosen again.
	asked := controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 original\n%%EOF", page.With(fields...)...).
		Says(t, 200, "1.3 版將標示為已由 1.4 版取代，請確認。", "確認發行", `value="正本"`, "「IS-02-008.pdf」已上傳，不需再選")
	clerk.Get("/documents/IS-02-008").Says(t, 200, "現行 1.3 版")
	other := slices.Clone(fields) // what was confirmed was another
	other[3], other[5] = "2.0", "115.12.01"
	controller.Post("/documents/IS-02-008/file", asked.With(other...)...).Says(t, 200, "1.3 版將自 115.12.01 起標示為已由 2.0 版取代，請確認。")
	controller.Post("/documents/IS-02-008/file", asked.With(fields...)...).Says(t, 200, "現行 1.4 版", "IS-02-008 1.4 版已登錄。", "這一版沒有可線上閱讀的內文").
		Not(t, "示範改寫本") // the agency has approved this one
	clerk.Get("/documents/IS-02-008/versions/1.3").Says(t, 200, "示範改寫本，非核定文件")

	file := clerk.Get(fileLink.FindString(clerk.Get("/documents/IS-02-008").Text)).Says(t, 200, "%PDF-1.7 original\n%%EOF")
	if got := file.Header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("Content-Type %q", got)
	}
	before := clerk.Get(old).Says(t, 200, "## 壹、目的")
	if got := before.Header.Get("Content-Disposition"); !strings.Contains(got, "%E8%88%8A%E7%89%88") {
		t.Errorf("the name of the old file does not say that it is old: %s", got)
	}
	clerk.Get("/check?number=is-02-008&version=1.3").Says(t, 200, "1.3 版不是現行版", "現行版為 1.4 版")

	controller.Post("/documents/IS-02-008/file", fields...).Says(t, 409, "「IS-02-008」在您讀取之後已有異動，目前最近一版為 1.4。", `value="正本"`) // from no page at all
	fields[3] = "1.5"                                                                                                        // only its line, and somebody said so
	page = controller.Get("/documents/IS-02-008/file")
	controller.Post("/documents/IS-02-008/file", page.With(append(fields, "list_only", "1")...)...).Says(t, 200, "1.4 版將標示為已由 1.5 版取代，請確認。")
	controller.Post("/documents/IS-02-008/file", page.With(append(fields, "list_only", "1", "replaces", "1.4", "replaced_by", "1.5 1151123")...)...).
		Says(t, 200, "現行 1.5 版", "本系統未收錄這一版的內文")
}

// Somebody else files while the page is open: the second controller is told what is
// there now, keeps what he typed, and may send again. A double click files once.
func TestAVersionFiledMeanwhileIsSeenBeforeTheNext(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller := h.As(t, "P07")
	hidden := regexp.MustCompile(`name="token" value="([^"]+)"><input type="hidden" name="revision" value="([0-9]+)"`)
	read := func() (token, revision string) {
		t.Helper()
		found := hidden.FindStringSubmatch(controller.Get("/documents/IS-02-008/file").Says(t, 200).Text)
		if found == nil {
			t.Fatal("the page says neither what it shows nor which page it is")
		}
		return found[1], found[2]
	}
	mine, seen := read()
	others, _ := read()
	send := func(token, revision, replaces, version, day string) webtest.Reply {
		t.Helper()
		return controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 original\n%%EOF", "class", "internal", "description", "正本",
			"version", version, "issued", day, "token", token, "revision", revision,
			"approval_way", "register", "approval_no", "IS-04-001-115-0001", "approver", "資通安全長", "replaces", replaces, "replaced_by", version+" "+day)
	}
	send(others, seen, "1.3", "1.4", "115.11.20").Says(t, 200, "現行 1.4 版")
	send(others, seen, "1.3", "1.4", "115.11.20").Says(t, 200, "現行 1.4 版", "IS-02-008 1.4 版已登錄。")
	send(mine, seen, "1.4", "", "115.13.40").Says(t, 409, "在您讀取之後已有異動", "發行日：曆上沒有這一天") // whatever else is wrong
	stale := send(mine, seen, "1.4", "1.5", "115.11.23").Says(t, 409, "「IS-02-008」在您讀取之後已有異動，目前最近一版為 1.4。", `value="1.5"`, `value="正本"`, "「IS-02-008.pdf」已上傳，不需再選")
	now := hidden.FindStringSubmatch(stale.Text)
	if now == nil || now[2] == seen {
		t.Fatalf("the page does not go on from what it says: %v", now)
	}
	send(now[1], now[2], "1.4", "1.5", "115.11.23").Says(t, 200, "現行 1.5 版")
}

// What a clerk takes away opens by itself and says what it is: number, version,
// class, revisions, the band; an old version by which one it was replaced (B1.5).
func TestAVersionIsTakenAwayReadyForPaper(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	const copyOf = "/documents/IS-02-008/versions/1.3/print?as=file"
	page := clerk.Get("/documents/IS-02-008").Says(t, 200, "/versions/1.3/print?as=file", "下載 1.3 版", "原始檔（MD）")
	clerk.Get("/documents").Says(t, 200, `/versions/1.3/print?as=file" download>下載<span class="vh">：IS-02-008 `) // one click from the list
	file := clerk.Get(copyOf).Says(t, 200, "<!doctype html>", "@page", "晴海市政府民政局", "機密等級：內部使用", "文件編號：IS-02-008", "版次：1.3",
		"發行日：113.08.05", "示範改寫本，非核定文件", "歷次變更紀錄", "109.07.01", "陸三(四)", "列印：115.11.23").Not(t, "<script", "<link", "src=", "舊版")
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, `attachment; filename="IS-02-008`) || !strings.Contains(got, ".html") {
		t.Errorf("Content-Disposition %s", got)
	}
	original := clerk.Get(fileLink.FindString(page.Text)).Says(t, 200, "## 壹、目的")

	controller.Send("/documents/IS-02-008/file", "IS-02-008.md", original.Text, controller.Get("/documents/IS-02-008/file").With("class", "internal", "version", "1.4", "issued", "1151123",
		"approval_way", "register", "approval_no", "IS-04-001-115-0001", "approver", "資通安全長", "replaces", "1.3", "replaced_by", "1.4 1151123")...).Says(t, 200, "現行 1.4 版")
	old := clerk.Get(copyOf).Says(t, 200, "舊版，已由 1.4 版取代（115.11.23）", "版次：1.3", "陸三(四)")
	if got := old.Header.Get("Content-Disposition"); !strings.Contains(got, "%E8%88%8A%E7%89%88") {
		t.Errorf("the name does not say that it is old: %s", got)
	}
	clerk.Get("/documents/IS-02-008/versions/1.4/print?as=file").Says(t, 200, "版次：1.4").Not(t, "舊版")
	clerk.Get("/documents/IS-04-055/print?as=file").Says(t, 404) // 密
	clerk.Get(copyOf+"&lang=en").Says(t, 200, "Document: IS-02-008", "Internal", "5 Aug 2024")
}

// The blank of a form is always the one in force.
func TestABlankFormToFillInByHand(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/apply").Says(t, 200, "空白表單", "/apply/account_request/blank?as=file")
	clerk.Get("/documents/IS-04-012").Says(t, 200, "/apply/account_request/blank", "列印空白表單", "現行 1.4 版，114.05.26")
	clerk.Get("/apply/account_request/blank").Says(t, 200, "權限帳號申請單", "IS-04-012", "下載")
	file := clerk.Get("/apply/account_request/blank?as=file").Says(t, 200, "<!doctype html>", "權限帳號申請單", "表單編號：IS-04-012　1.4 版（114.05.26）",
		"機密等級：一般", "申請事由", "帳號使用者", "☐ 新增", "單位主管", "核章").Not(t, "鍾明哲</td>")
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, "attachment") {
		t.Errorf("Content-Disposition %s", got)
	}
	clerk.Get("/apply/document_change/blank?as=file").Says(t, 200, "☐ 內部使用", "☐ 機密") // the rows of a list are boxes too
	clerk.Get("/apply/grant_extension/blank").Says(t, 404)                           // nobody opens one by himself
	clerk.Get("/apply/nowhere/blank").Says(t, 404)
}

// The list as it was on a day: what was in force then, in the version of then.
func TestTheListOfAnotherDay(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/documents").Says(t, 200, "指定日期的一覽表", "/documents/print")
	then := clerk.Get("/documents?on=112.06.30&q=IS-02-008").Says(t, 200, "文件一覽表　112.06.30", "111.11.17", "1.2").Not(t, "113.08.05", "現行版次")
	if !strings.Contains(then.Text, `value="112.06.30"`) {
		t.Error("the day is not there to be changed")
	}
	clerk.Get("/documents?on=1110101&q=IS-02-008").Says(t, 200, "110.12.07")
	clerk.Get("/documents?on=109.06.30&q=IS-02-008").Says(t, 200, "查無")
	clerk.Get("/documents?on=112.13.40").Says(t, 422, `class="errors"`, `<a href="#on">`, `aria-describedby="on-h on-e"`, "曆上沒有這一天，請重新填寫日期。", `value="112.13.40"`)
	clerk.Get("/documents/print?on=112.06.30&q=IS-02-008").Says(t, 200, "基準日：112.06.30", "共 1 份", "111.11.17").Not(t, "113.08.05")
	clerk.Get("/documents/print").Says(t, 200, "基準日：115.11.23", "共 40 份", "另列已廢止或停止適用 1 份", "已廢止（114.04.18）", "曾用編號 IS-04-004").Not(t, "IS-04-055")
	clerk.Get("/documents/print?tab=4").Says(t, 200, "表單一覽表", "所屬文件", "IS-02-006").Not(t, "IS-01-001", "IS-04-055")
	clerk.Get("/documents?tab=4").Says(t, 200, "表單一覽表　115.11.23", "匯出 Excel", "/documents/print?tab=4", `<caption class="vh">表單一覽表</caption>`)
	clerk.Get("/documents").Says(t, 200, `<caption class="vh">文件一覽表</caption>`)
	clerk.Get("/documents?q=IS-02-014").Says(t, 200, "此處查無編號或名稱含「IS-02-014」的文件，另見：", `tab=retired">已廢止 1</a>`).Not(t, "請縮短字詞")
	clerk.Get("/documents?q=IS-99-999").Says(t, 200, "請縮短字詞").Not(t, "另見")
	clerk.Get("/documents?on=114.04.17&q=IS-02-014").Says(t, 200, "IS-02-014").Not(t, "已廢止 1")
	clerk.Get("/documents?on=114.04.18&q=IS-02-014").Says(t, 200, "已廢止 1")
	clerk.Get("/documents?on=112.06.30&q=IS-04-055").Says(t, 200, "查無") // 密
}

// The list leaves as an Excel file, of the day asked for and only what who takes it may read.
func TestTheListOfADayLeavesAsAnExcelFile(t *testing.T) {
	h := webtest.OpenHouse(t)
	rows := func(person, query string) [][]string {
		t.Helper()
		file := h.As(t, person).Post("/documents/sheet"+query).Says(t, 200)
		book, err := excelize.OpenReader(strings.NewReader(file.Text))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		if name := file.Header.Get("Content-Disposition"); !strings.Contains(name, ".xlsx") {
			t.Error(name)
		}
		return rows
	}
	then := rows("P13", "?on=112.06.30&q=IS-02-008")
	if len(then) != 2 || !slices.Equal(then[1][:8], []string{"二階", "IS-02-008", "通訊與作業管理程序書", "", "1.2", "111.11.17", "內部使用", then[1][7]}) {
		t.Errorf("%q", then)
	}
	has := func(all [][]string, number string) bool {
		return slices.ContainsFunc(all, func(row []string) bool { return row[1] == number })
	}
	clerks, officers := rows("P13", "?tab=4"), rows("P07", "?tab=4")
	if has(clerks, "IS-04-055") || !has(officers, "IS-04-055") || has(officers, "IS-02-008") || !has(clerks, "IS-04-012") {
		t.Errorf("%d lines for a clerk, %d for document control", len(clerks), len(officers))
	}
	clerk := h.As(t, "P13")
	clerk.Post("/documents/sheet?on=112.13.40").Says(t, 422, "曆上沒有這一天")
	clerk.Post("/documents/sheet?q=IS-04-055").Says(t, 404) // 密, as if it were not there
	clerk.Post("/documents/sheet?q=IS-99-999").Says(t, 404)
	h.As(t, "P04").Get("/changes?log=exports").Says(t, 200, "匯出文件一覽表", "1 份文件")
}

func TestANewDocumentIsFiled(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller := h.As(t, "P07")
	fields := []string{"number", "IS-02-008", "title", "測試程序書", "level", "2", "class", "internal", "version", "1.0", "issued", "115/11/23",
		"approval_way", "register", "approval_no", "晴民資字第 1150011201 號", "approver", "資通安全長", "approved", "115/11/20"}
	controller.Send("/documents/new", "", "", fields...).Says(t, 422, "請附上本版次的檔案；如不收錄內文，請註明僅列版次。", `name="list_only"`)
	controller.Send("/documents/new", "a.md", "## 壹、目的\n\n測試。\n", fields...).Says(t, 422, "編號 IS-02-008 已由「通訊與作業管理程序書」使用", `href="#number"`)
	fields[1] = "IS-02-099"
	controller.Send("/documents/new", "a.md", "MZ\x90\x00\x03", fields...).Says(t, 422, `href="#file"`, "「a.md」的內容與檔名不符，不是可接受的檔案種類；設有開啟密碼者請先取消密碼，其他請改附 PDF、Word", `value="測試程序書"`)
	controller.Send("/documents/new", "a.md", "# 測試程序書\n\n## 壹、目的\n\n<script>alert(1)</script>\n", fields...).
		Says(t, 200, "IS-02-099", "現行 1.0 版", "&lt;script&gt;alert(1)&lt;/script&gt;").Not(t, "<script>alert")
	h.As(t, "P13").Get("/records?q=IS-02-099").Says(t, 200, "測試程序書", "1 件")
}

func TestIsThisCopyTheNewest(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/check").Says(t, 200, "版次查詢")
	clerk.Get("/check?number=IS-02-008&version=1.3").Says(t, 200, "1.3 版是現行版", "示範改寫本，非核定文件")
	clerk.Get("/check?number=%EF%BC%A9%EF%BC%B3-02-008&version=V1.3+%E7%89%88").Says(t, 200, "1.3 版是現行版") // as it is printed, and in full width
	clerk.Get("/check?number=is02008&version=1.3").Says(t, 200, "1.3 版是現行版", "IS-02-008")                 // the signs between left out
	clerk.Get("/check?number=IS04055&version=1.3").Says(t, 200, "查無編號 IS04055 的文件")                       // 密
	clerk.Get("/check?number=IS-0200&version=1.3").Says(t, 200, "查無編號 IS-0200 的文件")
	clerk.Get("/check?number=IS-02-008&version=1.1").Says(t, 200, "1.1 版不是現行版", "舊版，已由 1.2 版取代")
	clerk.Get("/check?number=IS-02-008&version=7.0").Says(t, 200, "沒有 7.0 版", "現行版為 1.3 版")
	clerk.Get("/check?number=IS-04-004&version=1.0").Says(t, 200, "有 2 份文件", "人員保密切結書", "外部文件登記表", "IS-04-004 是曾用編號")
	clerk.Get("/check?number=IS-02-014&version=1.0").Says(t, 200, "請勿使用")
	clerk.Get("/check?number=IS-04-055&version=1.3").Says(t, 200, "查無編號 IS-04-055 的文件") // 密
}

var codeLink = regexp.MustCompile(`/check/IS-[0-9-]+/[0-9.]+/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// Without a sign-in the page tells state and version by the code on the copy or by the
// file; of what is 密 whether the copy is the newest, and nothing more after too many questions.
func TestAVisitorChecksHisCopy(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk, visitor := h.As(t, "P13"), h.As(t, "")
	file := clerk.Get(fileLink.FindString(clerk.Get("/documents/IS-02-008").Text))
	visitor.Get("/check").Says(t, 200, "版次查詢", "以檔案查詢").Not(t, "ISMS 文件</a>")
	code := func(person, path string) string {
		t.Helper()
		found := codeLink.FindString(h.As(t, person).Get(path).Says(t, 200, "查核碼").Text)
		if found == "" {
			t.Fatalf("%s has no check code", path)
		}
		return found
	}
	newest, old := code("P13", "/documents/IS-02-008"), code("P13", "/documents/IS-02-008/versions/1.1")
	visitor.Get(newest).Says(t, 200, "1.3 版是現行版", "示範改寫本，非核定文件").Not(t, "通訊與作業", "/documents/")
	visitor.Get(old).Says(t, 200, "1.1 版不是現行版", "舊版，已由 1.2 版取代", "現行版為 1.3 版")
	visitor.Get("/check?number=IS-02-008&version=1.3&code="+newest[len(newest)-14:]).Says(t, 200, "1.3 版是現行版")
	visitor.Get(code("P13", "/documents/IS-02-014")).Says(t, 200, "本文件已廢止", "請勿使用")
	closed := code("P07", "/documents/IS-04-055") // 密
	visitor.Get(closed).Says(t, 200, "手上這份是最新版").Not(t, "現行版為", "115.", "114.", "登錄")
	clerk.Get(closed).Says(t, 200, "手上這份是最新版").Not(t, "現行版為")
	// Whatever is wrong, the answer is the same but for what was typed.
	wrong := "/AAAA-BBBB-CCCC"
	first := ""
	for _, asked := range []string{"/check/IS-02-008/1.3" + wrong, "/check/IS-04-055/1.3" + wrong, "/check/IS-99-999/1.3" + wrong, "/check/IS-02-008/9.9" + newest[len(newest)-15:]} {
		page := visitor.Get(asked).Says(t, 200, "查無符合的文件或案件。")
		told := regexp.MustCompile(`value="[^"]*"|IS-\d\d-\d{3}|\d\.\d|nonce="[^"]*"`).ReplaceAllString(page.Text[strings.Index(page.Text, "<main"):], "")
		if first == "" {
			first = told
		}
		if told != first {
			t.Errorf("%s is answered otherwise:\n%s\n%s", asked, told, first)
		}
	}
	visitor.Get("/check?number=IS-02-008&version=1.3").Says(t, 200, "請輸入列印本上的查核碼").Not(t, "現行版為")
	// An address without the code asks for it, with the rest filled in; what there is is not told.
	for _, number := range []string{"IS-02-008", "IS-04-055", "IS-99-999"} {
		visitor.Get("/check/"+number+"/1.3").Says(t, 200, "版次查詢", `name="number" value="`+number+`"`, `name="version" value="1.3"`).Not(t, "查無", "版是現行版", `type="password"`)
	}
	clerk.Get("/check/IS-02-008/1.3").Says(t, 200, "1.3 版是現行版", `name="version" value="1.3"`)
	print := clerk.Get("/documents/IS-02-008/print").Says(t, 200, "查核碼："+newest[len(newest)-14:], "/check（編號 IS-02-008、版次 1.3、查核碼 "+newest[len(newest)-14:])
	clerk.Get("/documents/IS-02-008/versions/1.3/print?as=file").Says(t, 200, "查核碼："+newest[len(newest)-14:], print.Request.URL.Host+"/check")
	visitor.Send("/check", "copy.md", file.Text).Says(t, 200, "1.3 版是現行版", "IS-02-008").Not(t, "通訊與作業")
	visitor.Send("/check", "copy.md", file.Text+" ").Says(t, 200, "查無這個檔案")
	visitor.Send("/check", "", "").Says(t, 422, "請選擇檔案。")
	visitor.Get("/check?sha256=xyz").Says(t, 422, "檔案指紋（SHA-256）應為 64 個字元", `value="xyz"`)
	clerk.Send("/check", "copy.md", file.Text).Says(t, 200, "1.3 版是現行版", "通訊與作業管理程序書")

	h.Refuse(true)
	visitor.Get("/check?number=IS-02-008&version=1.3").Says(t, 429, "查詢次數過多", `value="IS-02-008"`)
	visitor.Get(newest).Says(t, 429, "查詢次數過多")
	visitor.Send("/check", "copy.md", file.Text).Says(t, 429, "查詢次數過多")
	visitor.Get("/check").Says(t, 200)
	clerk.Get("/check?number=IS-02-008&version=1.3").Says(t, 200, "1.3 版是現行版")
}

func TestNobodyWithoutAPersonReadsAnything(t *testing.T) {
	h := webtest.OpenHouse(t)
	stranger := h.As(t, "P99")
	for _, path := range []string{"/documents", "/documents/IS-02-008", "/check?number=IS-02-008", "/records", "/people", "/people/P13", "/roles", "/deputies", "/systems", "/systems/S02"} {
		if got := stranger.Get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
}

// The address on an official copy is the house's own, whatever name the request was sent to.
func TestACopySaysTheHousesOwnAddress(t *testing.T) {
	cfg := webtest.Config(t)
	cfg.CheckKey = make([]byte, 32)
	demo, err := catalog.ReadDemo(catalog.Options{})
	if err == nil {
		err = demo.Load(t.Context(), cfg, webtest.Morning)
	}
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.Serve(t, cfg, func(o *web.PagesOptions) { o.URL = "https://isms.example.gov.tw/" })
	page := h.As(t, "P13").Get("/documents/IS-02-008/print").Says(t, 200, "https://isms.example.gov.tw/check（編號 IS-02-008")
	if strings.Contains(page.Text, page.Request.URL.Host+"/check") {
		t.Error("it says where the request went")
	}
}

// A document whose title was changed in the database says so, on its page and on what is printed
// of it, as a case does.
func TestADocumentChangedInTheDatabaseSaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/documents/IS-02-008").Says(t, 200, "文件資料驗證：相符", "異動紀錄共 4 筆，與目前的資料一致，")
	clerk.Get("/documents/IS-02-008/print").Says(t, 200, "文件資料驗證：相符（115.11.23 09:00，封存紀錄共 ")
	h.As(t, "P07").Get("/documents/IS-02-008?lang=en").Says(t, 200, "Document check: it agrees with its records")
	err := h.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: []string{"IS-02-008"}})
		if err != nil {
			return err
		}
		changed := docs[0]
		changed.Title, changed.Revision = map[string]string{"zh-TW": "改名程序書"}, changed.Revision+1
		return tx.Documents().PutDocument(ctx, changed)
	})
	if err != nil {
		t.Fatal(err)
	}
	clerk.Get("/documents/IS-02-008").Says(t, 200, "改名程序書", "文件資料驗證：不符", "與封存值不一致，請通知資訊單位").Not(t, "文件資料驗證：相符")
	clerk.Get("/documents/IS-02-008/versions/1.2").Says(t, 200, "文件資料驗證：不符")
	clerk.Get("/documents/IS-02-008/print").Says(t, 200, "改名程序書", "文件資料驗證：不符（").Not(t, "文件資料驗證：相符")
}

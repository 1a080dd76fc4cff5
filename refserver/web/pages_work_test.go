package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/catalog"
)

// until moves the clock and lets the queue do what is due on the way.
func (h *house) until(t testing.TB, at time.Time) {
	t.Helper()
	if err := h.kit.RunUntil(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

// settle lets the queue do what is due now.
func (h *house) settle(t testing.TB) { t.Helper(); h.until(t, h.now()) }

// houseIndex is what one can apply for, as the catalogue has it.
func houseIndex(t testing.TB) ApplyIndex {
	t.Helper()
	from, err := catalog.Apply()
	if err != nil {
		t.Fatal(err)
	}
	index := ApplyIndex{Title: from.Title, Hint: from.Hint}
	for _, e := range from.Entries {
		index.Entries = append(index.Entries, ApplyEntry{
			Key: e.Key, Type: e.Type, Form: e.Form, Planned: e.Planned, Urgent: e.Urgent, Minutes: e.Minutes, Title: e.Title, Time: e.Time, Hint: e.Hint,
		})
	}
	return index
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(token|revision|task|for|writer|kept)" value="([^"]*)"`)

// with gives the hidden fields of the first form of a page that has them, with
// more fields behind.
func (r reply) with(fields ...string) []string {
	var out []string
	var have []string
	for _, m := range hidden.FindAllStringSubmatch(r.body, -1) {
		if !slices.Contains(have, m[1]) {
			have = append(have, m[1])
			out = append(out, m[1], m[2])
		}
	}
	return append(out, fields...)
}

// at is the path of the page.
func (r reply) at() string { return r.Request.URL.Path }

// oneLine is a request for one system, as somebody types it.
func oneLine(fields ...string) []string {
	return append([]string{
		"subject", "調任收發窗口，申請公文登記桌", "op", "add", "reason", "接任單位收發",
		"lines.1.system", "S02", "lines.1.permission", "unit_registry", "lines.1.purpose", "單位公文收發",
		"lines.1.account_user.kind", "person", "lines.1.account_user.find", "鍾明哲",
		"lines.1.responsible.find", "邱柏叡",
		"lines.1.period.from", "115.12.01", "lines.1.period.to", "1161130",
	}, fields...)
}

// apply fills in and sends a request as P13 and returns the case's address.
func (h *house) apply(t testing.TB, fields ...string) string {
	t.Helper()
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request").says(t, http.StatusOK, "權限帳號申請單")
	sent := clerk.post("/apply/account_request", form.with(append(oneLine(fields...), "do", "submit")...)...)
	sent.says(t, http.StatusOK, "陳核中")
	return sent.at()
}

// The whole way of a request, by pages alone: filled in, agreed to, carried out,
// confirmed.
func TestARequestGoesAllTheWayByPages(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)

	// The head of the unit is away: his deputy finds it, marked with his name.
	deputy := h.as(t, "P12")
	deputy.get("/").says(t, http.StatusOK, "調任收發窗口", "代理 邱柏叡", "單位主管")
	page := deputy.get(path).says(t, http.StatusOK, "我要做的事", "同意", "退回", "不同意")
	agreed := deputy.post(path+"/act", page.with("comment", "確有需要", "do", "approve")...)
	agreed.says(t, http.StatusOK, "同意。")
	if agreed.at() != "/" {
		t.Errorf("after signing at %s", agreed.at())
	}
	h.settle(t)

	// The way of the request says until when each row is to be carried out.
	h.as(t, "P13").get(path).says(t, http.StatusOK, `<span class="route__fact">期限 115.11.26</span>`)

	// The system's administrator has one row.
	admin := h.as(t, "P10")
	work := admin.get("/handling").says(t, http.StatusOK, "公文系統", "鍾明哲", "單位登記桌", "登錄處置結果")
	row := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(work.body)
	if row == nil {
		t.Fatal("no link to the row")
	}
	page = admin.get(row[1]).says(t, http.StatusOK, "已開通", "給定帳號", "申請單核章及附件", "范語彤", "確有需要")
	// Without a result it says what is missing and keeps what was typed.
	page = admin.post(row[1]+"/act", page.with("fields", "given_account,result_note,proof", "given_account", "qh150013", "result_note", "已加入", "do", "record")...)
	page.says(t, http.StatusUnprocessableEntity, "請選擇處置結果", `value="qh150013"`)
	admin.post(row[1]+"/act", page.with("fields", "given_account,result_note,proof", "given_account", "qh150013", "result_note", "已加入", "result", "opened", "do", "record")...).says(t, http.StatusOK, "登錄處置結果。")
	h.settle(t)

	clerk := h.as(t, "P13")
	clerk.get("/").says(t, http.StatusOK, "申請人確認")
	page = clerk.get(path).says(t, http.StatusOK, "待確認", "請核對各列處置結果", "已開通", "qh150013", "范語彤 代", "確有需要")
	clerk.post(path+"/act", page.with("do", "approve")...).says(t, http.StatusOK)
	h.settle(t)
	clerk.get(path).says(t, http.StatusOK, "已結案", "簽核紀錄驗證：相符", "確認")
	clerk.get("/").says(t, http.StatusOK).not(t, "申請人確認")
}

// What the system asks somebody is shown as its question, not as his own request.
func TestAQuestionOfTheSystemIsNotShownAsSentByWhomItAsks(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	list := clerk.get("/sent").says(t, http.StatusOK, "使用期限到期詢問", "系統徵詢，非本人送出")
	own := regexp.MustCompile(`<a href="(/cases/[^"]+)">使用期限到期詢問`).FindStringSubmatch(list.body)
	if own == nil {
		t.Fatal("no question")
	}
	question := clerk.get(own[1]).says(t, http.StatusOK, "徵詢對象", "系統徵詢", "選「需要延長」時必填").not(t, "送出 115", ">申請人 ")
	// What an answer requires is marked as such once it is chosen.
	refused := clerk.post(own[1]+"/act", question.with("fields", "extend_until", "result", "extend", "extend_until", "", "do", "record")...)
	refused.says(t, http.StatusUnprocessableEntity, `data-need-for="extend" data-needed="必填">必填`)
	sent := h.apply(t)
	clerk.get(sent).says(t, http.StatusOK, "送出 115").not(t, "系統徵詢")
}

// Everything wrong comes at once, at its field and in the list above; everything
// typed is still there.
func TestAnIncompleteRequestIsRefusedKindly(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	r := clerk.post("/apply/account_request", form.with(
		"subject", "調任", "op", "add",
		"lines.1.system", "S01", "lines.1.purpose", "登入", "lines.1.account_user.find", "沒有這個人",
		"lines.1.period.from", "115.13.45", "lines.1.period.open", "true",
		"do", "submit")...)
	r.says(t, http.StatusUnprocessableEntity, "處需補正", `href="#f-reason"`, `href="#f-lines.1.permission"`, `value="沒有這個人"`, `value="115.13.45"`,
		"請填寫申請事由", "第 1 列「AD 帳號」：人員名單中找不到", "第 1 列「AD 帳號」：曆上沒有這一天", "其餘內容都已保留")
	if strings.Contains(r.body, "<script") && strings.Contains(r.body, "onclick") {
		t.Error("script within the page")
	}
}

// Without script, buttons add, copy and remove rows and load what depends on the
// system.
func TestRowsWithoutScript(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request").says(t, http.StatusOK, "請先選擇系統")
	r := clerk.post("/apply/account_request", form.with("lines.1.system", "S01", "do", "refresh")...)
	r.says(t, http.StatusOK, "單位共用資料夾-讀取", "登入個人電腦")
	r = clerk.post("/apply/account_request", form.with("lines.1.system", "S01", "lines.1.purpose", "登入", "do", "copy-row:lines.1")...)
	r.says(t, http.StatusOK, "2 列", `name="lines.2.purpose" value="登入"`)
	r = clerk.post("/apply/account_request", form.with("lines.1.system", "S01", "lines.2.system", "S02", "lines.2.purpose", "留下", "do", "remove-row:lines.1")...)
	r.says(t, http.StatusOK, "1 列", `name="lines.1.purpose" value="留下"`)
	r = clerk.post("/apply/account_request", form.with("lines.1.system", "S01", "do", "add-row:lines")...)
	r.says(t, http.StatusOK, "2 列")
	r = clerk.post("/apply/account_request", form.with("template", "R01", "do", "template")...)
	r.says(t, http.StatusOK, "3 列", "承辦公文", "已加入 3 列，請核對內容；尚待填寫：帳號使用者、負責人。")
	vendor := clerk.post("/apply/account_request", form.with("template", "R03", "do", "template")...)
	vendor.says(t, http.StatusOK, `name="lines.1.account_user.kind" value="external" checked`, `name="lines.2.account_user.kind" value="external" checked`)
	paste := "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註"
	r = clerk.post("/apply/account_request", form.with("paste.lines", paste, "do", "paste:lines")...)
	r.says(t, http.StatusOK, "1 列", `value="115.12.01"`, `value="116.11.30"`, "邱柏叡 科長（戶政科）", `value="unit_registry" checked`)
	for _, between := range []string{"-", "－", "–", "~"} {
		hyphen := strings.Replace(paste, " 至 ", between, 1)
		r = clerk.post("/apply/account_request", form.with("paste.lines", hyphen, "do", "paste:lines")...)
		r.says(t, http.StatusOK, `value="115.12.01"`, `value="116.11.30"`)
	}
	english := clerk.get("/apply/account_request?lang=en")
	r = clerk.post("/apply/account_request?lang=en", english.with("paste.lines", paste, "do", "paste:lines")...)
	r.says(t, http.StatusOK, "Period of use", `value="unit_registry" checked`)
}

// A block longer or wider than the table is refused where it is pasted, and stays there; a
// file of the wrong kind is refused when it is chosen.
func TestWhatDoesNotFitIsRefusedAtOnce(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	block := strings.Repeat("公文系統\t單位登記桌\t收發\n", 50)
	refused := clerk.post("/apply/account_request", form.with(append(oneLine(), "paste.lines", block, "do", "paste:lines")...)...)
	refused.says(t, http.StatusOK, "貼上 50 列，加上已填的 1 列，超過這張表單的上限 50 列", `data-paste>公文系統`, "單位公文收發").not(t, "lines.2.system")
	clerk.post("/apply/account_request", form.with("paste.lines", block, "do", "paste:lines")...).says(t, http.StatusOK, `name="lines.50.system"`).not(t, `data-paste>公文系統`)

	head := "系統\t權限\n"
	const full = "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註"
	wide := head + full + "\t\t急件\n" + full + "\t\t\n" + full + "\t\t\t科長已同意\n"
	refused = clerk.post("/apply/account_request", form.with(append(oneLine(), "paste.lines", wide, "do", "paste:lines")...)...)
	refused.says(t, http.StatusOK, "貼上內容的第 2、4 列超過表單的 9 欄，「急件」沒有欄位可填，各列均未加入。", "科長已同意", "單位公文收發").not(t, "lines.2.system")
	spaces := full + "\t\t \n" // cells a spreadsheet took along without anything in them
	clerk.post("/apply/account_request", form.with("paste.lines", spaces, "do", "paste:lines")...).says(t, http.StatusOK, "1 列", "邱柏叡 科長（戶政科）").not(t, "沒有欄位可填")

	program := clerk.sendAs("/apply/account_request", "attachments.file", "安裝程式.exe", "MZ\x90\x00\x03\x00\x00\x00", form.with(append(oneLine(), "do", "upload")...)...)
	program.says(t, http.StatusOK, "「安裝程式.exe」不是可接受的檔案種類，請改附", "單位公文收發").not(t, "attachments.0.digest")
}

// Every pasted cell that is not recognised is named once, with its row, its column and
// what stands in it; the rest is filled in. The help says what a period looks like.
func TestAPastedCellThatIsNotRecognisedIsNamed(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request").says(t, http.StatusOK, "「使用期間」寫成 115.12.01–116.11.30，或 115.12.01 無期限（理由）。", "連同已填的列，最多 50 列。")
	const full = "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註\n"
	paste := "System\tPermission\n" + full +
		"公交系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01–116.11.30\t\n" +
		"公文系統\t單位登記處、單位登記桌\t收發\t沒有這個人\t\t邱柏叡\t115.13.01–116.11.30\t\n" +
		"公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 no end date (駐點至專案結束)\t\n"
	r := clerk.post("/apply/account_request", form.with("lines.2.purpose", "先前填的用途", "paste.lines", paste, "do", "paste:lines")...)
	r.says(t, http.StatusOK, "5 列", "先前填的用途", `name="lines.5.period.open" value="true" checked`, "駐點至專案結束",
		"第 3 列：「系統」欄貼上的「公交系統」無法辨識。找不到所選的資料，請重新選擇系統。",
		"第 3 列：「權限項目」欄貼上的「單位登記桌」無法辨識。",
		"第 4 列：「權限項目」欄貼上的「單位登記處、單位登記桌」無法辨識。請從選項中選擇權限項目。",
		"第 4 列：「帳號使用者」欄貼上的「沒有這個人」無法辨識。", "第 4 列：「使用期間」欄貼上的「115.13.01–116.11.30」無法辨識。",
		`value="115.13.01"`, `href="#f-lines.3.system"`).not(t, "第 2 列：", "第 5 列：")
	if n := strings.Count(r.body, "公交系統」無法辨識"); n != 2 { // in the list, and at its cell
		t.Errorf("the unknown system is named %d times", n)
	}
}

// Cells are read as a spreadsheet copies them: with quotation marks around line breaks.
// A vendor's engineer and a newcomer are named with what stands behind them in brackets.
func TestPastedCellsWithLineBreaksAndPeopleWhoAreNotInTheDirectory(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request").says(t, http.StatusOK, "寫成 姓名（廠商名稱）")
	paste := "\"公文系統\"\t\"單位登記桌\"\t\"收發\n及\"\"公文\"\"查詢\"\t杜承恩（瀚洋資訊）\t\t邱柏叡\t115.12.01 至 116.11.30\t\"第一行\r\n第二行\"\r\n" +
		"公文系統\t單位登記桌\t收發\t沈以安(115.12.01 到職)\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n" +
		"公文系統\t單位登記桌\t\"收發\t沈以安（到職日未定）\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n" +
		"公文系統\t單位登記桌\t收發\t鍾明哲（戶政科）\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n"
	r := clerk.post("/apply/account_request", form.with("paste.lines", paste, "do", "paste:lines")...)
	r.says(t, http.StatusOK, "4 列", `value="收發 及&#34;公文&#34;查詢"`, `value="第一行 第二行"`,
		`name="lines.1.account_user.kind" value="external" checked`, `value="杜承恩"`, `value="瀚洋資訊"`,
		`name="lines.2.account_user.kind" value="expected" checked`, `name="lines.2.account_user.expected" value="115.12.01"`,
		`value="&#34;收發"`, "第 3 列：「帳號使用者」欄貼上的「沈以安（到職日未定）」無法辨識。", "鍾明哲 科員（戶政科）")
}

func TestADraftIsKeptAndGoneOnWith(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	saved := clerk.post("/apply/account_request", form.with("subject", "只有主旨", "do", "save")...)
	saved.says(t, http.StatusOK, "已於 09:00 暫存", `value="只有主旨"`)
	if !strings.HasSuffix(saved.at(), "/edit") {
		t.Fatalf("at %s", saved.at())
	}
	clerk.get("/apply").says(t, http.StatusOK, "尚未送出", "只有主旨", "繼續填寫")
	clerk.get("/").says(t, http.StatusOK, "尚未送出", "只有主旨", "繼續填寫", `href="`+saved.at()+`"`)
	h.as(t, "P05").get("/").not(t, "只有主旨")
	// Nobody else sees it.
	h.as(t, "P05").get(saved.at()).says(t, http.StatusNotFound)
	h.as(t, "P05").get(strings.TrimSuffix(saved.at(), "/edit")).says(t, http.StatusNotFound)

	// Half a date, and a name that fits nobody, are there again with their complaint.
	half := clerk.post(saved.at(), clerk.get(saved.at()).with(oneLine("lines.1.period.from", "115.13", "lines.1.responsible.find", "王大同同", "do", "save")...)...)
	half.says(t, http.StatusOK, "已於 09:00 暫存", `value="115.13"`, `value="王大同同"`, "尚有 2 處需補正")
	clerk.get(saved.at()).says(t, http.StatusOK, `value="115.13"`, `value="王大同同"`, "尚有 2 處需補正", "人員名單中找不到這位同仁")
	clerk.post(saved.at(), clerk.get(saved.at()).with("subject", "只有主旨", "do", "save")...).says(t, http.StatusOK).not(t, "需補正", "115.13")

	// Two windows: the second is told, keeps what was typed, and may go on.
	first := clerk.get(saved.at())
	clerk.post(saved.at(), first.with("subject", "第一個視窗", "do", "save")...).says(t, http.StatusOK)
	stale := clerk.post(saved.at(), first.with("subject", "第二個視窗", "do", "save")...)
	stale.says(t, http.StatusConflict, "這份草稿已在其他視窗暫存過", "另一份於 09:00 暫存", "再按一次「暫存」", "主旨：第一個視窗", `value="第二個視窗"`)
	clerk.post(saved.at(), stale.with("subject", "第二個視窗", "do", "save")...).says(t, http.StatusOK, `value="第二個視窗"`)
}

func TestADoubleClickSendsOnce(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	fields := form.with(append(oneLine(), "do", "submit")...)
	one := clerk.post("/apply/account_request", fields...)
	two := clerk.post("/apply/account_request", fields...)
	if one.at() != two.at() {
		t.Errorf("%s and %s", one.at(), two.at())
	}
}

// A draft is sent in one window while somebody goes on typing in another: nothing of
// that is sent, and nothing of it is lost. A second click on the same page is no such
// case.
func TestADraftThatWasSentInAnotherWindow(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	draft := clerk.post("/apply/account_request", form.with(append(oneLine(), "do", "save")...)...)
	first, second := clerk.get(draft.at()), clerk.get(draft.at())
	send := first.with(append(oneLine(), "do", "submit")...)
	sent := clerk.post(draft.at(), send...)
	sent.says(t, http.StatusOK, "陳核中")
	if again := clerk.post(draft.at(), send...); again.at() != sent.at() {
		t.Errorf("a second click leads to %s", again.at())
	}
	for _, do := range []string{"save", "submit"} {
		typed := oneLine("do", do)
		typed[slices.Index(typed, "接任單位收發")] = "接任單位收發，並代理登記桌"
		typed[slices.Index(typed, "115.12.01")] = "115.13"
		late := clerk.post(draft.at(), second.with(typed...)...)
		late.says(t, http.StatusConflict, "這份申請目前為「陳核中」，這一頁的內容沒有送出", "案件內容與這一頁不同之處", "接任單位收發，並代理登記桌", `value="115.13"`, `href="`+sent.at()+`"`)
		late.not(t, `value="submit"`, `value="save"`)
	}
	h.as(t, "P12").get(sent.at()).not(t, "並代理登記桌")
}

// What an office outside carries out needs its number and proof, which may come
// with the result.
func TestARowThatAnOfficeOutsideCarriesOut(t *testing.T) {
	h := openHouse(t)
	row := h.linkTo(t, "P06", "調任收發窗口")
	admin := h.as(t, "P06")
	page := admin.get(row).says(t, http.StatusOK, `<button class="btn btn--main" name="do" value="answer">登錄外部回復`, "更新外部送件", "受理號：A-2211")
	page.not(t, `value="disabled"`, `value="changed"`) // a new permission can only be opened
	bad := admin.post(row+"/act", page.with("outside.to", "市府資訊中心", "outside.how", "電話", "outside.expected", "115.13.1", "do", "send_out")...)
	bad.says(t, http.StatusUnprocessableEntity, "請填寫日期", `value="115.13.1"`)
	for _, tc := range []struct{ field, typed, says string }{
		{"outside.how", "", "請填寫方式。"},
		{"outside.sent", "115.11.24", "送件日不得晚於今天。"},
		{"outside.sent", "115.1.2", "送件日不得早於申請送出日（115."},
		{"outside.expected", "115.11.20", "預計回復日不得早於送件日（115.11.23）。"},
	} {
		typed := map[string]string{"outside.to": "市府資訊中心", "outside.how": "電話", "outside.sent": "115.11.23", "outside.text": "請協助建立信箱", "do": "send_out"}
		typed[tc.field] = tc.typed
		var fields []string
		for name, text := range typed {
			fields = append(fields, name, text)
		}
		admin.post(row+"/act", page.with(fields...)...).says(t, http.StatusUnprocessableEntity, `id="f-`+tc.field+`-error">`+tc.says, "請協助建立信箱")
	}
	fields := page.with("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "do", "record")
	admin.post(row+"/act", fields...).says(t, http.StatusUnprocessableEntity, `<a href="#f-proof">請檢附外部回復的佐證。`, `value="已建立"`).not(t, "請填寫受理號", "請先登錄外部送件")
	empty := admin.post(row+"/act", admin.get(row).with("outside.reply", "", "outside.replied", "115.11.23", "do", "answer")...)
	empty.says(t, http.StatusUnprocessableEntity, "請填寫回復內容或回復文號。").not(t, "或附上佐證")
	// Sent without a number: the result asks for it, and for proof, as required.
	page = admin.get(row)
	admin.post(row+"/act", page.with("outside.to", "市府資訊中心", "outside.how", "電話", "outside.number", "", "do", "send_out")...)
	need := func(id, label string) string {
		return `for="f-` + id + `">` + label + `<span class="field__need">必填`
	}
	page = admin.get(row).says(t, http.StatusOK, need("number-result", "受理號"), `placeholder="登錄處置結果時必填"`)
	if !regexp.MustCompile(`佐證[^/]*<span class="field__need">必填`).MatchString(page.body) {
		t.Error("proof is not marked as required")
	}
	both := admin.post(row+"/act", page.with("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "do", "record")...)
	both.says(t, http.StatusUnprocessableEntity, `id="f-outside.number-error">請填寫受理號。`, `<a href="#f-proof">請檢附外部回復的佐證。`, `value="已建立"`)
	if n := strings.Count(both.body, `id="f-outside.number"`); n != 1 {
		t.Errorf("%d controls have the number's id", n)
	}
	page = admin.get(row)
	admin.post(row+"/act", page.with("outside.to", "市府資訊中心", "outside.how", "電話", "outside.number", "A-2211", "outside.expected", "115.11.30", "do", "send_out")...)
	fields = admin.get(row).with("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "do", "record")
	admin.sendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", fields...).says(t, http.StatusOK, "登錄處置結果。")
	// What went out stays to be read, on the row and on its request.
	closed := admin.get(row).says(t, http.StatusOK, "已結案", "回復信.txt", "處置說明：已建立")
	parent := regexp.MustCompile(`<li><a href="(/cases/[^"]+)">所屬申請單`).FindStringSubmatch(closed.body)[1]
	for _, page := range []reply{closed, h.as(t, "P13").get(parent)} {
		page.says(t, http.StatusOK, "送往：", "方式：", "受理號：A-2211", "送件日：", "預計回復日：", "佐證：回復信.txt")
	}
}

// A field is checked when it is left: only what was touched is marked, and the list
// above comes only where there was one.
func TestAPartOfTheFormForTheScript(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	clerk.header = http.Header{"X-Page-Part": {"check"}}
	part := clerk.post("/apply/account_request", form.with("subject", "一", "lines.1.period.from", "115.2.30", "touched", "lines.1.period.from", "do", "check")...)
	part.says(t, http.StatusOK, "曆上沒有這一天", `id="form-route"`).not(t, "<html", "處需補正", "請填寫申請事由")
	part = clerk.post("/apply/account_request", form.with("subject", "", "touched", "subject", "marked", "reason", "summary", "1", "do", "check")...)
	part.says(t, http.StatusOK, "處需補正", "請填寫申請事由").not(t, "請填寫主旨")
	saved := clerk.post("/apply/account_request", form.with("subject", "自動暫存", "do", "autosave")...)
	saved.says(t, http.StatusOK, `data-action="/cases/`, "已於 09:00 暫存").not(t, "<html")
	clerk.get("/find/people?q=鍾明").says(t, http.StatusOK, `<option value="鍾明哲 科員（戶政科）">`)
}

// The undertaking is asked for as soon as a privileged item is chosen, a form's number
// as soon as an item needs that form, and who sends without them is told in which row.
func TestAPrivilegedItemAsksForTheUndertakingAtOnce(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	page := clerk.get("/apply/account_request")
	asks := func(do, item, system string, more ...string) []string {
		line := oneLine()
		line[slices.Index(line, "S02")], line[slices.Index(line, "unit_registry")] = system, item
		return page.with(append(append(line, "do", do), more...)...)
	}
	clerk.header = http.Header{"X-Page-Part": {"check"}}
	shown := func(r reply, field string) bool {
		t.Helper()
		at := regexp.MustCompile(`id="w-` + field + `" data-field( data-affects)?( hidden)?>`).FindStringSubmatch(r.body)
		if at == nil {
			t.Fatalf("no field %s in %s", field, r.body)
		}
		return at[2] == ""
	}
	plain := clerk.post("/apply/account_request", asks("check", "general_user", "S01", "touched", "lines.1.permission")...)
	if shown(plain, "nda") || shown(plain, "lines.1.privileged") || shown(plain, "lines.1.companion") {
		t.Error("it is asked for without need")
	}
	privileged := clerk.post("/apply/account_request", asks("check", "domain_admin", "S01", "touched", "lines.1.permission")...)
	if !shown(privileged, "nda") || !shown(privileged, "lines.1.privileged") || shown(privileged, "lines.1.companion") {
		t.Error("the undertaking is not asked for")
	}
	beside := clerk.post("/apply/account_request", asks("check", "remote_login", "S09", "touched", "lines.1.permission")...)
	if beside.says(t, http.StatusOK, "IS-04-025"); shown(beside, "nda") || !shown(beside, "lines.1.companion") {
		t.Error("the form's number is not asked for")
	}
	clerk.header = nil
	clerk.post("/apply/account_request", asks("submit", "domain_admin", "S01")...).says(t, http.StatusUnprocessableEntity, `href="#f-nda"`, "第 1 列「AD 帳號」有委外人員或特權權限")
	sent := clerk.post("/apply/account_request", asks("submit", "domain_admin", "S01", "nda", "true")...)
	sent.says(t, http.StatusOK, "陳核中", "特權權限")
	h.as(t, "P11").get(sent.at()).says(t, http.StatusOK, "特權權限", "保密切結")
}

func TestFormsAreFoundByNumberAndTheLastOneIsCopied(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	clerk.get("/apply?q=04-012").says(t, http.StatusOK, "找到 1 種表單", "通報資安事件", "建置中", "最近使用")
	clerk.get("/apply?q=04-999").says(t, http.StatusOK, "沒有符合的線上表單")
	form := clerk.get("/apply/account_request")
	copied := clerk.post("/apply/account_request", form.with("subject", "照舊", "do", "again")...)
	copied.says(t, http.StatusOK, `value="照舊"`, "AD 帳號").not(t, "已加入群組")
}

func TestAReturnedCaseComesBack(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)
	deputy := h.as(t, "P12")
	page := deputy.get(path)
	page = deputy.post(path+"/act", page.with("do", "return")...)
	page.says(t, http.StatusUnprocessableEntity, "請填寫理由")
	deputy.post(path+"/act", page.with("comment", "請改為一年", "do", "return")...).says(t, http.StatusOK)
	h.settle(t)
	clerk := h.as(t, "P13")
	clerk.get("/").says(t, http.StatusOK, "退回補正", "請改為一年")
	clerk.get(path).says(t, http.StatusOK, "前往補正", "請改為一年")
	edit := clerk.get(path+"/edit").says(t, http.StatusOK, "退回補正", "請改為一年", `value="115.12.01"`)
	clerk.post(path+"/edit", edit.with(append(oneLine(), "do", "submit")...)...).says(t, http.StatusOK, "陳核中")
}

// A screen that is no longer true: what happened since is said, and what was
// written is kept.
func TestAStaleScreenIsToldWhatHappened(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)
	deputy := h.as(t, "P12")
	page := deputy.get(path)
	deputy.post(path+"/act", page.with("comment", "請改為一年", "do", "return")...).says(t, http.StatusOK)
	stale := h.as(t, "P12").post(path+"/act", "task", "t1", "revision", "1", "comment", "我的意見", "do", "approve")
	if stale.StatusCode != http.StatusConflict && stale.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", stale.StatusCode)
	}
	stale.says(t, stale.StatusCode, "我的意見", "范語彤")
}

func TestAnApplicantWithdraws(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)
	clerk := h.as(t, "P13")
	page := clerk.get(path).says(t, http.StatusOK, "撤案")
	clerk.post(path+"/act", page.with("do", "withdraw")...).says(t, http.StatusUnprocessableEntity, "請填寫理由")
	clerk.post(path+"/act", page.with("comment", "不需要了", "do", "withdraw")...).says(t, http.StatusOK, "已撤案", "不需要了", "未進行").not(t, "期限 1")
}

// Who does not confirm in time has not confirmed: the way says so, with the day it
// was due.
func TestAStepThatLapsedIsNotShownAsDone(t *testing.T) {
	h := openHouse(t)
	path, clerk := h.lapsed(t)
	page := clerk.get(path).says(t, http.StatusOK, "逾期未確認，系統結案")
	step := regexp.MustCompile(`(?s)<li class="route__step ([^"]+)"><span class="route__dot" aria-hidden="true">(.)</span><span class="route__name">申請人確認</span>(.*?)</li>`).FindStringSubmatch(page.body)
	if step == nil {
		t.Fatal("no such step")
	}
	if step[1] != "is-over" || step[2] != "—" || !strings.Contains(step[3], "逾期未確認") || !strings.Contains(step[3], "期限 115.11.30") {
		t.Errorf("the step is drawn as %q", step[1:])
	}
}

// lapsed is a request that its applicant never confirmed.
func (h *house) lapsed(t testing.TB) (string, *caller) {
	t.Helper()
	path := h.apply(t)
	deputy := h.as(t, "P12")
	deputy.post(path+"/act", deputy.get(path).with("do", "approve")...).says(t, http.StatusOK, "同意。")
	h.settle(t)
	admin := h.as(t, "P10")
	row := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(admin.get("/handling").body)
	if row == nil {
		t.Fatal("no link to the row")
	}
	admin.post(row[1]+"/act", admin.get(row[1]).with("fields", "given_account,result_note,proof", "given_account", "qh150013", "result_note", "已加入", "result", "opened", "do", "record")...).says(t, http.StatusOK)
	h.settle(t)
	h.until(t, h.now().AddDate(0, 0, 20))
	return path, h.as(t, "P13")
}

func TestStrangersSeeNothing(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)
	stranger := h.as(t, "P15")
	for _, p := range []string{path, path + "/edit", path + "/files/" + strings.Repeat("0", 64), path + "/print", "/cases/none", "/apply/none", "/apply/account_request_row", "/nowhere"} {
		stranger.get(p).says(t, http.StatusNotFound, "找不到這一頁")
	}
	stranger.post(path+"/act", "do", "approve").says(t, http.StatusNotFound)
	stranger.get("/overview").says(t, http.StatusNotFound)
	h.as(t, "P04").get("/overview").says(t, http.StatusOK, "辦理情形", "公文", "邱柏叡（公假）　代理人 股長 范語彤")
}

func TestAFileGoesWithTheFormAndComesBackSafely(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	fields := form.with("subject", "附檔", "do", "upload")
	r := clerk.sendAs("/apply/account_request", "attachments.file", "職務調整通知.pdf", "%PDF-1.7\n1 0 obj\n", fields...)
	r.says(t, http.StatusOK, "職務調整通知.pdf", "移除")
	kept := regexp.MustCompile(`name="(attachments\.0\.\w+)" value="([^"]*)"`).FindAllStringSubmatch(r.body, -1)
	var more []string
	digest := ""
	for _, m := range kept {
		more = append(more, m[1], m[2])
		if strings.HasSuffix(m[1], ".digest") {
			digest = m[2]
		}
	}
	path := h.apply(t, more...)
	file := clerk.get(path + "/files/" + digest)
	file.says(t, http.StatusOK, "%PDF-1.7")
	for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff"} {
		if got := file.Header.Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if d := file.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") || !strings.Contains(d, url.PathEscape("職務調整通知.pdf")) {
		t.Error(d)
	}
}

// 「上傳」 without a file, and an empty file, say at the field what to do; nothing that
// was typed is lost.
func TestUploadingNothingSaysSo(t *testing.T) {
	h := openHouse(t)
	clerk := h.as(t, "P13")
	form := clerk.get("/apply/account_request")
	form.says(t, http.StatusOK, `value="upload:attachments"`)
	typed := form.with("subject", "附檔", "do", "upload:attachments")
	clerk.post("/apply/account_request", typed...).says(t, http.StatusOK, `id="f-attachments-error">請先選擇檔案，再按「上傳」。`, `value="附檔"`)
	clerk.sendAs("/apply/account_request", "attachments.file", "", "", typed...).says(t, http.StatusOK, `id="f-attachments-error">請先選擇檔案，再按「上傳」。`)
	clerk.sendAs("/apply/account_request", "attachments.file", "空白.pdf", "", typed...).says(t, http.StatusOK, "「空白.pdf」是空白檔案，請重新附上。", `value="附檔"`).not(t, "請先選擇檔案")
	clerk.sendAs("/apply/account_request", "attachments.file", "通知.pdf", "%PDF-1.7 1", typed...).says(t, http.StatusOK, "通知.pdf", "移除").not(t, "請先選擇檔案")

	row := h.linkTo(t, "P06", "調任收發窗口")
	admin := h.as(t, "P06")
	page := admin.get(row)
	admin.post(row+"/act", page.with("fields", "given_account,result_note,proof", "result_note", "已建立", "do", "upload:proof")...).
		says(t, http.StatusOK, `id="f-proof-error">請先選擇檔案，再按「上傳」。`, `value="已建立"`)
}

func TestAGetChangesNothing(t *testing.T) {
	h := openHouse(t)
	path := h.apply(t)
	for _, p := range []string{path + "/act?do=approve", path + "/act"} {
		h.as(t, "P12").get(p).says(t, http.StatusMethodNotAllowed)
	}
	h.as(t, "P13").get(path).says(t, http.StatusOK, "陳核中")
}

package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The whole way of a request, by pages alone: filled in, agreed to, carried out,
// confirmed.
func TestARequestGoesAllTheWayByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)

	// The head of the unit is away: his deputy finds it, marked with his name.
	deputy := h.As(t, "P12")
	deputy.Get("/").Says(t, http.StatusOK, "調任收發窗口", "代理 邱柏叡", "單位主管")
	page := deputy.Get(path).Says(t, http.StatusOK, "我要做的事", "同意", "退回", "不同意")
	agreed := deputy.Post(path+"/act", page.With("comment", "確有需要", "do", "approve")...)
	agreed.Says(t, http.StatusOK, "同意。")
	if agreed.At() != "/" {
		t.Errorf("after signing at %s", agreed.At())
	}
	h.Settle(t)

	// The way of the request says until when each row is to be carried out.
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, `<span class="route__fact">期限 115.11.26</span>`)

	// The system's administrator has one row.
	admin := h.As(t, "P10")
	work := admin.Get("/handling").Says(t, http.StatusOK, "公文系統", "鍾明哲", "單位登記桌", "登錄處置結果")
	row := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(work.Text)
	if row == nil {
		t.Fatal("no link to the row")
	}
	page = admin.Get(row[1]).Says(t, http.StatusOK, "已開通", "給定帳號", "申請單核章及附件", "范語彤", "確有需要")
	// Without a result it says what is missing and keeps what was typed.
	page = admin.Post(row[1]+"/act", page.With("fields", "given_account,result_note,proof", "given_account", "qh150013", "result_note", "已加入", "do", "record")...)
	page.Says(t, http.StatusUnprocessableEntity, "請選擇處置結果", `value="qh150013"`)
	admin.Post(row[1]+"/act", page.With("fields", "given_account,result_note,proof", "given_account", "qh150013", "result_note", "已加入", "result", "opened", "do", "record")...).Says(t, http.StatusOK, "登錄處置結果。")
	h.Settle(t)

	clerk := h.As(t, "P13")
	clerk.Get("/").Says(t, http.StatusOK, "申請人確認")
	page = clerk.Get(path).Says(t, http.StatusOK, "待確認", "至 115.11.30（一）仍未回覆者，本案將以「逾期未確認，系統結案」結案。", "請核對各列處置結果", "已開通", "qh150013", "范語彤 代", "確有需要")
	clerk.Post(path+"/act", page.With("do", "approve")...).Says(t, http.StatusOK)
	h.Settle(t)
	clerk.Get(path).Says(t, http.StatusOK, "已結案", "簽核紀錄驗證：相符", "確認")
	clerk.Get("/").Says(t, http.StatusOK).Not(t, "申請人確認")
}

// What the system asks somebody is shown as its question, not as his own request.
func TestAQuestionOfTheSystemIsNotShownAsSentByWhomItAsks(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/").Says(t, http.StatusOK, `href="/sent?tab=system"`).Not(t, "非本人送出")
	clerk.Get("/sent").Says(t, http.StatusOK).Not(t, "使用期限到期詢問")
	list := clerk.Get("/sent?tab=system").Says(t, http.StatusOK, "使用期限到期詢問", "系統詢問，非本人送出")
	own := regexp.MustCompile(`<a href="(/cases/[^"]+)">使用期限到期詢問`).FindStringSubmatch(list.Text)
	if own == nil {
		t.Fatal("no question")
	}
	question := clerk.Get(own[1]).Says(t, http.StatusOK, "詢問對象", "系統詢問", "選「需要延長使用期間」時必填").Not(t, "送出 115", ">申請人 ")
	// What an answer requires is marked as such once it is chosen.
	refused := clerk.Post(own[1]+"/act", question.With("fields", "extend_until", "result", "extend", "extend_until", "", "do", "record")...)
	refused.Says(t, http.StatusUnprocessableEntity, `data-need-for="extend" data-needed="必填">必填`)
	sent := h.Apply(t)
	clerk.Get(sent).Says(t, http.StatusOK, "送出 115").Not(t, "系統詢問")
}

// A question is answered: nobody reads that he records how something was handled, and
// what is to be handled is listed and counted without it.
func TestAQuestionIsAnsweredAndNotHandled(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	question := h.LinkTo(t, "P13", "使用期限到期詢問")
	clerk.Get("/handling").Says(t, http.StatusOK).Not(t, "使用期限到期詢問")
	clerk.Get("/?kind=handle").Says(t, http.StatusOK).Not(t, "使用期限到期詢問")
	clerk.Get("/?kind=question").Says(t, http.StatusOK, "使用期限到期詢問", "詢問 1")
	page := clerk.Get(question).Says(t, http.StatusOK, "待回覆", "您的回覆", `value="record">回覆</button>`).Not(t, "處置結果")
	clerk.Post(question+"/act", page.With("fields", "extend_until", "extend_until", "", "do", "record")...).
		Says(t, http.StatusUnprocessableEntity, "請選擇您的回覆。").Not(t, "處置結果", "處置中")
	clerk.Post(question+"/act", page.With("fields", "extend_until", "result", "extend", "extend_until", "116.06.30", "do", "record")...).Says(t, http.StatusOK)
	clerk.Get(question).Says(t, http.StatusOK, ">回覆內容</h2>", "回覆 115.11.23").Not(t, "處置結果", "處置中", ">處置<")
}

// Whoever answers that he needs a permission longer stands before the draft at once.
func TestWhoNeedsMoreTimeFindsTheDraft(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	question := h.LinkTo(t, "P13", "使用期限到期詢問")
	page := clerk.Get(question)
	said := clerk.Post(question+"/act", page.With("fields", "extend_until", "result", "extend", "extend_until", "116.06.30", "do", "record")...)
	said.Says(t, http.StatusOK, "系統已備妥申請單草稿", "前往填寫並送出")
	draft := regexp.MustCompile(`href="(/cases/[^"]+/edit)">前往填寫並送出`).FindStringSubmatch(said.Text)
	if draft == nil {
		t.Fatal("no way to the draft")
	}
	clerk.Get(draft[1]).Says(t, http.StatusOK, "延長使用期間", "116.06.30")
	h.Settle(t) // the queue finds it there
	drafts, err := h.Kit.Cases(t.Context(), ismskit.Actor{Person: "P13"}, ismskit.CaseFilter{Phases: []string{"draft"}})
	if err != nil || len(drafts) != 1 {
		t.Errorf("%d drafts, %v", len(drafts), err)
	}
}

// Everything wrong comes at once, at its field and in the list above; everything
// typed is still there.
func TestAnIncompleteRequestIsRefusedKindly(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	r := clerk.Post("/apply/account_request", form.With(
		"subject", "調任", "op", "add",
		"lines.1.system", "S01", "lines.1.purpose", "登入", "lines.1.account_user.find", "沒有這個人",
		"lines.1.period.from", "115.13.45", "lines.1.period.open", "true",
		"do", "submit")...)
	r.Says(t, http.StatusUnprocessableEntity, "處需補正", `href="#f-reason"`, `href="#f-lines.1.permission"`, `value="沒有這個人"`, `value="115.13.45"`,
		"請填寫申請事由", "第 1 列「AD 帳號」：人員名單中找不到", "第 1 列「AD 帳號」：使用期間：曆上沒有這一天", "其餘內容都已保留")
	if strings.Contains(r.Text, "<script") && strings.Contains(r.Text, "onclick") {
		t.Error("script within the page")
	}
}

// Without script, buttons add, copy and remove rows and load what depends on the
// system.
func TestRowsWithoutScript(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "請先選擇系統")
	r := clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "do", "refresh")...)
	r.Says(t, http.StatusOK, "單位共用資料夾-讀取", "登入個人電腦")
	r = clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "lines.1.purpose", "登入", "do", "copy-row:lines.1")...)
	r.Says(t, http.StatusOK, "2 列", `name="lines.2.purpose" value="登入"`)
	r = clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "lines.2.system", "S02", "lines.2.purpose", "留下", "do", "remove-row:lines.1")...)
	r.Says(t, http.StatusOK, "1 列", `name="lines.1.purpose" value="留下"`)
	r = clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "do", "add-row:lines")...)
	r.Says(t, http.StatusOK, "2 列")
	r = clerk.Post("/apply/account_request", form.With("template", "R01", "do", "template")...)
	r.Says(t, http.StatusOK, "3 列", "承辦公文", "已加入 3 列，請核對內容；尚待填寫：帳號使用者、負責人。")
	vendor := clerk.Post("/apply/account_request", form.With("template", "R03", "do", "template")...)
	vendor.Says(t, http.StatusOK, `name="lines.1.account_user.kind" value="external" checked`, `name="lines.2.account_user.kind" value="external" checked`)
	paste := "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註"
	r = clerk.Post("/apply/account_request", form.With("paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "1 列", `value="115.12.01"`, `value="116.11.30"`, "邱柏叡 科長（戶政科）", `value="unit_registry" checked`)
	for _, between := range []string{"-", "－", "–", "~"} {
		hyphen := strings.Replace(paste, " 至 ", between, 1)
		r = clerk.Post("/apply/account_request", form.With("paste.lines", hyphen, "do", "paste:lines")...)
		r.Says(t, http.StatusOK, `value="115.12.01"`, `value="116.11.30"`)
	}
	english := clerk.Get("/apply/account_request?lang=en")
	r = clerk.Post("/apply/account_request?lang=en", english.With("paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "Period of use", `value="unit_registry" checked`)
}

// A block longer or wider than the table is refused where it is pasted, and stays there; a
// file of the wrong kind is refused when it is chosen.
func TestWhatDoesNotFitIsRefusedAtOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	block := strings.Repeat("公文系統\t單位登記桌\t收發\n", 50)
	refused := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "paste.lines", block, "do", "paste:lines")...)...)
	refused.Says(t, http.StatusOK, "貼上 50 列，加上已填的 1 列，超過這張表單的上限 50 列", `data-paste>公文系統`, "單位公文收發").Not(t, "lines.2.system")
	clerk.Post("/apply/account_request", form.With("paste.lines", block, "do", "paste:lines")...).Says(t, http.StatusOK, `name="lines.50.system"`).Not(t, `data-paste>公文系統`)

	head := "系統\t權限\n"
	const full = "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註"
	wide := head + full + "\t\t急件\n" + full + "\t\t\n" + full + "\t\t\t科長已同意\n"
	refused = clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "paste.lines", wide, "do", "paste:lines")...)...)
	refused.Says(t, http.StatusOK, "貼上內容的第 2、4 列超過表單的 9 欄，「急件」沒有欄位可填，各列均未加入。", "科長已同意", "單位公文收發").Not(t, "lines.2.system")
	spaces := full + "\t\t \n" // cells a spreadsheet took along without anything in them
	clerk.Post("/apply/account_request", form.With("paste.lines", spaces, "do", "paste:lines")...).Says(t, http.StatusOK, "1 列", "邱柏叡 科長（戶政科）").Not(t, "沒有欄位可填")

	program := clerk.SendAs("/apply/account_request", "attachments.file", "安裝程式.exe", "MZ\x90\x00\x03\x00\x00\x00", form.With(append(webtest.OneLine(), "do", "upload")...)...)
	program.Says(t, http.StatusOK, "「安裝程式.exe」不是可接受的檔案種類，請改附", "單位公文收發").Not(t, "attachments.0.digest")
}

// Every pasted cell that is not recognised is named once, with its row, its column and
// what stands in it; the rest is filled in. The help says what a period looks like.
func TestAPastedCellThatIsNotRecognisedIsNamed(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "「使用期間」寫成 115.12.01–116.11.30，或 115.12.01 無期限（理由）。", "連同已填的列，最多 50 列。")
	const full = "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註\n"
	paste := "System\tPermission\n" + full +
		"公交系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01–116.11.30\t\n" +
		"公文系統\t單位登記處、單位登記桌\t收發\t沒有這個人\t\t邱柏叡\t115.13.01–116.11.30\t\n" +
		"公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 no end date (駐點至專案結束)\t\n"
	r := clerk.Post("/apply/account_request", form.With("lines.2.purpose", "先前填的用途", "paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "5 列", "先前填的用途", `name="lines.5.period.open" value="true" checked`, "駐點至專案結束",
		"第 3 列：「系統」欄貼上的「公交系統」無法辨識。找不到所選的資料，請重新選擇系統。",
		"第 3 列：「權限項目」欄貼上的「單位登記桌」無法辨識。",
		"第 4 列：「權限項目」欄貼上的「單位登記處、單位登記桌」無法辨識。請從選項中選擇權限項目。",
		"第 4 列：「帳號使用者」欄貼上的「沒有這個人」無法辨識。", "第 4 列：「使用期間」欄貼上的「115.13.01–116.11.30」無法辨識。",
		`value="115.13.01"`, `href="#f-lines.3.system"`).Not(t, "第 2 列：", "第 5 列：")
	if n := strings.Count(r.Text, "公交系統」無法辨識"); n != 2 { // in the list, and at its cell
		t.Errorf("the unknown system is named %d times", n)
	}
}

// Cells are read as a spreadsheet copies them: with quotation marks around line breaks.
// A vendor's engineer and a newcomer are named with what stands behind them in brackets.
func TestPastedCellsWithLineBreaksAndPeopleWhoAreNotInTheDirectory(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "寫成 姓名（廠商名稱）")
	paste := "\"公文系統\"\t\"單位登記桌\"\t\"收發\n及\"\"公文\"\"查詢\"\t杜承恩（瀚洋資訊）\t\t邱柏叡\t115.12.01 至 116.11.30\t\"第一行\r\n第二行\"\r\n" +
		"公文系統\t單位登記桌\t收發\t沈以安(115.12.01 到職)\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n" +
		"公文系統\t單位登記桌\t\"收發\t沈以安（到職日未定）\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n" +
		"公文系統\t單位登記桌\t收發\t鍾明哲（戶政科）\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n"
	r := clerk.Post("/apply/account_request", form.With("paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "4 列", `value="收發 及&#34;公文&#34;查詢"`, `value="第一行 第二行"`,
		`name="lines.1.account_user.kind" value="external" checked`, `value="杜承恩"`, `value="瀚洋資訊"`,
		`name="lines.2.account_user.kind" value="expected" checked`, `name="lines.2.account_user.expected" value="115.12.01"`,
		`value="&#34;收發"`, "第 3 列：「帳號使用者」欄貼上的「沈以安（到職日未定）」無法辨識。", "鍾明哲 科員（戶政科）")
}

func TestADraftIsKeptAndGoneOnWith(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	saved := clerk.Post("/apply/account_request", form.With("subject", "只有主旨", "do", "save")...)
	saved.Says(t, http.StatusOK, "已於 09:00 暫存", `value="只有主旨"`)
	if !strings.HasSuffix(saved.At(), "/edit") {
		t.Fatalf("at %s", saved.At())
	}
	clerk.Get("/apply").Says(t, http.StatusOK, "尚未送出", "只有主旨", "繼續填寫")
	clerk.Get("/").Says(t, http.StatusOK, "尚未送出", "只有主旨", "繼續填寫", `href="`+saved.At()+`"`)
	h.As(t, "P05").Get("/").Not(t, "只有主旨")
	// Nobody else sees it.
	h.As(t, "P05").Get(saved.At()).Says(t, http.StatusNotFound)
	h.As(t, "P05").Get(strings.TrimSuffix(saved.At(), "/edit")).Says(t, http.StatusNotFound)

	// Half a date, and a name that fits nobody, are there again with their complaint.
	half := clerk.Post(saved.At(), clerk.Get(saved.At()).With(webtest.OneLine("lines.1.period.from", "115.13", "lines.1.responsible.find", "王大同同", "do", "save")...)...)
	half.Says(t, http.StatusOK, "已於 09:00 暫存", `value="115.13"`, `value="王大同同"`, "尚有 2 處需補正")
	clerk.Get(saved.At()).Says(t, http.StatusOK, `value="115.13"`, `value="王大同同"`, "尚有 2 處需補正", "人員名單中找不到這位同仁")
	clerk.Post(saved.At(), clerk.Get(saved.At()).With("subject", "只有主旨", "do", "save")...).Says(t, http.StatusOK).Not(t, "需補正", "115.13")

	// Two windows: the second is told, keeps what was typed, and may go on.
	first := clerk.Get(saved.At())
	clerk.Post(saved.At(), first.With("subject", "第一個視窗", "do", "save")...).Says(t, http.StatusOK)
	stale := clerk.Post(saved.At(), first.With("subject", "第二個視窗", "do", "save")...)
	stale.Says(t, http.StatusConflict, "這份草稿已在其他視窗暫存過", "另一份於 09:00 暫存", "再按一次「暫存」", "主旨：第一個視窗", `value="第二個視窗"`)
	clerk.Post(saved.At(), stale.With("subject", "第二個視窗", "do", "save")...).Says(t, http.StatusOK, `value="第二個視窗"`)
}

func TestADoubleClickSendsOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	fields := form.With(append(webtest.OneLine(), "do", "submit")...)
	one := clerk.Post("/apply/account_request", fields...)
	two := clerk.Post("/apply/account_request", fields...)
	if one.At() != two.At() {
		t.Errorf("%s and %s", one.At(), two.At())
	}
}

// A draft is sent in one window while somebody goes on typing in another: nothing of
// that is sent, and nothing of it is lost. A second click on the same page is no such
// case.
func TestADraftThatWasSentInAnotherWindow(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	draft := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...)
	first, second := clerk.Get(draft.At()), clerk.Get(draft.At())
	send := first.With(append(webtest.OneLine(), "do", "submit")...)
	sent := clerk.Post(draft.At(), send...)
	sent.Says(t, http.StatusOK, "陳核中")
	if again := clerk.Post(draft.At(), send...); again.At() != sent.At() {
		t.Errorf("a second click leads to %s", again.At())
	}
	for _, do := range []string{"save", "submit"} {
		typed := webtest.OneLine("do", do)
		typed[slices.Index(typed, "接任單位收發")] = "接任單位收發，並代理登記桌"
		typed[slices.Index(typed, "115.12.01")] = "115.13"
		late := clerk.Post(draft.At(), second.With(typed...)...)
		late.Says(t, http.StatusConflict, "這份申請目前為「陳核中」，這一頁的內容沒有送出", "案件內容與這一頁不同之處", "接任單位收發，並代理登記桌", `value="115.13"`, `href="`+sent.At()+`"`)
		late.Not(t, `value="submit"`, `value="save"`)
	}
	h.As(t, "P12").Get(sent.At()).Not(t, "並代理登記桌")
}

// What an office outside carries out needs its number and proof, which may come
// with the result.
func TestARowThatAnOfficeOutsideCarriesOut(t *testing.T) {
	h := webtest.OpenHouse(t)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	// Its applicant sees whose answer it waits for and since when, on the list and in the case.
	clerk := h.As(t, "P13")
	list := clerk.Get("/sent").Says(t, http.StatusOK, "等候晴海市政府資訊中心回復（115.11.20 送出）", "邱柏叡（公假）　代理人 股長 范語彤辦理中（115.11.20 起）")
	request := regexp.MustCompile(`href="(/cases/[^"]+)">調任收發窗口`).FindStringSubmatch(list.Text)[1]
	clerk.Get(request).Says(t, http.StatusOK, "等候晴海市政府資訊中心回復（115.11.20 送出）")
	page := admin.Get(row).Says(t, http.StatusOK, `<button class="btn btn--main" name="do" value="answer">登錄外部回復`, "更新外部送件", `<dt>受理號</dt><dd class="long">A-2211</dd>`)
	page.Not(t, `value="disabled"`, `value="changed"`) // a new permission can only be opened
	bad := admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "電話", "outside.expected", "115.13.1", "do", "send_out")...)
	bad.Says(t, http.StatusUnprocessableEntity, "預計回復日：曆上沒有這一天", `value="115.13.1"`)
	// All that is wrong is said at once, each with a link to where it can be mended.
	bad = admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "", "outside.sent", "115.2.30", "outside.expected", "明年", "outside.text", "請協助建立信箱", "do", "send_out")...)
	bad.Says(t, http.StatusUnprocessableEntity, "尚有 3 處需補正", `<a href="#f-outside.sent">`, `<a href="#f-outside.expected">`, `<a href="#f-outside.how">請填寫方式。`, "請協助建立信箱", `value="明年"`, `value="115.2.30"`)
	bad = admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "given_account", strings.Repeat("a", 101), "do", "record")...)
	bad.Says(t, http.StatusUnprocessableEntity, "尚有 3 處需補正", `<a href="#f-given_account">`, `<a href="#f-proof">`, `<a href="#f-result">請選擇處置結果。`, `id="result-error">請選擇處置結果。`)
	bad = admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "given_account", strings.Repeat("a", 101), "do", "unable")...)
	bad.Says(t, http.StatusUnprocessableEntity, "尚有 2 處需補正", `<a href="#f-given_account">`, "請填寫理由或意見。")
	if link := regexp.MustCompile(`<a href="#(why-[^"]+)">請填寫理由或意見。`).FindStringSubmatch(bad.Text); link == nil || !strings.Contains(bad.Text, `<textarea class="area" id="`+link[1]+`"`) {
		t.Errorf("the reason has no control: %v", link)
	}
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
		admin.Post(row+"/act", page.With(fields...)...).Says(t, http.StatusUnprocessableEntity, `id="f-`+tc.field+`-error">`+tc.says, "請協助建立信箱")
	}
	fields := page.With("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "do", "record")
	admin.Post(row+"/act", fields...).Says(t, http.StatusUnprocessableEntity, `<a href="#f-proof">請檢附外部回復的佐證。`, `value="已建立"`).Not(t, "請填寫受理號", "請先登錄外部送件")
	empty := admin.Post(row+"/act", admin.Get(row).With("outside.reply", "", "outside.replied", "115.11.23", "do", "answer")...)
	empty.Says(t, http.StatusUnprocessableEntity, "請填寫回復內容或回復文號。").Not(t, "或附上佐證")
	// Sent without a number: the result asks for it, and for proof, as required.
	page = admin.Get(row)
	admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "電話", "outside.number", "", "do", "send_out")...)
	need := func(id, label string) string {
		return `for="f-` + id + `">` + label + `<span class="field__need">必填`
	}
	page = admin.Get(row).Says(t, http.StatusOK, need("number-result", "受理號"), `placeholder="登錄處置結果時必填"`)
	// An answer may come before its proof: what is refused without one is the result.
	if !regexp.MustCompile(`佐證[^/]*<span class="field__need">登錄處置結果時必填`).MatchString(page.Text) {
		t.Error("proof is not marked as required with the result")
	}
	both := admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "do", "record")...)
	both.Says(t, http.StatusUnprocessableEntity, `id="f-outside.number-error">請填寫受理號。`, `<a href="#f-proof">請檢附外部回復的佐證。`, `value="已建立"`)
	if n := strings.Count(both.Text, `id="f-outside.number"`); n != 1 {
		t.Errorf("%d controls have the number's id", n)
	}
	page = admin.Get(row)
	admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "電話", "outside.number", "A-2211", "outside.expected", "115.11.30", "do", "send_out")...)
	fields = admin.Get(row).With("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "do", "record")
	admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", fields...).Says(t, http.StatusOK, "登錄處置結果。")
	// What went out stays to be read, on the row and on its request.
	closed := admin.Get(row).Says(t, http.StatusOK, "已結案", "回復信.txt", "處置說明：已建立")
	parent := regexp.MustCompile(`<li><a href="(/cases/[^"]+)">所屬申請單`).FindStringSubmatch(closed.Text)[1]
	for _, page := range []webtest.Reply{closed, h.As(t, "P13").Get(parent)} {
		page.Says(t, http.StatusOK, "<dt>送往</dt>", "<dt>方式</dt>", `<dt>受理號</dt><dd class="long">A-2211</dd>`, "<dt>送件日</dt>", "<dt>預計回復日</dt>", `<dt>佐證</dt><dd class="long">回復信.txt</dd>`)
	}
}

// A field is checked when it is left: only what was touched is marked, and the list
// above comes only where there was one.
func TestAPartOfTheFormForTheScript(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	clerk.Header = http.Header{"X-Page-Part": {"check"}}
	part := clerk.Post("/apply/account_request", form.With("subject", "一", "lines.1.period.from", "115.2.30", "touched", "lines.1.period.from", "do", "check")...)
	part.Says(t, http.StatusOK, "曆上沒有這一天", `id="form-route"`).Not(t, "<html", "處需補正", "請填寫申請事由")
	part = clerk.Post("/apply/account_request", form.With("subject", "", "touched", "subject", "marked", "reason", "summary", "1", "do", "check")...)
	part.Says(t, http.StatusOK, "處需補正", "請填寫申請事由").Not(t, "請填寫主旨")
	// Nothing that is pasted is cut off: the server says how long it may be, and how long it is.
	part = clerk.Post("/apply/account_request", form.With("subject", strings.Repeat("長", 3000), "touched", "subject", "do", "check")...)
	part.Says(t, http.StatusOK, "主旨最多 100 個字，目前 3000 個字").Not(t, `maxlength="100"`)
	// Of somebody from outside and of his arrival, too, all is said when it is left.
	user := "lines.1.account_user."
	part = clerk.Post("/apply/account_request", form.With(user+"kind", "external", user+"name", strings.Repeat("長", 501), user+"org", "",
		"touched", user+"name", "marked", user+"org", "do", "check")...)
	part.Says(t, http.StatusOK, "最多 ", "目前 501 個字", `id="f-`+user+`org-error"`)
	part = clerk.Post("/apply/account_request", form.With("op", "add", user+"kind", "expected", user+"name", "新進同仁", user+"expected", "115.12.7",
		"lines.1.period.from", "115.12.1", "touched", "lines.1.period.from", "do", "check")...)
	part.Says(t, http.StatusOK, "使用期間的起日早於使用者的預計到職日")
	saved := clerk.Post("/apply/account_request", form.With("subject", "自動暫存", "do", "autosave")...)
	saved.Says(t, http.StatusOK, `data-action="/cases/`, "已於 09:00 暫存").Not(t, "<html")
	clerk.Get("/find/people?q=鍾明").Says(t, http.StatusOK, `<option value="鍾明哲 科員（戶政科）">`)
}

// The undertaking is asked for as soon as a privileged item is chosen, a form's number
// as soon as an item needs that form, and who sends without them is told in which row.
func TestAPrivilegedItemAsksForTheUndertakingAtOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	page := clerk.Get("/apply/account_request")
	asks := func(do, item, system string, more ...string) []string {
		line := webtest.OneLine()
		line[slices.Index(line, "S02")], line[slices.Index(line, "unit_registry")] = system, item
		return page.With(append(append(line, "do", do), more...)...)
	}
	clerk.Header = http.Header{"X-Page-Part": {"check"}}
	shown := func(r webtest.Reply, field string) bool {
		t.Helper()
		at := regexp.MustCompile(`id="w-` + field + `" data-field( data-affects)?( hidden)?>`).FindStringSubmatch(r.Text)
		if at == nil {
			t.Fatalf("no field %s in %s", field, r.Text)
		}
		return at[2] == ""
	}
	plain := clerk.Post("/apply/account_request", asks("check", "general_user", "S01", "touched", "lines.1.permission")...)
	if shown(plain, "nda") || shown(plain, "lines.1.privileged") || shown(plain, "lines.1.companion") {
		t.Error("it is asked for without need")
	}
	privileged := clerk.Post("/apply/account_request", asks("check", "domain_admin", "S01", "touched", "lines.1.permission")...)
	if !shown(privileged, "nda") || !shown(privileged, "lines.1.privileged") || shown(privileged, "lines.1.companion") {
		t.Error("the undertaking is not asked for")
	}
	beside := clerk.Post("/apply/account_request", asks("check", "remote_login", "S09", "touched", "lines.1.permission")...)
	if beside.Says(t, http.StatusOK, "IS-04-025"); shown(beside, "nda") || !shown(beside, "lines.1.companion") {
		t.Error("the form's number is not asked for")
	}
	clerk.Header = nil
	clerk.Post("/apply/account_request", asks("submit", "domain_admin", "S01")...).Says(t, http.StatusUnprocessableEntity, `href="#f-nda"`, "第 1 列「AD 帳號」有委外人員或特權權限")
	sent := clerk.Post("/apply/account_request", asks("submit", "domain_admin", "S01", "nda", "true")...)
	sent.Says(t, http.StatusOK, "陳核中", "特權權限")
	h.As(t, "P11").Get(sent.At()).Says(t, http.StatusOK, "特權權限", "保密切結")
}

func TestFormsAreFoundByNumberAndTheLastOneIsCopied(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/apply?q=04-012").Says(t, http.StatusOK, "找到 1 種表單", "通報資安事件", "建置中", "最近使用")
	clerk.Get("/apply?q=04-999").Says(t, http.StatusOK, "沒有符合的線上表單")
	form := clerk.Get("/apply/account_request")
	copied := clerk.Post("/apply/account_request", form.With("subject", "照舊", "do", "again")...)
	copied.Says(t, http.StatusOK, `value="照舊"`, "AD 帳號").Not(t, "已加入群組")
}

func TestAReturnedCaseComesBack(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path)
	page = deputy.Post(path+"/act", page.With("do", "return")...)
	page.Says(t, http.StatusUnprocessableEntity, "請填寫理由")
	deputy.Post(path+"/act", page.With("comment", "請改為一年", "do", "return")...).Says(t, http.StatusOK)
	h.Settle(t)
	clerk := h.As(t, "P13")
	clerk.Get("/").Says(t, http.StatusOK, "退回補正", "請改為一年", "115.11.30")
	clerk.Get(path).Says(t, http.StatusOK, "前往補正", "請改為一年", "請於 115.11.30（一）以前補正送出")
	edit := clerk.Get(path+"/edit").Says(t, http.StatusOK, "退回補正", "請改為一年", "請於 115.11.30（一）以前補正送出", `value="115.12.01"`)
	clerk.Post(path+"/edit", edit.With(append(webtest.OneLine(), "do", "submit")...)...).Says(t, http.StatusOK, "陳核中")
}

// A screen that is no longer true: what happened since is said, and what was
// written is kept.
func TestAStaleScreenIsToldWhatHappened(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	page := deputy.Get(path)
	deputy.Post(path+"/act", page.With("comment", "請改為一年", "do", "return")...).Says(t, http.StatusOK)
	stale := h.As(t, "P12").Post(path+"/act", "task", "t1", "revision", "1", "comment", "我的意見", "do", "approve")
	if stale.StatusCode != http.StatusConflict && stale.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", stale.StatusCode)
	}
	stale.Says(t, stale.StatusCode, "我的意見", "范語彤")
	// The applicant has changed it meanwhile and sent it again: the page says who changed
	// what and when, shows it as it is now with the opinion still in its place, and
	// pressing once more signs that.
	h.Settle(t)
	clerk := h.As(t, "P13")
	form := clerk.Get(path+"/edit").Says(t, http.StatusOK, "退回補正")
	changed := webtest.OneLine("do", "submit")
	changed[slices.Index(changed, "接任單位收發")] = "接任單位收發，並代理登記桌"
	clerk.Post(path+"/edit", form.With(changed...)...).Says(t, http.StatusOK, "陳核中")
	h.Settle(t)
	clerk.Get(path).Says(t, http.StatusOK, "補正後再送", "申請事由：接任單位收發，並代理登記桌")
	stale = deputy.Post(path+"/act", page.With("comment", "我的意見", "do", "approve")...)
	stale.Says(t, http.StatusConflict, "您開啟這一頁之後，案件已有變動", "115.11.23 09:00 范語彤", "請改為一年", "鍾明哲", "：接任單位收發 → 接任單位收發，並代理登記桌", ">我的意見</textarea>").Not(t, "您原先填寫的意見")
	second := deputy.Get(path)
	deputy.Post(path+"/act", stale.With("comment", "我的意見", "do", "approve")...).Says(t, http.StatusOK, "同意")
	// Who comes second learns who was first.
	late := deputy.Post(path+"/act", second.With("comment", "再看一次", "do", "approve")...)
	late.Says(t, http.StatusConflict, "這件工作您已辦理完畢", "范語彤", "再看一次").Not(t, "已有他人先行辦理")
}

func TestAnApplicantWithdraws(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	clerk := h.As(t, "P13")
	page := clerk.Get(path).Says(t, http.StatusOK, "撤案")
	clerk.Post(path+"/act", page.With("do", "withdraw")...).Says(t, http.StatusUnprocessableEntity, "請填寫理由")
	clerk.Post(path+"/act", page.With("comment", "不需要了", "do", "withdraw")...).Says(t, http.StatusOK, "已撤案", "不需要了", "未進行").Not(t, "期限 1")
}

// Who does not confirm in time has not confirmed: the way says so, with the day it
// was due.
func TestAStepThatLapsedIsNotShownAsDone(t *testing.T) {
	h := webtest.OpenHouse(t)
	path, clerk := h.Lapsed(t)
	page := clerk.Get(path).Says(t, http.StatusOK, "逾期未確認，系統結案")
	step := regexp.MustCompile(`(?s)<li class="route__step ([^"]+)"><span class="route__dot" aria-hidden="true">(.)</span><span class="route__name">申請人確認</span>(.*?)</li>`).FindStringSubmatch(page.Text)
	if step == nil {
		t.Fatal("no such step")
	}
	if step[1] != "is-over" || step[2] != "—" || !strings.Contains(step[3], "逾期未確認") || !strings.Contains(step[3], "期限 115.11.30") {
		t.Errorf("the step is drawn as %q", step[1:])
	}
}

func TestStrangersSeeNothing(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	stranger := h.As(t, "P15")
	for _, p := range []string{path, path + "/edit", path + "/files/" + strings.Repeat("0", 64), path + "/print", "/cases/none", "/apply/none", "/apply/account_request_row", "/nowhere"} {
		stranger.Get(p).Says(t, http.StatusNotFound, "找不到這一頁")
	}
	stranger.Post(path+"/act", "do", "approve").Says(t, http.StatusNotFound)
	stranger.Get("/overview").Says(t, http.StatusNotFound)
	h.As(t, "P04").Get("/overview").Says(t, http.StatusOK, "辦理情形", "公文", "邱柏叡（公假）　代理人 股長 范語彤")
}

func TestAFileGoesWithTheFormAndComesBackSafely(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	fields := form.With("subject", "附檔", "do", "upload")
	r := clerk.SendAs("/apply/account_request", "attachments.file", "職務調整通知.pdf", "%PDF-1.7\n1 0 obj\n", fields...)
	r.Says(t, http.StatusOK, "職務調整通知.pdf", "移除")
	kept := regexp.MustCompile(`name="(attachments\.0\.\w+)" value="([^"]*)"`).FindAllStringSubmatch(r.Text, -1)
	var more []string
	digest := ""
	for _, m := range kept {
		more = append(more, m[1], m[2])
		if strings.HasSuffix(m[1], ".digest") {
			digest = m[2]
		}
	}
	path := h.Apply(t, more...)
	file := clerk.Get(path + "/files/" + digest)
	file.Says(t, http.StatusOK, "%PDF-1.7")
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
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	form.Says(t, http.StatusOK, `value="upload:attachments"`)
	typed := form.With("subject", "附檔", "do", "upload:attachments")
	clerk.Post("/apply/account_request", typed...).Says(t, http.StatusOK, `id="f-attachments-error">請先選擇檔案，再按「上傳」。`, `value="附檔"`)
	clerk.SendAs("/apply/account_request", "attachments.file", "", "", typed...).Says(t, http.StatusOK, `id="f-attachments-error">請先選擇檔案，再按「上傳」。`)
	clerk.SendAs("/apply/account_request", "attachments.file", "空白.pdf", "", typed...).Says(t, http.StatusOK, "「空白.pdf」是空白檔案，請重新附上。", `value="附檔"`).Not(t, "請先選擇檔案")
	clerk.SendAs("/apply/account_request", "attachments.file", "通知.pdf", "%PDF-1.7 1", typed...).Says(t, http.StatusOK, "通知.pdf", "移除").Not(t, "請先選擇檔案")

	row := h.LinkTo(t, "P06", "調任收發窗口")
	admin := h.As(t, "P06")
	page := admin.Get(row)
	admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "result_note", "已建立", "do", "upload:proof")...).
		Says(t, http.StatusOK, `id="f-proof-error">請先選擇檔案，再按「上傳」。`, `value="已建立"`)
}

func TestAGetChangesNothing(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	for _, p := range []string{path + "/act?do=approve", path + "/act"} {
		h.As(t, "P12").Get(p).Says(t, http.StatusMethodNotAllowed)
	}
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "陳核中")
}

// Whatever is wrong with a form, a screen reader says it at the control: every fault has
// an address that a control or its group names.
func TestEveryFaultIsTiedToItsControl(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	described, faults := regexp.MustCompile(`aria-describedby="([^"]*)"`), regexp.MustCompile(`<span class="field__error"([^>]*)>([^<]*)`)
	types := regexp.MustCompile(`href="/apply/(\w+)"`).FindAllStringSubmatch(clerk.Get("/apply").Text, -1)
	seen := map[string]bool{}
	pages := map[string]webtest.Reply{"half filled in": clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(
		"lines.1.system", "S01", "lines.1.purpose", "登入", "lines.1.account_user.find", "沒有這個人", "lines.1.period.from", "115.13.45", "do", "submit")...)}
	for _, m := range types {
		pages[m[1]] = clerk.Post("/apply/"+m[1], clerk.Get("/apply/"+m[1]).With("do", "submit")...)
	}
	for form, page := range pages {
		named := map[string]bool{}
		for _, d := range described.FindAllStringSubmatch(page.Text, -1) {
			for _, id := range strings.Fields(d[1]) {
				named[`id="`+id+`"`] = true
			}
		}
		for _, fault := range faults.FindAllStringSubmatch(page.Text, -1) {
			seen[fault[2]] = true
			if !named[strings.TrimSpace(fault[1])] {
				t.Errorf("%s: 「%s」 (%s) belongs to no control", form, fault[2], fault[1])
			}
		}
	}
	if len(types) < 3 || len(seen) < 6 {
		t.Errorf("only %d forms and %d faults were looked at", len(types), len(seen))
	}
	// The buttons of two tables, or of two fields for files, are told from each other.
	clerk.Get("/apply/account_request").Says(t, 200, `新增一列<span class="vh">`, `上傳<span class="vh">附件`)
}

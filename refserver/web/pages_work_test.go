package web_test

import (
	"net/http"
	"regexp"
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
	page := admin.Get(row).Says(t, http.StatusOK, `<button class="btn btn--main" name="do" value="answer">登錄外部回復`, "更正外部送件紀錄", `<dt>受理號</dt><dd class="long">A-2211</dd>`)
	page.Not(t, `value="disabled"`, `value="changed"`) // a new permission can only be opened
	bad := admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "電話", "outside.expected", "115.13.1", "do", "send_out")...)
	bad.Says(t, http.StatusUnprocessableEntity, "預計回復日：曆上沒有這一天", `value="115.13.1"`)
	// All that is wrong is said at once, each with a link to where it can be mended.
	bad = admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "", "outside.sent", "115.2.30", "outside.expected", "明年", "outside.text", "請協助建立信箱", "do", "send_out")...)
	bad.Says(t, http.StatusUnprocessableEntity, "尚有 3 處需補正", `<a href="#f-outside.sent">`, `<a href="#f-outside.expected">`, `<a href="#f-outside.how">請填寫方式。`, "請協助建立信箱", `value="明年"`, `value="115.2.30"`)
	bad = admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "given_account", strings.Repeat("a", 101), "outside.replied", "115.11.23", "do", "record")...)
	bad.Says(t, http.StatusUnprocessableEntity, "尚有 3 處需補正", `<a href="#f-given_account">`, `<a href="#f-proof">`, `<a href="#f-result">請選擇處置結果。`, `id="result-error">請選擇處置結果。`)
	bad = admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "given_account", strings.Repeat("a", 101), "do", "unable")...)
	bad.Says(t, http.StatusUnprocessableEntity, "尚有 2 處需補正", `<a href="#f-given_account">`, "請填寫理由或意見。")
	if link := regexp.MustCompile(`<a href="#(why-[^"]+)">請填寫理由或意見。`).FindStringSubmatch(bad.Text); link == nil || !strings.Contains(bad.Text, `<textarea class="area" id="`+link[1]+`"`) {
		t.Errorf("the reason has no control: %v", link)
	}
	for _, tc := range []struct{ field, typed, says string }{
		{"outside.how", "", "請填寫方式。"},
		{"outside.how", "電\x00話", "方式含有無法使用的控制字元，請刪除後重新輸入。"},
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
	// A day that was taken out is not today's: nobody has said that.
	admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "result", "opened", "outside.replied", "", "do", "record")...).
		Says(t, http.StatusUnprocessableEntity, `id="f-outside.replied-error">請填寫回復日。`)
	admin.Post(row+"/act", admin.Get(row).With("outside.reply", "已建立", "outside.replied", " ", "do", "answer")...).
		Says(t, http.StatusUnprocessableEntity, `id="f-outside.replied-error">請填寫回復日。`, "已建立")
	admin.Post(row+"/act", admin.Get(row).With("outside.to", "市府資訊中心", "outside.how", "電話", "outside.sent", "", "do", "send_out")...).
		Says(t, http.StatusUnprocessableEntity, `id="f-outside.sent-error">請填寫送件日。`)
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
	fields = admin.Get(row).With("fields", "given_account,result_note,proof", "result", "opened", "result_note", "已建立", "outside.replied", "115.11.23", "do", "record")
	admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", fields...).Says(t, http.StatusOK, "登錄處置結果。")
	// What went out stays to be read, on the row and on its request.
	closed := admin.Get(row).Says(t, http.StatusOK, "已結案", "回復信.txt", "處置說明：已建立")
	parent := regexp.MustCompile(`<li><a href="(/cases/[^"]+)">所屬申請單`).FindStringSubmatch(closed.Text)[1]
	for _, page := range []webtest.Reply{closed, h.As(t, "P13").Get(parent)} {
		page.Says(t, http.StatusOK, "<dt>送往</dt>", "<dt>方式</dt>", `<dt>受理號</dt><dd class="long">A-2211</dd>`, "<dt>送件日</dt>", "<dt>預計回復日</dt>", `<dt>佐證</dt><dd class="long">回復信.txt</dd>`)
	}
}

func TestAFormThatWasRenumberedSaysItsPresentNumberAndIsFoundByBoth(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk, control := h.As(t, "P13"), h.As(t, "P07")
	at := regexp.MustCompile(`<a href="(/documents/[^"]+)">IS-04-012</a>`).FindStringSubmatch(clerk.Get("/apply").Text)[1]
	page := control.Get(at + "/correct")
	control.Post(at+"/correct", page.With("number", "IS-04-112", "reason", "編號調整")...)
	clerk.Get("/apply?q=04-112").Says(t, http.StatusOK, "找到 1 種表單", "IS-04-012</a>（現編號 IS-04-112）")
	clerk.Get("/apply?q=04-012").Says(t, http.StatusOK, "找到 1 種表單")
	clerk.Get("/apply/account_request").Says(t, http.StatusOK, "IS-04-012</a>（現編號 IS-04-112）")
}

func TestFormsAreFoundByNumberAndTheLastOneIsCopied(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/apply?q=04-012").Says(t, http.StatusOK, "找到 1 種表單", "通報資安事件", "建置中", "最近使用")
	clerk.Get("/apply?q=04-999").Says(t, http.StatusOK, "沒有符合的線上表單")
	form := clerk.Get("/apply/account_request")
	copied := clerk.Post("/apply/account_request", form.With("subject", "照舊", "do", "again")...)
	copied.Says(t, http.StatusOK, `value="照舊"`, "AD 帳號", "已加入").Not(t, "已加入群組")
	// Pressed again, it adds no row that is there already.
	rows := strings.Count(copied.Text, `.purpose" value="`)
	fields := form.With("subject", "照舊")
	for _, control := range regexp.MustCompile(`<input [^>]*>`).FindAllString(copied.Text, -1) {
		name, value := regexp.MustCompile(` name="(lines[^"]*)"`).FindStringSubmatch(control), regexp.MustCompile(` value="([^"]*)"`).FindStringSubmatch(control)
		box := strings.Contains(control, "radio") || strings.Contains(control, "checkbox")
		if name != nil && value != nil && (!box || strings.Contains(control, " checked")) {
			fields = append(fields, name[1], value[1])
		}
	}
	for _, chosen := range regexp.MustCompile(`(?s)<select[^>]* name="(lines[^"]*)".*?<option value="([^"]+)" selected`).FindAllStringSubmatch(copied.Text, -1) {
		fields = append(fields, chosen[1], chosen[2])
	}
	again := clerk.Post("/apply/account_request", append(fields, "do", "again")...)
	again.Says(t, http.StatusOK, "列均與現有各列相同，未重複加入。")
	if n := strings.Count(again.Text, `.purpose" value="`); n != rows || n == 0 {
		t.Errorf("%d rows, then %d", rows, n)
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

func TestAGetChangesNothing(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	for _, p := range []string{path + "/act?do=approve", path + "/act"} {
		h.As(t, "P12").Get(p).Says(t, http.StatusMethodNotAllowed)
	}
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "陳核中")
}

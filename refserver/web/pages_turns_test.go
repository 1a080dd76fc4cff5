package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A row that an office outside had carried out is handled once more, because of another one: its
// contact reads what came of it the first time. What is sent now is another sending, with its own day
// and answer; where nothing has to be sent, he says why, and nobody is waited for.
func TestARowHandledAgainShowsWhatWasDoneBefore(t *testing.T) {
	h := webtest.OpenHouse(t)
	line, clerk := webtest.OneLine("subject", "承辦信箱", "do", "submit"), h.As(t, "P13")
	line[slices.Index(line, "S02")], line[slices.Index(line, "unit_registry")] = "S04", "shared_mailbox"
	path := clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(line...)...).Says(t, http.StatusOK, "陳核中").At()
	head, admin := h.As(t, "P12"), h.As(t, "P06")
	head.Post(path+"/act", head.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	first := h.LinkTo(t, "P06", "承辦信箱")
	admin.Post(first+"/act", admin.Get(first).With("outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.number", "A-2211", "outside.sent", "115.11.23", "do", "send_out")...).Says(t, http.StatusOK)
	result := []string{"fields", "given_account,result_note,proof", "result", "opened", "given_account", "qh-mail", "do", "record"}
	admin.SendAs(first+"/act", "proof.file", "回復信.txt", "信箱已建立", admin.Get(first).With(append(result, "outside.replied", "115.11.23", "outside.reply_number", "市資字第 99 號", "outside.reply", "信箱已建好")...)...).Says(t, http.StatusOK)
	h.Settle(t)
	clerk.Post(path+"/act", clerk.Get(path).With("do", "return", "to", "rows", "comment.return", "另一列有誤", "comment", "另一列有誤")...).Says(t, http.StatusOK)
	h.Settle(t)

	second := h.LinkTo(t, "P06", "承辦信箱")
	if second == first {
		t.Fatal("it was not opened anew")
	}
	page := admin.Get(second).Says(t, http.StatusOK, "這一列辦理不只一次", `<a href="`+first+`">第 1 次辦理</a>`, "qh-mail",
		"前次辦理時之登錄如下", `<dt>受理號</dt><dd class="long">A-2211</dd>`, `<dt>回復文號</dt><dd class="long">市資字第 99 號</dd>`,
		"不須再送件者", `name="outside.sent" value=""`, `name="outside.number" value=""`, `name="outside.unasked" value=""`, `name="given_account" value="qh-mail"`).
		Not(t, "照原內容登錄", "下一步：請先將本件送")
	admin.Get(first).Says(t, http.StatusOK, `<a href="`+second+`">第 2 次辦理</a>`)
	// The print of the first time says that it is not the last, and so does whoever checks it.
	sheet := admin.Get(first+"/print").Says(t, http.StatusOK, "本列第 2 次辦理中，辦畢後以該次為準")
	code := regexp.MustCompile(`驗證碼 ([0-9A-F-]{14})`).FindStringSubmatch(sheet.Text)
	if code == nil {
		t.Fatal("no code on the print")
	}
	h.Nobody(t).Get("/check?version=&number="+url.QueryEscape(entered.FindString(sheet.Text))+"&code="+code[1]).
		Says(t, http.StatusOK, "與系統紀錄相符", "（第 1 列）", "本列第 2 次辦理中，辦畢後以該次為準。")
	admin.Get(second+"/print").Says(t, http.StatusOK).Not(t, "其後另經")
	h.Until(t, h.Now().AddDate(0, 0, 2))
	send, there := page.Form(t, "send_out")
	if !there {
		t.Fatal("nothing can be recorded of the office")
	}
	// Nothing went out by pressing: another sending has its own day.
	admin.Post(send.Action, send.With()...).Says(t, http.StatusUnprocessableEntity, "請填寫送件日。")
	result = []string{"fields", "given_account,result_note,proof", "result", "opened", "given_account", "qh-mail2", "do", "record"}
	unasked := "帳號名稱誤登，依資訊中心前次回復更正"
	admin.Post(second+"/act", page.With(result...)...).Says(t, http.StatusUnprocessableEntity, "請填寫未送外部單位之理由")
	why := append(slices.Clone(result), "outside.unasked", unasked)
	admin.Post(second+"/act", page.With(why...)...).Says(t, http.StatusUnprocessableEntity, "本列前次登錄的帳號為「qh-mail」", `value="qh-mail2"`, unasked)
	admin.Post(second+"/act", page.With(append(why, "result_note", "qh-mail 已更名")...)...).Says(t, http.StatusOK, "第 2 次辦理）：登錄處置結果。")
	admin.Get(second).Says(t, http.StatusOK, "已結案", "<dt>本次未送外部單位之理由</dt><dd class=\"long\">"+unasked+"</dd>", "本次未送外部單位之理由："+unasked).Not(t, "等候外部回復")
	h.Settle(t)
	clerk.Post(path+"/act", clerk.Get(path).With("do", "return", "to", "rows", "comment.return", "信箱無法收信", "comment", "信箱無法收信")...).Says(t, http.StatusOK)
	h.Settle(t)

	third := h.LinkTo(t, "P06", "承辦信箱")
	admin.Post(third+"/act", admin.Get(third).With("outside.to", "市府資訊中心", "outside.how", "電話", "outside.number", "A-2215", "outside.sent", "115.11.25", "do", "send_out")...).Says(t, http.StatusOK)
	// What was answered before is read there, and put into no field: nobody has answered this sending.
	page = admin.Get(third).Says(t, http.StatusOK, `name="outside.reply_number" value=""`, `name="outside.replied" value=""`).Not(t, `name="outside.unasked"`)
	admin.Post(third+"/act", page.With("outside.replied", "115.11.25", "outside.reply", "信箱已修復", "do", "answer")...).Says(t, http.StatusOK)
	admin.Get(third).Says(t, http.StatusOK, `<dt>送件日</dt><dd class="long">115.11.25</dd>`, `<dt>回復日</dt><dd class="long">115.11.25</dd>`, "信箱已修復").Not(t, "市資字第 99 號</dd>")
	admin.SendAs(third+"/act", "proof.file", "回復信.txt", "信箱已修復", admin.Get(third).With(result...)...).Says(t, http.StatusOK)
}

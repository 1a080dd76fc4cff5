package web_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A row that an office outside had carried out is handled once more, because of another one: its
// contact reads what came of it the first time, and can record what was sent then as it was; nothing
// that never happened has to be entered, and no answer of then is taken for one of now.
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
		"下列為前次辦理時所登錄", `name="outside.number" value="A-2211"`, `name="outside.how" value="電子郵件"`, `name="outside.sent" value="115.11.23"`)
	admin.Get(first).Says(t, http.StatusOK, `<a href="`+second+`">第 2 次辦理</a>`)
	h.Until(t, h.Now().AddDate(0, 0, 2))
	form, there := page.Form(t, "send_out")
	if !there {
		t.Fatal("nothing can be recorded of the office")
	}
	admin.Post(form.Action, form.With()...).Says(t, http.StatusOK)
	// What was answered before is read there, and put into no field: nobody has answered this sending.
	page = admin.Get(second).Says(t, http.StatusOK, `name="outside.reply_number" value=""`, `name="outside.replied" value=""`)
	admin.Post(second+"/act", page.With("outside.replied", "115.11.23", "outside.reply", "信箱已建好", "do", "answer")...).Says(t, http.StatusOK)
	admin.Get(second).Says(t, http.StatusOK, `<dt>送件日</dt><dd class="long">115.11.23</dd>`, `<dt>回復日</dt><dd class="long">115.11.23</dd>`, "信箱已建好").Not(t, "市資字第 99 號</dd>")
	admin.SendAs(second+"/act", "proof.file", "回復信.txt", "信箱已建立", admin.Get(second).With(result...)...).Says(t, http.StatusOK)
}

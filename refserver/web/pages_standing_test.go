package web_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The contact of an office outside reads what to do next, and once it is late he and
// those who look after the whole read whose delay it is.
func TestARowWithAnOfficeOutsideSaysWhatIsNextAndWhoseDelayItIs(t *testing.T) {
	h := webtest.OpenHouse(t)
	line, clerk := webtest.OneLine("subject", "承辦信箱", "do", "submit"), h.As(t, "P13")
	line[slices.Index(line, "S02")], line[slices.Index(line, "unit_registry")] = "S04", "shared_mailbox" // the mail is an office outside's
	path := clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(line...)...).Says(t, http.StatusOK, "陳核中").At()
	head := h.As(t, "P12")
	head.Post(path+"/act", head.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	row := h.LinkTo(t, "P06", "承辦信箱")
	admin, officer := h.As(t, "P06"), h.As(t, "P04")
	admin.Get(row).Says(t, http.StatusOK, "下一步：請先將本件送晴海市政府資訊中心，送出後於下方登錄送往何處、送件方式與受理號", "承辦窗口尚未送件至晴海市政府資訊中心。").Not(t, "逾期原因")
	h.As(t, "P06").Get(row+"?lang=en").Says(t, http.StatusOK, "send this to Information Center, Qinghai City Government").Not(t, "to 晴海市政府資訊中心")
	h.As(t, "P13").Get(path+"?lang=en").Says(t, http.StatusOK, "goes to Information Center, Qinghai City Government").Not(t, "goes to 晴海市政府資訊中心")
	officer.Get("/overview").Says(t, http.StatusOK, "承辦窗口尚未送件至晴海市政府資訊中心。").Not(t, "逾期原因在承辦窗口：承辦窗口尚未送件至晴海市政府資訊中心。")

	h.Until(t, h.Now().AddDate(0, 0, 30))
	ours := "逾期原因在承辦窗口：承辦窗口尚未送件至晴海市政府資訊中心。"
	page := admin.Get(row).Says(t, http.StatusOK, ours)
	officer.Get("/overview").Says(t, http.StatusOK, ours)

	admin.Post(row+"/act", page.With("outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.number", "A-2211", "outside.expected", "115.12.31", "do", "send_out")...).Says(t, http.StatusOK)
	theirs := "逾期原因在外部單位：自 115.12.23 起等候市府資訊中心回復，預計 115.12.31 回復。"
	page = admin.Get(row).Says(t, http.StatusOK, theirs, "下一步：市府資訊中心回復後，請於下方登錄回復日與內容，並附佐證")
	officer.Get("/overview").Says(t, http.StatusOK, theirs)
	admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", page.With("outside.reply", "信箱已建立", "do", "answer")...).Says(t, http.StatusOK)
	answered := "逾期原因在承辦窗口：市府資訊中心已於 115.12.23 回復，承辦窗口尚未登錄結果。"
	admin.Get(row).Says(t, http.StatusOK, answered, "下一步：對方已回復，請登錄結果。")
	officer.Get("/overview").Says(t, http.StatusOK, answered)
}

// What the contact typed of the reply lies on the same page as the result: it is kept with the
// result, whichever button he presses, and stands in the record; also where the answer was that
// it could not be done.
func TestAReplyTypedBesideTheResultIsKeptWithIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P06")
	sent := func(subject string) (request, row string) {
		t.Helper()
		line, clerk := webtest.OneLine("subject", subject, "do", "submit"), h.As(t, "P13")
		line[slices.Index(line, "S02")], line[slices.Index(line, "unit_registry")] = "S04", "shared_mailbox"
		request = clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(line...)...).Says(t, http.StatusOK, "陳核中").At()
		head := h.As(t, "P12")
		head.Post(request+"/act", head.Get(request).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
		h.Settle(t)
		row = h.LinkTo(t, "P06", subject)
		admin.Post(row+"/act", admin.Get(row).With("outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.number", "A-2211", "do", "send_out")...).Says(t, http.StatusOK)
		return request, row
	}
	_, row := sent("承辦信箱")
	page := admin.Get(row)
	reply := []string{"fields", "given_account,result_note,proof", "outside.replied", "115.11.23", "outside.reply_number", "市資字第 99 號", "outside.reply", "信箱已建好", "result", "opened", "given_account", "qh-mail", "do", "record"}
	admin.Post(row+"/act", page.With(reply...)...).Says(t, http.StatusUnprocessableEntity, "請檢附外部回復的佐證", "市資字第 99 號", "信箱已建好")
	admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", page.With(reply...)...).Says(t, http.StatusOK)
	admin.Get(row).Says(t, http.StatusOK, "市資字第 99 號", "信箱已建好", "回復信.txt")

	_, row = sent("備用信箱")
	admin.Post(row+"/act", admin.Get(row).With("outside.replied", "昨日", "outside.reply", "不受理", "do", "unable", "comment.unable", "資訊中心不受理")...).
		Says(t, http.StatusUnprocessableEntity, "昨日", "不受理")
	admin.Post(row+"/act", admin.Get(row).With("outside.replied", "115.11.23", "outside.reply", "信箱數已達上限，不受理", "do", "unable", "comment.unable", "資訊中心不受理")...).Says(t, http.StatusOK)
	admin.Get(row).Says(t, http.StatusOK, "信箱數已達上限，不受理")

	// Whoever passes the task on, or asks somebody first, has no place for it afterwards.
	for _, verb := range []string{"consult", "delegate"} {
		_, row := sent("信箱 " + verb)
		page := admin.Get(row)
		who := "who-" + taskOf(t, h, row, "P06") + "-" + verb + ".1.find"
		admin.Post(row+"/act", page.With("outside.replied", "昨日", "outside.reply", "尚待補件", "comment."+verb, "請協助", who, "江志恆", "do", verb)...).
			Says(t, http.StatusUnprocessableEntity, "昨日", "尚待補件")
		admin.Post(row+"/act", page.With("outside.replied", "115.11.23", "outside.reply_number", "市資字第 100 號", "outside.reply", "尚待補件", "comment."+verb, "請協助", who, "江志恆", "do", verb)...).Says(t, http.StatusOK)
		admin.Get(row).Says(t, http.StatusOK, "尚待補件", "市資字第 100 號")
	}
}

// A page that was opened before the answer came, and another window has entered it, does not put
// back what it began with: neither a reply nor 受理號 put
// right since.
func TestAnOlderPageDoesNotReplaceTheAnswer(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P06")
	row := h.LinkTo(t, "P06", "調任收發窗口")
	before := admin.Get(row)
	began := before.With("outside.replied", "", "outside.reply_number", "", "outside.reply", "")
	number := began[slices.Index(began, "number_shown")+1]
	if number == "" {
		t.Fatal("the page does not say which number it began with")
	}
	began = append(began, "outside.number", number)
	admin.Post(row+"/act", before.With("outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.sent", "115.11.19", "outside.number", "A-2299", "do", "send_out")...).Says(t, http.StatusOK)
	admin.Post(row+"/act", admin.Get(row).With("outside.replied", "115.11.21", "outside.reply_number", "R-1", "outside.reply", "已建立", "do", "answer")...).Says(t, http.StatusOK)
	between := admin.Get(row)
	admin.Post(row+"/act", between.With("outside.replied", "115.11.21", "outside.reply_number", "R-1", "outside.reply", "已建立信箱", "do", "answer")...).Says(t, http.StatusOK)
	stands := func() {
		t.Helper()
		admin.Get(row).Says(t, http.StatusOK, `<dt>回復日</dt><dd class="long">115.11.21</dd>`, "已建立信箱", "R-1", "A-2299").Not(t, `<dt>回復日</dt><dd class="long">115.11.23</dd>`, `<dd class="long">`+number+`</dd>`)
	}
	stands()
	admin.Post(row+"/act", between.With("outside.replied", "115.11.21", "outside.reply_number", "R-1", "outside.reply", "已建立", "do", "unable", "comment.unable", "資訊中心不受理")...).
		Says(t, http.StatusConflict, "已建立信箱") // and nothing was done
	stands()
	// What is on record of the answer is put right, not emptied: by whichever button, that is said.
	now := admin.Get(row)
	for _, do := range [][]string{{"do", "answer"}, {"do", "unable", "comment.unable", "資訊中心不受理"}} {
		admin.Post(row+"/act", now.With(append([]string{"outside.replied", "115.11.21", "outside.reply_number", "", "outside.reply", "已建立信箱"}, do...)...)...).
			Says(t, http.StatusUnprocessableEntity, "請填寫回復文號。")
		stands()
	}
	told := admin.Post(row+"/act", append(began, "do", "unable", "comment.unable", "資訊中心不受理")...).Says(t, http.StatusConflict, "R-1", "資訊中心不受理")
	stands()
	again, _ := told.Form(t, "unable")
	admin.Post(again.Action, again.With()...).Says(t, http.StatusOK)
	stands()
}

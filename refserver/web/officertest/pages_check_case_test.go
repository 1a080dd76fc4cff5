package officertest

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever holds the print of a request sees, without signing in, whether it shows what is on record and
// whether something came since; the print says where. Without its code, or with another one, he is told
// nothing, not even that there is such a request.
func TestThePrintOfACaseIsCheckedByItsCode(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	h.Settle(t)
	clerk, visitor := h.As(t, "P13"), h.Nobody(t)
	print := clerk.Get(path+"/print").Says(t, http.StatusOK, "查驗列印本：", "/check（填案號與驗證碼，不需登入）")
	said := regexp.MustCompile(`驗證碼 ([0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4})`).FindStringSubmatch(print.Text)
	number := regexp.MustCompile(`IS-04-012-115-\d{4}`).FindString(print.Text)
	if said == nil || number == "" {
		t.Fatal("no code on the print")
	}
	ask := func(number, code string) webtest.Reply {
		return visitor.Get("/check?number=" + url.QueryEscape(number) + "&version=&code=" + url.QueryEscape(code))
	}
	ask(number, said[1]).Says(t, http.StatusOK, "與系統紀錄相符", "列印內容為截至 115.11.23 09:00 之封存紀錄，共 1 筆。其後沒有新的紀錄。").Not(t, "調任收發窗口", "鍾明哲")
	head := h.As(t, "P12")
	head.Post(path+"/act", head.Get(path).With("do", "approve")...).Says(t, http.StatusOK)
	ask(number, " "+said[1]).Says(t, http.StatusOK, "與系統紀錄相符", "其後另有")
	for _, wrong := range []webtest.Reply{ask(number, "0000-1111-2222"), ask("IS-04-012-115-9999", said[1])} {
		wrong.Says(t, http.StatusOK, "查無符合的文件或案件。").Not(t, "state--done", "列印內容為截至")
	}
	ask(number, "").Says(t, http.StatusOK, "請輸入列印本上的查核碼").Not(t, "state--done", "列印內容為截至")
}

// printed is what a print of a case says of itself: its number, its code, and how much was sealed.
func printed(t *testing.T, print webtest.Reply) (number, code, sealed string) {
	t.Helper()
	said := regexp.MustCompile(`封存紀錄共 (\d+) 筆[^驗]*驗證碼 ([0-9A-F-]{14})`).FindStringSubmatch(print.Text)
	number = regexp.MustCompile(`IS-04-012-115-\d{4}`).FindString(print.Text)
	if said == nil || number == "" {
		t.Fatal("no code on the print")
	}
	return number, said[2], said[1]
}

func (h checker) ask(number, code string) webtest.Reply {
	return h.Get("/check?number=" + url.QueryEscape(number) + "&version=&code=" + url.QueryEscape(code))
}

type checker struct{ *webtest.Caller }

// A request's print tells of its rows, so what is done in a row afterwards is later than the print; it
// counts as many entries as the print says. The print of a row is checked under the request's number.
func TestThePrintOfACaseIsOlderThanWhatItsRowsDidSince(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	deputy.Post(path+"/act", deputy.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	clerk, handler, visitor := h.As(t, "P13"), h.As(t, "P10"), checker{h.Nobody(t)}
	link := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(handler.Get("/handling").Text)
	if link == nil {
		t.Fatal("no link to the row")
	}
	row := link[1]
	number, code, sealed := printed(t, clerk.Get(path+"/print"))
	visitor.ask(number, code).Says(t, http.StatusOK, "與系統紀錄相符", "共 "+sealed+" 筆。其後沒有新的紀錄。")
	_, rowCode, _ := printed(t, handler.Get(row+"/print"))
	visitor.ask(number, rowCode).Says(t, http.StatusOK, number+"（第 1 列）", "其後沒有新的紀錄。")
	handler.Post(row+"/act", handler.Get(row).With("do", "comment", "comment", "待廠商到場")...).Says(t, http.StatusOK)
	visitor.ask(number, code).Says(t, http.StatusOK, "與系統紀錄相符", "共 "+sealed+" 筆。其後另有 1 筆紀錄")
	visitor.ask(number, rowCode).Says(t, http.StatusOK, number+"（第 1 列）", "其後另有 1 筆紀錄")
	if _, later, _ := printed(t, clerk.Get(path+"/print")); later == code {
		t.Error("two prints that do not say the same have one code")
	}
}

// What becomes of the paper by which a case goes on is later than the print that was carried around:
// the case, its prints and the check page say so.
func TestThePrintOfACaseOnPaperIsOlderThanWhatBecameOfIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	chief, keeper, clerk, visitor := h.As(t, "P04"), h.As(t, "P07"), h.As(t, "P13"), checker{h.Nobody(t)}
	onPaper := func() (path, number, code string) {
		path = h.Apply(t)
		chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
		h.Settle(t)
		number, code, _ = printed(t, clerk.Get(path+"/print").Says(t, http.StatusOK, `列印時狀態</th><td colspan="5">轉紙本續辦`))
		return path, number, code
	}
	path, number, code := onPaper()
	visitor.ask(number, code).Says(t, http.StatusOK, "其後沒有新的紀錄。").Not(t, "作廢", "已補登")
	keeper.Post("/records/numbers/void", "number", number, "of_case", "1", "void_reason", "申請人不再需要").Says(t, http.StatusOK, number+" 已作廢")
	visitor.ask(number, code).Says(t, http.StatusOK, "其後另有 1 筆紀錄", "本案轉紙本續辦的編號已作廢，這份列印本請勿再送核章。")
	clerk.Get(path).Says(t, http.StatusOK, "作廢紙本編號", "申請人不再需要")
	_, now, _ := printed(t, clerk.Get(path+"/print").Says(t, http.StatusOK, `列印時狀態</th><td colspan="5">已作廢`, "作廢紙本編號", "溫佩真").Not(t, `列印時狀態</th><td colspan="5">轉紙本續辦`))
	visitor.ask(number, now).Says(t, http.StatusOK, "其後沒有新的紀錄。")

	path, number, code = onPaper()
	form, _ := keeper.Get("/apply/account_request_paper?number="+number).Form(t, "submit")
	keeper.SendAs("/apply/account_request_paper", "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", form.With(
		"paper_why", "機房停電", "paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
		"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真")...).Says(t, http.StatusOK, "紙本簽核後補登")
	h.Settle(t)
	visitor.ask(number, code).Says(t, http.StatusOK, "其後另有 1 筆紀錄", "本案的紙本已補登")
	clerk.Get(path).Says(t, http.StatusOK, "紙本已補登", "由 溫佩真 補登，續由補登後之案件辦理")
	clerk.Get(path+"/print").Says(t, http.StatusOK, `列印時狀態</th><td colspan="5">轉紙本續辦`, "由 溫佩真 補登")
}

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
	ask(number, said[1]).Says(t, http.StatusOK, "與系統紀錄相符", "列印內容為截至 115.11.23 09:00 之第 1 筆紀錄。其後沒有新的紀錄。").Not(t, "調任收發窗口", "鍾明哲")
	head := h.As(t, "P12")
	head.Post(path+"/act", head.Get(path).With("do", "approve")...).Says(t, http.StatusOK)
	ask(number, " "+said[1]).Says(t, http.StatusOK, "與系統紀錄相符", "其後另有")
	for _, wrong := range []webtest.Reply{ask(number, "0000-1111-2222"), ask(number, ""), ask("IS-04-012-115-9999", said[1])} {
		wrong.Says(t, http.StatusOK, "查無符合的文件或案件。").Not(t, "state--done", "列印內容為截至")
	}
}

package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever handled a row finds it by the number of its request, though the request is not his to
// find: he is told that there is something among the rows.
func TestWhoHandledARowIsLedToIt(t *testing.T) {
	h := webtest.OpenHouse(t)
	path, clerk := h.Confirming(t)
	number := entered.FindString(clerk.Get(path).Text)
	handler := h.As(t, "P10")
	ask := "/records?q=" + url.QueryEscape(number)
	handler.Get(ask).Says(t, http.StatusOK, "查無符合條件的作業紀錄。", "分案各列中有 1 件符合，可一併列出。", `">一併列出分案各列</a>`).Not(t, "請取消部分條件")
	handler.Get(ask+"&rows=1").Says(t, http.StatusOK, "（第 1 列）").Not(t, "查無符合")
	handler.Get("/records?q="+url.QueryEscape("沒有這個詞")).Says(t, http.StatusOK, "請取消部分條件").Not(t, "分案各列中有")
	clerk.Get(ask).Says(t, http.StatusOK, number).Not(t, "查無符合", "分案各列中有")
}

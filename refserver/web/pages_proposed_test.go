package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever opens an account finds the one that was asked for already in its field, and
// the only result there is already chosen; he may give another account.
func TestTheAccountAskedForIsProposed(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t, "lines.1.account", "qh150013")
	deputy := h.As(t, "P12")
	deputy.Post(path+"/act", deputy.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	admin := h.As(t, "P10")
	row := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(admin.Get("/handling").Text)[1]
	page := admin.Get(row).Says(t, http.StatusOK, `name="given_account" value="qh150013"`, `value="opened" checked`)
	admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "given_account", "qh150013a", "result", "opened", "do", "record")...).Says(t, http.StatusOK, "登錄處置結果。")
	h.Settle(t)
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, "qh150013a")
}

package web_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The rows of a request go their own ways under its number: wherever one is listed,
// told of, named or printed, it says which row it is.
func TestARowSaysWhichRowOfItsRequestItIs(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t,
		"lines.2.system", "S02", "lines.2.permission", "officer", "lines.2.purpose", "承辦公文",
		"lines.2.account_user.kind", "person", "lines.2.account_user.find", "范語彤",
		"lines.2.responsible.find", "邱柏叡", "lines.2.period.from", "115.12.01", "lines.2.period.to", "1161130")
	deputy := h.As(t, "P12")
	deputy.Post(path+"/act", deputy.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	number := regexp.MustCompile(`IS-04-012-115-\d+`).FindString(h.As(t, "P13").Get(path).Not(t, "（第 ").Text)
	first, second := number+"（第 1 列）", number+"（第 2 列）"

	admin := h.As(t, "P10")
	admin.Get("/").Says(t, http.StatusOK, first, second)
	admin.Get("/handling").Says(t, http.StatusOK, first, second)
	admin.Get("/?lang=en").Says(t, http.StatusOK, number+" (row 2)")
	row := regexp.MustCompile(regexp.QuoteMeta(second) + `[\s\S]*?href="(/cases/[^"]+)"`).FindStringSubmatch(admin.Get("/handling?lang=zh-TW").Text)[1]
	page := admin.Get(row).Says(t, http.StatusOK, `<span class="docno">`+second+`</span>`)
	admin.Get(row+"/print").Says(t, http.StatusOK, second)
	h.As(t, "P04").Get("/overview").Says(t, http.StatusOK, first, second)
	h.As(t, "P07").Get("/records?rows=1&q="+number).Says(t, http.StatusOK, "（第 2 列）")

	// What it is told of by mail, and what is said once it is done.
	told, err := h.Kit.Queue().Of(t.Context(), ismskit.System("test"), row[len("/cases/"):])
	if err != nil || len(told) == 0 || !regexp.MustCompile(regexp.QuoteMeta(second)).MatchString(told[0].Subject) {
		t.Errorf("told %v, %v", told, err)
	}
	h.Until(t, h.Now().Add(time.Minute))
	record := []string{"fields", "given_account,result_note,proof", "given_account", "qh150012", "result_note", "已加入", "result", "opened", "do", "record"}
	admin.Post(row+"/act", page.With(record...)...).Says(t, http.StatusOK, second)

	// Who sends the request back is told before that all rows are handled once more, and the
	// lists say so of them.
	other := regexp.MustCompile(regexp.QuoteMeta(first) + `[\s\S]*?href="(/cases/[^"]+)"`).FindStringSubmatch(admin.Get("/handling").Text)[1]
	record[3] = "qh150013"
	admin.Post(other+"/act", admin.Get(other).With(record...)...).Says(t, http.StatusOK, first)
	h.Settle(t)
	clerk := h.As(t, "P13")
	confirm := clerk.Get(path).Says(t, http.StatusOK, "退回時須說明理由，並註明是哪一列；退回後各列均再辦理一次。")
	clerk.Post(path+"/act", confirm.With("comment", "第 2 列登入不了", "do", "return")...).Says(t, http.StatusOK)
	h.Settle(t)
	admin.Get("/").Says(t, http.StatusOK, number+"（第 2 列，第 2 次辦理）")
	admin.Get("/handling").Says(t, http.StatusOK, number+"（第 2 列，第 2 次辦理）")
}

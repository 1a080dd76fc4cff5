package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Who looks for a draft among what he has sent is led to where it is.
func TestTheSentListLeadsToDrafts(t *testing.T) {
	h := webtest.OpenHouse(t)
	for _, path := range []string{"/sent", "/sent?tab=system"} {
		h.As(t, "P13").Get(path).Says(t, http.StatusOK, `尚未送出的草稿不在此列，請至 <a href="/">待辦事項的「尚未送出」</a>`)
	}
}

// What a newcomer to a form cannot know is said at the field: who answers for an account,
// what an emergency asks of him, and in the lists, what a field does.
func TestFieldsSayWhatTheyAreFor(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.As(t, "P13").Get("/apply/account_request").Says(t, http.StatusOK, "對此帳號負管理責任的本機關同仁", "按「暫存」即完成登記")
	admin := h.As(t, "P05")
	for path, hints := range map[string][]string{
		"/lists/people/new": {"建檔後須另在其個人頁面的「登入帳號」開立", "職務尚未建立者可先空白"},
		"/lists/posts/new":  {"空白者送上級單位的主管", "由另有本職的同仁兼任者勾選", "職務裁撤後由哪些職務承接"},
	} {
		admin.Get(path).Says(t, http.StatusOK, hints...)
	}
	system := admin.Get("/lists/systems/new")
	admin.Post("/lists/systems/new", system.With("do", "add-row:items")...).Says(t, http.StatusOK, "例如 read、approve", "僅委外人員可申請", "例如 IS-04-025")
}

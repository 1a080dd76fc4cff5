package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The day on which an office outside answered is that which was entered, whenever the result is
// recorded; and who gives a row up without an answer says nothing of one.
func TestTheDayOfAReplyIsNobodysTodayButItsOwn(t *testing.T) {
	t.Run("a result recorded later", func(t *testing.T) {
		h := webtest.OpenHouse(t)
		row, admin := h.LinkTo(t, "P06", "調任收發窗口"), h.As(t, "P06")
		admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", admin.Get(row).With("fields", "given_account,result_note,proof", "outside.reply", "已建立信箱", "outside.replied", "115.11.23", "do", "answer")...).Says(t, http.StatusOK, "115.11.23")
		h.Until(t, h.Now().Add(48*time.Hour))
		page := admin.Get(row).Says(t, http.StatusOK, `name="outside.replied" value="115.11.23"`)
		admin.Post(row+"/act", page.With("fields", "given_account,result_note", "result", "opened", "given_account", "counter06", "result_note", "已建立", "do", "record")...).Says(t, http.StatusOK, "登錄處置結果。")
		admin.Get(row).Says(t, http.StatusOK, "已結案", "<dt>回復日</dt><dd class=\"long\">115.11.23</dd>").Not(t, "<dt>回復日</dt><dd class=\"long\">115.11.25</dd>")
	})
	t.Run("given up without an answer", func(t *testing.T) {
		h := webtest.OpenHouse(t)
		row, admin := h.LinkTo(t, "P06", "調任收發窗口"), h.As(t, "P06")
		page := admin.Get(row)
		admin.Post(row+"/act", page.With("fields", "given_account,result_note,proof", "comment.unable", "申請人撤回需求", "comment", "申請人撤回需求", "do", "unable")...).Says(t, http.StatusOK)
		admin.Get(row).Says(t, http.StatusOK, "申請人撤回需求").Not(t, "<dt>回復日</dt>")
	})
}

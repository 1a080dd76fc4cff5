package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever records a result in a window opened before the answer came is told of it, and that is all:
// the proof that came with it is on record, and need not be chosen once more.
func TestAResultInAnOlderWindowKeepsTheProofOnRecord(t *testing.T) {
	h := webtest.OpenHouse(t)
	row, admin := h.LinkTo(t, "P06", "調任收發窗口"), h.As(t, "P06")
	older := admin.Get(row)
	admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", admin.Get(row).With("fields", "given_account,result_note,proof", "outside.reply", "已建立信箱", "outside.replied", "115.11.23", "do", "answer")...).Says(t, http.StatusOK)
	again := admin.Post(row+"/act", older.With("fields", "given_account,result_note,proof", "outside.replied", "", "outside.reply", "", "outside.reply_number", "", "result", "opened", "given_account", "counter06", "result_note", "已建立", "do", "record")...).
		Says(t, http.StatusConflict, "請先看過下列變動", "counter06", "回復信.txt").Not(t, `id="result-error"`)
	form, there := again.Form(t, "record")
	if !there {
		t.Fatal("it cannot be sent again")
	}
	admin.Post(form.Action, form.With()...).Says(t, http.StatusOK, "登錄處置結果。")
	admin.Get(row).Says(t, http.StatusOK, "已結案", "counter06", "已建立信箱", "回復信.txt")
}

// An answer noted without a file is on what the result signs all the same: whoever had not seen it is
// told before it is signed, whether another entered it or he himself in another window.
func TestAResultIsNotSignedOverAnAnswerNobodySaw(t *testing.T) {
	h := webtest.OpenHouse(t)
	row, admin := h.LinkTo(t, "P06", "調任收發窗口"), h.As(t, "P06")
	older := admin.Get(row)
	admin.Post(row+"/act", admin.Get(row).With("outside.reply", "容量不足，僅建轉寄", "outside.replied", "115.11.23", "do", "answer")...).Says(t, http.StatusOK)
	result := []string{"fields", "given_account,result_note,proof", "outside.replied", "115.11.23", "outside.reply", "", "outside.reply_number", "", "result", "opened", "given_account", "counter06", "do", "record"}
	admin.SendAs(row+"/act", "proof.file", "回復信.txt", "信箱已建立", older.With(result...)...).Says(t, http.StatusConflict, "回復內容：容量不足，僅建轉寄</span></li>", "counter06")
	admin.Get(row).Says(t, http.StatusOK, "登錄處置結果")
}

// A note of a sending that is put right is no second sending: what he is told, the trail and its print
// say that it is a correction, and what stood there before.
func TestACorrectionOfASendingIsCalledOne(t *testing.T) {
	h := webtest.OpenHouse(t)
	row, admin := h.LinkTo(t, "P06", "調任收發窗口"), h.As(t, "P06")
	note := func(page webtest.Reply, more ...string) []string {
		return page.With(append(more, "outside.to", "晴海市政府資訊中心", "outside.how", "電子郵件", "outside.sent", "115.11.20", "outside.expected", "115.11.24", "do", "send_out")...)
	}
	admin.Post(row+"/act", note(admin.Get(row), "outside.number", "A-2299")...).Says(t, http.StatusOK, "更正外部送件紀錄。")
	admin.Get(row).Says(t, http.StatusOK, `data-label="決定">更正外部送件紀錄`, "受理號：A-2211 → A-2299")
	admin.Get(row+"/print").Says(t, http.StatusOK, "更正外部送件紀錄", "受理號：A-2211 → A-2299")
	admin.Post(row+"/act", admin.Get(row).With("outside.replied", "115.11.21", "outside.reply", "已建立", "do", "answer")...).Says(t, http.StatusOK, "登錄外部回復。")
	admin.Post(row+"/act", admin.Get(row).With("outside.replied", "115.11.21", "outside.reply", "已建立信箱", "do", "answer")...).Says(t, http.StatusOK, "更正外部回復紀錄。")
	admin.Get(row).Says(t, http.StatusOK, "回復內容：已建立 → 已建立信箱")
	// Another day after the answer is another sending.
	admin.Post(row+"/act", admin.Get(row).With("outside.to", "晴海市政府資訊中心", "outside.how", "電話", "outside.number", "A-2300", "outside.sent", "115.11.23", "do", "send_out")...).Says(t, http.StatusOK, "登錄外部送件。")
}

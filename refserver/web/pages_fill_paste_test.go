package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What was pasted for a table and not added is not left out without a word when the form is sent.
func TestWhatWasPastedAndNotAddedIsNotLeftOut(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	line := webtest.OneLine("do", "submit", "paste.lines", "公文系統\t承辦人員（一般）")
	refused := clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With(line...)...)
	refused.Says(t, http.StatusUnprocessableEntity, "貼上的內容尚未加入各列。請按「加入各列」", "<details class=\"paste field--full\" open>", "公文系統\t承辦人員（一般）", `value="調任收發窗口，申請公文登記桌"`)
	form, _ := refused.Form(t, "submit")
	clerk.Post("/apply/account_request", form.With("paste.lines", "")...).Says(t, http.StatusOK, "陳核中")
}

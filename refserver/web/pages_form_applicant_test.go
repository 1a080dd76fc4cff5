package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A colleague fills in a request for a clerk by pages alone: the route follows the
// applicant, the draft is found again, and whom he may not write for is said at the
// field with nothing lost.
func TestARequestIsFilledInForSomebodyElseByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	writer := h.As(t, "P12")
	form := writer.Get("/apply/account_request").Says(t, http.StatusOK, "代他人申請", "為自己申請時免填")

	wrong := writer.Post("/apply/account_request", form.With(append(webtest.OneLine("applicant.find", "賴思妤"), "do", "submit")...)...)
	wrong.Says(t, http.StatusUnprocessableEntity, "您不能代賴思妤（資訊室）填寫", "調任收發窗口，申請公文登記桌", `href="#f-applicant"`)

	saved := writer.Post("/apply/account_request", form.With(append(webtest.OneLine("applicant.find", "鍾明哲"), "do", "save")...)...)
	saved.Says(t, http.StatusOK, "暫存", "代填", "范語彤", "鍾明哲")
	if strings.Contains(saved.Text, `name="applicant.find"`) {
		t.Error("the applicant of somebody else's draft could be changed")
	}
	writer.Get("/").Says(t, http.StatusOK, "調任收發窗口，申請公文登記桌")

	sent := writer.Post(saved.At(), saved.With(append(webtest.OneLine(), "do", "submit")...)...)
	sent.Says(t, http.StatusOK, "陳核中", "由 范語彤 股長 代填")
	h.As(t, "P13").Get(sent.At()).Says(t, http.StatusOK, "代填", "代 科員 鍾明哲 填寫")
}

// A form that was kept before its writer said for whom it is goes on asking, and what
// he says then counts: on the route, in the draft, and when it is sent.
func TestWhoItIsForMayBeSaidAfterADraftWasKept(t *testing.T) {
	h := webtest.OpenHouse(t)
	writer := h.As(t, "P12")
	form := writer.Get("/apply/account_request")
	kept := writer.Post("/apply/account_request", form.With(append(webtest.OneLine("applicant.find", ""), "do", "save")...)...)
	kept.Says(t, http.StatusOK, "暫存", "代他人申請")

	wrong := writer.Post(kept.At(), kept.With(append(webtest.OneLine("applicant.find", "賴思妤"), "do", "submit")...)...)
	wrong.Says(t, http.StatusUnprocessableEntity, "您不能代賴思妤（資訊室）填寫", "調任收發窗口，申請公文登記桌", `href="#f-applicant"`)

	autosaved := writer.Post(kept.At(), kept.With(append(webtest.OneLine("applicant.find", "鍾明哲"), "do", "autosave")...)...)
	autosaved.Says(t, http.StatusOK, "暫存")
	// The page still shows his name; the next saving, and the sending, name him again.
	sent := writer.Post(kept.At(), autosaved.With(append(webtest.OneLine("applicant.find", "鍾明哲"), "do", "submit")...)...)
	sent.Says(t, http.StatusOK, "陳核中", "由 范語彤 股長 代填")
	h.As(t, "P13").Get(sent.At()).Says(t, http.StatusOK, "代填", "代 科員 鍾明哲 填寫")

	// Taken out again after it was kept for him, it is refused, not sent as his.
	form = writer.Get("/apply/account_request")
	other := writer.Post("/apply/account_request", form.With(append(webtest.OneLine("applicant.find", "鍾明哲"), "do", "save")...)...)
	back := writer.Post(other.At(), other.With(append(webtest.OneLine("applicant.find", ""), "do", "submit")...)...)
	back.Says(t, http.StatusUnprocessableEntity, "這份草稿是為鍾明哲", "不能改為他人", `href="#f-applicant"`)
}

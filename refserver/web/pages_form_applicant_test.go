package web

import (
	"net/http"
	"strings"
	"testing"
)

// A colleague fills in a request for a clerk by pages alone: the route follows the
// applicant, the draft is found again, and whom he may not write for is said at the
// field with nothing lost.
func TestARequestIsFilledInForSomebodyElseByPages(t *testing.T) {
	h := openHouse(t)
	writer := h.as(t, "P12")
	form := writer.get("/apply/account_request").says(t, http.StatusOK, "代他人申請", "為自己申請時免填")

	wrong := writer.post("/apply/account_request", form.with(append(oneLine("applicant.find", "賴思妤"), "do", "submit")...)...)
	wrong.says(t, http.StatusUnprocessableEntity, "您不能代賴思妤（資訊室）填寫", "調任收發窗口，申請公文登記桌", `href="#f-applicant"`)

	saved := writer.post("/apply/account_request", form.with(append(oneLine("applicant.find", "鍾明哲"), "do", "save")...)...)
	saved.says(t, http.StatusOK, "暫存", "代填", "范語彤", "鍾明哲")
	if strings.Contains(saved.body, `name="applicant.find"`) {
		t.Error("the applicant of somebody else's draft could be changed")
	}
	writer.get("/").says(t, http.StatusOK, "調任收發窗口，申請公文登記桌")

	sent := writer.post(saved.at(), saved.with(append(oneLine(), "do", "submit")...)...)
	sent.says(t, http.StatusOK, "陳核中", "由 范語彤 股長 代填")
	h.as(t, "P13").get(sent.at()).says(t, http.StatusOK, "代填", "代 科員 鍾明哲 填寫")
}

// A form that was kept before its writer said for whom it is goes on asking, and what
// he says then counts: on the route, in the draft, and when it is sent.
func TestWhoItIsForMayBeSaidAfterADraftWasKept(t *testing.T) {
	h := openHouse(t)
	writer := h.as(t, "P12")
	form := writer.get("/apply/account_request")
	kept := writer.post("/apply/account_request", form.with(append(oneLine("applicant.find", ""), "do", "save")...)...)
	kept.says(t, http.StatusOK, "暫存", "代他人申請")

	wrong := writer.post(kept.at(), kept.with(append(oneLine("applicant.find", "賴思妤"), "do", "submit")...)...)
	wrong.says(t, http.StatusUnprocessableEntity, "您不能代賴思妤（資訊室）填寫", "調任收發窗口，申請公文登記桌", `href="#f-applicant"`)

	autosaved := writer.post(kept.at(), kept.with(append(oneLine("applicant.find", "鍾明哲"), "do", "autosave")...)...)
	autosaved.says(t, http.StatusOK, "暫存")
	// The page still shows his name; the next saving, and the sending, name him again.
	sent := writer.post(kept.at(), autosaved.with(append(oneLine("applicant.find", "鍾明哲"), "do", "submit")...)...)
	sent.says(t, http.StatusOK, "陳核中", "由 范語彤 股長 代填")
	h.as(t, "P13").get(sent.at()).says(t, http.StatusOK, "代填", "代 科員 鍾明哲 填寫")

	// Taken out again after it was kept for him, it is refused, not sent as his.
	form = writer.get("/apply/account_request")
	other := writer.post("/apply/account_request", form.with(append(oneLine("applicant.find", "鍾明哲"), "do", "save")...)...)
	back := writer.post(other.at(), other.with(append(oneLine("applicant.find", ""), "do", "submit")...)...)
	back.says(t, http.StatusUnprocessableEntity, "這份草稿是為鍾明哲", "不能改為他人", `href="#f-applicant"`)
}

package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Who types the surname of somebody who is not of the house gets nobody: not the one
// colleague of that surname, on leaving the field, on sending, nor where the form asks
// for whom it is. Who may be meant is offered, and one click says so.
func TestAPartOfANameIsNobodyUntilHeIsChosen(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	const perhaps = "是否為「涂正宏 "
	for do, status := range map[string]int{"check": http.StatusOK, "submit": 422} {
		offered := clerk.Post("/apply/account_request", form.With(webtest.OneLine("lines.1.responsible.find", "涂", "touched", "lines.1.responsible.find", "do", do)...)...)
		offered.Says(t, status, perhaps, `name="lines.1.responsible.pick"`, `name="lines.1.responsible.find" value="涂"`).
			Not(t, `name="lines.1.responsible.id" value="P09"`)
	}
	offered := clerk.Post("/apply/account_request", form.With(webtest.OneLine("lines.1.account_user.find", "康芷", "touched", "lines.1.account_user.find", "do", "check")...)...)
	offered.Says(t, http.StatusOK, `name="lines.1.account_user.pick"`, "是否為「康芷")
	clerk.Post("/apply/account_request", form.With(webtest.OneLine("applicant.find", "鍾明", "do", "submit")...)...).
		Says(t, 422, `name="applicant.pick" value="P13"`)
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1.find", "范語", "reason", "休假").
		Says(t, 422, `name="deputy_1.pick" value="P12"`)

	clerk.Post("/apply/account_request", offered.With("lines.1.account_user.find", "康芷", "lines.1.account_user.pick", "P18", "do", "check")...).
		Says(t, http.StatusOK, `name="lines.1.account_user.id" value="P18"`).Not(t, "account_user.pick")
	// Where the same part of a name is typed twice, each line says at which field.
	clerk.Post("/apply/account_request", form.With(webtest.OneLine("lines.1.account_user.find", "涂", "lines.1.responsible.find", "涂", "applicant.find", "涂", "do", "submit")...)...).
		Says(t, 422, "帳號使用者："+perhaps, "負責人："+perhaps, "代他人申請："+perhaps)
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1.find", "范語", "deputy_2.find", "范語", "reason", "休假").
		Says(t, 422, "第 1 代理人：是否為「范語彤", "第 2 代理人：是否為「范語彤")
	// The whole name needs no choice, in either language, with the unit beside it or not;
	// nor does the login.
	for _, whole := range []string{"邱柏叡", "邱柏叡　戶政科", "邱柏叡 科長（戶政科）", "CHIU Po-jui", "qh150011"} {
		clerk.Post("/apply/account_request", form.With(webtest.OneLine("lines.1.responsible.find", whole, "do", "check")...)...).
			Says(t, http.StatusOK, `name="lines.1.responsible.id" value="P11"`).Not(t, "responsible.pick")
	}
}

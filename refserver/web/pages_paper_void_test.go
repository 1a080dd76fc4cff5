package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The number of a running paper case stands apart from unused ones, and whoever declares it void
// reads what that does; then the case says so to everybody who reads it.
func TestTheNumberOfACaseOnPaperIsDeclaredVoidByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	chief, keeper, clerk := h.As(t, "P04"), h.As(t, "P07"), h.As(t, "P13")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	number := entered.FindString(keeper.Get(path).Text)
	keeper.Get("/records/numbers").Says(t, http.StatusOK, "轉紙本案件的編號", "待紙本補登", `<a href="`+path+`">`, `<a href="/apply/account_request_paper?number=`+number+`">補登紙本</a>`,
		number+" 是轉紙本續辦案件的編號。作廢後紙本不再補登，案件到此為止").Not(t, "未使用 ", `<option value="`+number+`"`)
	void := []string{"number", number, "of_case", "1", "void_reason"}
	keeper.Post("/records/numbers/void", append(void, "")...).Says(t, http.StatusUnprocessableEntity, "請填寫作廢的理由。", `<details open>`, `href="#void_reason"`, `id="void_reason"`)
	clerk.Get(path).Says(t, http.StatusOK, "本案已轉紙本續辦").Not(t, "編號已作廢")
	keeper.Post("/records/numbers/void", append(void, "申請人不再需要")...).Says(t, http.StatusOK, number+" 已作廢，紙本不再補登；已通知申請人。", "作廢理由：申請人不再需要").Not(t, "補登紙本</a>", "作廢此編號")
	for _, reader := range []*webtest.Caller{keeper, clerk} {
		reader.Get(path).Says(t, http.StatusOK, "本案已轉紙本續辦，編號已作廢", "編號 "+number+" 由溫佩真於 115.11.23", "理由：申請人不再需要。紙本不再補登，案件到此為止。").Not(t, "前往紙本補登")
	}
	clerk.Get("/notices").Says(t, http.StatusOK, number+" 轉紙本續辦的編號已作廢", `href="`+path+`"`, "紙本編號作廢")
}

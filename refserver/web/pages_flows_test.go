package web_test

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever may look sees which flow each form goes by, as a picture with people in words, and
// takes it away as a file that can be read in again; a clerk finds none of it.
func TestTheFlowOfAFormIsLookedAt(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	officer.Get("/").Says(t, http.StatusOK, `href="/flows"`)
	officer.Get("/flows").Says(t, http.StatusOK, "表單流程", `href="/flows/account_request"`, "權限帳號申請單", "程式內建")
	page := officer.Get("/flows/account_request").Says(t, http.StatusOK,
		"申請人的單位主管", "無人可辦時：", "當「緊急補單」為「是」", "緊急補單，須由口頭核准人本人確認", "逐列處置", "到此關卡起 2 個工作天",
		"可退回", "匯出", "採用中")
	page.Not(t, "unit_head", "emergency", "levels_up")
	officer.Get("/flows/account_request_row").Says(t, http.StatusOK, "的權限管理人員", "送外單位辦理")
	officer.Get("/flows/account_request?lang=en").Says(t, http.StatusOK, "head of the unit of the applicant")
	file := officer.Get("/flows/account_request/export").Says(t, http.StatusOK, `"root"`)
	if flow, err := workflow.ParseFlow([]byte(file.Text)); err != nil || flow.Key != "account_request" {
		t.Errorf("the file is read in as %s, %v", flow.Key, err)
	}
	officer.Get("/flows/no_such").Says(t, http.StatusNotFound)
	officer.Get("/flows/account_request?version=no").Says(t, http.StatusNotFound)

	clerk := h.As(t, "P13")
	clerk.Get("/").Not(t, `href="/flows"`)
	for _, path := range []string{"/flows", "/flows/account_request", "/flows/account_request/export"} {
		clerk.Get(path).Says(t, http.StatusNotFound)
	}
}

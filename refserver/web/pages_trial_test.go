package web

import (
	"net/http"
	"testing"
)

// Nothing is kept of a trial: files are not asked for, and one that is sent all the same
// is not taken in.
func TestATrialTakesNoFiles(t *testing.T) {
	h := openHouse(t)
	officer := h.as(t, "P05")
	officer.get("/trial").says(t, http.StatusOK, `name="subject"`).not(t, `type="file"`)
	page := officer.sendAs("/trial", "attachments.file", "名冊.pdf", "%PDF-1.7 x", "do", "try", "type", "account_request", "subject", "新進人員帳號")
	page.says(t, http.StatusOK, `value="新進人員帳號"`).not(t, "名冊.pdf")
}

// An officer tries out a form before it goes to the office: whose request, when,
// who is away; what was typed stays, and what is wrong is said at its field.
func TestAnOfficerTriesAFlowOut(t *testing.T) {
	h := openHouse(t)
	h.as(t, "P13").get("/trial").says(t, http.StatusNotFound)
	h.as(t, "P13").get("/").not(t, "流程試跑")
	officer := h.as(t, "P05")
	officer.get("/").says(t, http.StatusOK, "流程試跑")
	officer.get("/trial").says(t, http.StatusOK, "權限帳號申請單", "送出時間", "假設不在的人員", "送出", "單位主管")
	officer.get("/trial?type=nothing").says(t, http.StatusNotFound)

	// The head of the applicant's unit is away, and nobody acts for him.
	page := officer.post("/trial", "do", "try", "type", "account_request", "subject", "新進人員帳號",
		"_applicant.find", "龔怡安", "_absent.0.find", "莊景文", "_absent.1.find", "高若嵐", "_absent.2.find", "顧維中", "_at", "115.11.27", "_at_time", "16:30")
	page.says(t, http.StatusOK, "流程會停在", "莊景文", "須由直屬長官指定代理人", "（不在，無代理人）", "115.11.27", "16:30", "115.12.01", `value="新進人員帳號"`)
	// A day that is none, and a person nobody knows: said at the field, nothing lost.
	officer.post("/trial", "do", "try", "type", "account_request", "subject", "新進人員帳號", "_applicant.find", "查無此人", "_at", "115.13.40").
		says(t, http.StatusUnprocessableEntity, `href="#f-_applicant"`, `href="#f-_at"`, `value="查無此人"`, `value="115.13.40"`, `value="新進人員帳號"`)
	officer.get("/trial?lang=en").says(t, http.StatusOK, "Dry run", "People taken to be away")
	// Nothing came of it.
	h.as(t, "P10").get("/sent").not(t, "新進人員帳號")
}

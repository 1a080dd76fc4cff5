package officertest

import (
	"net/http"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Nothing is kept of a trial: files are not asked for, and one that is sent all the same
// is not taken in.
func TestATrialTakesNoFiles(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P05")
	officer.Get("/trial").Says(t, http.StatusOK, `name="subject"`).Not(t, `type="file"`)
	page := officer.SendAs("/trial", "attachments.file", "名冊.pdf", "%PDF-1.7 x\n%%EOF", "do", "try", "type", "account_request", "subject", "新進人員帳號")
	page.Says(t, http.StatusOK, `value="新進人員帳號"`).Not(t, "名冊.pdf")
}

// An officer tries out a form before it goes to the office: whose request, when,
// who is away; what was typed stays, and what is wrong is said at its field.
func TestAnOfficerTriesAFlowOut(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.As(t, "P13").Get("/trial").Says(t, http.StatusNotFound)
	h.As(t, "P13").Get("/").Not(t, "流程試跑")
	officer := h.As(t, "P05")
	officer.Get("/").Says(t, http.StatusOK, "流程試跑")
	officer.Get("/trial").Says(t, http.StatusOK, "權限帳號申請單", "送出時間", "假設不在的人員", "送出", "單位主管")
	officer.Get("/trial?type=nothing").Says(t, http.StatusNotFound)

	// The head of the applicant's unit is away, and nobody acts for him.
	page := officer.Post("/trial", "do", "try", "type", "account_request", "subject", "新進人員帳號",
		"_applicant.find", "龔怡安", "_absent.0.find", "莊景文", "_absent.1.find", "高若嵐", "_absent.2.find", "顧維中", "_at", "115.11.27", "_at_time", "16:30")
	page.Says(t, http.StatusOK, "流程會停在", "莊景文", "（差假，無代理人），無人可辦", "115.11.27", "16:30", "115.12.01", `value="新進人員帳號"`)
	// A day that is none, and a person nobody knows: said at the field, nothing lost.
	officer.Post("/trial", "do", "try", "type", "account_request", "subject", "新進人員帳號", "_applicant.find", "查無此人", "_at", "115.13.40").
		Says(t, http.StatusUnprocessableEntity, `href="#f-_applicant"`, `href="#f-_at"`, `value="查無此人"`, `value="115.13.40"`, `value="新進人員帳號"`)
	officer.Get("/trial?lang=en").Says(t, http.StatusOK, "Dry run", "People taken to be away")
	// Nothing came of it.
	h.As(t, "P10").Get("/sent").Not(t, "新進人員帳號")
}

// Of an empty form no verdict is given: whom its rows come to is not known yet.
func TestATrialOfAnEmptyFormGivesNoVerdict(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P05")
	page := officer.Get("/trial").Says(t, http.StatusOK, "請先填寫申請內容").Not(t, "流程可以走完")
	officer.Post("/trial", page.With("do", "try")...).Says(t, http.StatusOK, "請先填寫申請內容").Not(t, "流程可以走完")
	officer.Post("/trial", page.With(append(webtest.OneLine(), "_applicant.find", "龔怡安", "do", "try")...)...).
		Says(t, http.StatusOK, "流程可以走完").Not(t, "請先填寫申請內容")
}

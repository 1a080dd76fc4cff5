package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// On an English page what has an English text is said in English; what somebody wrote
// in Chinese stays as he wrote it, and is marked as Chinese for those who are read to.
func TestAnEnglishPageSaysWhatHasEnglishTextInEnglish(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	clerk := h.As(t, "P13")
	page := clerk.Get(path+"?lang=en").Says(t, http.StatusOK, `<p class="pagehead__sub"><span lang="zh-Hant">調任收發窗口，申請公文登記桌</span></p>`, `<span lang="zh-Hant">單位公文收發</span>`)
	page.Not(t, `<span lang="zh-Hant">公文系統</span>`)
	clerk.Get(path+"?lang=zh-TW").Says(t, http.StatusOK, "公文系統", "單位公文收發").Not(t, `<span lang="zh-Hant">`)

	// What the system words itself has its words in both languages.
	admin := h.As(t, "P06")
	admin.Get("/?lang=en").Says(t, http.StatusOK, `<h2 id="first">Close after the end: VPN remote access (`, "You administer permissions of VPN remote access").Not(t, "到期停用", "VPN 遠端連線")
	closing := h.LinkTo(t, "P06", "到期停用：VPN")
	admin.Get(closing+"?lang=en").Says(t, http.StatusOK, "VPN remote access (", "You administer permissions of VPN remote access").Not(t, "VPN 遠端連線")
	admin.Get("/?lang=zh-TW").Says(t, http.StatusOK, "VPN").Not(t, "VPN remote access")
	admin.Get("/handling?tab=ended&lang=en").Says(t, http.StatusOK, "Close after the end: ").Not(t, "到期停用")
}

// What the system opened is called in English in the list of records too, and so are groups
// to which documents belong.
func TestEnglishRecordsAndDocumentsAreCalledInEnglish(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	officer.Get("/records?rows=1&lang=en").Says(t, http.StatusOK, "Close after the end: ").Not(t, "到期停用")
	officer.Get("/records?rows=1&lang=zh-TW").Says(t, http.StatusOK, "到期停用：").Not(t, "Close after the end")
	officer.Get("/documents?lang=en").Says(t, http.StatusOK, "Information Security Executive Group").Not(t, "資安執行小組")
	officer.Get("/documents?lang=zh-TW").Says(t, http.StatusOK, "資安執行小組")
}

// Units, posts and systems are called in English on English pages, in the boxes of a
// flow too; names that have no other are marked as Chinese, wherever they stand.
func TestUnitsPostsAndSystemsAreCalledInEnglish(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	clerk := h.As(t, "P13")
	who := `Household Registration Division, <span lang="zh-Hant">鍾明哲</span>, Officer`
	clerk.Get("/apply/account_request?lang=en").Says(t, http.StatusOK, who, `<span lang="zh-Hant">范語彤</span> Section Chief, acting`).Not(t, "戶政科", "科員", "股長")
	clerk.Get(path+"?lang=en").Says(t, http.StatusOK, "Applicant "+who, "Official document system").Not(t, "公文系統", "戶政科", "科員", "管理師")
	clerk.Get(path+"?lang=zh-TW").Says(t, http.StatusOK, "公文系統", "戶政科", "科員")
	h.As(t, "P07").Get("/roles?lang=en").Not(t, "資訊室主任")
}

// What is wrong with a row is said of the system as the page calls it; a colleague who was
// found stands in his field with the post and the unit that the page has for him, and is
// found by them; a reason names units as the rest of the page does. People have one name on
// every page, and that by which they sign in beside it at the door.
func TestEnglishPagesCallEverythingOneWay(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request?lang=en")
	fields := form.With(append(webtest.OneLine("lines.1.account_user.find", "鍾明哲 Officer (Household Registration Division)", "lines.1.account_user.id", "", "lines.1.period.to", ""), "do", "submit")...)
	refused := clerk.Post("/apply/account_request", fields...).Says(t, http.StatusUnprocessableEntity, "Row 1 (Official document system): ", `value="鍾明哲 Officer (Household Registration Division)"`)
	refused.Not(t, "Row 1 (公文系統)")
	h.As(t, "P11").Get("/apply/account_request?lang=en").Says(t, http.StatusOK, " heads Household Registration Division").Not(t, "戶政科")
	clerk.Get("/find/people?q=Officer").Says(t, http.StatusOK, "Officer (Household Registration Division)").Not(t, "科員")
	clerk.Get("/systems/S02").Says(t, http.StatusOK, "Only for units", "Secretariat").Not(t, ">秘書室<")
	h.As(t, "P12").Get("/?lang=en").Not(t, "Lai Ssu-yu", "Chiu Po-jui")
}

// A question that nobody answered was not left unconfirmed.
func TestAQuestionThatLapsedIsOneThatNobodyAnswered(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.Until(t, h.Now().Add(20*24*time.Hour))
	clerk := h.As(t, "P13")
	clerk.Get("/sent?tab=system").Says(t, http.StatusOK, "逾期未回復，系統結案").Not(t, "逾期未確認")
	clerk.Get("/sent?tab=system&lang=en").Says(t, http.StatusOK, "Not answered in time, closed by the system").Not(t, "ot confirmed")
}

// Why a day is not counted is said in the reader's language: holidays have English names.
func TestHolidaysHaveEnglishNamesOnEnglishPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P05")
	form := officer.Get("/trial").With(append(webtest.OneLine(), "_applicant.find", "龔怡安", "_at", "115.12.23", "do", "try")...)
	officer.Post("/trial", form...).Says(t, http.StatusOK, "12.25 行憲紀念日")
	officer.Post("/trial?lang=en", form...).Says(t, http.StatusOK, "25 Dec Constitution Day").Not(t, "行憲紀念日")
}

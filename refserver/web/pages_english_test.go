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

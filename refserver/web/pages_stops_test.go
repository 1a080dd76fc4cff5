package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// That the clock of a case stood stands on its page and on its print: from when to when,
// by whom, why, and by how much that puts off what is due. On a request for accounts the
// security officers stop it.
func TestTheStoppedClockIsShownWhereLatenessIs(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	clerk, officer := h.As(t, "P13"), h.As(t, "P04")
	clerk.Get(path).Says(t, http.StatusOK).Not(t, "停止計時紀錄")
	officer.Get(path).Says(t, http.StatusOK, `value="suspend"`, "停止計時", "停止計時期間，本案不能簽核或處置", "作廢後不能恢復")
	for _, other := range []string{"P13", "P10"} { // neither whose request it is nor who has only to do with it
		if page := h.As(t, other).Get(path); strings.Contains(page.Text, `value="suspend"`) {
			t.Errorf("%s may stop the clock", other)
		}
	}
	officer.Post(path+"/act", "token", "s1", "do", "suspend", "comment", "等候申請人補件").Says(t, http.StatusOK)
	h.As(t, "P12").Get(path).Says(t, http.StatusOK, "本案由 江志恆 資訊室主任 自 115.11.23 09:00 起停止計時（等候申請人補件），恢復計時後才能辦理，期限順延。")
	if page := officer.Get(path); strings.Contains(page.Text, `value="reassign"`) || strings.Contains(page.Text, `value="appoint"`) {
		t.Error("what would be refused while the clock stands is offered")
	}
	h.Until(t, h.Now().AddDate(0, 0, 1))
	for _, at := range []string{path, path + "/print"} {
		clerk.Get(at).Says(t, http.StatusOK, "停止計時紀錄", "115.11.23 09:00 起，尚未恢復", "資訊室主任 江志恆；等候申請人補件；截至目前順延 1 個工作天")
	}
	for _, who := range []string{"P12", "P04"} { // on his list and on that of everybody's work
		at := map[string]string{"P12": "/", "P04": "/overview"}[who]
		h.As(t, who).Get(at).Says(t, http.StatusOK, "停止計時中", "截至目前順延 1 個工作天")
	}
	h.Until(t, h.Now().AddDate(0, 0, 1))
	officer.Post(path+"/act", "token", "s2", "do", "resume", "comment", "已補件").Says(t, http.StatusOK)
	for _, at := range []string{path, path + "/print"} {
		clerk.Get(at).Says(t, http.StatusOK, "115.11.23 09:00 至 115.11.25 09:00", "資訊室主任 江志恆；等候申請人補件；期限順延 2 個工作天")
	}
	h.As(t, "P12").Get("/").Says(t, http.StatusOK, "停止計時，已順延 2 個工作天").Not(t, "停止計時中")
	officer.Get("/overview").Says(t, http.StatusOK, "停止計時，已順延 2 個工作天")
	officer.Get("/overview?lang=en").Says(t, http.StatusOK, "moved 2 working days while the clock stood")
	if en := clerk.Get(path + "/print?lang=en"); !strings.Contains(en.Text, "deadlines 2 working days later") {
		t.Error("not in English")
	}
}

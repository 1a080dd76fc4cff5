package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Somebody holds several posts, and a request comes to him through one of them: by that
// one the route names him, and the house's list has them all.
func TestWhoHoldsSeveralPostsIsListedWithAllOfThem(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P05")
	form := officer.Get("/trial").With(append(webtest.OneLine(), "_applicant.find", "龔怡安", "do", "try")...)
	officer.Post("/trial", form...).Says(t, http.StatusOK, "莊景文 秘書室主任")
	const posts = `莊景文</a> <span class="muted">主任秘書、資安執行小組執行秘書、秘書室主任</span>`
	officer.Get("/people").Says(t, http.StatusOK, posts)
	officer.Get("/people?q="+url.QueryEscape("莊景文")).Says(t, http.StatusOK, posts)
}

// Whoever ends the only membership of a role is asked first, and told what would be left open.
func TestBeforeARoleIsEmptiedTheGapIsNamed(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	const role = "/roles/access.module_manager"
	page := admin.Get(role)
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page.Text)[1]
	member := regexp.MustCompile(`<option value="([^"P]+)">溫佩真`).FindStringSubmatch(page.Text)
	if member == nil {
		t.Fatal("溫佩真 cannot be chosen")
	}
	ends := []string{"do", "end", "seen", seen, "row", member[1], "last_day", "115.12.01", "end_basis", "調任"}
	admin.Post(role, ends...).Says(t, http.StatusOK, "結束後無人擔任此角色", "「到期停用」的「", "找不到其他承辦人員時，自 115.12.02 起無人接辦。", "逾期時，自 115.12.02 起無人接獲通知。")
	admin.Post(role+"?lang=en", ends...).Says(t, http.StatusOK, "from 2 Dec 2026 nobody stands in for", "from 2 Dec 2026 nobody is told when")
}

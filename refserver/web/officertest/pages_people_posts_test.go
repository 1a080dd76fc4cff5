package officertest

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
	ends := func(role, member string) []string {
		t.Helper()
		page := admin.Get(role)
		seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(page.Text)[1]
		row := regexp.MustCompile(`<option value="([^"P]+)">` + member).FindStringSubmatch(page.Text)
		if row == nil {
			t.Fatal(member, " cannot be chosen")
		}
		return []string{"do", "end", "seen", seen, "row", row[1], "last_day", "115.12.01", "end_basis", "調任"}
	}
	const behind, late = "/roles/access.module_manager", "/roles/access.overdue_contact"
	admin.Post(behind, ends(behind, "溫佩真")...).Says(t, http.StatusOK, "結束後無人擔任此角色", "「到期停用」的「", "找不到其他承辦人員時，自 115.12.02 起無人接辦。")
	admin.Post(behind+"?lang=en", ends(behind, "溫佩真")...).Says(t, http.StatusOK, "from 2 Dec 2026 nobody stands in for")
	admin.Post(late, ends(late, "江志恆")...).Says(t, http.StatusOK, "結束後無人擔任此角色", "逾期時，自 115.12.02 起無人接獲通知。")
	admin.Post(late+"?lang=en", ends(late, "江志恆")...).Says(t, http.StatusOK, "from 2 Dec 2026 nobody is told when")
}

package officertest

import (
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Somebody entered by mistake who has not begun is taken back, after a second press where
// the role would be nobody's for a time; who has begun is not offered.
func TestAMembershipThatHasNotBegunIsTakenBack(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	const role = "/roles/documents.document_controller"
	seenIn := regexp.MustCompile(`name="seen" value="(\d+)"`)
	backIn := regexp.MustCompile(`(?s)id="member".*?<option value="([^"]+)">([^<　]+)`)
	seen := func(page webtest.Reply) string { t.Helper(); return seenIn.FindStringSubmatch(page.Text)[1] }
	page := admin.Get(role).Says(t, 200, "溫佩真").Not(t, "撤回")
	admin.Post(role, "do", "add", "seen", seen(page), "person", "", "from", "").Says(t, 422, `id="from-error"`, "請選擇人員。", "請填寫起日。")
	page = admin.Post(role, "do", "add", "seen", seen(page), "person", "P06", "from", "115.12.01").Says(t, 200, "成員已加入。", "尚未生效的成員可以撤回")
	coming := backIn.FindStringSubmatch(page.Text)
	if coming == nil || coming[2] != "方冠宇" {
		t.Fatalf("to be taken back: %q", coming)
	}
	begun := regexp.MustCompile(`<option value="([^"]+)">溫佩真`).FindStringSubmatch(page.Text)[1]
	admin.Post(role, "do", "back", "seen", seen(page), "member", "").Says(t, 422, `id="member-error"`, "請選擇成員。")
	admin.Post(role, "do", "back", "seen", seen(page), "member", begun).Says(t, 422, `id="member-error"`, "溫佩真已開始擔任此角色，不得撤回或改為他人")

	page = admin.Post(role, "do", "end", "seen", seen(page), "row", begun, "last_day", "115.11.30").Says(t, 200, "已設定最後有效日。")
	asked := admin.Post(role, "do", "back", "seen", seen(page), "member", coming[1], "back_basis", "誤登").
		Says(t, 200, "撤回後將有一段期間無人擔任此角色", "確認撤回", `value="誤登"`, `form="taking-back"`).Not(t, "已撤回")
	confirmed := regexp.MustCompile(`name="empties" value="([^"]+)"`).FindStringSubmatch(asked.Text)[1]
	admin.Post(role, "do", "back", "seen", seen(page), "member", coming[1], "back_basis", "誤登", "empties", confirmed).
		Says(t, 200, "已撤回，異動紀錄仍留存。", "誤登").Not(t, "尚未生效</span>", `id="member"`)
}

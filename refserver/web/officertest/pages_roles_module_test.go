package officertest

import (
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The manager of document control sets who has its roles on the module's own page; what he typed
// stays where he is refused, and of other modules' roles he changes none.
func TestTheManagerOfAModuleSetsItsMembersOnItsOwnPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	const page, role = "/documents/roles", "/documents/roles?role=documents.document_controller"
	manager := h.As(t, "P04")
	manager.Get("/documents").Says(t, 200, `href="/documents/roles"`, "角色與成員")
	manager.Get(page).Says(t, 200, "文件變更管理：角色與成員", "文管人員", "簽准核對人員", "文件管理模組管理人員").Not(t, "資安管制人員", "紀錄管理人員")
	seen := func(at webtest.Reply) string {
		t.Helper()
		return regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(at.Text)[1]
	}
	at := manager.Get(role).Says(t, 200, "可設定成員的角色：文件管理模組管理人員", "加入成員")
	manager.Post(role, "do", "add", "seen", seen(at), "person", "P04", "from", "115.11.23", "basis", "自薦").
		Says(t, 422, "不得為自己設定角色", `value="自薦"`)
	manager.Post(role, "do", "add", "seen", seen(at), "person", "P13", "from", "115.11.23", "basis", "115.11.20 簽").
		Says(t, 200, "成員已加入。", "鍾明哲", "115.11.20 簽")
	manager.Get("/documents/roles?role=records.records_manager").Says(t, 404)
	manager.Get("/roles/records.records_manager").Says(t, 200).Not(t, "加入成員")
	h.As(t, "P10").Get(role).Says(t, 200, "文管人員").Not(t, "加入成員")

	h.As(t, "P07").Get("/records/roles?role=records.disposal_approver").Says(t, 200, "作業紀錄管理", "加入成員")
}

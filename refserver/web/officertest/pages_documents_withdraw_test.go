package officertest

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The controller typed 116 for 115. He takes the version back with a reason, files it again
// under the same number with the right day, and everybody sees both in the revisions.
func TestAVersionThatWaitsIsWithdrawnOnItsPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	file := func(day string) webtest.Reply {
		t.Helper()
		return controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 "+day+"\n%%EOF", controller.Get("/documents/IS-02-008/file").With("class", "internal", "description", "增列遠距辦公", "version", "1.4", "issued", day,
			"approval_way", "register", "approval_no", "IS-04-001-115-0001", "approver", "資通安全長", "replaces", "1.3", "replaced_by", "1.4 "+day)...)
	}
	const page = "/documents/IS-02-008/versions/1.4"
	file("116.12.15").Says(t, 200, "1.4 版已核准待發行（116.12.15 生效）").Not(t, "撤回 1.4 版") // the page of the one in force
	clerk.Get(page).Says(t, 200, "已核准待發行").Not(t, "撤回 1.4 版")
	clerk.Post(page+"/withdraw", "reason", "x").Says(t, 404)
	form := controller.Get(page).Says(t, 200, "撤回 1.4 版", "1.4 版將不會生效", `name="revision"`)
	other := controller.Get(page) // another window
	id := strings.TrimSuffix(strings.TrimPrefix(form.At(), "/documents/"), "/versions/1.4")
	send := func(reply webtest.Reply, reason string) webtest.Reply {
		t.Helper()
		return controller.Post("/documents/"+id+"/versions/1.4/withdraw", reply.With("reason", reason)...)
	}
	empty := send(form, " ").Says(t, 422, "請填寫撤回的理由。", `href="#reason"`, `<details class="more" open>`)
	controller.Post("/documents/IS-02-008/versions/1.3/withdraw", "reason", "誤繕").Says(t, 422, "1.3 版已於 113.08.05 生效，無法撤回；內容有誤時請登錄新版次。", "閱讀情形")
	send(empty, "發行日誤繕為 116 年").Says(t, 200, "IS-02-008 1.4 版已撤回。", "本版尚未生效即已撤回（115.11.23），請使用 1.3 版", "理由：發行日誤繕為 116 年").Not(t, "撤回 1.4 版</summary>")
	send(empty, "發行日誤繕為 116 年").Says(t, 200, "IS-02-008 1.4 版已撤回。") // a double click
	send(other, "另一視窗").Says(t, 422, "1.4 版已由", "於 115.11.23 撤回。", "本版尚未生效即已撤回")
	clerk.Get("/documents/IS-02-008").Says(t, 200, "現行 1.3 版", "已撤回", "於 115.11.23 撤回", "理由：發行日誤繕為 116 年").Not(t, "已撤案", "待發行")
	clerk.Get("/documents/IS-02-008/print").Says(t, 200).Not(t, "增列遠距辦公")
	clerk.Get("/check?number=IS-02-008&version=1.4").Says(t, 200, "1.4 版不是現行版", "本版尚未生效即已撤回")

	controller.Get("/documents/IS-02-008/file").Says(t, 200, "最近一版為 1.3", `value="1.4"`)
	file("115.12.15").Says(t, 200, "1.4 版已核准待發行（115.12.15 生效）", "理由：發行日誤繕為 116 年")
	send(other, "舊視窗").Says(t, 409, "「IS-02-008」在您讀取之後已有異動", "舊視窗")                                   // the page still showed the one before
	controller.Post(page+"/withdraw", "reason", "無修訂號").Says(t, 409, "「IS-02-008」在您讀取之後已有異動", "無修訂號") // nor does one pass that does not say
	both := clerk.Get(page).Says(t, 200, "115.12.15", "理由：發行日誤繕為 116 年")
	links := fileLink.FindAllString(both.Text, -1)
	if len(links) != 2 {
		t.Fatalf("%q", links)
	}
	for i, want := range []string{"%PDF-1.7 116.12.15\n%%EOF", "%PDF-1.7 115.12.15\n%%EOF"} {
		clerk.Get(links[i]).Says(t, 200, want)
	}
	clerk.Get("/check?number=IS-02-008&version=1.4").Says(t, 200, "已核准待發行（115.12.15 生效）", "另有發行日 116.12.15 的 1.4 版，已於 115.11.23 撤回；請核對手上那份的發行日")

	h.Until(t, time.Date(2026, time.December, 15, 1, 0, 0, 0, time.UTC))
	clerk.Get("/check?number=IS-02-008&version=1.4").Says(t, 200, "1.4 版是現行版", "另有發行日 116.12.15 的 1.4 版", "現行版為 1.4 版，115年12月15日")
	clerk.Send("/check", "IS-02-008.pdf", "%PDF-1.7 116.12.15\n%%EOF").Says(t, 200, "手上這份不是現行的 1.4 版", "請使用 115.12.15 發行的 1.4 版").Not(t, "116年12月15日")
	clerk.Send("/check", "IS-02-008.pdf", "%PDF-1.7 115.12.15\n%%EOF").Says(t, 200, "1.4 版是現行版").Not(t, "撤回")
	clerk.Get("/documents/IS-02-008/versions/1.4?lang=en").Says(t, 200, "Withdrawn by", "on 23 Nov 2026", "Reason: ")
}

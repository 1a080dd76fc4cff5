package officertest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever files mends everything in one go: what can't be read, what is missing and what
// document control refuses come together, each at its field and in the order of the page.
func TestEverythingWrongWithAFilingIsSaidAtOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller := h.As(t, "P07")
	const at = "/documents/IS-02-008/file"
	fields := []string{"class", "internal", "version", "1.2", "issued", "115.13.40", "next_review", "明年", "approved", "115.12.24",
		"approval_way", "register", "approval_no", "", "approver", "", "description", "增列遠距辦公"}
	page := controller.Send(at, "", "", controller.Get(at).With(fields...)...).Says(t, 422, "尚有 6 處需補正", "版次 1.2 已使用過", "發行日：曆上沒有這一天", `href="#next_review"`,
		"核准日 115.12.24 尚未到", "請填寫核准者的職稱或姓名。", "請附上本版次的檔案", `value="增列遠距辦公"`, `value="明年"`).Not(t, "請填寫發行日")
	inOrder := func(page webtest.Reply, faults int) {
		t.Helper()
		links, last := faultLinks.FindAllStringSubmatch(page.Text, -1), 0
		if len(links) != faults {
			t.Errorf("%d faults lead to a field, not %d", len(links), faults)
		}
		for _, link := range links {
			at := strings.Index(page.Text, ` id="`+link[1]+`"`)
			if at < last {
				t.Errorf("%s is not said in the order of the page", link[1])
			}
			last = at
		}
	}
	inOrder(page, 6)
	page = controller.Send("/documents/new", "", "", "number", "is-02-008", "title", "", "level", "9", "version", "v1", "issued", "", "approval_way", "").
		Says(t, 422, "尚有 8 處需補正", "編號 IS-02-008 已由「通訊與作業管理程序書」使用", "請填寫文件名稱", "請選擇文件階層（一階至四階）", "版次請以「主版.次版」填寫", "請填寫發行日", "請選擇核准方式", "請填寫核准者", "請附上本版次的檔案", `id="level-error"`)
	inOrder(page, 8)
	controller.Send(at, "", "", controller.Get(at).With("class", "internal")...).Says(t, 422, "尚有 5 處需補正", "請填寫版次，例如 1.0。", "請填寫發行日", "請選擇核准方式", "請填寫核准者", "請附上本版次的檔案")
	h.As(t, "P13").Get("/documents/IS-02-008").Says(t, 200, "現行 1.3 版").Not(t, "增列遠距辦公")
}

// faultLinks are the links from what is wrong to its field.
var faultLinks = regexp.MustCompile(`<li><a href="#([a-z_]+)"`)

// What was sent last is what is kept, and the page says which file that is; one that can't
// be filed does not take the place of a good one.
func TestThePageKeepsTheFileThatWasSentLast(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	const at = "/documents/IS-02-008/file"
	fields := []string{"class", "internal", "version", "1.4", "issued", "115.13.40", "approval_way", "register", "approval_no", "IS-04-001-115-0001", "approver", "資通安全長"}
	send := func(page webtest.Reply, name, content string) webtest.Reply {
		t.Helper()
		return controller.Send(at, name, content, page.With(fields...)...)
	}
	first := send(controller.Get(at), "甲.pdf", "%PDF-1.7 甲\n%%EOF").Says(t, 422, "目前保留的檔案：「甲.pdf」已上傳，不需再選")
	second := send(first, "乙.pdf", "%PDF-1.7 乙\n%%EOF").Says(t, 422, "目前保留的檔案：「乙.pdf」").Not(t, "甲.pdf")
	same := send(second, "丙.pdf", "%PDF-1.7 乙\n%%EOF").Says(t, 422, "目前保留的檔案：「丙.pdf」").Not(t, "乙.pdf") // the same content, called otherwise
	unfit := send(same, "丁.exe", "MZ\x90\x00\x03").Says(t, 422, "「丁.exe」不是可接受的檔案種類", "目前保留的檔案：「丙.pdf」")
	send(controller.Get(at), "丁.exe", "MZ\x90\x00\x03").Says(t, 422, "「丁.exe」不是可接受的檔案種類").Not(t, "目前保留的檔案")
	fields[5] = "115.11.23"
	asked := controller.Post(at, unfit.With(fields...)...).Says(t, 200, "請確認", "目前保留的檔案：「丙.pdf」")
	done := controller.Post(at, asked.With(fields...)...).Says(t, 200, "現行 1.4 版", "丙.pdf")
	clerk.Get(fileLink.FindString(done.Text)).Says(t, 200, "%PDF-1.7 乙\n%%EOF")
}

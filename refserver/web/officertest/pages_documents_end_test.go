package officertest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A house without sign-off retires a document and stops a version on the document's page, with a
// reason; nobody but its controller does.
func TestADocumentIsStoppedAndRetiredByHand(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	const stop, retire = "/documents/IS-02-008/end?as=stop", "/documents/IS-02-008/end?as=retire"
	h.As(t, "P13").Get("/documents/IS-02-008?lang=en").Says(t, 200, `<span class="small muted">System`).Not(t, "系統　")
	clerk.Get(stop).Says(t, 404)
	clerk.Post(stop, "reason", "x").Says(t, 404)
	clerk.Get("/documents/IS-02-008").Not(t, "逕行登錄廢止", "逕行登錄停止適用", " 停止適用") // of no version
	controller.Get("/documents/IS-02-008").Says(t, 200, "逕行登錄廢止", "逕行登錄停止適用")
	page := controller.Get(stop).Says(t, 200, "1.3 版自今日起停止適用，1.2 版恢復為現行版", "可閱覽本文件者皆可查閱")
	page = controller.Post(stop, page.With("reason", " ")...).Says(t, 422, "請填寫廢止或停止適用的理由", `href="#reason"`)
	sent := page.With("reason", "附則誤植")
	controller.Post(stop, sent...).Says(t, 200, "IS-02-008 1.3 版已停止適用。")
	controller.Post(stop, sent...).Says(t, 200, "IS-02-008 1.3 版已停止適用。", "現行 1.2 版").Not(t, "1.2 版已停止適用") // pressed twice
	page = clerk.Get("/documents/IS-02-008").Says(t, 200, "115.11.23 停止適用", "理由：附則誤植", "異動紀錄（")
	if n := strings.Count(page.Text, "115.11.23 停止適用"); n != 1 {
		t.Errorf("%d of the versions are said to be stopped", n)
	}
	page = controller.Get(retire).Says(t, 200, "本文件自今日起廢止")
	controller.Post(retire, page.With("reason", "併入他件")...).Says(t, 200, "本文件已廢止", "<dt>已廢止</dt>", "理由：併入他件").Not(t, "登錄新版次")
	clerk.Get("/documents/print?tab=retired").Says(t, 200, "IS-02-008").Not(t, "IS-01-001") // what is shown
	clerk.Get("/documents/print?tab=late").Says(t, 200, "IS-02-005").Not(t, "IS-02-008")
}

// A version whose text is a PDF prints as the cover that goes before it, with all that the sheet of
// a text has: band, class, version, check code, and that it holds no more.
func TestTheCoverOfAVersionWhoseTextIsAFile(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 original\n%%EOF", controller.Get("/documents/IS-02-008/file").With("class", "internal", "version", "1.4", "issued", "115.11.23",
		"approval_way", "register", "approver", "資通安全長", "replaces", "1.3", "replaced_by", "1.4 115.11.23")...).Says(t, 200, "現行 1.4 版", "列印封面")
	const at = "/documents/IS-02-008/versions/1.4/print"
	clerk.Get(at).Says(t, 200, "本頁為封面。IS-02-008 第 1.4 版的內文為下列檔案", "IS-02-008.pdf", "檔案指紋", "內部使用", "查核碼：").Not(t, "未收錄")
	page := controller.Get("/documents/IS-02-008/end?as=stop")
	controller.Post("/documents/IS-02-008/end?as=stop", page.With("reason", "誤發")...).Says(t, 200, "已停止適用")
	clerk.Get(at).Says(t, 200, "本頁為封面", "本版已停止適用（115.11.23），請使用 1.3 版")
	clerk.Get("/documents/IS-02-008/versions/1.2/print").Says(t, 200, "本系統未收錄這一版的內文") // nothing is kept of it
}

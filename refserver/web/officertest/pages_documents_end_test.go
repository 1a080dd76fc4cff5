package officertest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A house without sign-off retires a document and stops a version on the document's page, with a
// reason; nobody but its controller does.
func TestADocumentIsStoppedAndRetiredByHand(t *testing.T) {
	h := webtest.OpenHouse(t)
	controller, clerk := h.As(t, "P07"), h.As(t, "P13")
	const stop, retire = "/documents/IS-02-008/end?as=stop", "/documents/IS-02-008/end?as=retire"
	clerk.Get(stop).Says(t, 404)
	clerk.Post(stop, "reason", "x").Says(t, 404)
	clerk.Get("/documents/IS-02-008").Not(t, "逕行登錄廢止", "逕行登錄停止適用")
	controller.Get("/documents/IS-02-008").Says(t, 200, "逕行登錄廢止", "逕行登錄停止適用")
	page := controller.Get(stop).Says(t, 200, "1.3 版自今日起停止適用")
	page = controller.Post(stop, page.With("reason", " ")...).Says(t, 422, "請填寫廢止或停止適用的理由", `href="#reason"`)
	controller.Post(stop, page.With("reason", "附則誤植")...).Says(t, 200, "IS-02-008 1.3 版已停止適用。")
	page = controller.Get(retire).Says(t, 200, "本文件自今日起廢止")
	controller.Post(retire, page.With("reason", "併入他件")...).Says(t, 200, "本文件已廢止")
}

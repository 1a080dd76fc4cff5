package documentstest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A controller takes back a version whose day he typed wrongly, on his phone or at his desk,
// in either language. Axe finds nothing on any of the pages.
func TestAVersionIsWithdrawnInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			controller := h.As(t, "P07")
			controller.Send("/documents/IS-02-008/file", "IS-02-008.pdf", "%PDF-1.7 original\n%%EOF", controller.Get("/documents/IS-02-008/file").With("class", "internal", "version", "1.4", "issued", "116.12.15", "description", "增列遠距辦公",
				"approval_way", "register", "approval_no", "IS-04-001-115-0001", "approver", "資通安全長", "replaces", "1.3", "replaced_by", "1.4 116.12.15")...).Says(t, 200)
			p := b.Open(t, h.URL, "/as/P07?next=/documents/IS-02-008/versions/1.4", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("withdrawal-" + name)
			}
			const form = `form[action$="/withdraw"]`
			p.Wait(form)
			p.Click("details.more summary")
			looks("form")
			p.Expect("status of 422")
			p.Follow(form + " button")
			p.Wait("#reason-error")
			looks("wrong")
			p.Type("#reason", "發行日誤繕為 116 年")
			p.Follow(form + " button")
			p.Wait(".band--gone")
			looks("done")
			if p.Has(form) {
				t.Error("a withdrawn version can be withdrawn again")
			}
		})
	}
}

// A controller corrects the level and the name of a document, on his phone or at his desk, in
// either language.
func TestADocumentIsCorrectedInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P07?next=/documents/IS-02-008", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("correction-" + name)
			}
			p.Follow(`a[href$="/correct"]`)
			looks("form")
			p.Type("#title", "通訊及作業管理程序書")
			p.Expect("status of 422")
			p.Follow(`main form button[type="submit"]`)
			p.Wait("#reason-error")
			looks("wrong")
			p.Type("#reason", "名稱誤繕")
			p.Follow(`main form button[type="submit"]`)
			p.Wait("#rev")
			looks("done")
		})
	}
}

package documentstest

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A clerk asks for a document that he can't see, the document controller finds it, its owner
// approves, the clerk reads it, and it is taken back with a reason that his request tells.
func TestADocumentIsLentInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P13?next=/documents", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("loan-" + name)
			}
			reads := func(person, path, name string) {
				t.Helper()
				p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
				p.Wait("h1")
				looks(name)
			}
			p.Follow(`a[href*="/apply/document_loan"]`)
			p.Wait(`[name="asked"]`)
			p.Type(`[name="asked"]`, "IS-03-004")
			p.Type(`[name="purpose"]`, "配合年度內部稽核")
			p.Type(`[name="period.from"]`, "115.11.23")
			p.Type(`[name="period.to"]`, "115.12.31")
			looks("form")
			p.Follow(".sendbar .btn--main")
			p.Wait("#route")
			path := p.Path()
			reads("P07", path, "find")
			var id string
			p.Eval(`[...document.querySelector('[name="document"]').options].find(o => o.text.includes('網路架構圖') || o.text.includes('Network')).value`, &id)
			p.Choose(`[name="document"]`, id)
			p.Follow(`.acts [value="approve"]`)
			reads("P13", path, "waits")
			if told := p.Text("main"); strings.Contains(told, "網路架構圖") || strings.Contains(told, "Network") {
				t.Errorf("before it is approved he is told what it is: %s", told)
			}
			reads("P04", path, "approval")
			p.Follow(`.acts [value="approve"]`)
			reads("P13", path, "lent")
			p.Follow(`.band a`)
			p.Wait(".docno")
			looks("reads")
			reads("P07", "/documents/"+id+"/loans", "loans")
			p.Click("details.more summary")
			p.Expect("422")
			p.Follow(`details.more button[type="submit"]`) // without a reason
			p.Wait(".field__error")
			looks("no-reason")
			p.Type(`textarea[name="reason"]`, "稽核提前結束")
			p.Follow(`details.more button[type="submit"]`)
			p.Wait("h1")
			reads("P13", path, "ended")
			if told := p.Text(".band"); !strings.Contains(told, "稽核提前結束") {
				t.Errorf("his request says: %s", told)
			}
			p.Expect("404")
			p.Go("/documents/" + id)
			p.Wait("h1")
			if p.Has(".docno") {
				t.Error("he still reads it")
			}
		})
	}
}

package documentstest

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var fileOf = regexp.MustCompile(`/documents/[^"]*/files/[0-9a-f]{64}`)

// A document goes from 1.3 to 1.4 by a signed request that names a later day: until then 1.3 holds
// and says so, on that day 1.4 does, and when 1.4 is stopped a copy of it says so on its page, its
// print, in the name of its file and in 版次查詢.
func TestADocumentWaitsForItsDayAndIsStoppedInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P13?next=/documents/IS-02-008", look)
			reads := func(person, path, name string, marks ...string) {
				t.Helper()
				p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
				p.Wait("h1")
				for _, mark := range marks {
					if !p.Has(mark) {
						t.Errorf("%s: nothing is %s", name, mark)
					}
				}
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("life-" + name)
			}
			approve := func(person, path string) {
				t.Helper()
				p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
				p.Follow(`.task__body [value="approve"], .acts [value="approve"]`)
			}
			// called is the name under which a version's file leaves.
			called := func(label string) string {
				t.Helper()
				clerk := h.As(t, "P14")
				reply := clerk.Get(fileOf.FindString(clerk.Get("/documents/IS-02-008/versions/" + label).Text))
				_, name, _ := strings.Cut(reply.Header.Get("Content-Disposition"), "filename*=UTF-8''")
				name, err := url.PathUnescape(name)
				if err != nil {
					t.Error(err)
				}
				return name
			}
			p.Follow(`a[href*="op=revise"]`)
			p.Wait(`[name="bump"]`)
			p.Click(`[name="bump"][value="minor"]`)
			p.Type(`[name="note"]`, "增訂附則，修正網路管理人員權責")
			p.Attach(`[data-upload]`, nextText(t))
			p.Wait("ul.files li")
			p.Type(`[name="issue_on"]`, "115.12.15")
			p.Follow(".sendbar .btn--main")
			p.Wait(".compared ins")
			change := p.Path()
			approve("P07", change)
			approve("P01", change)
			reads("P13", change, "change-closed", `.band a[href$="/versions/1.4"]`) // who asked for it learns when it holds
			reads("P13", "/documents/IS-02-008", "waits", ".state--done", ".band")
			reads("P13", "/documents/IS-02-008/versions/1.4", "waiting", ".band")
			reads("P13", "/documents/IS-02-008/versions/1.4/print", "waiting-print", ".sheet__band, .band")
			if name := called("1.3"); strings.Contains(name, "舊版") {
				t.Errorf("1.3 is called %q before 1.4 is in force", name)
			}
			h.Until(t, time.Date(2026, 12, 15, 0, 1, 0, 0, h.Now().Location()))
			reads("P13", "/documents/IS-02-008/versions/1.3", "superseded", ".band--old")
			reads("P13", "/documents/IS-02-008/versions/1.3/print", "superseded-print", ".sheet__band, .band")
			reads("P13", "/check?number=IS-02-008&version=1.3", "superseded-check")
			if name := called("1.3"); !strings.Contains(name, "舊版") {
				t.Errorf("1.3 is called %q", name)
			}
			p.Go("/as/P01?next=/documents/IS-02-008")
			p.Follow(`a[href*="op=stop"]`)
			p.Wait(`[name="note"]`)
			p.Type(`[name="note"]`, "附則誤植")
			p.Follow(".sendbar .btn--main")
			p.Wait("h1")
			approve("P01", p.Path())
			h.Settle(t)
			reads("P13", "/documents/IS-02-008", "again", ".state--done")
			reads("P13", "/documents/IS-02-008/versions/1.4", "stopped", ".band--gone, .band--old")
			reads("P13", "/documents/IS-02-008/versions/1.4/print", "stopped-print", ".sheet__band, .band")
			reads("P13", "/check?number=IS-02-008&version=1.4", "stopped-check")
			if name := called("1.4"); !strings.Contains(name, "停止適用") {
				t.Errorf("1.4 is called %q", name)
			}
			controller := h.As(t, "P07")
			controller.Send("/documents/IS-02-008/file", "IS-02-008 1.5.pdf", "%PDF-1.7 original\n%%EOF", controller.Get("/documents/IS-02-008/file").With("class", "internal", "version", "1.5", "issued", "115.12.15",
				"approval_way", "register", "approver", "資通安全長", "replaces", "1.3", "replaced_by", "1.5 115.12.15")...).Says(t, 200)
			reads("P13", "/documents/IS-02-008", "file-alone", `a[href$="/versions/1.5/print"]`)
			reads("P13", "/documents/IS-02-008/versions/1.5/print", "cover", ".sheet__digest")
			reads("P07", "/documents/IS-02-008/end?as=stop", "end-stop")
			reads("P07", "/documents/IS-02-008/end?as=retire", "end-retire")
		})
	}
}

package documentstest

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A document that was approved by a letter outside is entered with its scan, waits to be confirmed,
// and is in force once a second person has compared the two.
func TestAnApprovalOutsideIsEnteredAndConfirmedInABrowser(t *testing.T) {
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
				p.Shot("outside-" + name)
			}
			reads := func(person, path, name string) {
				t.Helper()
				p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
				p.Wait("h1")
				looks(name)
			}
			file, scan := nextText(t), filepath.Join(t.TempDir(), "晴民資字第1150011201號.pdf")
			if err := os.WriteFile(scan, []byte("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			looks("document")
			p.Follow(`a[href*="document_approved_outside"]`)
			p.Wait(`[name="letter_no"]`)
			looks("form")
			p.Type(`[name="letter_no"]`, "晴民資字第 1150011201 號")
			p.Type(`[name="letter_on"]`, "115.11.20")
			p.Type(`[name="approver"]`, "局長 顧維中")
			p.Attach(`[name="scan.file"]`, scan)
			p.Wait(`ul.files:has([name^="scan"])`)
			p.Click(`[name="bump"][value="minor"]`)
			p.Type(`[name="note"]`, "增訂附則，修正網路管理人員權責")
			p.Attach(`[name="file.file"]`, file)
			p.Wait(`ul.files:has([name^="file"])`)
			p.Type(`[name="issue_on"]`, "115.11.21")
			p.Follow(".sendbar .btn--main")
			p.Wait(".compared ins")
			looks("entered")
			path := p.Path()
			reads("P13", "/documents/IS-02-008", "waits")
			reads("P06", path, "to-confirm")
			p.Follow(`.task__body [value="approve"], .acts [value="approve"]`)
			reads("P13", "/documents/IS-02-008", "current")
			reads("P07", path, "confirmed")
			reads("P07", "/documents", "list")
			reads("P07", "/documents/new", "register")
		})
	}
}

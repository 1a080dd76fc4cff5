package documentstest

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// nextText is a file with the procedure's 1.4: one clause of 1.3 is changed, and a chapter added.
func nextText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../ismskit/catalog/data/documents/IS-02-008.md")
	if err != nil {
		t.Fatal(err)
	}
	body := string(text)
	body = body[strings.Index(body, "\n---\n")+5:]
	body = strings.ReplaceAll(body, "{{agency}}", "晴海市政府民政局")
	body = strings.ReplaceAll(body, "{{it_center}}", "晴海市政府資訊中心")
	body = strings.Replace(body, "負責網路服務之規劃與維護，並落實各項安全控管。", "負責網路服務之規劃、維護與監控，並落實各項安全控管。", 1)
	file := filepath.Join(t.TempDir(), "IS-02-008 1.4.md")
	if err := os.WriteFile(file, []byte(body+"\n## 捌、附則\n\n本程序書每年檢討一次。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A document goes from 1.3 to 1.4 through a request that is signed online: asked for on the
// document's page, compared clause by clause, signed, and 1.3 says everywhere that it is old.
func TestADocumentIsChangedByASignedRequestInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P13?next=/documents/IS-02-008", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("change-" + name)
			}
			reads := func(person, path, name string) {
				t.Helper()
				p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
				p.Wait("h1")
				looks(name)
			}
			file := nextText(t)
			p.Follow(`a[href*="op=revise"]`)
			p.Wait(`[name="bump"]`)
			looks("form")
			p.Click(`[name="bump"][value="minor"]`)
			p.Type(`[name="note"]`, "增訂附則，修正網路管理人員權責")
			p.Attach(`[data-upload]`, file)
			p.Wait("ul.files li")
			p.Type(`[name="issue_on"]`, "115.11.23")
			p.Follow(".sendbar .btn--main")
			p.Wait(".compared ins")
			looks("sent")
			path := p.Path()
			reads("P07", path, "review")
			p.Follow(`.task__body [value="approve"], .acts [value="approve"]`)
			reads("P13", "/documents/IS-02-008", "under-way")
			reads("P01", path, "approval")
			p.Follow(`.task__body [value="approve"], .acts [value="approve"]`)
			reads("P13", path+"/print", "request-print")
			reads("P13", "/documents/IS-02-008", "current")
			reads("P13", "/documents/IS-02-008/versions/1.3", "old")
			if !p.Has(".band--old") {
				t.Error("1.3 does not say that it is old")
			}
			reads("P13", "/documents/IS-02-008/versions/1.3/print", "old-print")
			reads("P13", "/check?number=IS-02-008&version=1.3", "check")
		})
	}
}

package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// What is done by hand at a page is counted, whichever way it is done, and nothing else.
func TestWhatIsDoneByHandIsCounted(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="zh-TW"><title>表單</title><link rel="icon" href="data:,"><main><h1>表單</h1>
			<a href="/next">下一頁</a> <button type="button">勾選</button> <input id="name"> <input id="file" type="file">
			<select><option value="">–</option><option value="S01">AD 帳號</option></select></main></html>`)
	}))
	defer site.Close()
	file := filepath.Join(t.TempDir(), "回復.txt")
	if err := os.WriteFile(file, []byte("信箱已建立"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := browsertest.Start(t).Open(t, site.URL, "/", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	before := p.Effort()
	for _, one := range []struct {
		what string
		do   func()
		want browsertest.Effort
	}{
		{"opening an address and reading", func() { p.Go("/"); p.Wait("h1"); p.Text("h1") }, browsertest.Effort{}},
		{"clicking", func() { p.Click("button") }, browsertest.Effort{Clicks: 1}},
		{"following a link", func() { p.Follow("a") }, browsertest.Effort{Clicks: 1, Pages: 1}},
		{"typing", func() { p.Type("#name", "AD 帳號，") }, browsertest.Effort{Fields: 1, Keys: 3 + 2*4 + 1}},
		{"pressing a key that writes nothing", func() { p.Press(kb.F2) }, browsertest.Effort{Keys: 1}},
		{"going on by the keyboard", func() { p.Tab(2) }, browsertest.Effort{Keys: 2}},
		{"choosing", func() { p.Choose("select", "S01") }, browsertest.Effort{Clicks: 2}},
		{"attaching", func() { p.Attach("#file", file) }, browsertest.Effort{Clicks: 3}},
	} {
		one.do()
		now := p.Effort()
		done := browsertest.Effort{
			Clicks: now.Clicks - before.Clicks, Fields: now.Fields - before.Fields, Keys: now.Keys - before.Keys, Pages: now.Pages - before.Pages,
		}
		if done != one.want {
			t.Errorf("%s: %+v, want %+v", one.what, done, one.want)
		}
		before = now
	}
	// 7 clicks at 2.65 s, one field at 2.1 s, 15 keys at 0.28 s, one page at 0.5 s.
	if took, want := before.Time(), 25350*time.Millisecond; took != want {
		t.Errorf("all of it takes %s, want %s", took, want)
	}
}

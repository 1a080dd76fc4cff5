package worktest

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// cutLine stands between a browser and a site; while it is cut nothing answers.
type cutLine struct {
	*httptest.Server
	cut atomic.Bool
}

func openCutLine(t *testing.T, h *webtest.House) *cutLine {
	t.Helper()
	site, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	line := &cutLine{}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(site); r.Out.Host = r.In.Host }}
	line.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if line.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(line.Close)
	return line
}

// returns is the reader coming back to the window, when what failed is tried again.
func returns(p *browsertest.Page) { p.Eval(`dispatchEvent(new Event("focus"))`, nil) }

// Somebody fills in a form while the server goes away: he is told before he presses
// anything, pressing loses nothing, and once it is back the draft is saved by itself.
func TestAFormOutlivesTheServer(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	line := openCutLine(t, h)
	p := b.Open(t, line.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Expect("ERR_EMPTY_RESPONSE")
	p.Go("/apply/account_request")
	line.cut.Store(true)
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	p.Wait(`#form-state [data-says="unsaved"]`)
	if said := p.Text("#form-state"); !strings.Contains(said, "尚未存檔：伺服器沒有回應，將自動重試") {
		t.Errorf("it says %q", said)
	}
	p.Clean(axe)
	p.Click(`.sendbar [value="submit"]`)
	p.Wait(`#form-state [data-says="away"]`)
	var subject string
	if p.Eval(`document.querySelector('[name="subject"]').value`, &subject); subject != "收發窗口之帳號申請" {
		t.Errorf("the subject is %q", subject)
	}
	p.Wait(`#form-state [data-says="unsaved"]`) // it goes on trying to save
	p.Click(`.sendbar [value="save"]`)
	p.Wait(`#form-state [data-says="unsaved"]:not([hidden])`)
	if said := p.Text("#form-state"); strings.Contains(said, "尚未送出") {
		t.Errorf("saved in vain, it says %q", said)
	}
	line.cut.Store(false)
	returns(p)
	p.Wait(`#form-state[data-action^="/cases/"] [role=status]:not(:empty)`)
	if said := p.Text("#form-state"); strings.Contains(said, "尚未存檔") || !strings.Contains(said, "暫存") {
		t.Errorf("saved, it says %q", said)
	}
	h.As(t, "P13").Get(p.Path()).Says(t, http.StatusOK, "收發窗口之帳號申請")
}

// The session ends while a form is filled in: the writer signs in in another window,
// comes back and goes on.
func TestAFormOutlivesTheSession(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.ClearCookies()
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	p.Wait(`#form-state [data-says="ended"] a[target="_blank"][href="/login"]`)
	if said := p.Text("#form-state"); !strings.Contains(said, "登入已逾時，填寫的內容尚未存檔") || !strings.Contains(said, "重新登入") {
		t.Errorf("it says %q", said)
	}
	p.Eval(`document.querySelector('#form-state [data-says="ended"]').hidden = true`, nil) // read
	p.Click(`.sendbar [value="save"]`)
	p.Wait(`#form-state [data-says="ended"]`)
	p.Eval(`fetch("/as/P13?next=/answers").then(() => true)`, nil)
	returns(p)
	p.Wait(`#form-state[data-action^="/cases/"] [role=status]:not(:empty)`)
	h.As(t, "P13").Get(p.Path()).Says(t, http.StatusOK, "收發窗口之帳號申請")
}

// An opinion is typed while the server goes away: its writer is told, pressing loses
// nothing, and he is told when he can send.
func TestAnOpinionOutlivesTheServer(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	line := openCutLine(t, h)
	p := b.Open(t, line.URL, "/as/P12?next=/", browsertest.Look{Size: browsertest.Phone, Lang: "zh-TW"})
	p.Expect("ERR_EMPTY_RESPONSE")
	p.Go(path)
	line.cut.Store(true)
	p.Type(`[data-task] textarea[name="comment"]`, "經查確有業務需要")
	p.Wait(`body > [data-line] [data-says="away"]`)
	if said := p.Text("body > [data-line]"); !strings.Contains(said, "尚未送出：伺服器沒有回應") {
		t.Errorf("it says %q", said)
	}
	p.Clean(axe)
	p.NoSidewaysScroll()
	p.Eval(`document.querySelector('body > [data-line] [data-says="away"]').hidden = true`, nil) // read
	p.Click(`[data-task] .btn--main`)
	p.Wait(`body > [data-line] [data-says="away"]`)
	line.cut.Store(false)
	returns(p)
	p.Wait(`body > [data-line] [data-says="back"]`)
	p.Follow(`[data-task] .btn--main`)
	p.Wait("[data-toast]")
	h.As(t, "P12").Get(path).Says(t, http.StatusOK, "經查確有業務需要")
}

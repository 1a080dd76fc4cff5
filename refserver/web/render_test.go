package web_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func nobody(*http.Request) (web.Shell, error) {
	return web.Shell{Agency: "晴海市政府民政局", System: "資通安全管理作業", Seal: "民"}, nil
}

func newRenderer(t *testing.T, opts web.RendererOptions) *web.Renderer {
	t.Helper()
	if opts.Shell == nil {
		opts.Shell = webtest.Fang
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	r, err := web.NewRenderer(opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(r *web.Renderer, name string, data any, head ...string) *httptest.ResponseRecorder {
	return fetch(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.Page(w, req, http.StatusOK, name, data) }), "/todo?tab=all", head...)
}

func TestAPageSaysWhereAndWho(t *testing.T) {
	r := newRenderer(t, web.RendererOptions{Overlay: webtest.Overlay(map[string]string{"todo": `<h1>{{.Page}}</h1>`})})
	w := render(r, "todo", "<待辦>")
	body := w.Body.String()
	for _, want := range []string{
		`<html lang="zh-Hant-TW">`, `<title>頁－晴海市政府民政局</title>`, `<h1>&lt;待辦&gt;</h1>`,
		`資訊室　方冠宇 管理師`, `通知 3 則`, `代理中：賴思妤（至 115.11.25）`, `href="/todo" aria-current="page"`, `9<span class="vh"> 件</span>`,
		`href="/todo?lang=en&amp;tab=all"`, `hreflang="en"`, `跳到主要內容`, `操作問題請洽資訊室`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("missing %s", want)
		}
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	english := render(r, "todo", "x", "Cookie", "lang=en; theme=dark").Body.String()
	for _, want := range []string{`<html lang="en" data-theme="dark">`, `Acting for <span lang="zh-Hant">賴思妤</span> (until 25 Nov 2026)`, `3 notices`, `中文`} {
		if !strings.Contains(english, want) {
			t.Errorf("English: missing %s", want)
		}
	}
	if odd := render(r, "todo", "x", "Cookie", `theme="><script>`).Body.String(); strings.Contains(odd, "data-theme=") {
		t.Error("any theme is taken over")
	}
}

func TestAVisitorSeesNoNavigation(t *testing.T) {
	r := newRenderer(t, web.RendererOptions{Shell: nobody, Overlay: webtest.Overlay(map[string]string{"check": "版次"})})
	body := render(r, "check", nil).Body.String()
	if strings.Contains(body, "sidenav") || strings.Contains(body, "/logout") || !strings.Contains(body, `class="main main--plain"`) {
		t.Error(body)
	}
}

func TestAHostMountsThePagesBelowAPrefix(t *testing.T) {
	r := newRenderer(t, web.RendererOptions{Base: "/isms", Overlay: webtest.Overlay(map[string]string{"todo": `<a href="{{href "/apply"}}">x</a>`})})
	body := render(r, "todo", nil).Body.String()
	for _, want := range []string{`href="/isms/apply"`, `action="/isms/logout"`, `src="/isms/assets/`, `href="/isms/todo?lang=en&amp;tab=all"`} {
		if !strings.Contains(body, want) {
			t.Errorf("missing %s", want)
		}
	}
	for _, bad := range []string{"isms", "/isms/", "/", "/a//b", "//evil"} {
		if _, err := web.NewRenderer(web.RendererOptions{Base: bad, Shell: webtest.Fang}); err == nil {
			t.Errorf("base %q accepted", bad)
		}
	}
}

func TestBadTemplatesAreReportedAtOnce(t *testing.T) {
	_, err := web.NewRenderer(web.RendererOptions{Shell: webtest.Fang, Overlay: fstest.MapFS{
		"templates/one.html": {Data: []byte(`{{define "main"}}{{.Page`)},
		"templates/two.html": {Data: []byte(`{{define "main"}}{{end}}`)},
	}})
	if err == nil || !strings.Contains(err.Error(), "one.html") || !strings.Contains(err.Error(), "two.html") {
		t.Errorf("%v", err)
	}
}

func TestHalfAPageIsNeverSent(t *testing.T) {
	var log strings.Builder
	r := newRenderer(t, web.RendererOptions{
		Overlay: webtest.Overlay(map[string]string{"broken": `<p>half</p>{{.Page.NoSuch}}`}),
		Log:     slog.New(slog.NewTextHandler(&log, nil)),
	})
	w := render(r, "broken", struct{}{})
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "half") || !strings.Contains(w.Body.String(), "系統發生問題") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "NoSuch") {
		t.Errorf("the log does not say why: %s", &log)
	}
	if w := render(r, "none", nil); w.Code != http.StatusInternalServerError {
		t.Errorf("a page that isn't there: %d", w.Code)
	}
}

// The error page must come even when what surrounds it can't be had, and even
// when a host's own error page is broken.
func TestAnErrorPageAlwaysComes(t *testing.T) {
	for name, opts := range map[string]web.RendererOptions{
		"no shell": {Shell: func(*http.Request) (web.Shell, error) {
			return web.Shell{Agency: "民政局"}, errors.New("database is gone")
		}},
		"broken error page": {Overlay: webtest.Overlay(map[string]string{"error": `{{.Page.NoSuch}}`})},
	} {
		r := newRenderer(t, opts)
		w := fetch(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.Refuse(w, req, web.Unavailable) }), "/")
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "系統暫時無法使用") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestTheFieldsOwnWaysOfWriting(t *testing.T) {
	day := calendar.Date{Year: 2026, Month: time.November, Day: 23}
	at := time.Date(2026, 11, 23, 6, 5, 59, 0, time.UTC)
	r := newRenderer(t, web.RendererOptions{Overlay: webtest.Overlay(map[string]string{"dates": `{{with .Page}}` +
		`{{day .Day}}|{{day .At}}|{{dayText .Day}}|{{dayWeek .Day}}|{{moment .At}}|{{clock .At}}|{{day .Zero}}{{moment .Never}}{{clock .Never}}{{day .Never}}{{end}}` +
		`|{{template "state" dict "Kind" "back" "Text" "退回補正"}}|{{template "class" dict "Name" "密" "Closed" true}}|{{template "class" dict "Name" "自訂" "Closed" false}}`})})
	data := struct {
		Day, Zero calendar.Date
		At, Never time.Time
	}{Day: day, At: at}
	for lang, want := range map[string]string{
		"zh-TW": `115.11.23|115.11.23|115年11月23日|115.11.23（一）|115.11.23 14:05|14:05|` +
			`|<span class="state state--back">退回補正</span>|<span class="cls cls--secret">密</span>|<span class="cls">自訂</span>`,
		"en": `23 Nov 2026|23 Nov 2026|23 November 2026|Mon 23 Nov 2026|23 Nov 2026 14:05|14:05|` +
			`|<span class="state state--back"><span lang="zh-Hant">退回補正</span></span>|<span class="cls cls--secret"><span lang="zh-Hant">密</span></span>|<span class="cls"><span lang="zh-Hant">自訂</span></span>`,
	} {
		if body := render(r, "dates", data, "Cookie", "lang="+lang).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: want %s in %s", lang, want, body)
		}
	}
}

package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web"
)

func newGuard(t *testing.T, opts web.GuardOptions) *web.Guard {
	t.Helper()
	if opts.Refuse == nil {
		opts.Refuse = newRenderer(t, web.RendererOptions{}).Refuse
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	g, err := web.NewGuard(opts)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func post(h http.Handler, path, body string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var fine = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })

func TestTheBrowserIsBound(t *testing.T) {
	w := fetch(newGuard(t, web.GuardOptions{TLS: true}).Handler(fine), "/")
	for name, want := range map[string]string{
		"Content-Security-Policy":   "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
		"X-Content-Type-Options":    "nosniff",
		"Referrer-Policy":           "same-origin",
		"Strict-Transport-Security": "max-age=31536000",
	} {
		if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
	if w := fetch(newGuard(t, web.GuardOptions{}).Handler(fine), "/"); w.Header().Get("Strict-Transport-Security") != "" {
		t.Error("a server without TLS asks for TLS")
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	h := newGuard(t, web.GuardOptions{TrustedOrigins: []string{"https://portal.example.gov.tw"}}).Handler(fine)
	for name, tt := range map[string]struct {
		head []string
		want int
	}{
		"own page":              {[]string{"Sec-Fetch-Site", "same-origin"}, http.StatusNoContent},
		"another site":          {[]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"a neighbour's domain":  {[]string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"an old browser":        {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"a program":             {nil, http.StatusNoContent},
		"the portal":            {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://portal.example.gov.tw"}, http.StatusNoContent},
		"an old browser's home": {[]string{"Origin", "http://example.com"}, http.StatusNoContent},
	} {
		if w := post(h, "/cases/1/act", "verb=approve", tt.head...); w.Code != tt.want {
			t.Errorf("%s: %d, want %d", name, w.Code, tt.want)
		}
	}
	if w := fetch(h, "/todo", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusNoContent {
		t.Errorf("a link in a mail: %d", w.Code)
	}
}

func TestABodyIsLimited(t *testing.T) {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	h := newGuard(t, web.GuardOptions{BodyLimit: func(r *http.Request) int64 {
		if strings.HasPrefix(r.URL.Path, "/files") {
			return 100
		}
		return 10
	}}).Handler(read)
	if w := post(h, "/form", "0123456789"); w.Code != http.StatusOK {
		t.Errorf("just enough: %d", w.Code)
	}
	if w := post(h, "/form", "0123456789a"); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "送出的內容過大") {
		t.Errorf("too much: %d %s", w.Code, w.Body)
	}
	if w := post(h, "/files", "0123456789a"); w.Code != http.StatusOK {
		t.Errorf("a file: %d", w.Code)
	}
	r := httptest.NewRequest(http.MethodPost, "/form", io.MultiReader(strings.NewReader("0123456789a")))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusTeapot {
		t.Errorf("a body that doesn't say its length: %d", w.Code)
	}
}

func TestAPanicIsAPageWithANumber(t *testing.T) {
	var log strings.Builder
	g := newGuard(t, web.GuardOptions{Log: slog.New(slog.NewTextHandler(&log, nil)), Route: func(*http.Request) string { return "GET /cases/{id}" }})
	w := fetch(g.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("index out of range") })), "/cases/IS-04-012-115-0087?q=秘密")
	body := w.Body.String()
	if w.Code != http.StatusInternalServerError || strings.Contains(body, "index out of range") {
		t.Fatalf("%d %s", w.Code, body)
	}
	_, rest, found := strings.Cut(body, "問題編號：")
	if !found || len(rest) < 10 || !strings.Contains(log.String(), "incident="+rest[:10]) {
		t.Errorf("the page's number is not in the log: %s", body)
	}
	for _, value := range []string{"0087", "秘密"} {
		if strings.Contains(log.String(), value) {
			t.Errorf("the log holds %s: %s", value, &log)
		}
	}
	// Once something has been sent, a page would be taken for whole.
	cut := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, err := io.WriteString(w, "half"); err != nil {
			t.Error(err)
		}
		panic("later")
	}))
	defer func() {
		if reason := recover(); reason != http.ErrAbortHandler {
			t.Errorf("the connection was not cut: %v", reason)
		}
	}()
	fetch(cut, "/")
}

// What may not be seen and what isn't there are one answer, byte for byte.
func TestForbiddenAndMissingLookAlike(t *testing.T) {
	r := newRenderer(t, web.RendererOptions{})
	answer := func(id string) string {
		w := fetch(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.Refuse(w, req, web.NotThere) }), "/cases/1", "X-Case", id)
		return w.Body.String()
	}
	if answer("secret") != answer("missing") {
		t.Error("they differ")
	}
	if strings.Contains(answer("x"), "問題編號") {
		t.Error("a missing page is no incident")
	}
}

func TestARedirectStaysHere(t *testing.T) {
	for next, want := range map[string]string{
		"/":                                   "/",
		"/todo":                               "/todo",
		"/todo?tab=late&page=2":               "/todo?tab=late&page=2",
		"/cases/IS-04-012#route":              "/cases/IS-04-012#route",
		"/records?q=帳號":                       "/records?q=帳號",
		"/a%2Fb":                              "/a%2Fb",
		"":                                    "/start",
		"todo":                                "/start",
		"//evil.example":                      "/start",
		"///evil.example":                     "/start",
		"/\\evil.example":                     "/start",
		"\\\\evil.example":                    "/start",
		"/%5Cevil.example":                    "/start",
		"/.//evil.example":                    "/start",
		"/x/..//evil.example":                 "/start",
		"/%2F/evil.example":                   "/start",
		"/%09/evil.example":                   "/start",
		"https:evil.example":                  "/start",
		"https://evil.example":                "/start",
		"javascript:alert(1)":                 "/start",
		"data:text/html,x":                    "/start",
		"/\t/evil.example":                    "/start",
		"/\n/evil.example":                    "/start",
		"\t//evil.example":                    "/start",
		" //evil.example":                     "/start",
		"/todo\r\nSet-Cookie: a=b":            "/start",
		"/todo\x00":                           "/start",
		"/todo\xff":                           "/start",
		"/\u2028/evil.example":                "/start",
		"/%zz":                                "/start",
		"@evil.example":                       "/start",
		"/" + strings.Repeat("a", 2048):       "/start",
		"/" + strings.Repeat("a", 2047):       "/" + strings.Repeat("a", 2047),
		"/" + strings.Repeat("a", 2046) + `"`: "/start", // too long once it is escaped
	} {
		if got := web.SafeNext(next, "/start"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

// Whatever comes in, a browser that resolves the answer stays on this origin.
func FuzzSafeNext(f *testing.F) {
	for _, seed := range []string{"/todo?a=b#c", "//evil", "/\\evil", "https:evil", "/x/..//evil", "/%2f%2fevil", "\x00", "/:80/"} {
		f.Add(seed)
	}
	here, err := url.Parse("https://isms.example.gov.tw/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := web.SafeNext(next, "/")
		to, err := here.Parse(got)
		if err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		if to.Host != here.Host || to.Scheme != here.Scheme || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") ||
			strings.ContainsAny(got, "\\\r\n\t\x00") {
			t.Fatalf("%q leads to %s", next, to)
		}
		if again := web.SafeNext(got, "/"); again != got {
			t.Fatalf("%q becomes %q, then %q", next, got, again)
		}
	})
}

func TestWhereARequestComesFrom(t *testing.T) {
	g := newGuard(t, web.GuardOptions{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	for _, tt := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"directly", "203.0.113.7:5000", nil, "203.0.113.7"},
		{"directly, with a forged header", "203.0.113.7:5000", []string{"198.51.100.1"}, "203.0.113.7"},
		{"through our proxy", "10.0.0.1:5000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"through two of ours", "10.0.0.1:5000", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"through ours, forging one more", "10.0.0.1:5000", []string{"192.0.2.9, 198.51.100.1"}, "198.51.100.1"},
		{"nonsense from ours", "10.0.0.1:5000", []string{"unknown"}, "10.0.0.1"},
		{"IPv6", "[2001:db8::1]:5000", nil, "2001:db8::1"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.7]:5000", nil, "203.0.113.7"},
	} {
		if got := g.Client(tt.remote, tt.forwarded); got != netip.MustParseAddr(tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
	if got := g.Client("@", nil); got.IsValid() {
		t.Errorf("a socket: %v", got)
	}
}

package web_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/refserver/web"
)

func newAssets(t *testing.T, overlay fs.FS, base string) *web.Assets {
	t.Helper()
	a, err := web.NewAssets(overlay, base)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func fetch(h http.Handler, path string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestABrowserKeepsAnAssetForEver(t *testing.T) {
	a := newAssets(t, nil, "")
	address, err := a.URL("style.css")
	if err != nil {
		t.Fatal(err)
	}
	w := fetch(a.Handler(), address)
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	again := fetch(a.Handler(), address, "If-None-Match", w.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("asked again: %d, %d bytes", again.Code, again.Body.Len())
	}
	old := fetch(a.Handler(), "/assets/0123456789ab/style.css")
	if old.Code != http.StatusOK || old.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("address of another release: %d %v", old.Code, old.Header())
	}
	here := strings.TrimSuffix(address, "style.css")
	for _, missing := range []string{"/assets/", "/assets/x", here, here + "../texts/en.json", here + "none.css"} {
		if w := fetch(a.Handler(), missing); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", missing, w.Code)
		}
	}
	if _, err := a.URL("none.css"); err == nil {
		t.Error("a page may refer to an asset that isn't there")
	}
}

func TestAssetsAreSentPacked(t *testing.T) {
	a := newAssets(t, nil, "")
	address, err := a.URL("style.css")
	if err != nil {
		t.Fatal(err)
	}
	plain := fetch(a.Handler(), address, "Accept-Encoding", "br, gzip;q=0")
	packed := fetch(a.Handler(), address, "Accept-Encoding", "br, gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || plain.Header().Get("Content-Encoding") != "" {
		t.Fatalf("packed %v, plain %v", packed.Header(), plain.Header())
	}
	if packed.Header().Get("ETag") == plain.Header().Get("ETag") {
		t.Error("the same tag for different bytes")
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	if err != nil || string(got) != plain.Body.String() {
		t.Errorf("unpacked %d bytes (%v), want %d", len(got), err, plain.Body.Len())
	}
}

func TestAHostReplacesOneAsset(t *testing.T) {
	host := fstest.MapFS{"assets/icon.svg": {Data: []byte("<svg/>")}, "assets/logo.svg": {Data: []byte("<svg></svg>")}}
	a := newAssets(t, host, "/isms")
	ours, err := newAssets(t, nil, "/isms").URL("style.css")
	if err != nil {
		t.Fatal(err)
	}
	if address, err := a.URL("style.css"); err != nil || address == ours {
		t.Errorf("other files, same address %s, %v", address, err)
	}
	for name, want := range map[string]string{"icon.svg": "<svg/>", "logo.svg": "<svg></svg>"} {
		address, err := a.URL(name)
		if err != nil {
			t.Fatal(err)
		}
		inner, below := strings.CutPrefix(address, "/isms")
		if w := fetch(a.Handler(), inner); !below || w.Body.String() != want {
			t.Errorf("%s: %q", address, w.Body)
		}
	}
	if _, err := web.NewAssets(fstest.MapFS{"assets/notes.docx": {}}, ""); err == nil {
		t.Error("a kind of file nobody can serve was accepted")
	}
}

// The stylesheet is one file with one set of tokens, and the content policy
// allows neither style attributes nor inline scripts.
func TestTemplatesObeyTheContentPolicy(t *testing.T) {
	own, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := filepath.Glob("templates/shared/*.html")
	if err != nil {
		t.Fatal(err)
	}
	forbidden := regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<style|javascript:|<script[^>]*>[^<]`)
	if len(own) == 0 || len(shared) == 0 {
		t.Fatalf("%d pages, %d shared parts", len(own), len(shared))
	}
	for _, name := range slices.Concat(own, shared) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.Find(text); found != nil {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// A class means one thing: a second rule for it at the top of the stylesheet would change
// whatever else is called so, on pages nobody had in mind.
func TestAClassOfTheStylesheetIsDefinedOnce(t *testing.T) {
	css, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	rules := regexp.MustCompile(`(?m)^(\.[a-z][\w-]*) \{`).FindAllStringSubmatch(string(css), -1)
	if len(rules) < 100 {
		t.Fatalf("only %d rules were found", len(rules))
	}
	for _, rule := range rules {
		if seen[rule[1]] {
			t.Errorf("%s is defined twice", rule[1])
		}
		seen[rule[1]] = true
	}
}

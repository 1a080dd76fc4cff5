package browsertest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }

// Tests share one Chromium and nothing in it: what one window was given no other has.
func TestWindowsOfOneBrowserShareNothing(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		who := "nobody"
		if c, err := r.Cookie("who"); err == nil {
			who = c.Value
		}
		if name := r.URL.Query().Get("name"); name != "" {
			http.SetCookie(w, &http.Cookie{Name: "who", Value: name})
		}
		fmt.Fprintf(w, `<!doctype html><html lang="zh-TW"><title>門</title><link rel="icon" href="data:,"><main><h1>%s</h1></main>`, who)
	}))
	defer site.Close()
	b := browsertest.Start(t)
	if again := browsertest.Start(t); again != b {
		t.Error("a second Chromium was started")
	}
	look := browsertest.Look{Size: browsertest.Phone, Lang: "zh-TW"}
	one := b.Open(t, site.URL, "/?name=P13", look)
	two := b.Open(t, site.URL, "/", look)
	one.Go("/")
	if got := one.Text("h1"); got != "P13" {
		t.Errorf("its own window has forgotten %s", got)
	}
	two.Go("/")
	if got := two.Text("h1"); got != "nobody" {
		t.Errorf("another window knows %s", got)
	}

	// Pictures are taken where they are asked for.
	dir := filepath.Join(t.TempDir(), "shots")
	t.Setenv("ISMSKIT_SHOTS", "")
	two.Shot("door")
	t.Setenv("ISMSKIT_SHOTS", dir)
	two.Shot("door")
	picture, err := os.ReadFile(filepath.Join(dir, "door-zh-TW-390.png"))
	if err != nil || !bytes.HasPrefix(picture, []byte("\x89PNG")) {
		t.Errorf("no picture, %v", err)
	}
}

// In every look axe finds what is drawn badly and what is built badly.
func TestAxeAsksEveryRuleInEveryLook(t *testing.T) {
	axe := browsertest.LoadAxe(t)
	if axe == "" {
		return
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="zh-TW"><title>門</title><link rel="icon" href="data:,"><main><h1 style="color:#ddd;background:#fff">待辦事項</h1><input></main></html>`)
	}))
	defer site.Close()
	b := browsertest.Start(t)
	for _, look := range browsertest.Looks("zh-TW", "en") {
		var broken []string
		for _, f := range b.Open(t, site.URL, "/", look).Axe(axe) {
			broken = append(broken, f.Rule)
		}
		if slices.Sort(broken); !slices.Equal(broken, []string{"color-contrast", "label"}) {
			t.Errorf("%s: %q", look, broken)
		}
	}
}

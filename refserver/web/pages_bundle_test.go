package web_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A bundle is named after its case and its day as the reader writes it, and the page that checks it
// has one mark for how that went.
func TestABundleIsNamedByItsDayAndCheckedWithOneMark(t *testing.T) {
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) { cfg.Signer = key })
	at := h.Apply(t)
	h.Settle(t)
	auditor := h.As(t, "P13")
	for lang, want := range map[string]string{"": `^封存檔 IS-04-\S+ 115\.11\.23 \d{4}\.zip$`, "?lang=en": `^Bundle IS-04-\S+ 23 Nov 2026 \d{4}\.zip$`} {
		reply := auditor.Post(at+"/bundle"+lang).Says(t, http.StatusOK)
		if _, named, err := mime.ParseMediaType(reply.Header.Get("Content-Disposition")); err != nil || !regexp.MustCompile(want).MatchString(named["filename"]) {
			t.Errorf("the bundle is called %q, %v", named["filename"], err)
		}
	}
	bundle := auditor.Post(at+"/bundle").Says(t, http.StatusOK)
	verdict := regexp.MustCompile(`<p class="answer__say"><span class="state state--(\w+)">([^<]*)</span>`)
	for name, content := range map[string]string{"done": bundle.Text, "no": bundle.Text + "x", "late": repacked(t, bundle.Text)} {
		page := auditor.Send("/bundle", "b.zip", content).Says(t, http.StatusOK)
		said := verdict.FindStringSubmatch(page.Text)
		if len(said) == 0 || said[1] != name || regexp.MustCompile(`[✓✕▲]`).MatchString(said[2]) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// repacked is a bundle that somebody's system has packed again.
func repacked(t *testing.T, bundle string) string {
	t.Helper()
	r, err := zip.NewReader(strings.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		to, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(to, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

package web_test

import (
	"crypto/rand"
	"mime"
	"net/http"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A bundle is named after its day as the reader writes it, and the page that checks it
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
	for lang, want := range map[string]string{"": "封存檔 115.11.23.zip", "?lang=en": "Bundle 23 Nov 2026.zip"} {
		reply := auditor.Post(at+"/bundle"+lang).Says(t, http.StatusOK)
		if _, named, err := mime.ParseMediaType(reply.Header.Get("Content-Disposition")); err != nil || named["filename"] != want {
			t.Errorf("the bundle is called %q, %v", named["filename"], err)
		}
	}
	bundle := auditor.Post(at+"/bundle").Says(t, http.StatusOK)
	verdict := regexp.MustCompile(`<p class="answer__say"><span class="state state--(\w+)">([^<]*)</span>`)
	for name, content := range map[string]string{"done": bundle.Text, "no": bundle.Text + "x"} {
		page := auditor.Send("/bundle", "b.zip", content).Says(t, http.StatusOK)
		said := verdict.FindStringSubmatch(page.Text)
		if len(said) == 0 || said[1] != name || regexp.MustCompile(`[✓✕▲]`).MatchString(said[2]) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

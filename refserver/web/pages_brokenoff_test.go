package web_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// away is the connection to a reader who has stopped receiving.
type away struct{ *httptest.ResponseRecorder }

// Write implements http.ResponseWriter.
func (away) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// Whoever breaks off a bundle or a file on its way leaves no error in the log, and half of
// one does not pass for the whole.
func TestAReaderWhoBreaksADownloadOffIsNoError(t *testing.T) {
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) { cfg.Signer = key })
	file := regexp.MustCompile(`/documents/[^"]+/files/[0-9a-f]{64}`).FindString(h.As(t, "P13").Get("/documents/IS-02-008").Text)
	if file == "" {
		t.Fatal("the document shows no file")
	}
	for _, asked := range []struct{ method, path string }{{http.MethodPost, h.Apply(t) + "/bundle"}, {http.MethodGet, file}} {
		func() {
			defer func() {
				if reason := recover(); reason != nil && reason != http.ErrAbortHandler {
					panic(reason)
				}
			}()
			r := httptest.NewRequestWithContext(t.Context(), asked.method, asked.path, nil)
			r.AddCookie(&http.Cookie{Name: "as", Value: "P13"})
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			w := away{httptest.NewRecorder()}
			h.Config.Handler.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Errorf("%s was not begun: %d", asked.path, w.Code)
			}
		}()
	}
	if said := h.Log.String(); strings.Contains(said, "ERROR") || strings.Contains(said, "WARN") {
		t.Errorf("the log has %s", said)
	}
}

// Whoever asks for a sixth bundle while five are under way is told so, and gets none.
func TestOneBundleTooManyIsRefusedOnItsPage(t *testing.T) {
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) { cfg.Signer = key })
	at := h.Apply(t)
	for range ismskit.MaxBundles {
		x := ismskit.Export{Cases: []string{strings.TrimPrefix(at, "/cases/")}}
		if _, err := h.Kit.Evidence().Export(t.Context(), ismskit.Actor{Person: "P13"}, x); err != nil {
			t.Fatal(err)
		}
	}
	refused := h.As(t, "P13").Post(at+"/bundle").Says(t, http.StatusTooManyRequests, "您已有 5 份封存檔等候或製作中")
	if after := refused.Header.Get("Retry-After"); after != "60" {
		t.Errorf("when to ask again: %q", after)
	}
}

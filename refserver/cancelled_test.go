package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// leaving is a store at whose reading the reader goes on to another page.
type leaving struct {
	ismskit.Store
	leave context.CancelFunc
}

// View implements ismskit.Store.
func (l *leaving) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if l.leave != nil {
		l.leave()
	}
	return l.Store.View(ctx, fn)
}

// Who clicks on before a page is there leaves no error in the log, wherever the server
// was with it: an error means that somebody must look.
func TestAPageNobodyWaitsForIsNoError(t *testing.T) {
	k, err := openFolder(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cases := &leaving{Store: k.store}
	k.store = cases
	var told bytes.Buffer
	log := slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h, err := furnish(t.Context(), options{lang: "zh-TW", data: t.TempDir()}, k, log)
	if err != nil {
		t.Fatal(errors.Join(err, k.Close()))
	}
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	clerk := (&running{TB: t, url: server.URL}).visitor()
	token := clerk.token("qh150013", demoPassword)
	if status := clerk.post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}}); status != http.StatusOK {
		t.Fatalf("sign-in: %d", status)
	}
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	asks := func(ctx context.Context, path string) int {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		for _, c := range clerk.client.Jar.Cookies(at) {
			r.AddCookie(c)
		}
		if strings.HasPrefix(path, "/api/") {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		return w.Code
	}
	for _, path := range []string{"/", "/sent", "/api/v1/tasks"} {
		ctx, cancel := context.WithCancel(t.Context())
		cases.leave = cancel
		if status := asks(ctx, path); status != http.StatusServiceUnavailable {
			t.Errorf("%s, left while the cases were read: %d", path, status)
		}
		cases.leave = nil
		if status := asks(ctx, path); status != http.StatusServiceUnavailable {
			t.Errorf("%s, left before anything was read: %d", path, status)
		}
		if told.Len() > 0 {
			t.Errorf("%s: the log has\n%s", path, told.String())
			told.Reset()
		}
	}
}

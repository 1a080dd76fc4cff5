package main

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// away is a store whose database can be taken away, as a PostgreSQL that is being
// restarted.
type away struct {
	ismskit.Store
	ping func(context.Context) error
	gone atomic.Bool
}

// Update implements ismskit.Store.
func (a *away) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if a.gone.Load() {
		return ismskit.ErrUnavailable
	}
	return a.Store.Update(ctx, fn)
}

// View implements ismskit.Store.
func (a *away) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if a.gone.Load() {
		return ismskit.ErrUnavailable
	}
	return a.Store.View(ctx, fn)
}

func (a *away) answers(ctx context.Context) error {
	if a.gone.Load() {
		return ismskit.ErrUnavailable
	}
	return a.ping(ctx)
}

// served is a house on a folder, and what it keeps there, for the test to close.
func served(t *testing.T, o options) (*running, *kept) {
	t.Helper()
	k, err := openFolder(t.Context(), o.data)
	if err != nil {
		t.Fatal(err)
	}
	h, err := furnish(t.Context(), o, k, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(errors.Join(err, k.Close()))
	}
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	return &running{TB: t, url: server.URL}, k
}

// TestADatabaseThatIsGone: whichever of the two databases does not answer, page
// and API say so, when to try again, and under which number the log has it.
func TestADatabaseThatIsGone(t *testing.T) {
	for name, gone := range map[string]func(*kept, *away) error{
		"accounts": func(k *kept, _ *away) error { return k.close[0]() },
		"cases":    func(_ *kept, cases *away) error { cases.gone.Store(true); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			k, err := openFolder(t.Context(), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			cases := &away{Store: k.store, ping: k.ping}
			k.store, k.ping = cases, cases.answers
			h, err := furnish(t.Context(), options{lang: "zh-TW", data: t.TempDir()}, k, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(errors.Join(err, k.Close()))
			}
			server := httptest.NewServer(h.handler)
			t.Cleanup(server.Close)
			r := &running{TB: t, url: server.URL}
			token, clerk := r.token("qh150013", demoPassword), r.visitor()
			if status := clerk.post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}}); status != http.StatusOK {
				t.Fatalf("sign-in: %d", status)
			}

			if err := gone(k, cases); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"/", "/apply", "/notices"} {
				page := clerk.unavailable(path, "")
				if strings.Count(page, "</html>") != 1 || !strings.Contains(page, "系統暫時無法使用") || strings.Contains(page, "sql") {
					t.Errorf("%s answers\n%.800s", path, page)
				}
			}
			typed := url.Values{"token": {"T1"}, "subject": {"調任收發窗口"}, "password": {demoPassword}}.Encode()
			if status, page := clerk.sendsBody("/apply/account_request", "application/x-www-form-urlencoded", "", strings.NewReader(typed)); status != http.StatusServiceUnavailable ||
				!strings.Contains(page, `name="subject" value="調任收發窗口"`) || !strings.Contains(page, "再送一次") {
				t.Errorf("what was typed is lost: %d\n%.800s", status, page)
			}
			if _, page := clerk.sendsBody("/password", "application/x-www-form-urlencoded", "", strings.NewReader(typed)); strings.Contains(page, demoPassword) {
				t.Error("a password came back")
			}
			for _, path := range []string{"/api/v1/cases", "/api/v1/tasks"} {
				if problem := clerk.unavailable(path, token); !strings.Contains(problem, `"code":"unavailable"`) || strings.Contains(problem, "sql") {
					t.Errorf("%s answers %s", path, problem)
				}
			}
			clerk.unavailable("/readyz", "")
			if err := k.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestADatabaseThatIsLocked: while another program holds the database, as a backup
// does, what would write is told to come back later and nothing of it is done; what
// only reads goes on. Once it lets go, the same request works.
func TestADatabaseThatIsLocked(t *testing.T) {
	dir := t.TempDir()
	r, k := served(t, options{lang: "zh-TW", data: dir})
	token := r.token("qh150013", demoPassword)
	draft := map[string]any{"type": "account_request", "values": map[string]any{"subject": "調任收發窗口"}}
	cases := func() int {
		t.Helper()
		status, out := r.rest(token, http.MethodGet, "/cases", nil)
		list, ok := out["items"].([]any)
		if status != http.StatusOK || !ok {
			t.Fatalf("reading: %d %v", status, out)
		}
		return len(list)
	}
	before := cases()

	backup, err := sql.Open("sqlite", filepath.Join(dir, fileCases))
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	conn, err := backup.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if status, out := r.rest(token, http.MethodPost, "/cases", draft); status != http.StatusServiceUnavailable || out["code"] != "unavailable" {
		t.Errorf("while it is locked: %d %v", status, out)
	}
	if n := cases(); n != before {
		t.Errorf("%d cases instead of %d after a refused request", n, before)
	}
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if status, out := r.rest(token, http.MethodPost, "/cases", draft); status != http.StatusCreated {
		t.Errorf("once it is free: %d %v", status, out)
	}
	if n := cases(); n != before+1 {
		t.Errorf("%d cases instead of %d", n, before+1)
	}
	if err := errors.Join(conn.Close(), k.Close()); err != nil {
		t.Error(err)
	}
}

// TestNobodySignsInWithoutAccounts: that is no wrong password, and nothing of the
// page that was under way stands behind the one that says so.
func TestNobodySignsInWithoutAccounts(t *testing.T) {
	r, k := served(t, options{lang: "zh-TW", data: t.TempDir(), empty: true})
	if err := k.close[0](); err != nil {
		t.Fatal(err)
	}
	if status := r.visitor().post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}}); status != http.StatusServiceUnavailable {
		t.Errorf("page: status %d", status)
	}
	if status, out := r.rest("", "POST", "/sessions", map[string]any{"login": "qh150013", "password": demoPassword}); status != http.StatusServiceUnavailable || out["code"] != "unavailable" {
		t.Errorf("API: %d %v", status, out)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}

// unavailable asks for an address, with a token where there is one, and expects to
// be told to come back later.
func (v *visitor) unavailable(path, token string) string {
	v.Helper()
	request, err := http.NewRequest(http.MethodGet, v.url+path, nil)
	if err != nil {
		v.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return v.refusedForNow(request)
}

// refusedForNow sends a request and holds the answer to being told, in kind, to come
// back later.
func (v *visitor) refusedForNow(request *http.Request) string {
	v.Helper()
	response, err := v.client.Do(request)
	if err != nil {
		v.Fatal(err)
	}
	b, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		v.Fatal(err)
	}
	path, kind := request.URL.Path, "text/html; charset=utf-8"
	switch {
	case strings.HasPrefix(path, "/api/"):
		kind = "application/problem+json"
	case path == "/readyz":
		kind = "text/plain; charset=utf-8"
	}
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" || response.Header.Get("Content-Type") != kind {
		v.Errorf("%s: %d, Retry-After %q, %s\n%.400s", path, response.StatusCode, response.Header.Get("Retry-After"), response.Header.Get("Content-Type"), b)
	}
	return string(b)
}

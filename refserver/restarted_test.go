package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// TestPostgreSQLIsStoppedUnderTheServer: whoever asks while the database is being
// stopped, or is away, is told to come back, in his language, and keeps what he typed;
// the server says that it is not ready. When the database is back everything goes on
// without anybody touching the server, its queue too, and what was asked for meanwhile
// can be asked again under its key and is done once.
func TestPostgreSQLIsStoppedUnderTheServer(t *testing.T) {
	database := postgrestest.Alone(t)
	r := begun(t, "-data", t.TempDir(), "-db", database.DSN)
	clerk := r.signedIn("qh150013")
	p := &process{running: r}
	s := newShift(p)

	// Requests are under way while it is being stopped.
	asks := make([]*asked, 40)
	for i := range asks {
		asks[i] = &asked{
			login: "qh150013", method: "POST", path: "/cases", key: fmt.Sprint("stopped-", i),
			body: s.json(map[string]any{"type": "account_request", "values": map[string]any{"subject": fmt.Sprint(subjectPrefix, i)}}),
		}
	}
	answers := make([]error, len(asks))
	begin := make(chan struct{}, len(asks))
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for i := n; i < len(asks); i += 4 {
				begin <- struct{}{}
				_, answers[i] = s.ask(p, asks[i])
			}
		})
	}
	for range 12 {
		<-begin
	}
	database.Stop()
	all.Wait()
	kept := 0
	for i, err := range answers {
		if err == nil {
			kept++
		} else if !strings.Contains(err.Error(), ": 503 ") || !strings.Contains(err.Error(), `"code":"unavailable"`) {
			t.Errorf("request %d while it is being stopped: %v", i, err)
		}
	}
	if kept == 0 || kept == len(asks) {
		t.Errorf("%d of %d requests came before the stop", kept, len(asks))
	}

	for lang, said := range map[string]string{"zh-TW": "系統暫時無法使用", "en": "The system is not available at the moment"} {
		if page := clerk.unavailableIn("/apply", lang); strings.Count(page, "</html>") != 1 || !strings.Contains(page, said) || strings.Contains(page, "SQLSTATE") {
			t.Errorf("%s:\n%.800s", lang, page)
		}
	}
	typed := url.Values{"token": {"T1"}, "subject": {"調任收發窗口"}}.Encode()
	if status, page := clerk.sendsBody("/apply/account_request", "application/x-www-form-urlencoded", "", strings.NewReader(typed)); status != http.StatusServiceUnavailable ||
		!strings.Contains(page, `name="subject" value="調任收發窗口"`) {
		t.Errorf("what was typed is lost: %d\n%.800s", status, page)
	}
	if status := r.visitor().post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}}); status != http.StatusServiceUnavailable {
		t.Errorf("sign-in: %d", status)
	}
	clerk.unavailable("/readyz", "")
	if status, _ := r.get("/healthz"); status != http.StatusOK {
		t.Errorf("the process lives, and healthz answers %d", status)
	}

	database.Start()
	if status, body := r.get("/readyz"); status != http.StatusOK {
		t.Errorf("it is back, and readyz answers %d %s", status, body)
	}
	if page := clerk.shown("/apply"); !strings.Contains(page, `href="/apply/account_request"`) {
		t.Errorf("it is back, and the page is not:\n%.800s", page)
	}
	ids := map[any]bool{}
	for i, a := range asks {
		receipt, err := s.ask(p, a)
		if err != nil || answers[i] == nil && receipt["repeated"] != true {
			t.Errorf("request %d, first %v, again: %v %v", i, answers[i], receipt, err)
		}
		ids[receipt["case"]] = true
	}
	status, list := r.rest(s.tokens["qh150013"], "GET", "/cases?phase=draft&limit=200", nil)
	n := 0
	for _, item := range list["items"].([]any) {
		if subject, _ := item.(map[string]any)["subject"].(string); strings.HasPrefix(subject, subjectPrefix) {
			n++
		}
	}
	if status != http.StatusOK || n != len(asks) || len(ids) != len(asks) {
		t.Errorf("%d: %d requests are there, by %d receipts, of %d", status, n, len(ids), len(asks))
	}
	s.oneMore(p)
	r.end()
}

// unavailableIn asks for a page in a language, and expects to be told to come back.
func (v *visitor) unavailableIn(path, lang string) string {
	v.Helper()
	request, err := http.NewRequest(http.MethodGet, v.url+path, nil)
	if err != nil {
		v.Fatal(err)
	}
	request.Header.Set("Accept-Language", lang)
	return v.refusedForNow(request)
}

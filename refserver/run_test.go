package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/runtest"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// running is the whole server in this process.
type running struct {
	testing.TB
	url  string
	said *runtest.Speech
	stop context.CancelFunc
	done chan error
}

// begun starts a server and waits until it answers.
func begun(t testing.TB, args ...string) *running {
	t.Helper()
	r := launch(t, args...)
	select {
	case r.url = <-r.said.Listening:
	case err := <-r.done:
		t.Fatalf("it did not start: %v\n%s", err, r.said)
	case <-time.After(2 * time.Minute):
		t.Fatalf("it does not answer:\n%s", r.said)
	}
	return r
}

func launch(t testing.TB, args ...string) *running {
	ctx, stop := context.WithCancel(context.Background())
	r := &running{TB: t, said: runtest.NewSpeech(), stop: stop, done: make(chan error, 1)}
	go func() { r.done <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), r.said) }()
	t.Cleanup(stop)
	return r
}

// end stops the server as a signal would.
func (r *running) end() {
	r.Helper()
	r.stop()
	select {
	case err := <-r.done:
		if err != nil {
			r.Errorf("it stopped with %v", err)
		}
	case <-time.After(time.Minute):
		r.Fatal("it does not stop")
	}
}

func (r *running) get(path string) (int, string) {
	r.Helper()
	response, err := http.Get(r.url + path)
	if err != nil {
		r.Fatal(err)
	}
	b, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		r.Fatal(err)
	}
	return response.StatusCode, string(b)
}

// rest asks the API as somebody.
func (r *running) rest(token, method, path string, body any) (int, map[string]any) {
	r.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		r.Fatal(err)
	}
	request, err := http.NewRequest(method, r.url+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		r.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.Fatal(err)
	}
	var out map[string]any
	if err := errors.Join(json.NewDecoder(response.Body).Decode(&out), response.Body.Close()); err != nil {
		r.Fatal(err)
	}
	return response.StatusCode, out
}

func (r *running) token(login, password string) string {
	r.Helper()
	status, out := r.rest("", "POST", "/sessions", map[string]any{"login": login, "password": password})
	if status != http.StatusCreated {
		r.Fatalf("sign-in of %s: %d %v", login, status, out)
	}
	return out["token"].(string)
}

// TestFromNothing: one command starts an agency; a second process on the same
// folder is refused; what was done is there after a restart.
func TestFromNothing(t *testing.T) {
	dir := t.TempDir()
	r := begun(t, "-data", dir, "-agency", "星河縣政府社會處")
	if status, body := r.get("/readyz"); status != http.StatusOK {
		t.Errorf("it said that it listens, and readyz answers %d %s", status, body)
	}
	if !strings.Contains(r.said.String(), demoPassword) || !strings.Contains(r.said.String(), "qh150013") {
		t.Errorf("it does not say with whom to sign in:\n%s", r.said)
	}
	if _, page := r.get("/login"); !strings.Contains(page, "星河縣政府社會處") || !strings.Contains(page, "鍾明哲") {
		t.Errorf("sign-in page without agency or accounts:\n%.600s", page)
	}
	for _, file := range []string{fileCases, fileAccounts, dirBlobs} {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil {
			t.Error(err)
		} else if open := info.Mode().Perm() & 0o077; open != 0 && runtime.GOOS != "windows" {
			t.Errorf("%s is open to others: %o", file, open)
		}
	}

	second := launch(t, "-data", dir)
	select {
	case err := <-second.done:
		if !errors.Is(err, errFolderInUse) || !strings.Contains(err.Error(), dir) {
			t.Errorf("a second server on the folder: %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("a second server works on the same folder")
	}

	token := r.token("qh150013", demoPassword)
	status, opened := r.rest(token, "POST", "/cases", map[string]any{"type": "account_request", "values": map[string]any{"subject": "重新啟動後仍在"}})
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, opened)
	}
	r.end()
	r = begun(t, "-data", dir)
	status, kept := r.rest(token, "GET", "/cases/"+opened["case"].(string), nil)
	if status != http.StatusOK || kept["subject"] != "重新啟動後仍在" {
		t.Errorf("after a restart: %d %v", status, kept)
	}
	r.end()
}

// TestEmpty: without the demonstration there is a first administrator, with a
// password for once.
func TestEmpty(t *testing.T) {
	dir := t.TempDir()
	said := regexp.MustCompile(`one-time password: (\S+)`)
	password := func(r *running) string {
		m := said.FindStringSubmatch(r.said.String())
		if m == nil {
			t.Fatalf("no password in %q", r.said)
		}
		return m[1]
	}
	r := begun(t, "-data", dir, "-empty", "-agency", "星河縣政府社會處")
	first := password(r)
	if _, page := r.get("/login"); !strings.Contains(page, "星河縣政府社會處") || strings.Contains(page, "鍾明哲") {
		t.Errorf("sign-in page:\n%.600s", page)
	}
	r.end()
	// Nobody has seen that password: the next start gives another, and needs no flag.
	r = begun(t, "-data", dir)
	second := password(r)
	if status, out := r.rest("", "POST", "/sessions", map[string]any{"login": adminLogin, "password": first}); status != http.StatusUnauthorized {
		t.Errorf("the first password still works: %d %v", status, out)
	}
	if _, out := r.rest("", "POST", "/sessions", map[string]any{"login": adminLogin, "password": second}); out["code"] != "must_change" {
		t.Errorf("the one-time password gives a token: %v", out)
	}
	visit := r.visitor()
	visit.post("/login", url.Values{"login": {adminLogin}, "password": {second}})
	changed := visit.post("/password", url.Values{"old": {second}, "new": {"Own-password-of-115"}, "again": {"Own-password-of-115"}})
	if changed != http.StatusOK {
		t.Errorf("the administrator cannot choose a password of his own: %d", changed)
	}
	token := r.token(adminLogin, "Own-password-of-115")
	if _, me := r.rest(token, "GET", "/me", nil); me["rights"].(map[string]any)["manage_people"] != true {
		t.Errorf("the administrator may not enter people: %v", me)
	}
	// This organisation has issued no form, so none claims a number and edition as its own.
	if _, form := visit.look("/apply/account_request"); !strings.Contains(form, "<dd>IS-04-012（範本，本機關尚未發行）</dd>") || strings.Contains(form, "114.05.26") {
		t.Errorf("the form claims an edition nobody here has issued:\n%s", form)
	}
	if _, form := r.rest(token, "GET", "/types/account_request", nil); form["template"] != true {
		t.Errorf("over REST the form is no template: %v", form)
	}
	r.end()
	r = begun(t, "-data", dir)
	r.token(adminLogin, "Own-password-of-115")
	if strings.Contains(r.said.String(), "password") {
		t.Errorf("a new password for somebody who has his own:\n%s", r.said)
	}
	r.end()
}

// visitor is a browser: cookies and forms.
type visitor struct {
	*running
	client *http.Client
}

func (r *running) visitor() *visitor {
	r.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.Fatal(err)
	}
	return &visitor{running: r, client: &http.Client{Jar: jar}}
}

func (v *visitor) post(path string, form url.Values) int {
	v.Helper()
	request, err := http.NewRequest(http.MethodPost, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := v.client.Do(request)
	if err != nil {
		v.Fatal(err)
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		v.Fatal(err)
	}
	return response.StatusCode
}

// moved waits until the demonstration's time has been moved, and gives what the page
// says then.
func (v *visitor) moved() string {
	v.Helper()
	for {
		head, page := v.look(demoMovingPath)
		if head.Get("Refresh") == "" {
			return page
		}
	}
}

// look opens a page.
func (v *visitor) look(path string) (http.Header, string) {
	v.Helper()
	response, err := v.client.Get(v.url + path)
	if err != nil {
		v.Fatal(err)
	}
	b, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		v.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		v.Fatalf("%s: status %d", path, response.StatusCode)
	}
	return response.Header, string(b)
}

// TestTheDemonstrationsTime: moved by a month, what falls due has been done, and
// the time stays moved.
func TestTheDemonstrationsTime(t *testing.T) {
	dir := t.TempDir()
	r := begun(t, "-data", dir)
	token := r.token("qh150013", demoPassword)
	late := func() (n int) {
		_, notices := r.rest(token, "GET", "/notices?unread=true&limit=200", nil)
		return len(notices["items"].([]any))
	}
	before := late()
	if status, _ := r.get("/demo/time"); status != http.StatusOK { // sent to sign in
		t.Errorf("status %d", status)
	}
	visit := r.visitor()
	visit.post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}})
	for form, want := range map[string]int{"leap=demotime.month": 200, "day=109.1.1": 422, "day=200.1.1": 422, "day=x": 422, "": 422} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if status := visit.post("/demo/time", values); status != want {
			t.Errorf("%q: status %d, want %d", form, status, want)
		}
		visit.moved()
	}
	if late() <= before {
		t.Error("a month has passed and nobody was told anything")
	}
	r.end()
	k, err := openFolder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	clock, err := k.accounts.OpenClock(t.Context())
	if err != nil || clock.Offset() < 27*24*time.Hour {
		t.Errorf("the clock is ahead by %v, %v", clock.Offset(), err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}

// TestAFirstStartThatWasCutOff: killed while it loaded, the next start begins
// anew; nothing of anybody's is thrown away.
func TestAFirstStartThatWasCutOff(t *testing.T) {
	dir := t.TempDir()
	k, err := openFolder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	as, err := begin(t.Context(), options{}, k, func(context.Context, start) error { return errors.New("killed") })
	if err == nil || as != startDemo {
		t.Fatalf("began as %q, %v", as, err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	r := begun(t, "-data", dir)
	r.token("qh150013", demoPassword)
	r.end()

	// A database that somebody else's program has filled is an organisation's own.
	own := t.TempDir()
	if k, err = openFolder(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	if err := fillEmpty(t.Context(), options{}, k); err != nil {
		t.Fatal(err)
	}
	as, err = begin(t.Context(), options{}, k, func(context.Context, start) error { return errors.New("filled what was full") })
	if err != nil || as != startOwn {
		t.Errorf("began as %q, %v", as, err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestServersShareAPostgreSQL: two start at once on an empty database; one fills
// it, both answer.
func TestServersShareAPostgreSQL(t *testing.T) {
	dsn := postgrestest.Database(t)
	dir := t.TempDir()
	one, two := launch(t, "-data", dir, "-db", dsn), launch(t, "-data", dir, "-db", dsn)
	for _, r := range []*running{one, two} {
		select {
		case r.url = <-r.said.Listening:
		case err := <-r.done:
			t.Fatalf("it did not start: %v", err)
		case <-time.After(2 * time.Minute):
			t.Fatal("it does not answer")
		}
	}
	token := one.token("qh150013", demoPassword)
	status, opened := one.rest(token, "POST", "/cases", map[string]any{"type": "account_request", "values": map[string]any{"subject": "兩臺伺服器"}})
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, opened)
	}
	if status, out := two.rest(token, "GET", "/cases/"+opened["case"].(string), nil); status != http.StatusOK {
		t.Errorf("the other server does not know it: %d %v", status, out)
	}
	if status, metrics := two.get("/metrics"); status != http.StatusOK || !strings.Contains(metrics, "ismskit_queue_jobs") {
		t.Errorf("metrics: %d %.200s", status, metrics)
	}
	one.end()
	two.end()
}

// TestGuessingIsSlowedDownOnce: tries on the page count for the API too.
func TestGuessingIsSlowedDownOnce(t *testing.T) {
	r := begun(t, "-data", t.TempDir(), "-empty")
	guess := func() string {
		_, out := r.rest("", "POST", "/sessions", map[string]any{"login": "NoBody", "password": "guessed"})
		return out["code"].(string)
	}
	if code := guess(); code != "sign_in" {
		t.Fatalf("the first guess: %s", code)
	}
	page := r.visitor()
	for range 12 {
		page.post("/login", url.Values{"login": {"nobody"}, "password": {"guessed"}})
	}
	if code := guess(); code != "too_many" {
		t.Errorf("after many guesses on the page: %s", code)
	}
	r.end()
}

// TestOptions: everything that is wrong is said at once, before anything starts.
func TestOptions(t *testing.T) {
	t.Setenv(envDatabase, "")
	for _, args := range [][]string{
		{"-addr", "nowhere"}, {"-db", "mysql://secret@host/x"}, {"-lang", "fr"}, {"-smtp", "mail:25"}, {"-smtp", "mail", "-from", "a@b.example"},
		{"-url", "isms.example"}, {"-url", "https://isms.example/path"}, {"-data", ""}, {"surplus"}, {"-nothing"},
	} {
		var out bytes.Buffer
		err := run(t.Context(), args, &out)
		if err == nil || strings.Contains(err.Error()+out.String(), "secret") {
			t.Errorf("%v: %v", args, err)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, &help); err != nil || !strings.Contains(help.String(), "-empty") {
		t.Errorf("help: %v %s", err, help.String())
	}
}

// What stands on the trail of how a server was started are no passwords.
func TestNoSecretIsAmongTheSettingsOnTheTrail(t *testing.T) {
	t.Setenv(envSMTPPassword, "mail-geheim")
	t.Setenv(envSMTPUser, "isms")
	t.Setenv(envDatabase, "postgres://isms:db-geheim@db.example:5433/isms?sslmode=disable")
	o, err := parseOptions([]string{"-smtp", "mail.example:25", "-from", "isms@example.org", "-checkpoint-mail", "audit@example.org", "-agency", "晴海市政府民政局"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	said := o.settings()
	if said["db"] != "postgres db.example:5433/isms" || said["smtp"] != "mail.example:25" || said["checkpoint-mail"] != "audit@example.org" || said["agency"] != "晴海市政府民政局" {
		t.Errorf("%v", said)
	}
	if all := fmt.Sprint(said); strings.Contains(all, "geheim") {
		t.Errorf("a password is among them: %s", all)
	}
}

// TestTheTakenAddress is told before an agency is loaded.
func TestTheTakenAddress(t *testing.T) {
	r := begun(t, "-data", t.TempDir(), "-empty")
	dir := filepath.Join(t.TempDir(), "never")
	var out bytes.Buffer
	err := run(t.Context(), []string{"-addr", strings.TrimPrefix(r.url, "http://"), "-data", dir}, &out)
	if err == nil {
		t.Error("two servers on one address")
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	r.end()
}

// TestOpening: the demonstration begins when its people are at work.
func TestOpening(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-23T14:30:00+08:00": "2026-11-23T14:30:00+08:00", // Monday afternoon
		"2026-11-23T06:00:00+08:00": "2026-11-23T09:00:00+08:00",
		"2026-11-22T14:30:00+08:00": "2026-11-23T09:00:00+08:00", // Sunday
		"2026-01-01T12:00:00+08:00": "2026-01-02T09:00:00+08:00", // a holiday
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := opening(at).In(office).Format(time.RFC3339); got != want {
			t.Errorf("%s opens at %s, want %s", now, got, want)
		}
	}
}

// TestRolesAreNamedOnce: every role of the rights is among those a new
// organisation gets.
func TestRolesAreNamedOnce(t *testing.T) {
	known := map[string]bool{}
	for _, r := range roles() {
		if known[r.name()] {
			t.Errorf("%s twice", r.name())
		}
		known[r.name()] = true
	}
	r := rights()
	for _, list := range [][]string{r.ReadAll, r.Overview, r.ManagePeople, r.ManageLists, r.ManageDocs, r.ManageQueue, r.ManageRecords, r.ManageTypes} {
		if len(list) == 0 {
			t.Error("a right that nobody can have")
		}
		for _, name := range list {
			if !known[name] {
				t.Errorf("%s is not among the roles", name)
			}
		}
	}
}

// TestTheRolesOfTheTypesAreThere: a step, or the news that it is late, comes to no
// role that a new organisation would have to invent.
func TestTheRolesOfTheTypesAreThere(t *testing.T) {
	known := map[string]bool{}
	for _, r := range roles() {
		known[r.name()] = true
	}
	types, err := catalog.Types()
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	var walk func(typ string, v any)
	walk = func(typ string, v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(typ, e)
			}
		case map[string]any:
			if v["kind"] == "role" {
				named++
				if name := fmt.Sprintf("%v/%v", v["module"], v["role"]); !known[name] {
					t.Errorf("%s names %s", typ, name)
				}
			}
			for _, e := range v {
				walk(typ, e)
			}
		}
	}
	for _, typ := range types {
		b, err := json.Marshal(typ)
		if err != nil {
			t.Fatal(err)
		}
		var data any
		if err := json.Unmarshal(b, &data); err != nil {
			t.Fatal(err)
		}
		walk(typ.Key, data)
		for _, name := range slices.Concat(typ.Openers, typ.Writers) {
			if named++; !known[name] {
				t.Errorf("%s names %s", typ.Key, name)
			}
		}
	}
	if named == 0 {
		t.Error("the types name no role: the check would pass whatever they said")
	}
}

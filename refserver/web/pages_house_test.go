package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// house is the demonstration agency on its first morning, with a server in front
// of it that lets anybody in as anybody (/as/P07).
type house struct {
	*httptest.Server
	kit      *ismskit.Kit
	store    ismskit.Store
	accounts *account.Store
	mu       sync.Mutex
	at       time.Time
	flash    string
	login    string // of whoever is signed in, where it is not his id
	often    bool   // visitors ask too often
}

// refuse makes visitors ask too often.
func (h *house) refuse(often bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.often = often
}

func (h *house) admit(*http.Request) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.often
}

// morning is 115.11.23（一）09:00.
var morning = time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

type whoKey struct{}

// Current implements Visits.
func (h *house) Current(ctx context.Context) (account.Account, bool) {
	who, _ := ctx.Value(whoKey{}).(string)
	login := who
	if h.login != "" {
		login = h.login
	}
	return account.Account{Person: who, Login: login}, who != ""
}

// require is the house's door: it sends away who isn't signed in.
func (h *house) require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, in := h.Current(r.Context()); !in {
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// PutFlash implements Visits.
func (h *house) PutFlash(_ context.Context, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flash = text
}

// TakeFlash implements Visits.
func (h *house) TakeFlash(context.Context) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := h.flash
	h.flash = ""
	return text
}

// houseConfig is a Kit's Config for the demonstration.
func houseConfig(t testing.TB) ismskit.Config {
	t.Helper()
	types, err := catalog.Types()
	if err != nil {
		t.Fatal(err)
	}
	return ismskit.Config{
		Store: memory.New(), Blobs: memory.NewBlobs(), Types: types, Hooks: catalog.Hooks(), Log: slog.New(slog.DiscardHandler),
		Printer: print.A4{},
		Rights: ismskit.Rights{
			ReadAll: []string{"records/reads_all"}, Overview: []string{"organisation/security_officer"},
			ManagePeople: []string{"system/system_admin"}, ManageLists: []string{"system/system_admin"},
			ManageDocs: []string{"documents/document_controller"}, ManageRecords: []string{"records/records_manager"},
		},
	}
}

// openHouse opens the house, with the agency in it unless it shall be empty but
// for its people.
func openHouse(t *testing.T) *house { return openHouseWith(t, func(*ismskit.Config) {}) }

// openHouseWith opens it with something changed.
func openHouseWith(t *testing.T, change func(*ismskit.Config)) *house {
	t.Helper()
	cfg := houseConfig(t)
	change(&cfg)
	demo, err := catalog.ReadDemo(catalog.Options{})
	if err == nil {
		err = demo.Load(t.Context(), cfg, morning)
	}
	if err != nil {
		t.Fatal(err)
	}
	return serveHouse(t, cfg)
}

func serveHouse(t *testing.T, cfg ismskit.Config) *house {
	t.Helper()
	h := &house{at: morning}
	cfg.Now = h.now
	kit, err := ismskit.New(cfg)
	if err == nil {
		err = kit.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	h.kit, h.store, h.accounts = kit, cfg.Store, openAccounts(t)
	shell, err := NewShell(ShellOptions{Kit: kit, Visits: h, House: func(*http.Request) Shell {
		return Shell{Agency: "晴海市政府民政局", System: "資通安全管理作業", Seal: "民", Foot: "示範機關，人名、機關名、文號、帳號均為虛構。"}
	}})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	t.Cleanup(func() {
		if log.Len() > 0 {
			t.Logf("log:\n%s", log.String())
		}
	})
	renderer, err := NewRenderer(RendererOptions{Shell: shell, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := NewPages(PagesOptions{
		Kit: kit, Renderer: renderer, Visits: h, Now: h.now, Apply: houseIndex(t), Require: h.require, Keeper: h.accounts, Accounts: h.accounts, Admit: h.admit,
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	mux.Handle("GET /assets/", renderer.Assets().Handler())
	mux.HandleFunc("GET /as/{person}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "as", Value: r.PathValue("person"), Path: "/"})
		http.Redirect(w, r, SafeNext(r.URL.Query().Get("next"), "/people"), http.StatusSeeOther)
	})
	guard := newGuard(t, GuardOptions{Refuse: renderer.Refuse, BodyLimit: func(*http.Request) int64 { return 32 << 20 }, Log: slog.New(slog.DiscardHandler)})
	h.Server = httptest.NewServer(guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("as"); err == nil {
			r = r.WithContext(context.WithValue(r.Context(), whoKey{}, c.Value))
		}
		renderer.Texts().Handler(mux).ServeHTTP(w, r)
	})))
	t.Cleanup(h.Close)
	return h
}

// caller is somebody of the house at his browser.
type caller struct {
	t      testing.TB
	house  *house
	client *http.Client
	header http.Header // sent with everything
}

func (h *house) as(t testing.TB, person string) *caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	site, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(site, []*http.Cookie{{Name: "as", Value: person, Path: "/"}})
	return &caller{t: t, house: h, client: &http.Client{Jar: jar}}
}

// reply is an answer that was read to its end.
type reply struct {
	*http.Response
	body string
}

func (c *caller) do(r *http.Request) reply {
	c.t.Helper()
	for name, values := range c.header {
		r.Header[name] = values
	}
	res, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{res, string(body)}
}

func (c *caller) get(path string) reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.house.URL+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(r)
}

func (c *caller) post(path string, fields ...string) reply {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.house.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

// send posts a form with a file in it.
func (c *caller) send(path, name, content string, fields ...string) reply {
	c.t.Helper()
	return c.sendAs(path, "file", name, content, fields...)
}

// sendAs posts a form with a file under the control's name.
func (c *caller) sendAs(path, control, name, content string, fields ...string) reply {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			c.t.Fatal(err)
		}
	}
	if name != "" {
		part, err := form.CreateFormFile(control, name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.house.URL+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.do(r)
}

// says fails the test unless the answer has the status and holds every text.
func (r reply) says(t testing.TB, status int, texts ...string) reply {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("%s: status %d, want %d\n%s", r.Request.URL, r.StatusCode, status, r.body)
	}
	for _, text := range texts {
		if !strings.Contains(r.body, text) {
			t.Errorf("%s: %q is missing", r.Request.URL, text)
		}
	}
	return r
}

// not fails the test if the answer holds one of the texts.
func (r reply) not(t testing.TB, texts ...string) reply {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(r.body, text) {
			t.Errorf("%s: %q is there", r.Request.URL, text)
		}
	}
	return r
}

// Every kind of message is called something in every language.
func TestEveryRuleOfMessagesHasItsWord(t *testing.T) {
	texts := newTexts(t, nil)
	for _, rule := range ismskit.MessageRules() {
		for _, lang := range texts.Languages() {
			if _, err := texts.text(lang, ruleTexts[rule]); err != nil {
				t.Errorf("%s in %s: %v", rule, lang, err)
			}
		}
	}
}

// Every verb that names people asks for them in its own words.
func TestEveryVerbAsksForItsPeople(t *testing.T) {
	for _, verb := range workflow.Verbs() {
		if workflow.NamesPeople(verb) && whoTexts[verb] == "" {
			t.Errorf("%s does not ask for whom it names", verb)
		}
	}
}

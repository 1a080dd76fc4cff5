package webtest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web"
	"github.com/ismskit/ismskit/storage/memory"
)

// Morning is 115.11.23（一）09:00.
var Morning = time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)

// House is the demonstration agency on its first morning, with a server in front
// of it that lets anybody in as anybody (/as/P07).
type House struct {
	*httptest.Server
	Kit      *ismskit.Kit
	Store    ismskit.Store
	Accounts *account.Store
	Login    string // of whoever is signed in, where it is not his id
	// Log is what the pages told it, warnings and errors.
	Log bytes.Buffer

	mu    sync.Mutex
	at    time.Time
	flash string
	seen  map[[2]string]int64 // by person and case
	often bool                // visitors ask too often
}

// Refuse makes visitors ask too often.
func (h *House) Refuse(often bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.often = often
}

func (h *House) admit(*http.Request) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.often
}

// Now is what the house's clock says.
func (h *House) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

// Until moves the clock and lets the queue do what is due on the way.
func (h *House) Until(t testing.TB, at time.Time) {
	t.Helper()
	if err := h.Kit.RunUntil(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

// Settle lets the queue do what is due now.
func (h *House) Settle(t testing.TB) { t.Helper(); h.Until(t, h.Now()) }

type whoKey struct{}

// Current implements web.Visits.
func (h *House) Current(ctx context.Context) (account.Account, bool) {
	who, _ := ctx.Value(whoKey{}).(string)
	login := who
	if h.Login != "" {
		login = h.Login
	}
	return account.Account{Person: who, Login: login}, who != ""
}

// PutFlash implements web.Visits.
func (h *House) PutFlash(_ context.Context, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flash = text
}

// TakeFlash implements web.Visits.
func (h *House) TakeFlash(context.Context) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := h.flash
	h.flash = ""
	return text
}

// PutSeen implements web.Visits.
func (h *House) PutSeen(ctx context.Context, caseID string, revision int64) {
	who, _ := ctx.Value(whoKey{}).(string)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen = map[[2]string]int64{}
	}
	h.seen[[2]string{who, caseID}] = revision
}

// Seen implements web.Visits.
func (h *House) Seen(ctx context.Context, caseID string) int64 {
	who, _ := ctx.Value(whoKey{}).(string)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen[[2]string{who, caseID}]
}

// require is the house's door: it sends away who isn't signed in.
func (h *House) require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, in := h.Current(r.Context()); !in {
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Config is a Kit's Config for the demonstration.
func Config(t testing.TB) ismskit.Config {
	t.Helper()
	types, err := catalog.Types()
	if err != nil {
		t.Fatal(err)
	}
	return ismskit.Config{
		Store: memory.New(), Blobs: memory.NewBlobs(), Types: types, Hooks: catalog.Hooks(), Concerns: catalog.Concerns(), Log: slog.New(slog.DiscardHandler),
		Printer: print.A4{}, CheckKey: []byte("the key of the check codes, tests"),
		Rights: ismskit.Rights{
			ReadAll:      []string{"records/reads_all"},
			Overview:     []string{"organisation/security_officer", "access/module_manager", "records/reads_all"},
			ManagePeople: []string{"system/system_admin", "system/system_admin_backup"},
			ManageLists:  []string{"system/system_admin", "system/system_admin_backup", "access/module_manager"},
			ManageDocs:   []string{"documents/document_controller"},
			ManageQueue:  []string{"system/system_admin", "system/system_admin_backup"}, ManageRecords: []string{"records/records_manager"},
			ManageTypes: []string{"organisation/security_officer"},
		},
	}
}

// firstMorning is the demonstration as Config loads it, loaded once for all houses that begin so.
var firstMorning struct {
	once  sync.Once
	store *memory.Store
	blobs *memory.Blobs
}

// OpenHouse opens the house.
func OpenHouse(t testing.TB) *House {
	t.Helper()
	cfg := Config(t)
	firstMorning.once.Do(func() {
		store, blobs := memory.New(), memory.NewBlobs()
		first := cfg
		first.Store, first.Blobs = store, blobs
		load(t, first)
		firstMorning.store, firstMorning.blobs = store, blobs
	})
	if firstMorning.store == nil {
		t.Fatal("the demonstration could not be loaded")
	}
	cfg.Store, cfg.Blobs = firstMorning.store.Clone(), firstMorning.blobs.Clone()
	return Serve(t, cfg)
}

// OpenHouseWith opens it with something changed, as it was when its past happened.
func OpenHouseWith(t testing.TB, change func(*ismskit.Config)) *House {
	t.Helper()
	cfg := Config(t)
	change(&cfg)
	load(t, cfg)
	return Serve(t, cfg)
}

func load(t testing.TB, cfg ismskit.Config) {
	t.Helper()
	demo, err := catalog.ReadDemo(catalog.Options{})
	if err == nil {
		err = demo.Load(t.Context(), cfg, Morning)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Serve puts the server in front of what is in the store already, its pages with something changed.
func Serve(t testing.TB, cfg ismskit.Config, change ...func(*web.PagesOptions)) *House {
	t.Helper()
	h := &House{at: Morning}
	cfg.Now = h.Now
	kit, err := ismskit.New(cfg)
	if err == nil {
		err = kit.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Kit, h.Store, h.Accounts = kit, cfg.Store, openAccounts(t)
	texts, err := web.NewTexts(nil)
	if err != nil {
		t.Fatal(err)
	}
	shell, err := web.NewShell(web.ShellOptions{Kit: kit, Visits: h, Texts: texts, House: func(*http.Request) web.Shell {
		return web.Shell{Agency: "晴海市政府民政局", System: "資通安全管理作業", Seal: "民", Foot: "示範機關，人名、機關名、文號、帳號均為虛構。"}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if h.Log.Len() > 0 {
			t.Logf("log:\n%s", h.Log.String())
		}
	})
	renderer, err := web.NewRenderer(web.RendererOptions{Shell: shell, Log: slog.New(slog.NewTextHandler(&h.Log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	opts := web.PagesOptions{
		Kit: kit, Renderer: renderer, Visits: h, Now: h.Now, Apply: index(t), Require: h.require, Keeper: h.Accounts, Accounts: h.Accounts, Admit: h.admit, Certificates: cfg.Certificates != nil,
	}
	for _, c := range change {
		c(&opts)
	}
	pages, err := web.NewPages(opts)
	if err != nil {
		t.Fatal(err)
	}
	guard, err := web.NewGuard(web.GuardOptions{Refuse: renderer.Refuse, BodyLimit: func(*http.Request) int64 { return 32 << 20 }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	mux.Handle("GET /assets/", renderer.Assets().Handler())
	mux.HandleFunc("GET /as/{person}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "as", Value: r.PathValue("person"), Path: "/"})
		http.Redirect(w, r, web.SafeNext(r.URL.Query().Get("next"), "/people"), http.StatusSeeOther)
	})
	h.Server = httptest.NewServer(guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("as"); err == nil {
			r = r.WithContext(context.WithValue(r.Context(), whoKey{}, c.Value))
		}
		renderer.Texts().Handler(mux).ServeHTTP(w, r)
	})))
	t.Cleanup(h.Close)
	return h
}

// index is what one can apply for, as the catalogue has it.
func index(t testing.TB) web.ApplyIndex {
	t.Helper()
	from, err := catalog.Apply()
	if err != nil {
		t.Fatal(err)
	}
	index := web.ApplyIndex{Title: from.Title, Hint: from.Hint}
	for _, e := range from.Entries {
		index.Entries = append(index.Entries, web.ApplyEntry{
			Key: e.Key, Type: e.Type, Form: e.Form, Planned: e.Planned, Urgent: e.Urgent, Minutes: e.Minutes, Title: e.Title, Time: e.Time, Hint: e.Hint,
		})
	}
	return index
}

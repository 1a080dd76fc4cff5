package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/api"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// monday is when the demonstration agency opens in these tests.
var monday = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.FixedZone("Asia/Taipei", 8*3600))

const password = "Ismskit-test-115"

// server is the API over the demonstration agency, with a clock to move.
type server struct {
	testing.TB
	url      string
	kit      *ismskit.Kit
	box      kittest.Mailbox
	clock    *kittest.Clock
	accounts *account.Store
	store    *switchable
	manual   *manual
	// description is the OpenAPI document.
	description []byte

	mu     sync.Mutex
	tokens map[string]string
}

// switchable is a store that can be away.
type switchable struct {
	ismskit.Store
	mu   sync.Mutex
	away error
}

func (s *switchable) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = err
}

func (s *switchable) gone() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.away
}

func (s *switchable) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.gone(); err != nil {
		return err
	}
	return s.Store.Update(ctx, fn)
}

func (s *switchable) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if err := s.gone(); err != nil {
		return err
	}
	return s.Store.View(ctx, fn)
}

// people who act in these tests, by login.
var people = map[string]string{
	"qh150013": "P13", "qh150011": "P11", "qh150012": "P12", "qh110005": "P05", "qh110006": "P06", "qh140010": "P10",
	"qh110004": "P04", "qh110007": "P07", "qh130009": "P09", "qh170018": "P18", "qh160015": "P15", "qh120008": "P08", "qh100003": "P03", "qh100001": "P01",
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open starts a server over a store.
func open(t testing.TB, store ismskit.Store, more ...ismskit.Type) *server {
	t.Helper()
	return openWith(t, store, func(c *ismskit.Config) { c.Types = append(c.Types, more...) })
}

// filled is a store with the demonstration in it, and its files.
type filled struct {
	*memory.Store
	blobs *memory.Blobs
}

// demonstration is what each test that begins with it has a copy of.
var demonstration struct {
	once sync.Once
	filled
}

// inMemory is a store in which the demonstration is.
func inMemory(t testing.TB) ismskit.Store {
	t.Helper()
	demonstration.once.Do(func() {
		cfg := configOf(t, memory.New())
		load(t, cfg)
		demonstration.filled = filled{cfg.Store.(*memory.Store), cfg.Blobs.(*memory.Blobs)}
	})
	if demonstration.Store == nil {
		t.Fatal("the demonstration could not be loaded")
	}
	return filled{demonstration.Store.Clone(), demonstration.blobs.Clone()}
}

func load(t testing.TB, cfg ismskit.Config) {
	t.Helper()
	demo, err := catalog.ReadDemo(catalog.Options{})
	must(t, err)
	must(t, demo.Load(t.Context(), cfg, monday))
}

func configOf(t testing.TB, store ismskit.Store) ismskit.Config {
	t.Helper()
	types, err := catalog.Types()
	must(t, err)
	return ismskit.Config{
		Store: store, Blobs: memory.NewBlobs(), Types: types, Hooks: catalog.Hooks(), Concerns: catalog.Concerns(),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), MaxUpload: 1 << 20, CheckKey: []byte("the key of the check codes, tests"),
		Rights: ismskit.Rights{
			ReadAll: []string{"records/reads_all"}, Overview: []string{"organisation/security_officer"},
			ManagePeople: []string{"system/system_admin"}, ManageLists: []string{"system/system_admin"},
			ManageDocs: []string{"documents/document_controller"}, ManageQueue: []string{"system/system_admin"},
		},
	}
}

// openWith starts it with something changed. The demonstration is loaded where it isn't there.
func openWith(t testing.TB, store ismskit.Store, change func(*ismskit.Config)) *server {
	t.Helper()
	s := &server{TB: t, clock: kittest.NewClock(monday), store: &switchable{Store: store}, tokens: map[string]string{}}
	cfg := configOf(t, s.store)
	cfg.Now = s.clock.Now
	full, is := store.(filled)
	if is {
		s.store.Store, cfg.Blobs = full.Store, full.blobs
	}
	change(&cfg)
	if !is {
		load(t, cfg)
	}
	var err error
	cfg.Signer, err = evidence.NewKey("isms.example", rand.Reader)
	must(t, err)
	cfg.Printer, cfg.Notifier = print.A4{}, &s.box
	s.kit, err = ismskit.New(cfg)
	must(t, err)
	must(t, s.kit.Start(t.Context()))
	s.accounts = openAccounts(t)
	a, err := api.New(api.Options{
		Kit: s.kit, Accounts: s.accounts, MaxUpload: cfg.MaxUpload, MaxBundle: 4 << 20, Log: cfg.Log,
		Ready: func(context.Context) error { return s.store.gone() }, Now: s.clock.Now,
	})
	must(t, err)
	s.description, err = a.Description()
	must(t, err)
	s.manual = readManual(t, s.description)
	mux := http.NewServeMux()
	a.Register(mux)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}

func openAccounts(t testing.TB) *account.Store {
	t.Helper()
	dsn := "file:" + filepath.Join(t.TempDir(), "accounts.db") + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
		"&_time_format=sqlite&_timezone=UTC&_txlock=immediate"
	db, err := sql.Open("sqlite", dsn)
	must(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { must(t, db.Close()) })
	accounts, err := account.Open(t.Context(), bun.NewDB(db, sqlitedialect.New()), account.Options{})
	must(t, err)
	return accounts
}

// everywhere tells a story on every kind of store.
func everywhere(t *testing.T, story func(s *server)) {
	t.Helper()
	everywhereWith(t, func(*ismskit.Config) {}, story)
}

// everywhereWith tells it with something changed.
func everywhereWith(t *testing.T, change func(*ismskit.Config), story func(s *server)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { story(openWith(t, inMemory(t), change)) })
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), t.TempDir()+"/isms.db", sqlite.Options{})
		must(t, err)
		t.Cleanup(func() { must(t, db.Close()) })
		story(openWith(t, db, change))
	})
	t.Run("postgres", func(t *testing.T) { story(openWith(t, postgrestest.Open(t, postgres.Options{}), change)) })
}

// settle carries out everything that is due.
func (s *server) settle() {
	s.Helper()
	must(s, s.kit.RunUntil(context.Background(), s.clock.Now()))
}

// token is one for a login, made on the first call.
func (s *server) token(login string) string {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tokens[login]; ok {
		return t
	}
	now := time.Now()
	_, err := s.accounts.Create(context.Background(), login, people[login], password, false, now)
	must(s, err)
	secret, _, err := s.accounts.IssueToken(context.Background(), login, "test", account.Scopes{Read: true, Write: true}, now.Add(time.Hour), now)
	must(s, err)
	s.tokens[login] = secret
	return secret
}

// answer is what came back.
type answer struct {
	testing.TB
	what   string
	status int
	head   http.Header
	raw    []byte
	body   map[string]any
}

// call sends a request; body is nil, raw bytes, or something to be sent as JSON.
// head are names and values in turn.
func (s *server) call(login, method, path string, body any, head ...string) answer {
	s.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		reader = bytes.NewReader(b)
	case io.Reader:
		reader = b
	default:
		encoded, err := json.Marshal(b)
		must(s, err)
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, s.url+"/api/v1"+path, reader)
	must(s, err)
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if login != "" {
		r.Header.Set("Authorization", "Bearer "+s.token(login))
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	must(s, err)
	defer func() { must(s, response.Body.Close()) }()
	a := answer{TB: s.TB, what: method + " " + path, status: response.StatusCode, head: response.Header}
	a.raw, err = io.ReadAll(response.Body)
	must(s, err)
	if strings.Contains(a.head.Get("Content-Type"), "json") {
		if err := json.Unmarshal(a.raw, &a.body); err != nil {
			s.Fatalf("%s: %v in %s", a.what, err, a.raw)
		}
	}
	s.manual.hold(s, method, path, a)
	return a
}

// want holds the answer to a status.
func (a answer) want(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.raw)
	}
	if status >= 400 {
		if kind := a.head.Get("Content-Type"); kind != "application/problem+json" {
			a.Errorf("%s: a refusal of type %q", a.what, kind)
		}
		if a.text("title") == "" || a.text("code") == "" || a.body["status"] != float64(status) {
			a.Errorf("%s: not a problem: %s", a.what, a.raw)
		}
	}
	return a
}

// refused holds a refusal to a status and a code.
func (a answer) refused(status int, code string) answer {
	a.Helper()
	a.want(status)
	if a.text("code") != code {
		a.Errorf("%s: code %q, want %q: %s", a.what, a.text("code"), code, a.raw)
	}
	return a
}

// at finds a value by keys and places: at("items", 0, "name").
func (a answer) at(path ...any) any {
	a.Helper()
	var v any = a.body
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			items, _ := v.([]any)
			if step >= len(items) {
				return nil
			}
			v = items[step]
		}
	}
	return v
}

func (a answer) text(path ...any) string {
	a.Helper()
	text, _ := a.at(path...).(string)
	return text
}

func (a answer) items() []any {
	items, _ := a.body["items"].([]any)
	return items
}

// object is a JSON object, for short.
type object = map[string]any

// line is one row of a request for a permission.
func line(system, permission, user, account string) object {
	return object{
		"system": object{"id": system}, "permission": []string{permission}, "purpose": "辦理業務所需", "account": account,
		"account_user": object{"kind": "person", "id": user}, "responsible": object{"kind": "person", "id": user},
		"period": object{"from": "2026-11-23", "to": "2027-11-22"},
	}
}

// request is a filled-in 權限帳號申請單.
func request(lines ...object) object {
	return object{"subject": "調任收發窗口，申請三項權限", "op": "add", "reason": "調任戶政科收發窗口，需辦理公文登記。", "lines": lines}
}

// sent opens a request as its applicant and returns its case.
func (s *server) sent(login string, lines ...object) string {
	s.Helper()
	a := s.call(login, "POST", "/cases", object{"type": "account_request", "values": request(lines...), "submit": true}).want(201)
	s.settle()
	return a.text("case")
}

// etag is the revision of a case as somebody sees it.
func (s *server) etag(login, id string) string {
	s.Helper()
	return s.call(login, "GET", "/cases/"+id, nil).want(200).head.Get("ETag")
}

// act acts on a case as it stands, and lets follow what follows.
func (s *server) act(login, id string, action object, head ...string) answer {
	s.Helper()
	a := s.call(login, "POST", "/cases/"+id+"/actions", action, append([]string{"If-Match", s.etag(login, id)}, head...)...)
	s.settle()
	return a
}

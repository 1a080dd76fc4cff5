package web

import (
	"database/sql"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite"

	"github.com/ismskit/ismskit/refserver/account"
)

const demoPassword = "Harbour-of-Qinghai-115"

var demoAccounts = []DemoAccount{
	{Login: "qh150013", Name: "鍾明哲 科員（戶政科）", Role: "一般同仁", Look: "權限帳號申請單卡在哪一列"},
	{Login: "qh150012", Name: "范語彤 股長（戶政科）", Role: "單位主管（代理人）", Look: "代理簽核、會辦"},
	{Login: "qh110005", Name: "賴思妤 分析師（資訊室）", Role: "權限管理人員", Look: "處置工作"},
	{Login: "qh110007", Name: "溫佩真 助理員（資訊室）", Role: "文管人員", Look: "編號重複、逾審查日"},
	{Login: "qh110004", Name: "江志恆 主任（資訊室）", Role: "資安管制人員", Look: "總覽、未結案彙整"},
}

func words(lang string) DoorWords {
	if lang == "en" {
		return DoorWords{
			LoginHint: "The account you sign in to your computer with, such as qh150013", Contact: "the IT office, extension 2107",
			Notes: []DoorNote{{Title: "Noticed an incident?", Text: "If you cannot sign in, call the IT office at once, extension 2104, and file the form afterwards."}},
		}
	}
	return DoorWords{
		LoginHint: "與登入個人電腦的帳號相同，例如 qh150013", Contact: "資訊室，分機 2107",
		Notes: []DoorNote{
			{Title: "不登入也能查", Links: []DoorLink{{Href: "/check", Label: "版次查詢", Note: "手上的列印本是不是最新版"}}},
			{Title: "發現資安事件", Text: "無法登入時，請立即以電話通報資訊室，分機 2104，復原後再補單。"},
			{Title: "系統公告", Text: "115.11.28（六）08:00 至 12:00 停機維護，期間請改用紙本申請單。"},
		},
	}
}

// office is a whole small server: guard, sessions, door, and one page behind it.
type office struct {
	*httptest.Server
	accounts *account.Store
}

func openOffice(t *testing.T, demo bool) office {
	t.Helper()
	accounts := openAccounts(t)
	for _, a := range demoAccounts {
		if _, err := accounts.Create(t.Context(), a.Login, strings.Fields(a.Name)[0], demoPassword, a.Login == "qh110007", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	sessions, err := account.NewSessions(accounts, account.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	renderer := newRenderer(t, RendererOptions{
		Overlay: pages(map[string]string{"todo": `<header class="pagehead"><h1>` + "待辦事項" + `</h1></header>` +
			`<form data-leave-warning><div class="field"><label class="field__label" for="note">說明</label><input class="input" id="note"></div></form>` +
			`<p><button class="btn" type="button" data-print hidden>列印</button></p>`}),
		Shell: func(r *http.Request) (Shell, error) {
			shell, err := fang(r)
			a, ok := sessions.Current(r.Context())
			shell.Person, shell.Flash = a.Person, ""
			if ok {
				shell.Flash = sessions.TakeFlash(r.Context())
			}
			shell.Foot, shell.Demo, shell.Now = "示範機關，人名、機關名、文號、帳號均為虛構。", demo, time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
			return shell, err
		},
	})
	guard := newGuard(t, GuardOptions{Refuse: renderer.Refuse, Log: slog.New(slog.DiscardHandler)})
	opts := DoorOptions{Renderer: renderer, Guard: guard, Accounts: accounts, Sessions: sessions, Words: words}
	if demo {
		opts.Demo, opts.DemoPassword = func(string) []DemoAccount { return demoAccounts }, demoPassword
	}
	door, err := NewDoor(opts)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	door.Register(mux)
	mux.Handle("GET /assets/", renderer.Assets().Handler())
	mux.Handle("/{$}", door.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { renderer.Page(w, r, http.StatusOK, "todo", nil) })))
	mux.Handle("/todo", door.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { renderer.Page(w, r, http.StatusOK, "todo", nil) })))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { renderer.Refuse(w, r, NotThere) })
	mux.HandleFunc("/fault", func(http.ResponseWriter, *http.Request) { panic("a fault") })
	server := httptest.NewServer(guard.Handler(sessions.Handler(renderer.Texts().Handler(mux))))
	t.Cleanup(server.Close)
	return office{server, accounts}
}

// openAccounts opens an empty database of accounts.
func openAccounts(t *testing.T) *account.Store {
	t.Helper()
	sqldb, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "accounts.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate&_time_format=sqlite&_timezone=UTC")
	if err != nil {
		t.Fatal(err)
	}
	sqldb.SetMaxOpenConns(1)
	db := bun.NewDB(sqldb, sqlitedialect.New())
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts, err := account.Open(t.Context(), db, account.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return accounts
}

// visitor is someone with a browser that doesn't follow redirects by itself.
type visitor struct {
	t      *testing.T
	office office
	client *http.Client
}

func (o office) visitor(t *testing.T) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, o, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// read answers with status, where it leads to, and the page.
func (v visitor) read(res *http.Response, err error) (status int, to, body string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	var b strings.Builder
	if err := res.Write(&b); err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), b.String()
}

func (v visitor) get(path string) (int, string, string) {
	v.t.Helper()
	return v.read(v.client.Get(v.office.URL + path))
}

func (v visitor) post(path string, form ...string) (int, string, string) {
	v.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	return v.read(v.client.PostForm(v.office.URL+path, values))
}

func TestAVisitorSignsInAndComesBackToWhereHeWas(t *testing.T) {
	v := openOffice(t, false).visitor(t)
	status, to, _ := v.get("/todo?tab=late")
	if status != http.StatusSeeOther || to != "/login?next=%2Ftodo%3Ftab%3Dlate" {
		t.Fatalf("%d %s", status, to)
	}
	_, _, page := v.get(to)
	if !strings.Contains(page, `name="next" value="/todo?tab=late"`) || strings.Contains(page, "示範帳號") {
		t.Error(page)
	}
	status, to, page = v.post("/login", "login", "qh150013", "password", demoPassword, "next", "/todo?tab=late")
	if status != http.StatusSeeOther || to != "/todo?tab=late" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if status, _, page := v.get(to); status != http.StatusOK || !strings.Contains(page, "鍾明哲") {
		t.Errorf("%d %s", status, page)
	}
	if _, _, page := openOffice(t, false).visitor(t).get("/login?next=%2Fkept%2FABC"); !strings.Contains(page, "您剛才填寫的內容已保留") {
		t.Error("the door doesn't say that what was typed is kept")
	}
	if _, to, _ := v.get("/login?next=//evil.example"); to != "/" {
		t.Errorf("signed in already, led to %s", to)
	}
	if status, to, _ := v.post("/logout"); status != http.StatusSeeOther || to != "/login" {
		t.Errorf("%d %s", status, to)
	}
	if status, to, _ := v.get("/todo"); status != http.StatusSeeOther || to != "/login?next=%2Ftodo" {
		t.Errorf("after signing out: %d %s", status, to)
	}
}

func TestTheDoorLeadsNowhereElse(t *testing.T) {
	o := openOffice(t, false)
	for _, next := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "/login", "/login?next=/todo", "/logout", "/password"} {
		if _, to, _ := o.visitor(t).post("/login", "login", "qh150013", "password", demoPassword, "next", next); to != "/" {
			t.Errorf("%q led to %q", next, to)
		}
	}
}

func TestAWrongPasswordIsToldKindly(t *testing.T) {
	o := openOffice(t, false)
	v := o.visitor(t)
	_, _, unknown := v.post("/login", "login", "nobody", "password", "wrong-secret")
	_, _, wrong := v.post("/login", "login", "qh150013", "password", "wrong-secret")
	if strings.Contains(wrong, "wrong-secret") {
		t.Error("the password came back")
	}
	if !strings.Contains(wrong, "帳號或密碼不符，請重新輸入。") || !strings.Contains(wrong, `value="qh150013"`) {
		t.Error(wrong)
	}
	_, unknown, _ = strings.Cut(unknown, "<!doctype")
	_, wrong, _ = strings.Cut(wrong, "<!doctype")
	if unknown != strings.Replace(wrong, `value="qh150013"`, `value="nobody"`, 1) {
		t.Error("an unknown login looks different")
	}
	if status, _, page := v.post("/login", "login", " ", "password", ""); status != http.StatusUnprocessableEntity || !strings.Contains(page, "請輸入帳號與密碼。") {
		t.Errorf("%d %s", status, page)
	}
	for range 4 {
		v.post("/login", "login", "qh150013", "password", "wrong-secret")
	}
	if status, _, page := v.post("/login", "login", "qh150013", "password", demoPassword); status != http.StatusTooManyRequests || !strings.Contains(page, "帳號已停用至 ") {
		t.Errorf("%d %s", status, page)
	}
}

func TestAPasswordFromSomeoneElseIsChangedFirst(t *testing.T) {
	v := openOffice(t, false).visitor(t)
	_, to, _ := v.post("/login", "login", "qh110007", "password", demoPassword, "next", "/todo")
	if to != "/password?next=%2Ftodo" {
		t.Fatalf("led to %s", to)
	}
	if _, to, _ := v.get("/todo"); to != "/password?next=%2Ftodo" {
		t.Errorf("the page is open: %s", to)
	}
	const own = "My-own-word-for-115"
	for wrong, form := range map[string][]string{
		"兩次輸入的新密碼不同": {"old", demoPassword, "new", own, "again", own + "x"},
		"目前的密碼不符":    {"old", "wrong", "new", own, "again", own},
		"密碼至少 12 個字": {"old", demoPassword, "new", "Short-1", "again", "Short-1"},
		"與目前的密碼相同":   {"old", demoPassword, "new", demoPassword, "again", demoPassword},
	} {
		if status, _, page := v.post("/password", form...); status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong) {
			t.Errorf("%s: %d %s", wrong, status, page)
		}
	}
	status, to, page := v.post("/password", "old", demoPassword, "new", own, "again", own, "next", "/todo")
	if status != http.StatusSeeOther || to != "/todo" {
		t.Fatalf("%d %s %s", status, to, page)
	}
	if _, _, page := v.get("/todo"); !strings.Contains(page, "密碼已變更。") {
		t.Error("not told, or signed out")
	}
}

func TestOneClickSignsInToTheDemonstrationOnly(t *testing.T) {
	v := openOffice(t, true).visitor(t)
	if _, _, page := v.get("/login"); !strings.Contains(page, "鍾明哲 科員（戶政科）") || !strings.Contains(page, demoPassword) {
		t.Error(page)
	}
	if status, to, _ := v.post("/login", "demo", "qh110005", "next", "/todo"); status != http.StatusSeeOther || to != "/todo" {
		t.Errorf("%d %s", status, to)
	}
	if status, _, _ := openOffice(t, false).visitor(t).post("/login", "demo", "qh110005"); status != http.StatusUnprocessableEntity {
		t.Errorf("a server that is no demonstration: %d", status)
	}
}

func TestALanguageIsKept(t *testing.T) {
	v := openOffice(t, false).visitor(t)
	status, to, _ := v.get("/login?lang=en&next=%2Ftodo")
	if status != http.StatusSeeOther || to != "./login?next=%2Ftodo" {
		t.Fatalf("%d %s", status, to)
	}
	if _, _, page := v.get("/login"); !strings.Contains(page, "<h1>Sign in</h1>") {
		t.Error(page)
	}
}

func TestAFormTooLongForTheDoor(t *testing.T) {
	v := openOffice(t, false).visitor(t)
	if status, _, _ := v.post("/login", "login", "a", "password", strings.Repeat("x", maxDoorForm)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", status)
	}
}

package webtest

import (
	"database/sql"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the driver of openAccounts

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/web"
)

// DemoPassword is the password of everybody in the office.
const DemoPassword = "Harbour-of-Qinghai-115"

var demoAccounts = []web.DemoAccount{
	{Login: "qh150013", Name: "鍾明哲 科員（戶政科）", Role: "一般同仁", Look: "權限帳號申請單卡在哪一列"},
	{Login: "qh150012", Name: "范語彤 股長（戶政科）", Role: "單位主管（代理人）", Look: "代理簽核、會辦"},
	{Login: "qh110005", Name: "賴思妤 分析師（資訊室）", Role: "權限管理人員", Look: "處置工作"},
	{Login: "qh110007", Name: "溫佩真 助理員（資訊室）", Role: "文管人員", Look: "編號重複、逾審查日"},
	{Login: "qh110004", Name: "江志恆 主任（資訊室）", Role: "資安管制人員", Look: "總覽、未結案彙整"},
}

func words(lang string) web.DoorWords {
	if lang == "en" {
		return web.DoorWords{
			LoginHint: "The account you sign in to your computer with, such as qh150013", Contact: "the IT office, extension 2107",
			Notes: []web.DoorNote{{Title: "Noticed an incident?", Text: "If you cannot sign in, call the IT office at once, extension 2104, and file the form afterwards."}},
		}
	}
	return web.DoorWords{
		LoginHint: "與登入個人電腦的帳號相同，例如 qh150013", Contact: "資訊室，分機 2107",
		Notes: []web.DoorNote{
			{Title: "不登入也能查", Links: []web.DoorLink{{Href: "/check", Label: "版次查詢", Note: "手上的列印本是不是最新版"}}},
			{Title: "發現資安事件", Text: "無法登入時，請立即以電話通報資訊室，分機 2104，復原後再補單。"},
			{Title: "系統公告", Text: "115.11.28（六）08:00 至 12:00 停機維護，期間請改用紙本申請單。"},
		},
	}
}

// Fang is the shell of a member of the IT office on an ordinary Monday.
func Fang(*http.Request) (web.Shell, error) {
	return web.Shell{
		Agency: "晴海市政府民政局", System: "資通安全管理作業", Seal: "民", Foot: "操作問題請洽資訊室，分機 2107。",
		Person: "方冠宇", Unit: "資訊室", Post: "管理師", Notices: 3, NoticesHref: "/notices", DeputyHref: "/deputies",
		ActingFor: []web.Acting{{Name: "賴思妤", Until: calendar.Date{Year: 2026, Month: time.November, Day: 25}, Href: "/deputies"}},
		Nav: []web.NavGroup{{Label: "shell.nav", Items: []web.NavItem{
			{Label: "door.title", Href: "/todo", Count: 9, Current: true}, {Label: "password.title", Href: "/password"},
		}}},
	}, nil
}

// Overlay makes an overlay of pages, each a main part.
func Overlay(main map[string]string) fs.FS {
	files := fstest.MapFS{}
	for name, text := range main {
		files["templates/"+name+".html"] = &fstest.MapFile{Data: []byte(`{{define "title"}}頁{{end}}{{define "main"}}` + text + `{{end}}`)}
	}
	return files
}

// Office is a whole small server: guard, sessions, door, and one page behind it.
type Office struct {
	*httptest.Server
	Accounts *account.Store
}

// OpenOffice opens it, as a demonstration with its people on the door or not.
func OpenOffice(t testing.TB, demo bool) Office {
	t.Helper()
	accounts := openAccounts(t)
	for _, a := range demoAccounts {
		if _, err := accounts.Create(t.Context(), a.Login, strings.Fields(a.Name)[0], DemoPassword, a.Login == "qh110007", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	sessions, err := account.NewSessions(accounts, account.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	renderer, err := web.NewRenderer(web.RendererOptions{
		Log: log,
		Overlay: Overlay(map[string]string{"todo": `<header class="pagehead"><h1>` + "待辦事項" + `</h1></header>` +
			`<form data-leave-warning><div class="field"><label class="field__label" for="note">說明</label><input class="input" id="note"></div></form>` +
			`<p><button class="btn" type="button" data-print hidden>列印</button></p>`}),
		Shell: func(r *http.Request) (web.Shell, error) {
			shell, err := Fang(r)
			a, ok := sessions.Current(r.Context())
			shell.Person, shell.Flash = a.Person, ""
			if ok {
				shell.Flash = sessions.TakeFlash(r.Context())
			}
			shell.Foot, shell.Demo, shell.Now = "示範機關，人名、機關名、文號、帳號均為虛構。", demo, Morning
			return shell, err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	guard, err := web.NewGuard(web.GuardOptions{Refuse: renderer.Refuse, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	opts := web.DoorOptions{Renderer: renderer, Guard: guard, Accounts: accounts, Sessions: sessions, Words: words}
	if demo {
		opts.Demo, opts.DemoPassword = func(string) []web.DemoAccount { return demoAccounts }, DemoPassword
	}
	door, err := web.NewDoor(opts)
	if err != nil {
		t.Fatal(err)
	}
	todo := door.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { renderer.Page(w, r, http.StatusOK, "todo", nil) }))
	mux := http.NewServeMux()
	door.Register(mux)
	mux.Handle("GET /assets/", renderer.Assets().Handler())
	mux.Handle("/{$}", todo)
	mux.Handle("/todo", todo)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { renderer.Refuse(w, r, web.NotThere) })
	mux.HandleFunc("/fault", func(http.ResponseWriter, *http.Request) { panic("a fault") })
	server := httptest.NewServer(guard.Handler(sessions.Handler(renderer.Texts().Handler(mux))))
	t.Cleanup(server.Close)
	return Office{server, accounts}
}

// openAccounts opens the server's own accounts, in a database of the test's own.
func openAccounts(t testing.TB) *account.Store {
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

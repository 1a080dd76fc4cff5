package account

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/uptrace/bun"
)

// office is a tiny site: /in signs the clerk in, /out signs out, / tells who it is.
func office(t *testing.T, s *Store, sessions *Sessions) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
		a, err := s.Get(r.Context(), clerk)
		if err != nil {
			t.Error(err)
		}
		if err := sessions.SignIn(r.Context(), a); err != nil {
			t.Error(err)
		}
		sessions.PutFlash(r.Context(), "您已登入。")
	})
	mux.HandleFunc("/out", func(_ http.ResponseWriter, r *http.Request) {
		if err := sessions.SignOut(r.Context()); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/flash", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.WriteString(w, sessions.TakeFlash(r.Context())); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		who := "nobody"
		if a, ok := sessions.Current(r.Context()); ok {
			who = a.Person
		}
		if _, err := io.WriteString(w, who); err != nil {
			t.Error(err)
		}
	})
	return sessions.Handler(mux)
}

// browser keeps the cookie between visits, without a network.
type browser struct {
	site   http.Handler
	cookie *http.Cookie
	last   *httptest.ResponseRecorder
}

func (b *browser) visit(path string) string {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	b.last = httptest.NewRecorder()
	b.site.ServeHTTP(b.last, r)
	for _, c := range b.last.Result().Cookies() {
		b.cookie = c
		if c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return b.last.Body.String()
}

func newSessions(t *testing.T, s *Store, opts SessionOptions) *Sessions {
	t.Helper()
	opts.Fail = func(w http.ResponseWriter, _ *http.Request, err error) {
		t.Error(err)
		w.WriteHeader(http.StatusInternalServerError)
	}
	sessions, err := NewSessions(s, opts)
	if err != nil {
		t.Fatal(err)
	}
	return sessions
}

func TestASessionLastsFromSignInToSignOut(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		b := &browser{site: office(t, s, newSessions(t, s, SessionOptions{}))}
		if got := b.visit("/"); got != "nobody" || b.cookie != nil {
			t.Errorf("a visitor is %s, cookie %v", got, b.cookie)
		}
		b.visit("/in")
		if got := b.visit("/"); got != "P13" {
			t.Errorf("signed in: %s", got)
		}
		if got := b.visit("/flash") + b.visit("/flash"); got != "您已登入。" {
			t.Errorf("the message is shown once, got %q", got)
		}
		stolen := *b.cookie
		b.visit("/out")
		if b.cookie != nil {
			t.Error("the browser keeps its cookie")
		}
		b.cookie = &stolen
		if got := b.visit("/"); got != "nobody" {
			t.Errorf("the old cookie is still %s", got)
		}
	})
}

func TestATokenPlantedBeforeSignInIsWorthless(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	site := office(t, s, newSessions(t, s, SessionOptions{}))
	attacker := &browser{site: site}
	attacker.visit("/in")
	attacker.visit("/in") // any session with a cookie will do
	planted := attacker.cookie
	victim := &browser{site: site, cookie: planted}
	victim.visit("/in")
	if victim.cookie.Value == planted.Value {
		t.Fatal("the token stayed the same at sign-in")
	}
	if got := (&browser{site: site, cookie: planted}).visit("/"); got != "nobody" {
		t.Errorf("the planted token is %s", got)
	}
}

// A request that started before the sign-out and ends after it saves its
// session last.
func TestASlowRequestDoesNotReviveASession(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		sessions := newSessions(t, s, SessionOptions{})
		quick := &browser{site: office(t, s, sessions)}
		quick.visit("/in")
		mine := quick.cookie
		slow := &browser{cookie: mine, site: sessions.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			quick.visit("/out")
			sessions.PutFlash(r.Context(), "已儲存。")
		}))}
		slow.visit("/")
		if got := (&browser{site: quick.site, cookie: mine}).visit("/"); got != "nobody" {
			t.Errorf("the session is back: %s", got)
		}
	})
}

func TestSessionsEndWithTheAccount(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, s *Store) error{
		"disabled": func(t *testing.T, s *Store) error { return s.Disable(t.Context(), clerkKey, "", monday) },
		"new password": func(t *testing.T, s *Store) error {
			return s.SetPassword(t.Context(), clerkKey, "Another-word-115", true, monday)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openWithClerk(t, openSQLite(t))
			b := &browser{site: office(t, s, newSessions(t, s, SessionOptions{}))}
			b.visit("/in")
			if err := end(t, s); err != nil {
				t.Fatal(err)
			}
			if got := b.visit("/"); got != "nobody" {
				t.Errorf("still %s", got)
			}
		})
	}
}

func TestSessionsRunOut(t *testing.T) {
	for name, story := range map[string]struct {
		opts   SessionOptions
		visits []time.Duration // pauses between visits
		want   string
	}{
		"a visit every 20 minutes": {SessionOptions{}, []time.Duration{20 * time.Minute, 20 * time.Minute, 20 * time.Minute}, "P13"},
		"away for half an hour":    {SessionOptions{}, []time.Duration{31 * time.Minute}, "nobody"},
		"busy for twelve hours":    {SessionOptions{Idle: 5 * time.Hour}, []time.Duration{4 * time.Hour, 4 * time.Hour, 4*time.Hour + time.Second}, "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := openSQLite(t)
				s := openWithClerk(t, db)
				b := &browser{site: office(t, s, newSessions(t, s, story.opts))}
				b.visit("/in")
				var got string
				for _, pause := range story.visits {
					time.Sleep(pause) // the bubble's time
					got = b.visit("/")
				}
				if got != story.want {
					t.Errorf("%s, want %s", got, story.want)
				}
			})
		})
	}
}

// Reading page after page costs no write to the database.
func TestReadingWritesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openSQLite(t)
		s := openWithClerk(t, db)
		b := &browser{site: office(t, s, newSessions(t, s, SessionOptions{}))}
		b.visit("/in")
		b.visit("/flash")
		expiry := func() time.Time {
			var row sessionRow
			if err := db.NewSelect().Model(&row).OrderExpr("s.expires_at DESC").Limit(1).Scan(t.Context()); err != nil {
				t.Fatal(err)
			}
			return row.ExpiresAt
		}
		before := expiry()
		for range 5 {
			time.Sleep(10 * time.Second)
			b.visit("/")
		}
		if !expiry().Equal(before) {
			t.Error("the session was written within a minute")
		}
		time.Sleep(time.Minute)
		b.visit("/")
		if !expiry().After(before) {
			t.Error("the session was not prolonged after a minute")
		}
	})
}

func TestTheCookieIsSafe(t *testing.T) {
	for name, secure := range map[string]bool{"ismskit": false, "__Host-ismskit": true} {
		s := openWithClerk(t, openSQLite(t))
		b := &browser{site: office(t, s, newSessions(t, s, SessionOptions{Secure: secure}))}
		b.visit("/in")
		c := b.cookie
		if c == nil || c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %+v", c)
		}
		var rows []sessionRow
		if err := s.db.NewSelect().Model(&rows).Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if strings.Contains(row.Token, c.Value) {
				t.Error("the token lies in the database in clear")
			}
		}
	}
}

// The real thing: a server, a client with a cookie jar.
func TestOverHTTP(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	server := httptest.NewServer(office(t, s, newSessions(t, s, SessionOptions{})))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	get := func(path string) string {
		res, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if got := get("/") + get("/in") + get("/"); got != "nobodyP13" {
		t.Errorf("got %s", got)
	}
}

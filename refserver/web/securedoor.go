package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// DoorOptions of a Door.
type DoorOptions struct {
	Renderer *Renderer
	Guard    *Guard
	Accounts *account.Store
	Sessions *account.Sessions
	// Words are the organisation's own words beside the form, in a language.
	// May be nil.
	Words func(lang string) DoorWords
	// Demo lists accounts that anyone may use with one click, described in a
	// language. Nil on a server that isn't a demonstration.
	Demo func(lang string) []DemoAccount
	// DemoPassword is the password of all of them; it is shown.
	DemoPassword string
	// Limit slows down guessing; another way in, such as the API's, should share
	// it. Nil is one of the Door's own.
	Limit *SignInLimit
}

// DoorWords are the organisation's own words on the sign-in page; what is empty
// isn't shown.
type DoorWords struct {
	LoginHint string // which account is meant
	Contact   string // whom to ask: 資訊室，分機 2107
	Notes     []DoorNote
}

// DoorNote is a short section beside the form.
type DoorNote struct {
	Title string
	Text  string
	Links []DoorLink
}

// DoorLink is a page that needs no sign-in.
type DoorLink struct {
	Href  string // from the pages' root
	Label string
	Note  string // what one finds there
}

// DemoAccount is an invented person to look at the system as.
type DemoAccount struct {
	Login string
	Name  string // 鍾明哲 科員（戶政科）
	Role  string // 一般同仁
	Look  string // what to look at first
}

// Door lets people in: sign-in, sign-out, the change of a password given by
// someone else. It checks nothing itself; package account does.
type Door struct{ opts DoorOptions }

// NewDoor checks the options.
func NewDoor(opts DoorOptions) (*Door, error) {
	if opts.Renderer == nil || opts.Guard == nil || opts.Accounts == nil || opts.Sessions == nil {
		return nil, errors.New("web: a Door needs Renderer, Guard, Accounts and Sessions")
	}
	if opts.Demo == nil {
		opts.Demo = func(string) []DemoAccount { return nil }
	}
	if len(opts.Demo(DefaultLanguage)) > 0 && opts.DemoPassword == "" {
		return nil, errors.New("web: demonstration accounts need their password")
	}
	if opts.Words == nil {
		opts.Words = func(string) DoorWords { return DoorWords{} }
	}
	if opts.Limit == nil {
		opts.Limit = &SignInLimit{}
	}
	return &Door{opts: opts}, nil
}

// Register puts the pages on a mux, which must run inside Sessions.Handler.
func (d *Door) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /login", d.show)
	mux.HandleFunc("POST /login", d.signIn)
	mux.HandleFunc("POST /logout", d.signOut)
	mux.Handle("GET /password", d.Require(http.HandlerFunc(d.showPassword)))
	mux.Handle("POST /password", d.Require(http.HandlerFunc(d.changePassword)))
}

// Require lets only those through who are signed in, with a password of their
// own; the others are sent to sign in and come back.
func (d *Door) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := d.opts.Sessions.Current(r.Context())
		switch {
		case !ok:
			d.send(w, r, "/login", d.here(r))
		case a.MustChange && r.URL.Path != "/password":
			d.send(w, r, "/password", d.here(r))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// here is where to come back to: this page, or the page a form was sent from.
func (d *Door) here(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return d.opts.Renderer.Href(r.URL.RequestURI())
	}
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
		return from.RequestURI()
	}
	return ""
}

func (d *Door) send(w http.ResponseWriter, r *http.Request, page, next string) {
	to := d.opts.Renderer.Href(page)
	if next = d.next(next); next != d.opts.Renderer.Href("/") {
		to += "?next=" + url.QueryEscape(next)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// doorPaths are the door's own pages.
var doorPaths = []string{"/login", "/logout", "/password"}

// next is a safe place to go on to, never the door itself again.
func (d *Door) next(asked string) string {
	start := d.opts.Renderer.Href("/")
	next := SafeNext(asked, start)
	path, _, _ := strings.Cut(next, "?")
	for _, own := range doorPaths {
		if path == d.opts.Renderer.Href(own) {
			return start
		}
	}
	return next
}

// loginPage is the model of login.html.
type loginPage struct {
	DoorWords
	Login, Next  string
	Kept         bool   // a form waits behind the door
	Wrong        string // key of the reason, "" at first
	Wait         int    // minutes until the next try, of a login that is locked
	Failures     int    // wrong passwords that lock
	Minutes      int    // how long
	Demo         []DemoAccount
	DemoPassword string
}

func (d *Door) page(r *http.Request, login, next string) loginPage {
	lang := d.opts.Renderer.Texts().Choose(r)
	rules := d.opts.Accounts.Rules()
	return loginPage{
		DoorWords: d.opts.Words(lang), Login: login, Next: d.next(next), Kept: strings.HasPrefix(next, d.opts.Renderer.Href(keptPath)),
		Failures: rules.Failures, Minutes: int(rules.LockFor.Minutes()),
		Demo: d.opts.Demo(lang), DemoPassword: d.opts.DemoPassword,
	}
}

func (d *Door) show(w http.ResponseWriter, r *http.Request) {
	next := r.URL.Query().Get("next")
	if _, ok := d.opts.Sessions.Current(r.Context()); ok {
		http.Redirect(w, r, d.next(next), http.StatusSeeOther)
		return
	}
	d.opts.Renderer.Page(w, r, http.StatusOK, "login", d.page(r, "", next))
}

func (d *Door) signIn(w http.ResponseWriter, r *http.Request) {
	if !d.parse(w, r) {
		return
	}
	login, password := r.PostForm.Get("login"), r.PostForm.Get("password")
	guessable := login
	if demo := r.PostForm.Get("demo"); demo != "" && d.isDemo(demo) {
		login, password = demo, d.opts.DemoPassword
		guessable = "" // the password is on the page, and many look on at once
	}
	page := d.page(r, login, r.PostForm.Get("next"))
	now := time.Now()
	if strings.TrimSpace(login) == "" || password == "" {
		page.Wrong = "door.wrong_empty"
		d.opts.Renderer.Page(w, r, http.StatusUnprocessableEntity, "login", page)
		return
	}
	if !d.opts.Limit.Allow(d.opts.Guard.Client(r.RemoteAddr, r.Header.Values("X-Forwarded-For")), guessable, now) {
		page.Wrong = "door.wrong_often"
		d.opts.Renderer.Page(w, r, http.StatusTooManyRequests, "login", page)
		return
	}
	a, err := d.opts.Accounts.SignIn(r.Context(), login, password, channel, now)
	if err == nil {
		err = d.opts.Sessions.SignIn(r.Context(), a)
	}
	if locked, ok := errors.AsType[*account.LockedError](err); ok {
		page.Wrong, page.Wait = "door.wrong_locked", locked.Minutes()
		d.opts.Renderer.Page(w, r, http.StatusTooManyRequests, "login", page)
		return
	}
	if errors.Is(err, account.ErrSignIn) {
		page.Wrong = "door.wrong"
		d.opts.Renderer.Page(w, r, http.StatusUnprocessableEntity, "login", page)
		return
	}
	if err != nil {
		d.opts.Renderer.Fail(w, r, unavailable(err))
		return
	}
	if a.MustChange {
		d.send(w, r, "/password", page.Next)
		return
	}
	http.Redirect(w, r, page.Next, http.StatusSeeOther)
}

func (d *Door) isDemo(login string) bool {
	return slices.ContainsFunc(d.opts.Demo(DefaultLanguage), func(a DemoAccount) bool { return a.Login == login })
}

func (d *Door) signOut(w http.ResponseWriter, r *http.Request) {
	if err := d.opts.Sessions.SignOut(r.Context()); err != nil {
		d.opts.Renderer.Fail(w, r, unavailable(err))
		return
	}
	http.Redirect(w, r, d.opts.Renderer.Href("/login"), http.StatusSeeOther)
}

// unavailable says that the database of accounts doesn't answer. That package has
// no error of its own for it: whatever isn't a refusal is one.
func unavailable(err error) error { return errors.Join(ismskit.ErrUnavailable, err) }

// maxDoorForm bounds what the door reads from someone it doesn't know.
const maxDoorForm = 16 << 10

func (d *Door) parse(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxDoorForm)
	err := r.ParseForm()
	if err == nil {
		return true
	}
	kind := BadRequest
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		kind = TooLarge
	}
	d.opts.Renderer.Refuse(w, r, kind)
	return false
}

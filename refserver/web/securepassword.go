package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/refserver/account"
)

// passwordPage is the model of password.html. Passwords typed are never sent
// back.
type passwordPage struct {
	Must  bool // given by someone else: nothing else works before
	Next  string
	Wrong map[string]string // keys of the reasons, by field: old, new, again
	Wait  int               // minutes until the next try, of a login that is locked
	Rules account.Rules
}

// passwordTexts are the reasons for refusing a new password.
var passwordTexts = map[string]string{
	account.PasswordShort:   "password.short",
	account.PasswordLong:    "password.long",
	account.PasswordText:    "password.text",
	account.PasswordLogin:   "password.login",
	account.PasswordPlain:   "password.plain",
	account.PasswordCurrent: "password.current",
}

func (d *Door) showPassword(w http.ResponseWriter, r *http.Request) {
	a, _ := d.opts.Sessions.Current(r.Context()) // Require has let him through
	page := passwordPage{Must: a.MustChange, Next: d.next(r.URL.Query().Get("next")), Rules: d.opts.Accounts.Rules()}
	d.opts.Renderer.Page(w, r, http.StatusOK, "password", page)
}

func (d *Door) changePassword(w http.ResponseWriter, r *http.Request) {
	if !d.parse(w, r) {
		return
	}
	a, _ := d.opts.Sessions.Current(r.Context())
	page := passwordPage{Must: a.MustChange, Next: d.next(r.PostForm.Get("next")), Rules: d.opts.Accounts.Rules()}
	old, fresh, again := r.PostForm.Get("old"), r.PostForm.Get("new"), r.PostForm.Get("again")
	changed, err := d.opts.Accounts.ChangePassword(r.Context(), a.Login, old, fresh, again, channel, time.Now())
	if err == nil {
		// All other sessions have ended; this one goes on under a new token.
		err = d.opts.Sessions.SignIn(r.Context(), changed)
	}
	if err == nil {
		d.opts.Sessions.PutFlash(r.Context(), d.opts.Renderer.Text(r, "password.done"))
		http.Redirect(w, r, page.Next, http.StatusSeeOther)
		return
	}
	if !page.explain(err) {
		d.opts.Renderer.Fail(w, r, unavailable(err))
		return
	}
	d.opts.Renderer.Page(w, r, http.StatusUnprocessableEntity, "password", page)
}

// explain puts the reasons on the page, false where there are none that it has words for.
func (p *passwordPage) explain(err error) bool {
	p.Wrong = map[string]string{}
	if refused, ok := errors.AsType[*account.PasswordError](err); ok {
		text, known := passwordTexts[refused.Code]
		if !known {
			return false
		}
		p.Wrong["new"] = text
	}
	if errors.Is(err, account.ErrDiffer) {
		p.Wrong["again"] = "password.differ"
	}
	if locked, ok := errors.AsType[*account.LockedError](err); ok {
		p.Wrong["old"], p.Wait = "door.wrong_locked", locked.Minutes()
	} else if errors.Is(err, account.ErrSignIn) {
		p.Wrong["old"] = "password.wrong_old"
	}
	return len(p.Wrong) > 0
}

// Faults are what is said at the fields, in their order.
func (p passwordPage) Faults(old, fresh, again string) []faultLink {
	var out []faultLink
	for _, f := range []faultLink{{"old", old}, {"new", fresh}, {"again", again}} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

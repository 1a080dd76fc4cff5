package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/workflow"
)

// registerAccounts puts the page of a person's logins on a mux, where the server
// keeps logins.
func (p *Pages) registerAccounts(mux *http.ServeMux) {
	if p.accounts == nil {
		return
	}
	mux.HandleFunc("GET /people/{id}/account", p.logins)
	mux.HandleFunc("POST /people/{id}/account", p.changeLogin)
}

// accountPage is the model of people_account.html.
type accountPage struct {
	ID, Name string
	Suggest  string // a login to be given: as the directory has it, or as was typed
	Logins   []account.Account
	Tokens   []account.Token
	Now      time.Time // real time: sign-ins, locks and tokens know no other
	Working  time.Time // business time, where it is another, as in a demonstration
	Login    string    // to which a password was given
	Password string    // one time, shown once
	Faults   []faultLink
	Wrong    string
}

// accountActs are the buttons of the page.
var accountActs = map[string]workflow.Verb{
	"give": ismskit.VerbAccountGiven, "password": ismskit.VerbPasswordGiven, "disable": ismskit.VerbAccountDisabled,
	"enable": ismskit.VerbAccountEnabled, "unlock": ismskit.VerbAccountUnlocked, "revoke": ismskit.VerbTokenRevoked,
}

// accountDone says what was done, where no password is to be shown.
var accountDone = map[workflow.Verb]string{
	ismskit.VerbAccountDisabled: "account.done_disable", ismskit.VerbAccountEnabled: "account.done_enable",
	ismskit.VerbAccountUnlocked: "account.done_unlock", ismskit.VerbTokenRevoked: "account.done_revoke",
}

// managesPeople says whether the reader sees logins.
func (p *Pages) managesPeople(r *http.Request) (bool, error) {
	if p.accounts == nil {
		return false, nil
	}
	return p.kit.People().MayManage(r.Context(), p.actor(r))
}

func (p *Pages) logins(w http.ResponseWriter, r *http.Request) {
	may, err := p.managesPeople(r)
	if err == nil && !may {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.showLogins(w, r, http.StatusOK, accountPage{})
}

func (p *Pages) showLogins(w http.ResponseWriter, r *http.Request, status int, page accountPage) {
	v, err := p.kit.People().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.ID, page.Name, page.Now = v.ID, p.named(r, v.Name, v.NameEN), time.Now()
	if now := p.now(); now.Sub(page.Now).Abs() > time.Minute {
		page.Working = now
	}
	if page.Suggest == "" {
		page.Suggest = v.Login
	}
	page.Logins, err = p.accounts.List(r.Context(), v.ID)
	if err == nil {
		page.Tokens, err = p.accounts.Tokens(r.Context(), v.ID)
	}
	if err != nil {
		p.renderer.Fail(w, r, unavailable(err))
		return
	}
	p.renderer.Page(w, r, status, "people_account", page)
}

// changeLogin does one thing to a login of the person. A password is shown on the
// answer and nowhere else, after the trail has it that it was given.
func (p *Pages) changeLogin(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	login := strings.TrimSpace(r.PostForm.Get("login"))
	verb, known := accountActs[r.PostForm.Get("do")]
	if !known {
		p.renderer.Refuse(w, r, BadRequest)
		return
	}
	page := accountPage{Login: login}
	change, err := p.accountChange(r, verb, login)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	err = p.kit.Evidence().ChangeAccount(r.Context(), p.actor(r), change, func(ctx context.Context, left ismskit.Left) error {
		var err error
		page.Password, err = p.carryOut(ctx, change, left, r.PostForm.Get("token"))
		return loginAnswer(err)
	})
	if text, mends := p.loginFault(r, err, login); mends {
		page.Faults, page.Wrong, page.Password, page.Suggest = []faultLink{{Field: "login", Text: text}}, text, "", login
		p.showLogins(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	if overtaken, again := p.overtaken(r, err, "logins"); again {
		page.Faults, page.Password, page.Suggest = overtaken, "", login
		p.showLogins(w, r, http.StatusConflict, page)
		return
	}
	switch {
	case err != nil:
		p.fail(w, r, err)
	case page.Password != "":
		p.showLogins(w, r, http.StatusOK, page)
	default:
		p.done(w, r, "/people/"+change.Person+"/account", p.text(r, accountDone[verb], "Login", change.Login))
	}
}

// accountChange is what is asked for; a token is of the login that it was issued to,
// whatever the request says.
func (p *Pages) accountChange(r *http.Request, verb workflow.Verb, login string) (ismskit.AccountChange, error) {
	change := ismskit.AccountChange{Verb: verb, Person: r.PathValue("id"), Login: login}
	if verb != ismskit.VerbTokenRevoked {
		return change, nil
	}
	token, err := p.accounts.Token(r.Context(), change.Person, r.PostForm.Get("token"))
	change.Login = token.Login
	return change, loginAnswer(err)
}

// loginAnswer is an error of the logins; what is no refusal is a database that is away.
func loginAnswer(err error) error {
	for _, refusal := range []error{nil, account.ErrLogin, account.ErrExists, account.ErrUnknown, account.ErrOwn} {
		if errors.Is(err, refusal) {
			return err
		}
	}
	return unavailable(err)
}

// carryOut changes the login and returns the password that was given, if one was.
func (p *Pages) carryOut(ctx context.Context, c ismskit.AccountChange, left ismskit.Left, token string) (password string, err error) {
	now, key := time.Now(), account.Key{Person: c.Person, Login: c.Login}
	switch c.Verb {
	case ismskit.VerbAccountGiven:
		password = account.OneTimePassword(c.Login)
		_, err = p.accounts.Create(ctx, c.Login, c.Person, password, true, now)
	case ismskit.VerbPasswordGiven:
		password = account.OneTimePassword(c.Login)
		err = p.accounts.SetPassword(ctx, key, password, true, now)
	case ismskit.VerbAccountDisabled:
		here, _ := p.visits.Current(ctx)
		err = p.accounts.DisableIf(ctx, key, here.Login, now, left)
	case ismskit.VerbAccountEnabled:
		err = p.accounts.Enable(ctx, key)
	case ismskit.VerbAccountUnlocked:
		err = p.accounts.Unlock(ctx, key)
	case ismskit.VerbTokenRevoked:
		err = p.accounts.RevokeToken(ctx, c.Person, token, now)
	}
	return password, err
}

// loginFault is what the reader can mend; false for any other error, and for none.
func (p *Pages) loginFault(r *http.Request, err error, login string) (string, bool) {
	switch {
	case errors.Is(err, account.ErrLogin):
		return p.text(r, "account.login_form"), true
	case errors.Is(err, account.ErrExists):
		return p.text(r, "account.login_taken", "Login", login), true
	case errors.Is(err, account.ErrOwn):
		return p.text(r, "account.own"), true
	}
	if invalid, refused := errors.AsType[forms.Invalid](err); refused && len(invalid) > 0 {
		return invalid[0].Message(p.lang(r)), true
	}
	return "", false
}

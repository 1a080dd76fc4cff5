package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/answer"
)

// Visits tells the pages who is signed in, keeps one line for his next page, and which
// cases he has opened in this session, at which revision.
// *account.Sessions is one; a host with a sign-in of its own gives its own.
type Visits interface {
	Current(ctx context.Context) (account.Account, bool)
	PutFlash(ctx context.Context, text string)
	TakeFlash(ctx context.Context) string
	PutSeen(ctx context.Context, caseID string, revision int64)
	Seen(ctx context.Context, caseID string) int64
}

// PagesOptions of Pages.
type PagesOptions struct {
	Kit      *ismskit.Kit
	Renderer *Renderer
	Visits   Visits
	// Require lets only those through who are signed in; usually Door.Require.
	Require func(http.Handler) http.Handler
	// Keeper keeps forms that arrive after the session has ended; usually the
	// *account.Store. Nil keeps none.
	Keeper Keeper
	// Accounts are the server's logins, for those who manage people; nil where a host
	// has a sign-in of its own.
	Accounts *account.Store
	// Prove checks the password by which whoever is signed in shows once more who he is,
	// in steps that ask for it (workflow.Step.Reauth); account.ErrSignIn says that it is
	// wrong. Nil asks Accounts; where both are nil such steps can't be decided here.
	Prove func(r *http.Request, password string) error
	// Certificates says that people sign with certificates of their own (Config.Certificates of
	// the Kit): then there is a page with those of each person.
	Certificates bool
	// Admit says whether somebody who has not signed in may ask once more; usually
	// a SignInLimit of its own by address. Nil lets all ask.
	Admit func(r *http.Request) bool
	// URL is the address under which people reach the server, as it is printed on copies of
	// documents: "https://isms.example.gov.tw". "" takes what each request was sent to, which
	// behind a proxy may be a name that nobody outside knows.
	URL string
	// Now is business time, the same as the Kit's. Nil is time.Now.
	Now func() time.Time
	// Apply is the index of what one can do on 線上申請. Without entries it lists
	// the types on offer.
	Apply ApplyIndex
	// Location is where the office is, the same as the Kit's; nil is Taiwan.
	Location *time.Location
}

// Pages are the pages behind the door. A handler decodes the request, calls the
// Kit once and renders; what may be done, and by whom, is the Kit's to say.
type Pages struct {
	kit      *ismskit.Kit
	renderer *Renderer
	visits   Visits
	require  func(http.Handler) http.Handler
	keeper   Keeper
	accounts *account.Store
	prove    func(*http.Request, string) error
	inner    *http.ServeMux // the pages, without the door
	admit    func(*http.Request) bool
	url      string // under which people reach the server, "" where nobody says
	now      func() time.Time
	apply    ApplyIndex
	location *time.Location

	certificates bool
}

// NewPages checks the options.
func NewPages(o PagesOptions) (*Pages, error) {
	if o.Kit == nil || o.Renderer == nil || o.Visits == nil || o.Require == nil {
		return nil, errors.New("web: Pages need Kit, Renderer, Visits and Require")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Prove == nil && o.Accounts != nil {
		o.Prove = proveBy(o.Accounts, o.Visits)
	}
	if o.Admit == nil {
		o.Admit = func(*http.Request) bool { return true }
	}
	if o.Location == nil {
		o.Location = o.Renderer.Zone()
	}
	return &Pages{
		kit: o.Kit, renderer: o.Renderer, visits: o.Visits, require: o.Require, keeper: o.Keeper, accounts: o.Accounts, admit: o.Admit, prove: o.Prove, inner: http.NewServeMux(),
		now: o.Now, apply: o.Apply, location: o.Location, certificates: o.Certificates, url: o.URL,
	}, nil
}

// Register puts the pages on a mux, which must run inside the sessions' handler.
func (p *Pages) Register(mux *http.ServeMux) {
	p.registerOpen(mux)
	for _, routes := range p.routes() {
		routes(p.inner)
	}
	mux.Handle("/", p.behind())
}

// routes are the groups of pages, one function each.
func (p *Pages) routes() []func(*http.ServeMux) {
	return []func(*http.ServeMux){
		p.registerCore, p.registerDocuments, p.registerRecords, p.registerNotices, p.registerPeople, p.registerEvidence, p.registerPaper, p.registerClosures,
		p.registerAccounts, p.registerCertificates, p.registerLists, p.registerSheets, p.registerYears, p.registerFlows, p.registerViews, p.registerIntake,
	}
}

// behind lets those who are signed in through to the pages, and answers
// addresses that lead nowhere with our own page. A form of somebody who is not
// signed in any more waits for him.
func (p *Pages) behind() http.Handler {
	door := p.require(p.rooms())
	return p.swept(calling(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := p.inner.Handler(r); pattern != "" && p.interrupted(w, r, door) {
			return
		}
		door.ServeHTTP(w, r)
	})))
}

func (p *Pages) rooms() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := p.inner.Handler(r)
		if pattern == "" {
			if allow, wrong := answer.WrongMethod(handler, r); wrong {
				w.Header().Set("Allow", allow)
				p.renderer.Refuse(w, r, WrongMethod)
				return
			}
			p.renderer.Refuse(w, r, NotThere)
			return
		}
		p.inner.ServeHTTP(w, r)
	})
}

// channel is what the trail calls the pages.
const channel = "web"

// actor is who asks, as the Kit is told.
func (p *Pages) actor(r *http.Request) ismskit.Actor {
	a, _ := p.visits.Current(r.Context()) // require has let him through
	return ismskit.Actor{Person: a.Person, Assurance: "password", Channel: channel}
}

// lang is the language of the answer.
func (p *Pages) lang(r *http.Request) string { return p.renderer.Texts().Choose(r) }

// text is a message in the language of the request.
func (p *Pages) text(r *http.Request, key string, args ...any) string {
	return p.renderer.Text(r, key, args...)
}

// locale is how values are written for this reader.
func (p *Pages) locale(r *http.Request) forms.Locale {
	return forms.Locale{Lang: p.lang(r), Location: p.location}
}

// today is the office's day.
func (p *Pages) today() calendar.Date { return calendar.DateOf(p.now().In(p.location)) }

// page writes a page with data as .Page.
func (p *Pages) page(w http.ResponseWriter, r *http.Request, name string, data any) {
	p.renderer.Page(w, r, http.StatusOK, name, data)
}

// done answers a form that was carried out: the next page says what was done.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, to, flash string) {
	if flash != "" {
		p.visits.PutFlash(r.Context(), flash)
	}
	http.Redirect(w, r, p.renderer.Href(to), http.StatusSeeOther)
}

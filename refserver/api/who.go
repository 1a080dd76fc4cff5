package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// channel is what the trail calls this API.
const channel = "api"

// notes is what is found out about a request on its way; it lives as long as the
// request.
type notes struct {
	lang   string
	route  string // the pattern of the operation
	code   string // of the problem it ended with
	actor  ismskit.Actor
	token  account.Token
	login  string // of the token's owner
	remote *http.Request
}

type notesKey struct{}

// note returns a request's notes; outside of a request, as in a test of a single
// function, fresh ones.
func note(ctx context.Context) *notes {
	if n, ok := ctx.Value(notesKey{}).(*notes); ok {
		return n
	}
	return &notes{lang: defaultLang}
}

func langOf(ctx context.Context) string { return note(ctx).lang }

// actor is who asks, as the Kit is told.
func actor(ctx context.Context) ismskit.Actor { return note(ctx).actor }

// worded settles the language of the answer.
func (a *API) worded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := note(r.Context())
		n.lang = chooseLang(r.Header.Get("Accept-Language"))
		n.remote = r
		w.Header().Set("Content-Language", n.lang)
		w.Header().Add("Vary", "Accept-Language, Authorization")
		// What somebody may see now is not for a cache.
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// reading are operations that change nothing although they are sent as POST,
// because what they ask about is a form.
var reading = map[string]bool{
	"POST /api/v1/types/{type}/check": true, "POST /api/v1/types/{type}/route": true, "POST /api/v1/types/{type}/dry-run": true,
	"POST /api/v1/closures/preview": true, "POST /api/v1/closures/withdraw/preview": true, "POST /api/v1/audit": true, patternCheckBundle: true,
}

// known lets requests through that show a token which is good for them. The body
// has not been looked at yet.
func (a *API) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := note(r.Context())
		err := a.identify(r, n)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *API) identify(r *http.Request, n *notes) error {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return errToken
	}
	owner, token, err := a.o.Accounts.CheckToken(r.Context(), strings.TrimSpace(secret), time.Now())
	if errors.Is(err, account.ErrToken) {
		return errToken
	}
	if err != nil {
		return unavailable(err)
	}
	read := r.Method == http.MethodGet || r.Method == http.MethodHead || reading[n.route]
	switch {
	case n.route == patternSignOut: // a token can always be given back
	case owner.MustChange:
		return errMustChange
	case read && !token.Scopes.Read, !read && !token.Scopes.Write:
		return errScope
	}
	n.token, n.login = token, owner.Login
	n.actor = ismskit.Actor{Person: owner.Person, Assurance: "token", Channel: channel}
	return nil
}

// unavailable says that the database of accounts doesn't answer. That package has
// no error of its own for it: whatever isn't a refusal is one.
func unavailable(err error) error { return errors.Join(ismskit.ErrUnavailable, err) }

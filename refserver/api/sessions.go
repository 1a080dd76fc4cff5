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

// Session is a token as it is given out; the secret is seen this once.
type Session struct {
	Token   string    `json:"token" doc:"Send it as Authorization: Bearer …"`
	ID      string    `json:"id" doc:"The token's number, without the secret."`
	Person  string    `json:"person" doc:"In whose name it acts."`
	Expires time.Time `json:"expires"`
}

type signIn struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256" format:"password"`
		Name     string `json:"name,omitempty" maxLength:"100" pattern:"^[^\\x00-\\x1f\\x7f]*$" doc:"What the token is used for, for its owner's list." example:"Inventory import"`
		Hours    int    `json:"hours,omitempty" minimum:"1" maximum:"8760" doc:"How long it shall be good; 12 if missing."`
		ReadOnly bool   `json:"read_only,omitempty" doc:"It may look, not act."`
	}
}

type sessionAnswer struct {
	Body Session
}

const (
	defaultHours = 12
	defaultName  = "API"
)

func (a *API) sessionOperations() {
	add(a, operation{id: "sign-in", method: http.MethodPost, path: "/sessions", tag: "sessions", open: true, created: true,
		summary: "Sign in and get a token", refusals: []int{s429}}, a.signIn)
	add(a, operation{id: "sign-out", method: http.MethodDelete, path: "/sessions/current", tag: "sessions",
		summary: "End the token that is shown"}, a.signOut)
}

func (a *API) signIn(ctx context.Context, in *signIn) (*sessionAnswer, error) {
	if !a.o.Admit(note(ctx).remote, in.Body.Login) {
		return nil, errTooMany
	}
	now := time.Now()
	owner, err := a.o.Accounts.SignIn(ctx, in.Body.Login, in.Body.Password, channel, now)
	if err != nil {
		if errors.Is(err, account.ErrSignIn) || errors.Is(err, account.ErrLocked) {
			return nil, err
		}
		return nil, unavailable(err)
	}
	if owner.MustChange {
		return nil, errMustChange
	}
	if _, err := a.kit.People().Me(ctx, ismskit.Actor{Person: owner.Person, Channel: channel}); errors.Is(err, ismskit.ErrNotInOffice) {
		return nil, err // others find nothing with their token: the answer to each request says so
	}
	if in.Body.Hours == 0 {
		in.Body.Hours = defaultHours
	}
	if strings.TrimSpace(in.Body.Name) == "" {
		in.Body.Name = defaultName
	}
	expires := now.Add(time.Duration(in.Body.Hours) * time.Hour)
	secret, token, err := a.o.Accounts.IssueToken(ctx, owner.Login, in.Body.Name, account.Scopes{Read: true, Write: !in.Body.ReadOnly}, expires, now)
	if errors.Is(err, account.ErrUnknown) {
		return nil, err // disabled since
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return &sessionAnswer{Body: Session{Token: secret, ID: token.ID, Person: token.Person, Expires: token.ExpiresAt}}, nil
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*struct{}, error) {
	token := note(ctx).token
	return nil, a.revoke(ctx, token.Person, token.ID)
}

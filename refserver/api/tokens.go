package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// Token is a token without its secret, as its owner and whoever manages people see
// it.
type Token struct {
	ID      string    `json:"id"`
	Login   string    `json:"login" doc:"The login it was made with."`
	Name    string    `json:"name" doc:"What it is used for."`
	Read    bool      `json:"read"`
	Write   bool      `json:"write"`
	Current bool      `json:"current,omitempty" doc:"The one this request shows."`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Used    time.Time `json:"used,omitzero" doc:"When it was last used, to the minute."`
	Revoked time.Time `json:"revoked,omitzero"`
}

type tokensAnswer struct {
	Body struct {
		Items []Token `json:"items" nullable:"false" doc:"Newest first; the revoked and expired too, for three months."`
	}
}

type ownTokenPath struct {
	ID string `path:"id" maxLength:"100" doc:"The token's number, without the secret."`
}

// PersonPath names a person. One whose logins the caller does not manage is answered
// as if he were not there.
type PersonPath struct {
	ID string `path:"id" maxLength:"100"`
}

type personTokenPath struct {
	PersonPath
	Token string `path:"token" maxLength:"100" doc:"The token's number, without the secret."`
}

func (a *API) tokenOperations() {
	add(a, operation{id: "list-sessions", method: http.MethodGet, path: "/sessions", tag: "sessions",
		summary: "One's own tokens"}, a.ownTokens)
	add(a, operation{id: "revoke-session", method: http.MethodDelete, path: "/sessions/{id}", tag: "sessions",
		summary: "End one of one's own tokens", refusals: []int{s404}}, a.revokeOwn)
	add(a, operation{id: "list-person-sessions", method: http.MethodGet, path: "/people/{id}/sessions", tag: "sessions",
		summary: "Somebody's tokens, for those who manage people", refusals: []int{s404}}, a.personTokens)
	add(a, operation{id: "revoke-person-session", method: http.MethodDelete, path: "/people/{id}/sessions/{token}", tag: "sessions",
		summary: "End somebody's token, for those who manage people; it is put on the trail", refusals: []int{s404}}, a.revokePerson)
}

func (a *API) ownTokens(ctx context.Context, _ *struct{}) (*tokensAnswer, error) {
	return a.tokensOf(ctx, actor(ctx).Person)
}

func (a *API) tokensOf(ctx context.Context, person string) (*tokensAnswer, error) {
	all, err := a.o.Accounts.Tokens(ctx, person)
	if err != nil {
		return nil, unavailable(err)
	}
	out := &tokensAnswer{}
	out.Body.Items = make([]Token, len(all))
	for i, t := range all {
		out.Body.Items[i] = Token{
			ID: t.ID, Login: t.Login, Name: t.Name, Read: t.Scopes.Read, Write: t.Scopes.Write, Current: t.ID == note(ctx).token.ID,
			Created: t.CreatedAt, Expires: t.ExpiresAt, Used: t.UsedAt, Revoked: t.RevokedAt,
		}
	}
	return out, nil
}

func (a *API) revokeOwn(ctx context.Context, in *ownTokenPath) (*struct{}, error) {
	return nil, a.revoke(ctx, actor(ctx).Person, in.ID)
}

// revoke ends a token; what is no refusal is a database that is away.
func (a *API) revoke(ctx context.Context, person, id string) error {
	err := a.o.Accounts.RevokeToken(ctx, person, id, time.Now())
	if err != nil && !errors.Is(err, account.ErrUnknown) {
		return unavailable(err)
	}
	return err
}

func (a *API) personTokens(ctx context.Context, in *PersonPath) (*tokensAnswer, error) {
	may, err := a.kit.People().MayManage(ctx, actor(ctx))
	if err == nil && !may {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		return nil, err
	}
	if _, err := a.kit.People().Get(ctx, actor(ctx), in.ID); err != nil {
		return nil, err
	}
	return a.tokensOf(ctx, in.ID)
}

// revokePerson ends a token of somebody as the page of his logins does: the Kit says
// whether one may, and has it on the trail.
func (a *API) revokePerson(ctx context.Context, in *personTokenPath) (*struct{}, error) {
	token, err := a.o.Accounts.Token(ctx, in.ID, in.Token)
	if errors.Is(err, account.ErrUnknown) {
		return nil, ismskit.ErrNotFound
	}
	if err != nil {
		return nil, unavailable(err)
	}
	change := ismskit.AccountChange{Verb: ismskit.VerbTokenRevoked, Person: in.ID, Login: token.Login}
	return nil, a.kit.Evidence().ChangeAccount(ctx, actor(ctx), change, func(ctx context.Context, _ ismskit.Left) error {
		return a.revoke(ctx, in.ID, in.Token)
	})
}

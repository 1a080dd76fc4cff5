package api

import (
	"context"
	"errors"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// proving is who asks, with his password where he shows once more who he is. A wrong one
// is told at its field, with all else that is wrong; it counts as at a sign-in.
func (a *API) proving(ctx context.Context, password string) (ismskit.Actor, forms.Invalid, error) {
	who := actor(ctx)
	if password == "" {
		return who, nil, nil
	}
	n := note(ctx)
	if !a.o.Admit(n.remote, n.login) {
		return who, nil, errTooMany
	}
	at := a.o.Now()
	_, err := a.o.Accounts.SignIn(ctx, n.login, password, channel, time.Now())
	switch {
	case err == nil:
		who.Proved = at
		return who, nil, nil
	case errors.Is(err, account.ErrLocked):
		return who, nil, err
	case errors.Is(err, account.ErrSignIn):
		return who, forms.Invalid{{Field: ismskit.FieldReauth, Code: ismskit.CodeReauth, Text: wrongPassword()}}, nil
	}
	return who, nil, unavailable(err)
}

func wrongPassword() forms.Text {
	out := forms.Text{}
	for _, lang := range langs {
		out[lang] = say(lang, "sign_in.wrong")
	}
	return out
}

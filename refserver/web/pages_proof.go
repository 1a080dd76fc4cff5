package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// proofName is the field in which a signer shows once more who he is. What stands in it is
// looked at once: it is never kept, never sent back, and no part of an act. No field of a
// form can have this name.
const proofName = "reauth.password"

// takeProof takes the password out of a form that was read.
func takeProof(r *http.Request) string {
	password := r.PostForm.Get(proofName)
	delete(r.PostForm, proofName)
	delete(r.Form, proofName)
	return password
}

// withoutProof are the fields of a form that may be shown again or kept.
func withoutProof(fields url.Values) url.Values {
	if _, has := fields[proofName]; !has {
		return fields
	}
	out := maps.Clone(fields)
	delete(out, proofName)
	return out
}

// proving notes in an actor that he has shown once more who he is, where a password came
// with the form, and says what is wrong with it. A wrong one counts as at a sign-in.
func (p *Pages) proving(r *http.Request, actor *ismskit.Actor, password string) (forms.Invalid, error) {
	if password == "" || p.prove == nil {
		return nil, nil
	}
	at := p.now()
	err := p.prove(r, password)
	if err == nil {
		actor.Proved = at
		return nil, nil
	}
	wrong := func(text forms.Text) (forms.Invalid, error) {
		return forms.Invalid{{Field: ismskit.FieldReauth, Code: ismskit.CodeReauth, Text: text}}, nil
	}
	if locked, ok := errors.AsType[*account.LockedError](err); ok {
		return wrong(p.everyLang("proof.locked", "N", locked.Minutes()))
	}
	if errors.Is(err, account.ErrSignIn) {
		return wrong(p.everyLang("proof.wrong"))
	}
	return nil, errors.Join(ismskit.ErrUnavailable, err)
}

// proveBy checks the password of whoever is signed in by the accounts of this server.
func proveBy(accounts *account.Store, visits Visits) func(*http.Request, string) error {
	return func(r *http.Request, password string) error {
		a, _ := visits.Current(r.Context())
		_, err := accounts.SignIn(r.Context(), a.Login, password, channel, time.Now())
		return err
	}
}

package ismskit

import (
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/workflow"
)

// accountsChain has who was given a way in, and who lost it.
const accountsChain = "accounts"

// What can be done to a login. The logins themselves are the host's.
const (
	VerbAccountGiven    workflow.Verb = "account_given"
	VerbPasswordGiven   workflow.Verb = "password_given"
	VerbAccountDisabled workflow.Verb = "account_disabled"
	VerbAccountEnabled  workflow.Verb = "account_enabled"
	VerbAccountUnlocked workflow.Verb = "account_unlocked"
	VerbTokenRevoked    workflow.Verb = "token_revoked"
	// VerbAccountKept follows any of them that the host refused after all.
	VerbAccountKept workflow.Verb = "account_kept"
)

// AccountChange is something done to somebody's login.
type AccountChange struct {
	Verb   workflow.Verb
	Person string // whose login it is
	Login  string
}

// Left refuses, told who can sign in once a login is disabled, where nobody of them manages
// people and roles. A host asks it in the transaction that disables the login, in which
// nobody else disables one: two who do so to each other at the same moment would both be
// told beforehand that the other is left. It asks no database.
type Left func(signsIn []string) error

// ChangeAccount lets a host change the login of a person, once that is on the trail:
// do carries it out where the actor may (Rights.ManagePeople, else ErrForbidden).
// Where it cannot be noted, do is not called. Where do refuses, its error comes back
// as it is, and a second entry (VerbAccountKept) says that the login stayed as it was.
// ErrNotFound for a person the directory does not know, or who has left and would be
// let in. To disable the login of whoever is the last to manage people and roles is
// forms.Invalid at login (see Config.SignsIn); do asks it once more where it disables one.
func (e Evidence) ChangeAccount(ctx context.Context, actor Actor, c AccountChange, do func(ctx context.Context, left Left) error) error {
	e.k = e.k.once()
	k := e.k
	if err := k.allow(ctx, actor, k.cfg.Rights.ManagePeople); err != nil {
		return err
	}
	holder, err := People{k}.holder(ctx, c.Person)
	if err != nil {
		return err
	}
	if holder.Person == "" {
		return ErrNotFound
	}
	if c.Verb == VerbAccountGiven || c.Verb == VerbAccountEnabled {
		if _, err := k.person(ctx, c.Person, k.moment()); errors.Is(err, ErrForbidden) {
			return fmt.Errorf("%w: %s has left", ErrNotFound, c.Person)
		} else if err != nil {
			return err
		}
	}
	left := Left(func([]string) error { return nil })
	if c.Verb == VerbAccountDisabled {
		if left, err = k.staysIn(ctx, c.Login); err != nil {
			return err
		}
	}
	by, err := k.byline(ctx, actor)
	if err != nil {
		return err
	}
	event := Event{
		Verb: c.Verb, Type: "system", Number: c.Login, Result: c.Person, Comment: holder.Name, By: by, Via: viaOfficer,
		Assurance: actor.Assurance, Channel: actor.Channel,
	}
	if err := k.appendSystem(ctx, accountsChain, event); err != nil {
		return err
	}
	refused := do(ctx, left)
	if refused == nil {
		return nil
	}
	// Also where the asker has gone meanwhile: the trail says that it was done.
	event.Verb = VerbAccountKept
	return errors.Join(refused, k.appendSystem(context.WithoutCancel(ctx), accountsChain, event))
}

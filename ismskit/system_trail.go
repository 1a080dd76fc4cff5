package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// Chains of what concerns no case and no row of a list. They are entries of the
// same trail, checkpointed with it, and nobody has a verb that alters them (K15).
const (
	signInsChain  = "signins"
	openingsChain = "openings"
)

// Verbs of those chains.
const (
	VerbSignIn  workflow.Verb = "sign_in"
	VerbRefused workflow.Verb = "sign_in_refused"
	VerbOpened  workflow.Verb = "opened"
	VerbExport  workflow.Verb = "export"
)

// What was opened, as the Type of an entry of LogOpenings; its Number says which.
const (
	OpenedCase     = "case"
	OpenedFile     = "file"     // of a case: "<case>/<digest>"
	OpenedDocument = "document" // its text, a file of it or its print
)

// NotInOffice is the Result of a sign-in by somebody who knew the password and is not in the
// house: he has left, or has not come yet. He is let into nothing, and the entry says so.
const NotInOffice = "not_in_office"

// UnknownPerson is who tried to sign in under a login that does not exist. What was
// typed is not noted: people type passwords there.
const UnknownPerson = "unknown"

// SignIn is somebody who came in, or tried to.
type SignIn struct {
	Person  string // "" where there is no such login
	Refused bool   // wrong password, locked or disabled
	Channel string // web, api
}

// SignedIn notes a sign-in. Signing in is the host's own; only its System actor
// may tell of it. Of somebody who is not in the house the entry says that too (NotInOffice):
// a right password lets him see nothing but that.
func (e Evidence) SignedIn(ctx context.Context, actor Actor, s SignIn) error {
	e.k = e.k.once()
	if !actor.system {
		return ErrForbidden
	}
	k := e.k
	by := workflow.Signer{Person: UnknownPerson}
	if s.Person != "" {
		var err error
		if by, err = k.personEver(ctx, s.Person); err != nil {
			return err
		}
	}
	event := Event{Verb: VerbSignIn, Type: "system", By: by, Via: viaNamed, Channel: s.Channel}
	if s.Refused {
		event.Verb = VerbRefused
	} else if _, err := k.person(ctx, s.Person, k.moment()); errors.Is(err, ErrForbidden) {
		event.Result = NotInOffice
	} else if err != nil {
		return err
	}
	return k.appendSystem(ctx, signInsChain, event)
}

// personEver is somebody as the directory names him, whether he is still here or
// not; one it does not know keeps his id.
func (k *Kit) personEver(ctx context.Context, id string) (workflow.Signer, error) {
	h, err := People{k}.holder(ctx, id)
	if err != nil || h.Person == "" {
		return workflow.Signer{Person: id}, err
	}
	return signerOf(h), nil
}

// appendSystem adds an entry to a chain that many write to at once.
func (k *Kit) appendSystem(ctx context.Context, chain string, e Event) error {
	var err error
	for range maxRaces {
		now := k.moment()
		err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error { return k.appendEvent(ctx, tx, chain, e, now) })
		if !errors.Is(err, ErrConflict) || k.joined {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("ismskit: %s: %w", chain, err)
	}
	return nil
}

// OpeningEvery is within what time somebody who looks at the same classified thing
// again has opened it once.
const OpeningEvery = 10 * time.Minute

// opened notes that somebody opened something that is confidential. It is noted before
// it is shown; where that fails, it is not shown.
//
// Of a document it says which versions were shown, as versionMark tells them.
func (k *Kit) opened(ctx context.Context, actor Actor, class, what, id string, versions ...string) error {
	if actor.system || !k.classes().Confidential(class) {
		return nil
	}
	self, err := k.personEver(ctx, actor.Person)
	if err != nil {
		return err
	}
	again, err := k.openedLately(ctx, actor.Person, what, id, versions)
	if err != nil || again {
		return err
	}
	return k.appendSystem(ctx, openingsChain, Event{
		Verb: VerbOpened, Type: what, Number: id, Result: class, By: self, Via: viaReader, Assurance: actor.Assurance, Channel: actor.Channel,
		Effects: versions,
	})
}

// openedLately looks through the last openings, which is as far as a page that is
// loaded again reaches.
func (k *Kit) openedLately(ctx context.Context, person, what, id string, versions []string) (bool, error) {
	const far = 50
	entries, err := k.lastOf(ctx, openingsChain, 0, far)
	if err != nil {
		return false, err
	}
	since := k.moment().Add(-OpeningEvery)
	return slices.ContainsFunc(entries, func(e Entry) bool {
		return e.By.Person == person && e.Type == what && e.Number == id && e.At.After(since) && !slices.ContainsFunc(versions, func(v string) bool { return !slices.Contains(e.Effects, v) })
	}), nil
}

// lastOf are entries of a chain, newest first, before a sequence number; 0 begins
// at the end.
func (k *Kit) lastOf(ctx context.Context, chain string, before int64, limit int) ([]Entry, error) {
	var rows []TrailEntry
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Trail().Entries(ctx, EntryQuery{Chain: chain, Before: before, Newest: true, Limit: limit})
		rows = found
		return err
	})
	return entriesOf(rows), err
}

// SystemLog names what the trail of the system can be read by.
type SystemLog string

// The logs.
const (
	LogSignIns  SystemLog = signInsChain
	LogOpenings SystemLog = openingsChain
	LogExports  SystemLog = exportsChain
	LogAccounts SystemLog = accountsChain
	LogSettings SystemLog = settingsChain
	LogImports  SystemLog = importsChain
)

// System returns entries of one log, newest first, before a sequence number (0
// begins with the newest), for those who may look at the evidence of the whole
// house. Changes of lists stand with their rows. Openings come with what was opened.
func (e Evidence) System(ctx context.Context, actor Actor, log SystemLog, before int64, limit int) ([]SystemEntry, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return nil, err
	}
	if !slices.Contains([]SystemLog{LogSignIns, LogOpenings, LogExports, LogAccounts, LogSettings, LogImports}, log) {
		return nil, ErrNotFound
	}
	entries, err := e.k.lastOf(ctx, string(log), before, min(max(limit, 1), 500))
	if err != nil {
		return nil, err
	}
	out := make([]SystemEntry, len(entries))
	for i, entry := range entries {
		out[i].Entry = entry
	}
	if log == LogOpenings {
		err = e.k.sayOpened(ctx, actor, out)
	}
	return out, err
}

package ismskit_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// full is a store that takes nothing more once it is full.
type full struct {
	ismskit.Store
	full bool
}

var errFull = errors.New("the disk is full")

func (s *full) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if s.full {
		return errFull
	}
	return s.Store.Update(ctx, fn)
}

// A login is changed only once the trail has it: a password that was given is never
// one that no trail knows of.
func TestALoginIsChangedOnlyOnceTheTrailHasIt(t *testing.T) {
	store := &full{Store: memory.New()}
	o := openOffice(t, store)
	given := ismskit.AccountChange{Verb: ismskit.VerbPasswordGiven, Person: "P13", Login: "qh150013"}
	noted := func() (verbs []workflow.Verb) {
		t.Helper()
		entries, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogAccounts, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.By.Person != "P05" || e.Number != "qh150013" || e.Result != "P13" {
				t.Errorf("entry %+v", e)
			}
			verbs = append(verbs, e.Verb)
		}
		return verbs
	}
	change := func(do func(context.Context) error) error {
		return o.kit.Evidence().ChangeAccount(o.ctx, o.as("P05"), given, do)
	}

	store.full = true
	if err := change(func(context.Context) error { t.Error("changed without the trail"); return nil }); !errors.Is(err, errFull) {
		t.Errorf("nothing can be noted: %v", err)
	}
	store.full = false
	if err := change(func(context.Context) error {
		if got := noted(); len(got) != 1 || got[0] != ismskit.VerbPasswordGiven {
			t.Errorf("changed with the trail saying %v", got)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("no such login")
	if err := change(func(context.Context) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("the host's refusal: %v", err)
	}
	if got := noted(); len(got) != 3 || got[0] != ismskit.VerbAccountKept || got[1] != ismskit.VerbPasswordGiven {
		t.Errorf("after a refusal the trail says %v", got)
	}
}

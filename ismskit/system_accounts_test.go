package ismskit_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
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
		return o.kit.Evidence().ChangeAccount(o.ctx, o.as("P05"), given, func(ctx context.Context, _ ismskit.Left) error { return do(ctx) })
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

// Two administrators who disable each other's login at the same moment: each is left when
// it is asked beforehand. What the host says is left, in the transaction that disables the
// second, keeps that one.
func TestOfTwoWhoDisableEachOtherOneStays(t *testing.T) {
	logins := map[string]string{"lai": "P05", "fang": "P06"}
	signsIn := func(without string) (people []string) {
		for login, person := range logins {
			if login != without {
				people = append(people, person)
			}
		}
		return people
	}
	o := openOfficeWith(t, memory.New(), func(c *ismskit.Config) {
		c.SignsIn = func(_ context.Context, without string) ([]string, error) { return signsIn(without), nil }
	})
	o.joins("system.system_admin", "P06")
	disable := func(by, person, login string, meanwhile func()) error {
		change := ismskit.AccountChange{Verb: ismskit.VerbAccountDisabled, Person: person, Login: login}
		return o.kit.Evidence().ChangeAccount(o.ctx, o.as(by), change, func(_ context.Context, left ismskit.Left) error {
			meanwhile()
			if err := left(signsIn(login)); err != nil {
				return err
			}
			delete(logins, login)
			return nil
		})
	}
	err := disable("P05", "P06", "fang", func() {
		if err := disable("P06", "P05", "lai", func() {}); err != nil {
			t.Fatal(err)
		}
	})
	if invalid, refused := errors.AsType[forms.Invalid](err); !refused || invalid[0].Field != "login" || len(logins) != 1 {
		t.Errorf("the second: %v; left %v", err, logins)
	}
}

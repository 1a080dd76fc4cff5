package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/uptrace/bun"
)

const (
	clerk    = "qh150013"
	password = "Qinghai-2026-harbour"
)

// clerkKey is how whoever manages people names the clerk's login.
var clerkKey = Key{"P13", clerk}

var monday = time.Date(2026, 11, 23, 9, 0, 0, 123456789, time.FixedZone("Taipei", 8*3600))

func open(t *testing.T, db *bun.DB) *Store {
	t.Helper()
	s, err := Open(t.Context(), db, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openWithClerk(t *testing.T, db *bun.DB) *Store {
	t.Helper()
	s := open(t, db)
	if _, err := s.Create(t.Context(), clerk, "P13", password, false, monday); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAClerkSignsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		a, err := s.SignIn(t.Context(), " QH150013 ", password, "web", monday)
		if err != nil {
			t.Fatal(err)
		}
		if a.Login != clerk || a.Person != "P13" || a.MustChange || a.Disabled {
			t.Errorf("signed in as %+v", a)
		}
		kept, err := s.Get(t.Context(), clerk)
		if err != nil {
			t.Fatal(err)
		}
		if want := monday.UTC().Truncate(time.Microsecond); !kept.SignedInAt.Equal(want) || kept.SignedInAt.Location() != time.UTC {
			t.Errorf("signed in at %v, want %v", kept.SignedInAt, want)
		}
		for _, wrong := range []string{"", "qinghai-2026-harbour", password + " ", strings.Repeat("x", 100_000)} {
			if _, err := s.SignIn(t.Context(), clerk, wrong, "web", monday); !errors.Is(err, ErrSignIn) {
				t.Errorf("password of %d bytes: %v", len(wrong), err)
			}
		}
		if _, err := s.SignIn(t.Context(), "nobody", password, "web", monday); !errors.Is(err, ErrSignIn) {
			t.Errorf("unknown login: %v", err)
		}
	})
}

// The same text may be composed differently by another keyboard.
func TestAPasswordIsTextNotBytes(t *testing.T) {
	s := open(t, openSQLite(t))
	const composed, decomposed = "Caf\u00e9-harbour-26", "Cafe\u0301-harbour-26"
	if _, err := s.Create(t.Context(), clerk, "P13", composed, false, monday); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(t.Context(), clerk, decomposed, "web", monday); err != nil {
		t.Error(err)
	}
}

func TestFiveWrongPasswordsLockFor15Minutes(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		// An unknown login is locked just the same: a lock tells nothing.
		for _, login := range []string{clerk, "nobody"} {
			for range 5 {
				if _, err := s.SignIn(t.Context(), login, "wrong", "web", monday); !errors.Is(err, ErrSignIn) {
					t.Fatalf("%s: %v", login, err)
				}
			}
			_, err := s.SignIn(t.Context(), login, password, "web", monday.Add(14*time.Minute))
			locked, ok := errors.AsType[*LockedError](err)
			if !ok || !errors.Is(err, ErrLocked) {
				t.Fatalf("%s: sixth try: %v", login, err)
			}
			if want := monday.Add(15 * time.Minute).UTC().Truncate(time.Microsecond); !locked.Until.Equal(want) {
				t.Errorf("%s: locked until %v, want %v", login, locked.Until, want)
			}
			if locked.Minutes() != 1 {
				t.Errorf("%s: %d minutes left", login, locked.Minutes())
			}
		}
		// Another server on the same database knows of it.
		if _, err := open(t, db).SignIn(t.Context(), clerk, password, "web", monday.Add(time.Minute)); !errors.Is(err, ErrLocked) {
			t.Errorf("other server: %v", err)
		}
		if _, err := s.SignIn(t.Context(), clerk, password, "web", monday.Add(15*time.Minute)); err != nil {
			t.Errorf("after 15 minutes: %v", err)
		}
	})
}

func TestTheRightPasswordForgivesTheWrongOnes(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		for round := range 3 {
			for range 4 {
				if _, err := s.SignIn(t.Context(), clerk, "wrong", "web", monday); !errors.Is(err, ErrSignIn) {
					t.Fatalf("round %d: %v", round, err)
				}
			}
			if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
	})
}

// Guesses sent all at once must not slip past the counter.
func TestTwentyGuessesAtOnceAreFiveGuesses(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		var mu sync.Mutex
		var looked, locked int
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				_, err := s.SignIn(context.Background(), clerk, "wrong", "web", monday)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, ErrSignIn):
					looked++
				case errors.Is(err, ErrLocked):
					locked++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if looked != 5 || locked != 15 {
			t.Errorf("%d passwords were looked at, %d refused; want 5 and 15", looked, locked)
		}
	})
}

func TestADisabledAccountLooksLikeAWrongPassword(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		if err := s.Disable(t.Context(), clerkKey, "", monday); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); !errors.Is(err, ErrSignIn) {
			t.Errorf("disabled: %v", err)
		}
		if err := s.Enable(t.Context(), clerkKey); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); err != nil {
			t.Errorf("enabled again: %v", err)
		}
		if err := s.Disable(t.Context(), Key{"P13", "nobody"}, "", monday); !errors.Is(err, ErrUnknown) {
			t.Errorf("unknown: %v", err)
		}
	})
}

// A login is changed only under its person, and nobody shuts himself out, in whatever
// form he types his own login.
func TestALoginIsChangedOnlyUnderItsPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		before, err := s.Get(t.Context(), clerk)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []Key{{"P99", clerk}, {"", clerk}, {"P13\x00", clerk}, {clerkKey.Person, "\x00"}, {clerkKey.Person, ""}} {
			for name, err := range map[string]error{
				"disable":  s.Disable(t.Context(), key, "", monday),
				"enable":   s.Enable(t.Context(), key),
				"unlock":   s.Unlock(t.Context(), key),
				"password": s.SetPassword(t.Context(), key, "Another-word-115", true, monday),
			} {
				if !errors.Is(err, ErrUnknown) {
					t.Errorf("%s %q: %v", name, key, err)
				}
			}
		}
		for _, typed := range []string{clerk, "QH150013", " ｑｈ１５００１３ "} {
			if err := s.Disable(t.Context(), Key{clerkKey.Person, typed}, clerk, monday); !errors.Is(err, ErrOwn) {
				t.Errorf("%q: %v", typed, err)
			}
		}
		if after, err := s.Get(t.Context(), clerk); err != nil || after != before {
			t.Errorf("%+v has become %+v: %v", before, after, err)
		}
	})
}

// While a clerk chooses a password somebody gives his account another, because the old one
// is in wrong hands: whoever proved himself with the old one gets nothing by it.
func TestAPasswordGivenMeanwhileWins(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		const given = "Given-by-the-office-115"
		s.OnSignIn(func(ctx context.Context, _ Try) error {
			s.tell = nil
			return s.SetPassword(ctx, clerkKey, given, true, monday)
		})
		if _, err := s.ChangePassword(t.Context(), clerk, password, "Chosen-by-somebody-115", "Chosen-by-somebody-115", "web", monday); !errors.Is(err, ErrSignIn) {
			t.Errorf("changed: %v", err)
		}
		a, err := s.SignIn(t.Context(), clerk, given, "web", monday)
		if err != nil || !a.MustChange {
			t.Errorf("the given password: %+v, %v", a, err)
		}
	})
}

// Whoever mistypes the new password is not signed in by it: nothing is told and nothing
// counted, however often. A wrong old one counts, and locks, whatever else is wrong.
func TestAMistypedNewPasswordIsNoSignIn(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		before, err := s.Get(t.Context(), clerk)
		if err != nil {
			t.Fatal(err)
		}
		var tries []Try
		s.OnSignIn(func(_ context.Context, try Try) error {
			tries = append(tries, try)
			return nil
		})
		const own = "My-own-word-for-2026"
		for range 2 * s.Rules().Failures {
			if _, err := s.ChangePassword(t.Context(), clerk, password, own, own+"7", "web", monday); !errors.Is(err, ErrDiffer) || errors.Is(err, ErrSignIn) {
				t.Fatalf("typed otherwise: %v", err)
			}
		}
		if after, err := s.Get(t.Context(), clerk); err != nil || after != before || len(tries) > 0 {
			t.Errorf("%+v has become %+v, %d tries told, %v", before, after, len(tries), err)
		}
		for range s.Rules().Failures {
			if _, err := s.ChangePassword(t.Context(), clerk, "wrong", own, own+"7", "web", monday); !errors.Is(err, ErrSignIn) || !errors.Is(err, ErrDiffer) {
				t.Fatalf("both wrong: %v", err)
			}
		}
		if _, err := s.ChangePassword(t.Context(), clerk, password, own, own, "web", monday); !errors.Is(err, ErrLocked) {
			t.Errorf("after as many wrong ones as lock: %v", err)
		}
		if len(tries) != s.Rules().Failures+1 || !tries[0].Refused {
			t.Errorf("told: %+v", tries)
		}
	})
}

// A short login is part of every password that could be given; a longer one never is.
func TestAOneTimePasswordFitsEveryLogin(t *testing.T) {
	s := open(t, openSQLite(t))
	for _, login := range []string{"k", "7", "k-", "qh1", "abc"} {
		if _, err := s.Create(t.Context(), login, "P13", OneTimePassword(login), true, monday); err != nil {
			t.Errorf("%s: %v", login, err)
		}
	}
	for range 20_000 {
		if password := OneTimePassword("AAA"); strings.Contains(password, "aaa") {
			t.Fatal(password)
		}
	}
}

// Killed between a step and its mark, a server starts again.
func TestAStepThatIsNotMarkedIsDoneAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		openWithClerk(t, db)
		if _, err := db.ExecContext(t.Context(), "DELETE FROM refserver_migrations"); err != nil {
			t.Fatal(err)
		}
		if _, err := open(t, db).SignIn(t.Context(), clerk, password, "web", monday); err != nil {
			t.Error(err)
		}
	})
}

// Whoever is refused has cost one hash, or the time would tell who exists.
func TestEveryRefusalCostsOneHash(t *testing.T) {
	for name, try := range map[string]struct{ login, password string }{
		"wrong password": {clerk, "wrong"},
		"unknown login":  {"nobody", password},
		"no login":       {"", password},
		"no such form":   {"局長\x00'--", password},
		"endless":        {clerk, strings.Repeat("x", 100_000)},
		"disabled":       {"former", password},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openWithClerk(t, openSQLite(t))
				if _, err := s.Create(t.Context(), "former", "P99", password, false, monday); err != nil {
					t.Fatal(err)
				}
				if err := s.Disable(t.Context(), Key{"P99", "former"}, clerk, monday); err != nil {
					t.Fatal(err)
				}
				for range cap(s.hashes) { // nobody can hash now
					s.hashes <- struct{}{}
				}
				answer := make(chan error, 1)
				go func() {
					_, err := s.SignIn(context.Background(), try.login, try.password, "web", monday)
					answer <- err
				}()
				synctest.Wait()
				if len(answer) > 0 {
					t.Fatalf("answered without a hash: %v", <-answer)
				}
				for range cap(s.hashes) {
					<-s.hashes
				}
				if err := <-answer; !errors.Is(err, ErrSignIn) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestANewPasswordIsChecked(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	for name, tt := range map[string]struct{ password, code string }{
		"short":           {"Ab1!efghijk", PasswordShort},
		"short Chinese":   {"密碼密碼Ab1", PasswordShort},
		"too long":        {strings.Repeat("Ab1!", 65), PasswordLong},
		"not text":        {"Harbour-2026-\xff\xfe", PasswordText},
		"control":         {"Harbour-2026\x00abc", PasswordText},
		"holds the login": {"My-QH150013-word", PasswordLogin},
		"one kind":        {"aaaaaaaaaaaaaaaa", PasswordPlain},
		"two kinds":       {"harbour-of-qinghai", PasswordPlain},
		"the present one": {password, PasswordCurrent},
	} {
		err := s.SetPassword(t.Context(), clerkKey, tt.password, false, monday)
		refused, ok := errors.AsType[*PasswordError](err)
		if !ok || refused.Code != tt.code {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
	}
	if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); err != nil {
		t.Errorf("a refused password changed something: %v", err)
	}
}

func TestAFirstPasswordMustBeChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := open(t, db)
		if _, err := s.Create(t.Context(), clerk, "P13", password, true, monday); err != nil {
			t.Fatal(err)
		}
		a, err := s.SignIn(t.Context(), clerk, password, "web", monday)
		if err != nil || !a.MustChange {
			t.Fatalf("%+v %v", a, err)
		}
		const own = "My-own-word-for-2026"
		if _, err := s.ChangePassword(t.Context(), clerk, "wrong", own, own, "web", monday); !errors.Is(err, ErrSignIn) {
			t.Errorf("without the old one: %v", err)
		}
		a, err = s.ChangePassword(t.Context(), clerk, password, own, own, "web", monday)
		if err != nil || a.MustChange {
			t.Fatalf("%+v %v", a, err)
		}
		if _, err := s.SignIn(t.Context(), clerk, own, "web", monday); err != nil {
			t.Error(err)
		}
		if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); !errors.Is(err, ErrSignIn) {
			t.Errorf("the old one still works: %v", err)
		}
	})
}

func TestLoginsAreUniqueAndPlain(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		if _, err := s.Create(t.Context(), "QH150013", "P14", password, false, monday); !errors.Is(err, ErrExists) {
			t.Errorf("same login in capitals: %v", err)
		}
		for _, bad := range []string{"", "a b", "局長", ".dot", "a/b", "a\x00", strings.Repeat("a", 65)} {
			if _, err := s.Create(t.Context(), bad, "P14", password, false, monday); !errors.Is(err, ErrLogin) {
				t.Errorf("login %q: %v", bad, err)
			}
		}
		if _, err := s.Create(t.Context(), "admin.p13", "P13", password, false, monday); err != nil {
			t.Fatal(err)
		}
		for person, want := range map[string]int{"": 2, "P13": 2, "P14": 0} {
			list, err := s.List(t.Context(), person)
			if err != nil || len(list) != want {
				t.Errorf("person %q has %d accounts (%v), want %d", person, len(list), err, want)
			}
		}
	})
}

// An older, cheaper hash is replaced when its owner signs in.
func TestAnOldHashIsRenewed(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	const old = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" // key added below
	key, err := s.derive(t.Context(), password, []byte("somesaltsomesalt"), 64, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	hash := old + encode(key)
	if _, err := s.db.NewUpdate().Model((*accountRow)(nil)).Set("hash = ?", hash).Where("login = ?", clerk).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); err != nil {
		t.Fatal(err)
	}
	row, err := s.row(t.Context(), clerk)
	if err != nil || !strings.Contains(row.Hash, "m=19456,t=2,p=1") {
		t.Errorf("hash is still %s (%v)", row.Hash, err)
	}
	if _, err := s.SignIn(t.Context(), clerk, password, "web", monday); err != nil {
		t.Errorf("after the renewal: %v", err)
	}
}

func TestThreeServersStartAtOnce(t *testing.T) {
	db := openPostgres(t) // a SQLite file has one server
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := Open(context.Background(), db, Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestAServerThatMayNotMigrateSaysSo(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		if _, err := Open(t.Context(), db, Options{CheckOnly: true}); err == nil {
			t.Error("an empty database was accepted")
		}
		open(t, db)
		if _, err := Open(t.Context(), db, Options{CheckOnly: true}); err != nil {
			t.Error(err)
		}
	})
}

func TestSweepKeepsWhatStillCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		for range 5 {
			if _, err := s.SignIn(t.Context(), clerk, "wrong", "web", monday); !errors.Is(err, ErrSignIn) {
				t.Fatal(err)
			}
		}
		if err := s.Sweep(t.Context(), monday.Add(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SignIn(t.Context(), clerk, password, "web", monday.Add(10*time.Minute)); !errors.Is(err, ErrLocked) {
			t.Errorf("sweeping lifted a lock: %v", err)
		}
		if err := s.Sweep(t.Context(), monday.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if n, err := db.NewSelect().Model((*attemptRow)(nil)).Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d counters left (%v)", n, err)
		}
	})
}

// Two administrators who disable each other at the same moment: one of them stays, in
// whichever order, and however often.
func TestOfTwoWhoDisableEachOtherAtOnceOneStays(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := open(t, db)
		errLast := errors.New("nobody would be left")
		keys := []Key{{"P05", "lai"}, {"P06", "fang"}}
		for _, k := range keys {
			if _, err := s.Create(t.Context(), k.Login, k.Person, password, false, monday); err != nil {
				t.Fatal(err)
			}
		}
		for range 20 {
			var wait sync.WaitGroup
			said := make([]error, len(keys))
			for i, k := range keys {
				wait.Go(func() {
					said[i] = s.DisableIf(t.Context(), k, keys[1-i].Login, monday, func(signsIn []string) error {
						if !slices.Contains(signsIn, "P05") && !slices.Contains(signsIn, "P06") {
							return errLast
						}
						return nil
					})
				})
			}
			wait.Wait()
			left, err := s.SignsIn(t.Context(), "")
			if err != nil || len(left) != 1 {
				t.Fatalf("left: %v, %v", left, err)
			}
			if (said[0] == nil) == (said[1] == nil) || !errors.Is(errors.Join(said...), errLast) {
				t.Fatalf("they were told %v", said)
			}
			for _, k := range keys {
				if err := s.Enable(t.Context(), k); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

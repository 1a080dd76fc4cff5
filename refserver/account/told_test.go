package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
)

// tries are what OnSignIn is told, in words.
func tries(s *Store) *[]string {
	var told []string
	s.OnSignIn(func(_ context.Context, try Try) error {
		word := "in"
		if try.Refused {
			word = "refused"
		}
		told = append(told, strings.TrimSpace(try.Person+" "+word+" by "+try.Channel))
		return nil
	})
	return &told
}

// The trail tells pages and API apart.
func TestATryIsToldWithItsDoor(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	told := tries(s)
	for _, channel := range []string{"web", "api"} {
		if _, err := s.SignIn(t.Context(), clerk, password, channel, monday); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(*told, []string{"P13 in by web", "P13 in by api"}) {
		t.Errorf("told %q", *told)
	}
}

// Whoever goes on guessing at a locked login is told of like before.
func TestATryAtALockedLoginIsToldToo(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	told := tries(s)
	for _, login := range []string{clerk, "nobody"} {
		for range 6 {
			if _, err := s.SignIn(t.Context(), login, "wrong", "web", monday); err == nil {
				t.Fatal("a wrong password is right")
			}
		}
	}
	want := slices.Concat(slices.Repeat([]string{"P13 refused by web"}, 6), slices.Repeat([]string{"refused by web"}, 6))
	if !slices.Equal(*told, want) {
		t.Errorf("told %q", *told)
	}

	// Where it cannot be told, that is the answer: no try goes unnoted.
	away := errors.New("the trail is away")
	s.OnSignIn(func(context.Context, Try) error { return away })
	if _, err := s.SignIn(t.Context(), clerk, "wrong", "web", monday); !errors.Is(err, away) {
		t.Errorf("a try nobody noted: %v", err)
	}
}

// Somebody signs in with a password that is taken from him at that very moment.
func TestATryWithAPasswordChangedMeanwhileIsTold(t *testing.T) {
	db := openSQLite(t)
	openWithClerk(t, db)
	s := open(t, db.WithQueryHook(afterRead{func() {
		if _, err := db.DB.Exec(`UPDATE refserver_accounts SET epoch = epoch + 1`); err != nil {
			t.Error(err)
		}
	}}))
	told := tries(s)
	if _, err := s.SignIn(t.Context(), clerk, password, "web", monday.Add(time.Minute)); !errors.Is(err, ErrSignIn) {
		t.Fatalf("let in by the old password: %v", err)
	}
	if !slices.Equal(*told, []string{"P13 refused by web"}) {
		t.Errorf("told %q", *told)
	}
}

// afterRead does something each time an account has been read.
type afterRead struct{ do func() }

func (afterRead) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (h afterRead) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if e.Operation() == "SELECT" && strings.Contains(e.Query, "refserver_accounts") {
		h.do()
	}
}

package account

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
)

func encode(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

func TestATokenActsForItsPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		secret, issued, err := s.IssueToken(t.Context(), clerk, " 差勤系統介接 ", Scopes{Read: true}, monday.AddDate(0, 6, 0), monday)
		if err != nil {
			t.Fatal(err)
		}
		if issued.Person != "P13" || issued.Name != "差勤系統介接" || issued.Scopes != (Scopes{Read: true}) {
			t.Errorf("issued %+v", issued)
		}
		a, used, err := s.CheckToken(t.Context(), secret, monday.Add(time.Hour))
		if err != nil || a.Login != clerk || used.ID != issued.ID {
			t.Fatalf("%+v %+v %v", a, used, err)
		}
		var row tokenRow
		if err := db.NewSelect().Model(&row).Where("k.id = ?", issued.ID).Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(row.Hash, secret) || strings.Contains(secret, row.Hash) {
			t.Error("the secret is kept")
		}
		list, err := s.Tokens(t.Context(), "P13")
		if err != nil || len(list) != 1 || !list[0].UsedAt.Equal(moment(monday.Add(time.Hour))) {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestATokenEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		issue := func() (string, Token) {
			secret, token, err := s.IssueToken(t.Context(), clerk, "介接", Scopes{Read: true, Write: true}, monday.Add(time.Hour), monday)
			if err != nil {
				t.Fatal(err)
			}
			return secret, token
		}
		refused := func(why, secret string, at time.Time) {
			t.Helper()
			if _, _, err := s.CheckToken(t.Context(), secret, at); !errors.Is(err, ErrToken) {
				t.Errorf("%s: %v", why, err)
			}
		}
		secret, token := issue()
		refused("expired", secret, monday.Add(time.Hour))
		refused("altered", secret[:len(secret)-1]+"!", monday)
		refused("empty", "", monday)
		if err := s.RevokeToken(t.Context(), "P14", token.ID, monday); !errors.Is(err, ErrUnknown) {
			t.Errorf("someone else's token: %v", err)
		}
		if err := s.RevokeToken(t.Context(), "P13", "\x00", monday); !errors.Is(err, ErrUnknown) {
			t.Errorf("no token at all: %v", err)
		}
		if err := s.RevokeToken(t.Context(), "P13", token.ID, monday); err != nil {
			t.Fatal(err)
		}
		refused("revoked", secret, monday)

		secret, _ = issue()
		if err := s.Disable(t.Context(), clerkKey, "", monday); err != nil {
			t.Fatal(err)
		}
		refused("account disabled", secret, monday)
		if err := s.Enable(t.Context(), clerkKey); err != nil {
			t.Fatal(err)
		}
		refused("account enabled again", secret, monday)
	})
}

func TestATokenIsAskedForProperly(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	read := Scopes{Read: true}
	soon := monday.AddDate(0, 1, 0)
	for name, ask := range map[string]func() error{
		"no name":  func() error { _, _, err := s.IssueToken(t.Context(), clerk, " ", read, soon, monday); return err },
		"no scope": func() error { _, _, err := s.IssueToken(t.Context(), clerk, "x", Scopes{}, soon, monday); return err },
		"expired":  func() error { _, _, err := s.IssueToken(t.Context(), clerk, "x", read, monday, monday); return err },
		"for ever": func() error {
			_, _, err := s.IssueToken(t.Context(), clerk, "x", read, monday.AddDate(2, 0, 0), monday)
			return err
		},
		"unknown login": func() error { _, _, err := s.IssueToken(t.Context(), "nobody", "x", read, soon, monday); return err },
	} {
		if ask() == nil {
			t.Errorf("%s: issued", name)
		}
	}
}

// A token that is void stays listed for three months, so that its owner sees what he had.
func TestAVoidTokenIsListedForThreeMonths(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		for _, name := range []string{"revoked", "expires", "valid"} {
			expires := monday.AddDate(0, 11, 0)
			if name == "expires" {
				expires = monday.AddDate(0, 0, 1)
			}
			_, token, err := s.IssueToken(t.Context(), clerk, name, Scopes{Read: true}, expires, monday)
			if err == nil && name == "revoked" {
				err = s.RevokeToken(t.Context(), "P13", token.ID, monday)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct{ days, want int }{{89, 3}, {92, 1}} {
			if err := s.Sweep(t.Context(), monday.AddDate(0, 0, tt.days)); err != nil {
				t.Fatal(err)
			}
			list, err := s.Tokens(t.Context(), "P13")
			if err != nil || len(list) != tt.want {
				t.Errorf("after %d days %d tokens are listed, want %d (%v)", tt.days, len(list), tt.want, err)
			}
		}
	})
}

func TestTheDemoClockOnlyMovesForward(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := open(t, db)
		here, err := s.OpenClock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		there, err := s.OpenClock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if here.Offset() != 0 {
			t.Errorf("a new clock is ahead by %v", here.Offset())
		}
		nextYear := here.Now().AddDate(1, 0, 0)
		if err := here.MoveTo(t.Context(), nextYear); err != nil {
			t.Fatal(err)
		}
		if now := here.Now(); now.Before(nextYear) || now.Location() != time.UTC {
			t.Errorf("it is %v, moved to %v", now, nextYear)
		}
		if err := here.MoveTo(t.Context(), nextYear.Add(-time.Hour)); !errors.Is(err, ErrClockBack) {
			t.Errorf("backwards: %v", err)
		}
		// The other server hasn't heard of it; it must not turn the clock back either.
		if err := there.MoveTo(t.Context(), nextYear.AddDate(0, -1, 0)); !errors.Is(err, ErrClockBack) {
			t.Errorf("backwards, from another server: %v", err)
		}
		if there.Now().Before(nextYear) {
			t.Error("the other server did not take over the time")
		}
		again, err := s.OpenClock(t.Context())
		if err != nil || again.Now().Before(nextYear) {
			t.Errorf("after a restart it is %v (%v)", again.Now(), err)
		}
	})
}

package account

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"
)

// A form that arrives after the session has ended waits for its writer alone.
func TestAnInterruptedFormWaitsForItsWriter(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s, err := Open(t.Context(), db, Options{})
		if err != nil {
			t.Fatal(err)
		}
		seal := s.Seal("P13", "page-1", "/apply/x")
		for name, tc := range map[string]struct{ seal, token, path, person string }{
			"its own":              {seal, "page-1", "/apply/x", "P13"},
			"of another page":      {seal, "page-2", "/apply/x", ""},
			"sent elsewhere":       {seal, "page-1", "/deputies", ""},
			"somebody else's name": {"P12" + seal[3:], "page-1", "/apply/x", ""},
			"nothing":              {"", "", "/apply/x", ""},
		} {
			if person, ok := s.Sealed(tc.seal, tc.token, tc.path); ok != (tc.person != "") || ok && person != tc.person {
				t.Errorf("%s: %s, %v", name, person, ok)
			}
		}
		again, err := Open(t.Context(), db, Options{}) // another server on the same database
		if err != nil {
			t.Fatal(err)
		}
		if person, ok := again.Sealed(seal, "page-1", "/apply/x"); !ok || person != "P13" {
			t.Error("another server doesn't know the seal")
		}

		keep := func(token, subject string, at time.Time) string {
			id, err := s.Keep(t.Context(), Interrupted{Person: "P13", Token: token, Path: "/apply/x", Fields: map[string][]string{"subject": {subject}}}, at)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		keep("page-1", "第一次", monday)
		id := keep("page-1", "再送一次", monday.Add(time.Minute))
		list, err := s.Interrupted(t.Context(), "P13")
		if err != nil || len(list) != 1 || list[0].ID != id || list[0].Fields["subject"][0] != "再送一次" || list[0].Path != "/apply/x" {
			t.Fatalf("%+v, %v", list, err)
		}
		if others, err := s.Interrupted(t.Context(), "P12"); err != nil || len(others) != 0 {
			t.Errorf("somebody else has %v, %v", others, err)
		}
		if err := s.Forget(t.Context(), "P12", id); err != nil {
			t.Fatal(err)
		}
		for i := range mostWaiting + 3 {
			keep(fmt.Sprint("many-", i), "很多", monday.Add(time.Duration(i)*time.Hour))
		}
		if list, err = s.Interrupted(t.Context(), "P13"); err != nil || len(list) != mostWaiting {
			t.Errorf("%d are kept, %v", len(list), err)
		}
		if err := s.Forget(t.Context(), "P13", list[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Sweep(t.Context(), monday.Add(waits+10*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Interrupted(t.Context(), "P13"); err != nil || len(list) == 0 || len(list) >= mostWaiting-1 {
			t.Errorf("after a week %d are left, %v", len(list), err)
		}
	})
}

// A double click after the session has ended keeps the form twice at the same time.
func TestAnInterruptedFormIsKeptOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := open(t, db)
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				f := Interrupted{Person: "P13", Token: "page-1", Path: "/apply/x", Fields: map[string][]string{"subject": {"申請帳號"}}}
				if _, err := s.Keep(t.Context(), f, monday); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if list, err := s.Interrupted(t.Context(), "P13"); err != nil || len(list) != 1 {
			t.Errorf("%d are kept, %v", len(list), err)
		}
	})
}

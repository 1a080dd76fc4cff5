package account

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/uptrace/bun"
)

// Two requests of one session are under way at the same time: what the quick one left for
// the next page, and which case it opened, is still there when the slow one has ended.
func TestRequestsOfOneSessionKeepWhatTheOtherChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, db *bun.DB) {
		s := openWithClerk(t, db)
		sessions := newSessions(t, s, SessionOptions{})
		b := &browser{site: office(t, s, sessions)}
		b.visit("/in")
		b.visit("/flash")
		quick := &browser{cookie: b.cookie, site: sessions.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			sessions.PutFlash(r.Context(), "已儲存。")
			sessions.PutSeen(r.Context(), "case-2", 7)
		}))}
		slow := &browser{cookie: b.cookie, site: sessions.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			quick.visit("/")
			sessions.PutSeen(r.Context(), "case-1", 3)
		}))}
		slow.visit("/")
		reader := &browser{cookie: b.cookie, site: sessions.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, sessions.Seen(r.Context(), "case-1"), sessions.Seen(r.Context(), "case-2"), sessions.Seen(r.Context(), "case-3"))
		}))}
		if got := reader.visit("/"); got != "3 7 0" {
			t.Errorf("opened: %s", got)
		}
		// A slow reader that changes nothing takes nothing away either.
		idle := &browser{cookie: b.cookie, site: sessions.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			quick.visit("/")
		}))}
		idle.visit("/")
		if got := b.visit("/flash"); got != "已儲存。" {
			t.Errorf("the next page says %q", got)
		}
		if got := b.visit("/flash"); got != "" {
			t.Errorf("and the one after it %q", got)
		}
	})
}

// Of very many that were opened the oldest is forgotten.
func TestASessionRemembersTheLastOpened(t *testing.T) {
	s := openWithClerk(t, openSQLite(t))
	sessions := newSessions(t, s, SessionOptions{})
	b := &browser{site: sessions.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := range maxSeen + 1 {
			sessions.PutSeen(r.Context(), fmt.Sprint("case-", i), 1)
		}
		fmt.Fprint(w, sessions.Seen(r.Context(), "case-0"), sessions.Seen(r.Context(), "case-1"), sessions.Seen(r.Context(), fmt.Sprint("case-", maxSeen)))
	}))}
	if got := b.visit("/"); got != "0 1 1" {
		t.Errorf("opened: %s", got)
	}
}

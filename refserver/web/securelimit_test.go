package web

import (
	"net/netip"
	"testing"
	"time"
)

func TestGuessingIsSlowedDown(t *testing.T) {
	var limit SignInLimit
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	home, office := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("198.51.100.1")
	tries := 0
	for limit.Allow(home, "qh150013", now) {
		tries++
	}
	if tries != loginBurst {
		t.Errorf("%d guesses at one login at once", tries)
	}
	if !limit.Allow(office, "qh100001", now) {
		t.Error("another person elsewhere is held up")
	}
	if limit.Allow(office, "QH150013 ", now) {
		t.Error("another address and capitals get round the login's limit")
	}
	if !limit.Allow(home, "qh150013", now.Add(time.Minute)) {
		t.Error("it never ends")
	}
	var spray SignInLimit
	tries = 0
	for i := range 1000 {
		if spray.Allow(home, "u"+string(rune('a'+i%26))+string(rune('a'+i/26)), now) {
			tries++
		}
	}
	if tries != addressBurst {
		t.Errorf("%d logins tried from one address at once", tries)
	}
}

func TestTheLimitDoesNotGrowWithoutEnd(t *testing.T) {
	var limit SignInLimit
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	for i := range 3 * limitEntries {
		addr := netip.AddrFrom4([4]byte{byte(i >> 16), byte(i >> 8), byte(i), 1})
		limit.Allow(addr, addr.String(), now)
	}
	if len(limit.addresses) > limitEntries || len(limit.logins) > limitEntries {
		t.Errorf("%d addresses, %d logins", len(limit.addresses), len(limit.logins))
	}
}

package web

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// SignInLimit slows down guessing from one address and at one login, before a
// password is hashed. It lives in one process; what counts among several
// servers is the lock of package account. The zero value is ready; safe for
// concurrent use.
type SignInLimit struct {
	mu        sync.Mutex
	addresses map[netip.Prefix]*rate.Limiter
	logins    map[string]*rate.Limiter
}

// An office of hundreds may sit behind one address and arrive at half past
// eight; a login is tried by one person.
const (
	addressRate  = rate.Limit(2) // per second
	addressBurst = 60
	loginRate    = rate.Limit(1.0 / 6)
	loginBurst   = 10
	limitEntries = 10_000 // of each kind, about 2 MB
)

// Allow tells whether a try may go on at now (real time). Without a login only
// the address counts.
func (l *SignInLimit) Allow(from netip.Addr, login string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.addresses == nil {
		l.addresses, l.logins = map[netip.Prefix]*rate.Limiter{}, map[string]*rate.Limiter{}
	}
	login = strings.ToLower(strings.TrimSpace(login))
	if len(login) > 64 {
		login = login[:64]
	}
	// Both are charged, so that a refused try costs the same as an allowed one.
	allowed := limiter(l.addresses, network(from), addressRate, addressBurst, now).AllowN(now, 1)
	if login != "" {
		allowed = limiter(l.logins, login, loginRate, loginBurst, now).AllowN(now, 1) && allowed
	}
	return allowed
}

// network is what one customer of a provider has: an IPv4 address, an IPv6 /64.
func network(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // unknown addresses share one limit
	}
	return p
}

func limiter[K comparable](all map[K]*rate.Limiter, key K, r rate.Limit, burst int, now time.Time) *rate.Limiter {
	if l, ok := all[key]; ok {
		return l
	}
	if len(all) >= limitEntries {
		makeRoom(all, burst, now)
	}
	l := rate.NewLimiter(r, burst)
	all[key] = l
	return l
}

// makeRoom drops those who have been quiet long enough to have their full
// allowance again; if all are busy, some of them, since forgetting a few
// guesses is better than growing without end.
func makeRoom[K comparable](all map[K]*rate.Limiter, burst int, now time.Time) {
	for key, l := range all {
		if l.TokensAt(now) >= float64(burst) {
			delete(all, key)
		}
	}
	for key := range all {
		if len(all) < limitEntries*9/10 {
			return
		}
		delete(all, key)
	}
}

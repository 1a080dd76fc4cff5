package web

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
)

// longestNext is how long an address to go on at may be, in bytes, as it is sent.
const longestNext = 2048

// SafeNext returns where a ?next= may lead: a path of this very origin, or
// fallback. Everything that a browser might take for another place is refused:
// "//host" and "/\host", a scheme with or without slashes, control characters,
// which browsers drop before they read an address.
func SafeNext(next, fallback string) string {
	if len(next) > longestNext || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsRune(next, '\\') || strings.ContainsFunc(next, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }) {
		return fallback
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return fallback
	}
	// Dots could leave two slashes in front once the browser has resolved them.
	if strings.Contains(u.Path, "//") || strings.ContainsRune(u.Path, '\\') || strings.ContainsFunc(u.Path, unicode.IsControl) {
		return fallback
	}
	clean := url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery, Fragment: u.Fragment}
	text := clean.String()
	if len(text) > longestNext { // what had to be escaped made it longer
		return fallback
	}
	return text
}

// Client is the address a request comes from: the peer's, or, when the peer is
// a trusted proxy, the last address in X-Forwarded-For that isn't one. The zero
// Addr means it can't be told.
func (g *Guard) Client(remote string, forwarded []string) netip.Addr {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && g.trusts(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break // what stands before an unreadable entry can't be trusted either
		}
		addr = hop.Unmap()
	}
	return addr.WithZone("")
}

func (g *Guard) trusts(addr netip.Addr) bool {
	for _, p := range g.opts.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

package main

import (
	"fmt"
	"net/netip"
	"strings"
)

// proxies are the addresses whose X-Forwarded-For is believed. Everybody else could
// write into it what he likes, and so guess passwords without end.
type proxies []netip.Prefix

// String implements flag.Value.
func (p *proxies) String() string {
	var all []string
	for _, prefix := range *p {
		all = append(all, prefix.String())
	}
	return strings.Join(all, ",")
}

// Set implements flag.Value; the flag may be given more than once.
func (p *proxies) Set(list string) error {
	for _, one := range strings.Split(list, ",") {
		prefix, err := proxy(strings.TrimSpace(one))
		if err != nil {
			return err
		}
		*p = append(*p, prefix)
	}
	return nil
}

func proxy(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network such as 10.1.2.0/24", text)
	case prefix.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("%q: write it as an IPv4 network", text)
	case prefix.Bits() == 0:
		return netip.Prefix{}, fmt.Errorf("%q would believe everybody", text)
	case prefix != prefix.Masked():
		return netip.Prefix{}, fmt.Errorf("%q has an address within the network; the network is %s", text, prefix.Masked())
	}
	return prefix, nil
}

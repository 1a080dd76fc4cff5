package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestTheProxiesInFrontAreNamedStrictly(t *testing.T) {
	t.Setenv(envDatabase, "")
	o, err := parseOptions([]string{"-trusted-proxy", "10.1.2.3, 10.2.0.0/16", "-trusted-proxy", "fd00::/8"}, io.Discard)
	if err != nil || o.proxies.String() != "10.1.2.3/32,10.2.0.0/16,fd00::/8" {
		t.Errorf("%s, %v", o.proxies.String(), err)
	}
	for given, said := range map[string]string{
		"": "neither", "proxy.example": "neither", "10.1.2.3,": "neither", "10.1.2.3/33": "neither", "fe80::1%eth0": "neither",
		"10.1.2.3/24": "10.1.2.0/24", "0.0.0.0/0": "everybody", "::/0": "everybody", "::ffff:10.0.0.0/104": "IPv4",
	} {
		if _, err := parseOptions([]string{"-trusted-proxy", given}, io.Discard); err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("%q: %v", given, err)
		}
	}
}

// Behind a proxy one who asks without end is stopped alone; without its name being
// known, what anybody writes into X-Forwarded-For counts for nothing.
func TestBehindAProxyEverybodyIsCountedAlone(t *testing.T) {
	for _, trusted := range []bool{true, false} {
		args := []string{"-data", t.TempDir(), "-empty"}
		if trusted {
			args = append(args, "-trusted-proxy", "127.0.0.1")
		}
		r := begun(t, args...)
		from := func(address string) int {
			request, err := http.NewRequest(http.MethodGet, r.url+"/check?number=IS-02-008", nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Forwarded-For", address)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if err := response.Body.Close(); err != nil {
				t.Fatal(err)
			}
			return response.StatusCode
		}
		stopped := false
		for range 2000 {
			if stopped = from("203.0.113.5") == http.StatusTooManyRequests; stopped {
				break
			}
		}
		if other := from("203.0.113.6"); !stopped || (other == http.StatusTooManyRequests) == trusted {
			t.Errorf("proxy known: %v; one is stopped: %v; the next gets %d", trusted, stopped, other)
		}
		r.end()
	}
}

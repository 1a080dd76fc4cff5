package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var (
	isoShown = regexp.MustCompile(`(?:>[^<]*|(?:value|placeholder|title|aria-label)="[^"]*)\b(?:19|20)\d\d-\d\d-\d\d`)
	numbered = regexp.MustCompile(`/[^/]*[0-9][^/]*`)
	linkedTo = regexp.MustCompile(`href="(/[^"#]*)"`)
)

// Wherever a person reads or types a date in Chinese, it is a Minguo one: on every
// page that can be reached, and in what a page fills in beforehand.
func TestDatesAreMinguoEverywhere(t *testing.T) {
	h := webtest.OpenHouse(t)
	for _, person := range []string{"P04", "P05", "P07", "P10", "P13"} {
		t.Run(person, func(t *testing.T) {
			caller := h.As(t, person)
			seen := map[string]bool{}
			list := []string{"/", "/apply", "/handling", "/documents", "/records", "/people", "/deputies", "/overview", "/sent", "/notices"}
			kinds := map[string]int{}
			for len(list) > 0 {
				at := list[0]
				list = list[1:]
				kind := numbered.ReplaceAllString(strings.SplitN(at, "?", 2)[0], "/*")
				if seen[at] || kinds[kind] >= 6 || strings.Contains(at, "lang=") || strings.HasPrefix(at, "/assets") || strings.Contains(at, "/files/") || strings.Contains(at, ".xlsx") || strings.HasPrefix(at, "/as/") {
					continue
				}
				seen[at] = true
				kinds[kind]++
				page := caller.Get(strings.ReplaceAll(at, "&amp;", "&"))
				if page.StatusCode != http.StatusOK || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
					continue
				}
				for _, found := range isoShown.FindAllString(page.Text, 3) {
					t.Errorf("%s: %s", at, strings.TrimSpace(found))
				}
				for _, m := range linkedTo.FindAllStringSubmatch(page.Text, -1) {
					list = append(list, m[1])
				}
			}
			if len(seen) < 15 {
				t.Errorf("only %d pages were reached", len(seen))
			}
		})
	}
}

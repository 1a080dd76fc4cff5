package webtest

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

var ticks = regexp.MustCompile(`name="item" id="[^"]+" value="([^"]+)"`)

// Ticks are what the boxes of a page that can be ticked stand for, as fields to send: those beside
// some subjects, all without any.
func (r Reply) Ticks(t testing.TB, subjects ...string) (fields []string) {
	t.Helper()
	if len(subjects) == 0 {
		for _, one := range ticks.FindAllStringSubmatch(r.Text, -1) {
			fields = append(fields, "item", html.UnescapeString(one[1]))
		}
	}
	for _, subject := range subjects {
		at := strings.Index(r.Text, "<span>"+subject)
		if at < 0 {
			t.Fatalf("%s is not on the page", subject)
		}
		all := ticks.FindAllStringSubmatch(r.Text[:at], -1)
		fields = append(fields, "item", html.UnescapeString(all[len(all)-1][1]))
	}
	return fields
}

// Trail is what is on record of the case at an address.
func (h *House) Trail(t testing.TB, path string) []ismskit.Entry {
	t.Helper()
	c, err := h.Kit.Case(t.Context(), ismskit.System("test"), strings.TrimPrefix(path, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	return c.Trail
}

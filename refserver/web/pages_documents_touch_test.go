package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var reviseHref = regexp.MustCompile(`href="([^"]*op=revise[^"]*)"`)

// Who asks for a change of a document sees on the form, before he sends it, what it touches, with links.
func TestTheFormOfAChangeSaysWhatItTouches(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	page := clerk.Get("/documents/IS-02-006")
	link := reviseHref.FindStringSubmatch(page.Text)
	if link == nil {
		t.Fatal("no link asks for a revision")
	}
	clerk.Get(link[1]).Says(t, http.StatusOK, "本次變更牽涉", "IS-04-012 權限帳號申請單", "所屬表單　線上表單", "沿用 1.4 版", "只列出您可查閱的事項")
}

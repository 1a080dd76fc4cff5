package pagestest

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// 駱建豪 leaves. The personnel officer begins the sheet on his page, which lists what he
// has; his head names the successors on it, and is told at its row where one is missing.
func TestALeaversSheetInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P15"}, "reason": "leaving", "last_day": calendar.Date{Year: 2026, Month: 11, Day: 30},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P08?next=/people/P15", look)
			p.Wait("#handing")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-person")
			p.Go("/as/P08?next=/people/P05") // his own is sent, and no second one is offered
			p.Wait("#handing")
			p.Follow(`form[action$="/handover"] button`)
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-sheet")
			p.Go("/as/P08?next=" + url.QueryEscape("/cases/"+sent.Case))
			p.Wait("#ending-0")
			// The leaver's own accounts stand above the route, and apart from it.
			var apart float64
			p.Eval(`document.querySelector('section[aria-labelledby="route"]').getBoundingClientRect().top - [...document.querySelectorAll('section[aria-labelledby^="ending"]')].at(-1).getBoundingClientRect().bottom`, &apart)
			if apart < 16 {
				t.Errorf("the route begins %v px below the list of accounts", apart)
			}
			p.Shot("leaver-sent")
			p.Go("/as/P14?next=" + url.QueryEscape("/cases/"+sent.Case))
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-names")
			p.Expect("status of 422")
			p.Follow(`button[name="do"][value="approve"]`)
			p.Wait(`[role="alert"]`)
			// Each fault leads to the field of one of the things he has.
			var faults, lead int
			p.Eval(`document.querySelectorAll('[role="alert"] a[href^="#"]').length`, &faults)
			p.Eval(`[...document.querySelectorAll('[role="alert"] a[href^="#"]')].filter(a => document.getElementById(a.hash.slice(1))?.closest('tr, fieldset')?.textContent.trim()).length`, &lead)
			if faults == 0 || lead != faults {
				t.Errorf("of %d faults %d lead to a row", faults, lead)
			}
			p.Clean(axe)
			p.Shot("leaver-refused")
		})
	}
}

// 駱建豪 moves to a post that somebody else holds by the day he starts. His sheet says so on
// its page, with the reason, and the personnel officer has it tried again once that is
// mended.
func TestWhatASheetLeftInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	path, mend := h.LeftOnSheet(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P08?next="+url.QueryEscape(path), look)
			p.Wait("#nothanded")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-left")
		})
	}
	mend()
	p := b.Open(t, h.URL, "/as/P08?next="+url.QueryEscape(path), browsertest.Widths("zh-TW")[0])
	p.Wait("#nothanded")
	p.Follow(`button[name="do"][value="hand_again"]`)
	p.Wait("h1")
	h.Settle(t)
	after, err := h.Kit.Case(t.Context(), ismskit.System("test"), strings.TrimPrefix(path, "/cases/"))
	if err != nil || len(after.NotHanded) > 0 {
		t.Errorf("left: %+v, %v", after.NotHanded, err)
	}
}

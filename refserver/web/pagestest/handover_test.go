package pagestest

import (
	"net/url"
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
			p.Follow(`form[action$="/handover"] button`)
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-sheet")
			p.Go("/as/P14?next=" + url.QueryEscape("/cases/"+sent.Case))
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-names")
			p.Expect("status of 422")
			p.Follow(`button[name="do"][value="approve"]`)
			p.Wait(`[role="alert"]`)
			p.Clean(axe)
			p.Shot("leaver-refused")
		})
	}
}

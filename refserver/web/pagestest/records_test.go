package pagestest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// On a phone the filters of the records open below their button, can be hit with a thumb,
// and close again without scrolling past all of them.
func TestTheFiltersOfTheRecordsOnAPhone(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	h.Apply(t)
	p := b.Open(t, h.URL, "/as/P04?next=/records", browsertest.Look{Size: browsertest.Phone, Lang: "zh-TW"})
	p.Click(`a[href="#filters"]`)
	p.Wait("#filters:target")
	p.Clean(axe)
	p.NoSidewaysScroll()
	p.Shot("records-filters")
	var low, covered int
	p.Eval(`[...document.querySelectorAll("#filters .facet a")].filter(a => a.checkVisibility() && a.getBoundingClientRect().height < 36).length`, &low)
	p.Eval(`[document.querySelector("#filters a")].filter(a => a.getBoundingClientRect().top < document.querySelector(".topbar").getBoundingClientRect().bottom).length`, &covered)
	if low > 0 || covered > 0 {
		t.Errorf("%d filters are too low to be hit, %d stand under the bar", low, covered)
	}
	p.Click(`#filters a[href="#results"]`)
	p.Wait("#results:target")
	var open bool
	p.Eval(`document.querySelector("#filters").checkVisibility()`, &open)
	if open {
		t.Error("the filters stay open")
	}
}

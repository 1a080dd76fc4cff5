package pagestest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever ends a unit is shown what moves with it before it is saved, and what he has to move
// himself.
func TestAUnitThatEndsInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			h.Apply(t)
			p := b.Open(t, h.URL, "/as/P05?next=/lists/units/U06/edit", look)
			p.Wait("#f-to")
			p.Type("#f-to", "115.12.31")
			p.Follow(`button[value="save"]`)
			p.Wait("#moves")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("unit-ends")
		})
	}
}

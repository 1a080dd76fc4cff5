package pagestest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// An officer looks at the flow of a form and changes a step, at his desk and on his phone. Axe
// finds nothing on any of the pages.
func TestAFlowInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P04?next=/flows", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("flows-" + name)
			}
			p.Wait(".list")
			looks("list")
			p.Follow(`a[href="/flows/account_request"]`)
			p.Wait(".flow")
			looks("picture")
			p.Follow(`.pagehead__tools button`)
			p.Wait("#publish")
			looks("draft")
			p.Follow(`a[href$="path=root.sequence%5B1%5D"]`)
			p.Wait("#form")
			looks("step")
			p.Choose(`select[name="kind"]`, "consult")
			p.Choose(`select[name="who.1.way"]`, "same_as")
			p.Follow(`.sendbar button`)
			p.Wait(".is-wrong-box")
			looks("wrong")
			uncovered(t, p)
			p.Follow(`a[href$="/draft/settings"]`)
			p.Wait("#form")
			looks("settings")
			p.Click(`input[name="take_back"][value="term"]`)
			p.Wait(`[name="take_back_n"]`)
			p.Type(`[name="take_back_n"]`, "3")
			p.Click(`input[name="take_back_unit"][value="wd"]`)
			p.Choose(`select[name="registry.1.way"]`, "person")
			p.Follow(`.sendbar button`)
			p.Wait("#s-registry .flow__wrong")
			looks("settings-wrong")
			p.Click(`a[href="#s-registry"]`)
			p.Wait("#s-registry:focus")
			p.Follow(`a[href$="/draft/settings"]`)
			p.Wait("#form .flow__wrong")
			looks("settings-again")
			p.Go("/flows/account_request/draft/discard")
			p.Wait(".acts")
			looks("discard")
			p.Follow(`.acts button`)
			p.Wait(".flow")
		})
	}
}

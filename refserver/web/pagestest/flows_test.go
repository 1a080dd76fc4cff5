package pagestest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// An officer looks at the flow of a form at his desk and on his phone. Axe finds nothing.
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
		})
	}
}

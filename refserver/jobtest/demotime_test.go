package jobtest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// TestTheDemonstrationsTimeOnScreen: the page that moves time, in both languages
// and widths, with and without something wrong.
func TestTheDemonstrationsTimeOnScreen(t *testing.T) {
	browser := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	r := begun(t, "-data", t.TempDir())
	for _, look := range browsertest.Looks("zh-TW", "en") {
		page := browser.Open(t, r.URL, "/login", look)
		page.Follow(`button[name="demo"][value="qh150013"]`)
		page.Go("/demo/time")
		page.Shot("demotime")
		page.NoSidewaysScroll()
		page.Clean(axe)
		page.Expect("status of 422")
		page.Type("#day", "109.1.1")
		page.Follow(`.btn--main`)
		page.Wait(".field__error")
		page.Shot("demotime-wrong")
		page.Clean(axe)
	}
	page := browser.Open(t, r.URL, "/login", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	page.Follow(`button[name="demo"][value="qh150013"]`)
	page.Go("/demo/time")
	page.Follow(`button[value="demotime.week"]`)
	page.Wait("[data-toast]")
	page.Shot("demotime-moved")
	page.NoSidewaysScroll()
	page.Clean(axe)
	page.Go("/demo/time")
	page.Follow(`button[value="demotime.year"]`)
	page.Wait("progress")
	r.Interrupt() // in the midst of it
}

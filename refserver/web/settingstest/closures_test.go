package settingstest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// U11: an officer enters a typhoon day, on his phone or at his desk, in either language,
// sees before what moves, and takes it back. Axe finds nothing on any of the pages.
func TestATyphoonDayInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			h.Apply(t) // whose deadline moves
			p := b.Open(t, h.URL, "/as/P07?next=/closures", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("closures-" + name)
			}
			p.Wait("#from")
			looks("form")
			p.Expect("status of 422")
			p.Type("#from", "115.13.40")
			p.Type("#announced_time", "25:70")
			p.Follow(`button[value="preview"]`)
			p.Wait("#announced_time-error")
			looks("wrong")
			p.Type("#announced_time", "08:30")
			p.Type("#from", "115.11.24")
			p.Type("#reason", "鳳凰颱風")
			p.Type("#place", "臺北市")
			p.Follow(`button[value="preview"]`)
			p.Wait("#moves")
			looks("check")
			p.Follow(`button[value="enter"]`)
			p.Wait(".list")
			looks("entered")
			uncovered(t, p)
			h.Settle(t)
			p.Follow(`a[href^="/closures/withdraw"]`)
			p.Wait("#why")
			p.Type("#why", "更正公告，照常上班")
			looks("withdraw")
			p.Follow(`.acts button`)
			p.Wait(".list")
			looks("withdrawn")
		})
	}
}

// uncovered: what has been done is said, and what it says stands over nothing that can
// be pressed, wherever the page is scrolled to.
func uncovered(t *testing.T, p *browsertest.Page) {
	t.Helper()
	p.Wait("[data-toast]")
	var covered []string
	p.Eval(`(() => {
		const said = document.querySelector("[data-toast]");
		return [...document.querySelectorAll("main a, main button, main input, main select")].filter((control) => {
			control.scrollIntoView({block: "end"});
			const a = control.getBoundingClientRect(), b = said.getBoundingClientRect();
			return a.width > 0 && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
		}).map((control) => control.textContent || control.id);
	})()`, &covered)
	if len(covered) > 0 {
		t.Errorf("the message covers %q", covered)
	}
}

// U12: an officer loads next year's calendar, and sees before what it says.
func TestACalendarIsLoadedInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	file := filepath.Join(t.TempDir(), "2028.json")
	if err := os.WriteFile(file, []byte(`{"20280101": "開國紀念日", "20280103": "補假", "20280125": "農曆除夕", "20280126": "春節"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P07?next=/closures", look)
			p.Wait("#file")
			p.Attach("#file", file)
			p.Follow(`form[action$="/closures/calendar"] button`)
			p.Wait("#days")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("calendar-check")
			p.Follow(`button[value="enter"]`)
			p.Wait("#calendar")
			p.Clean(axe)
			p.Shot("calendar-loaded")
		})
	}
}

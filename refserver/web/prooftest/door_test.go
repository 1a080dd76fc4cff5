package prooftest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// looks are those of browsertest, or under -short the two that differ most.
func looks(langs ...string) []browsertest.Look {
	if testing.Short() {
		return []browsertest.Look{{Size: browsertest.Desktop, Lang: "zh-TW"}, {Size: browsertest.Phone, Lang: "en", Theme: "dark"}}
	}
	return browsertest.Looks(langs...)
}

// Every page of the door in each language with each theme and width: axe finds nothing,
// nothing sticks out sideways, no complaint of the browser.
func TestTheDoorInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	site := webtest.OpenOffice(t, true).URL
	for _, look := range looks("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, site, "/login", look)
			p.Wait("#login")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("login")

			p.Expect("status of 422")
			p.Type("#login", "qh110007")
			p.Type("#password", "wrong")
			p.Follow(".door__box .btn--main")
			p.Wait("#login-wrong")
			p.Clean(axe)
			p.Shot("login-wrong")

			p.Follow("[name=demo][value=qh110007]")
			p.Wait("#old")
			p.Clean(axe)
			p.Type("#old", "wrong")
			p.Type("#new", "one")
			p.Type("#again", "two")
			p.Follow(".btn--main")
			p.Wait(".errors")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("password-wrong")
		})
	}
}

func TestThePagesInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	site := webtest.OpenOffice(t, true).URL
	for _, look := range looks("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, site, "/login?next=%2Ftodo", look)
			p.Follow("[name=demo][value=qh110004]")
			p.Wait("#note")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("shell")
			if look.Size.Phone {
				p.Click("[data-menu]")
				p.Wait("#nav")
				p.Clean(axe)
				p.Shot("shell-menu")
			}
			p.Expect("status of 404")
			p.Expect("status of 500")
			p.Go("/no/such/page")
			p.Wait(".main h1")
			p.Clean(axe)
			p.Shot("not-there")
			p.Go("/fault")
			p.Wait(".refused__no")
			p.Clean(axe)
			p.Shot("fault")
		})
	}
}

func TestTheThemeButtonIsRemembered(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	p := b.Open(t, webtest.OpenOffice(t, true).URL, "/login", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	if got := p.Text("[data-theme-button]"); got != "深色" {
		t.Errorf("the button says %s", got)
	}
	p.Click("[data-theme-button]")
	if got := p.Text("[data-theme-button]"); got != "淺色" {
		t.Errorf("after a click it says %s", got)
	}
	p.Go("/login")
	p.Wait("html[data-theme=dark]")
}

func TestSignInByKeyboardAlone(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	p := b.Open(t, webtest.OpenOffice(t, false).URL, "/login", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Wait("#login:focus")
	p.Press("qh150013")
	p.Tab(1)
	p.Press(webtest.DemoPassword)
	p.Press("\r")
	p.Wait("#note")
	if got := p.Path(); got != "/" {
		t.Errorf("at %s", got)
	}
}

// On a phone the menu opens in place, closes with Escape and gives the focus back.
func TestTheMenuOnAPhone(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	p := b.Open(t, webtest.OpenOffice(t, true).URL, "/login", browsertest.Look{Size: browsertest.Phone, Lang: "zh-TW"})
	p.Follow("[name=demo][value=qh150013]")
	p.Click("[data-menu]")
	p.Wait("[data-menu][aria-expanded=true]")
	p.Wait("#nav a:focus")
	p.Press("\u001b")
	p.Wait("[data-menu][aria-expanded=false]:focus")
}

package pagestest

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A signer shows once more who he is: without his password, and with a wrong one, he is
// told at the field and what he wrote stays; with it he has signed. Axe finds nothing.
func TestASignerShowsWhoHeIsInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	const password = "Blue-magpies-over-the-roof-7"
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
				for i := range c.Types {
					if c.Types[i].Key == catalog.TypeAccountRequest {
						c.Types[i].Flow.Root.Sequence[1].Step.Reauth = true
					}
				}
			})
			if _, err := h.Accounts.Create(t.Context(), "p12", "P12", password, false, time.Now()); err != nil {
				t.Fatal(err)
			}
			h.Login = "p12"
			p := b.Open(t, h.URL, "/as/P12?next="+h.Apply(t, "subject", "收文帳號"), look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("proof-" + name)
			}
			p.Wait(`input[type="password"]`)
			looks("asked")
			p.Type(`textarea[name="comment"]`, "如擬")
			for _, typed := range []string{"", "not my password"} {
				p.Expect("status of 422")
				if typed != "" {
					p.Type(`input[type="password"]`, typed)
				}
				p.Follow(`button[value="approve"]`)
				p.Wait(`input[type="password"][aria-invalid="true"]`)
			}
			looks("wrong")
			p.Type(`input[type="password"]`, password)
			p.Follow(`button[value="approve"]`)
			p.Wait(`[role="status"]`)
			looks("signed")
		})
	}
}

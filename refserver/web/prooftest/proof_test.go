package prooftest

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/evidence"
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

// Who looks after the system has a checkpoint signed, which then stands on the page with a
// button to take it away: at both widths, in both languages, without a fault for axe.
func TestCheckpointsInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Signer = key })
	p := b.Open(t, h.URL, "/as/P05?next=/checkpoints", browsertest.Widths("zh-TW")[0])
	p.Wait(`form[action$="/checkpoints"] button`)
	p.Follow(`form[action$="/checkpoints"] button`)
	p.Wait(`a[download]`)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P05?next=/checkpoints", look)
			p.Wait(`a[download]`)
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("checkpoints")
		})
	}
}

// The auditor reads what was changed in the lists, and narrows it to one list and two days; a
// day that cannot be read is said at its field.
func TestChangesOfListsInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P04?next=/changes", look)
			p.Wait("#list")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("changes")
			p.Type("#from", "昨天")
			p.Follow("form.asking button")
			p.Wait(`#from[aria-invalid="true"]`)
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("changes-wrong")
		})
	}
}

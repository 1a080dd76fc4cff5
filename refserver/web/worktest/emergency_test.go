package worktest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever marks his request as one that was orally approved is asked at once by whom and
// when, whatever he has filled in before.
func TestAnEmergencyAsksWhoApprovedIt(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	for name, first := range map[string]string{"first": "", "after the kind": `[name="op"][value="add"]`} {
		p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
		p.Go("/apply/account_request")
		if first != "" {
			p.Click(first)
			p.Wait(`#form-state[data-action^="/cases/"]`)
		}
		p.Click(`#f-emergency`)
		p.Wait(`[name="oral_approver.find"]`)
		var seen bool
		p.Eval(`document.querySelector('[name="oral_approver.find"]').checkVisibility()`, &seen)
		if !seen {
			t.Errorf("%s: nobody asks who approved", name)
		}
	}
}

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
		var marked bool
		p.Eval(`["oral_approver", "oral_at", "done_at"].every((f) => document.querySelector("#w-" + f + " .field__need")?.textContent === "必填") && !document.querySelector("#w-late_reason .field__need")`, &marked)
		if !marked {
			t.Errorf("%s: what has to be answered now is not marked", name)
		}
	}
}

// What is wrong with the list of items as a whole goes as soon as it is mended, and stays
// while it is not.
func TestARowMendsAnEmptyList(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Expect("422")
	p.Follow(`.sendbar [value="submit"]`)
	p.Wait(`#w-lines > .field__error`)
	p.Type(`#f-subject`, "調閱公文")
	p.Click(`[name="op"][value="add"]`)
	p.Wait(`#w-subject:not(.is-wrong)`)
	p.Wait(`#w-op:not(.is-wrong)`)
	p.Wait(`#w-lines > .field__error`)
	p.Type(`[name="lines.1.purpose"]`, "業務需要")
	p.Click(`#f-reason`)
	p.Wait(`#w-lines:not(:has(> .field__error))`)
}

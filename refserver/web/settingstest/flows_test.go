package settingstest

import (
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// An officer looks at the flow of a form and changes a step, lets it be decided by weight, and
// makes a branch by choosing its condition, at his desk and on his phone. Axe finds nothing on any
// of the pages.
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
				p.Eval("scrollTo(0, 0)", nil) // what lies under the bar is no target
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("flows-" + name)
			}
			p.Wait(".list")
			looks("list")
			p.Go("/flows/document_change")
			p.Wait(".flow__way .flow__way")
			var cut []string
			p.Eval(`[...document.querySelectorAll(".flow__way, .flow__box")].filter(e => e.getBoundingClientRect().right > e.parentElement.closest(".flow__box, .flow__way, .flow").getBoundingClientRect().right + 1).map(e => e.innerText.slice(0, 40))`, &cut)
			if len(cut) > 0 {
				t.Errorf("branches reach out of the box they are in: %q", cut)
			}
			looks("branches")
			p.Go("/flows")
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
			p.Click(`[data-add-row="registry"]`)
			p.Wait(`select[name="registry.1.way"]`)
			p.Choose(`select[name="registry.1.way"]`, "person")
			p.Follow(`.sendbar button`)
			p.Wait("#s-registry .flow__wrong")
			looks("settings-wrong")
			p.Click(`a[href="#s-registry"]`)
			p.Wait("#s-registry:focus")
			p.Follow(`a[href$="/draft/settings"]`)
			p.Wait("#form .field__error")
			looks("settings-again")
			p.Go("/flows/account_request/draft/node?path=root.sequence%5B1%5D")
			p.Wait("#form .field__error")
			p.Click(`input[name="need"][value="weighted"]`)
			p.Click(`input[name="extend"][value="true"]`)
			p.Wait(`#w-tiers:not([hidden])`)
			p.Type(`[name="need_n"]`, "3")
			p.Click(`[data-add-row="weights"]`)
			p.Wait(`select[name="weights.1.weighed_post"]`)
			p.Choose(`select[name="weights.1.weighed_post"]`, "T02")
			p.Type(`[name="weights.1.weight_n"]`, "4")
			p.Click(`input[name="in_person"][value="true"]`)
			p.Wait(`#w-weights_share:not([hidden])`)
			looks("weighted")
			p.Follow(`.sendbar button`)
			p.Wait(".flow")
			p.Click(`#n-root-sequence-1 details summary`)
			p.Follow(`#n-root-sequence-1 button[value="after:choice"]`)
			p.Wait("#form")
			p.Choose(`select[name="cases.1.when_field"]`, "emergency")
			p.Wait(`#w-cases\.1\.when_op:not([hidden])`)
			p.Choose(`select[name="cases.1.when_op"]`, "one_of")
			p.Click(`input[name="cases.1.when_option"][value="emergency=true"]`)
			looks("choosing")
			p.Click(`button[value="build:cases.1.when"]`)
			p.Wait(`[name="cases.1.when"][value="emergency == true"]`)
			looks("condition")
			p.Follow(`.sendbar button`)
			p.Wait(".flow")
			p.Go("/flows/account_request/draft/discard")
			p.Wait(".acts")
			looks("discard")
			p.Follow(`.acts button`)
			p.Wait(".flow")
		})
	}
}

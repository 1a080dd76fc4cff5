package worktest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A form that was sent too early is refused; whoever then presses the browser's buttons
// comes to what he typed, and never to a page that asks for the form to be sent again.
func TestTheWayBackFromARefusedForm(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Expect("status of 422")
	typed := func(when string) {
		t.Helper()
		var subject, system string
		p.Eval(`document.querySelector('[name="subject"]')?.value ?? ""`, &subject)
		p.Eval(`document.querySelector('[name="lines.1.system"]')?.value ?? ""`, &system)
		if subject != "收發窗口之帳號申請" || system != "S01" || !strings.HasSuffix(p.Path(), "/edit") {
			t.Errorf("%s at %s: %q, %q", when, p.Path(), subject, system)
		}
	}
	p.Go("/apply/account_request")
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	p.Choose(`[name="lines.1.system"]`, "S01")
	p.Follow(`.sendbar [value="submit"]`) // before it has been saved by itself
	p.Wait("#form-faults [data-errors]")
	typed("refused")
	p.Eval("history.back()", nil)
	p.Wait("#form-faults:not(:has([data-errors]))")
	typed("one page back")
	p.Follow(`.sendbar [value="submit"]`)
	p.Wait("#form-faults [data-errors]")
	p.Go("/apply")
	p.Eval("history.back()", nil)
	p.Wait("#form")
	typed("gone on and come back")
	p.Follow(`.sendbar [value="submit"]`)
	p.Wait("#form-faults [data-errors]")
	p.Eval("location.reload()", nil)
	p.Wait("#form-faults:not(:has([data-errors]))")
	typed("loaded anew")
}

// The same holds for an act that was refused: its page has the case's address.
func TestTheWayBackFromARefusedAct(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	p := b.Open(t, h.URL, "/as/P06?next=/handling", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Expect("status of 422")
	p.Go(row)
	p.Follow(".task__body .btn--main")
	p.Wait(".field__error")
	if p.Path() != row {
		t.Errorf("the answer is at %s", p.Path())
	}
	p.Go("/handling")
	p.Eval("history.back()", nil)
	p.Wait(".task__body .btn--main")
	if p.Path() != row || p.Has(".field__error") {
		t.Errorf("back at %s", p.Path())
	}
}

package worktest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Whoever reads on in the other language in the middle of a form comes back to the same
// draft with all that was typed, saved by itself before or not.
func TestTheOtherLanguageLeadsToTheSameDraft(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	for name, saved := range map[string]bool{"saved by itself": true, "just typed": false} {
		p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
		p.Go("/apply/account_request")
		p.Type(`[name="subject"]`, "收發窗口之帳號申請")
		if saved {
			p.Wait(`#form-state[data-action^="/cases/"] [role=status]:not(:empty)`)
		}
		p.Type(`[name="reason"]`, "接任收發")
		p.Click(`.topbar [data-lang="en"]`)
		p.Wait(`html[lang="en"] #form`)
		var subject, reason string
		p.Eval(`document.querySelector('[name="subject"]').value`, &subject)
		p.Eval(`document.querySelector('[name="reason"]').value`, &reason)
		if subject != "收發窗口之帳號申請" || reason != "接任收發" || !strings.HasSuffix(p.Path(), "/edit") {
			t.Errorf("%s: at %s it says %q, %q", name, p.Path(), subject, reason)
		}
	}
}

// The choice of a language belongs to the form, and is no less in reach of the keyboard for
// that; but Enter in a field only has it checked, where the keyboard is, and nothing typed is lost
// by either.
func TestEnterInAFieldKeepsTheLanguage(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go("/apply/account_request")
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	p.Press(kb.Enter)
	p.Type(`[name="lines.1.period.from"]`, "115.13.45")
	p.Press(kb.Enter)
	p.Wait(`html[lang="zh-Hant-TW"] [name="lines.1.period.from"][aria-invalid=true]`)
	var here, kept string
	p.Eval(`document.activeElement.name`, &here)
	p.Eval(`document.querySelector('[name="subject"]').value`, &kept)
	if here != "lines.1.period.from" || kept != "收發窗口之帳號申請" {
		t.Errorf("after Enter the keyboard is at %q, and the subject says %q", here, kept)
	}
	p.Eval(`document.querySelector('.topbar [data-lang="en"]').focus()`, nil)
	p.Press(kb.Enter)
	p.Wait(`html[lang="en"] #form`)
	var subject string
	p.Eval(`document.querySelector('[name="subject"]').value`, &subject)
	if subject != "收發窗口之帳號申請" {
		t.Errorf("what was typed is %q in the other language", subject)
	}
}

// Leaving asks about what was changed since the form was kept, and about nothing else: not
// about a field that was left after it had been saved, nor one that holds again what it
// held.
func TestLeavingAsksAboutChangesOnly(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	asks := func(when string, want bool) {
		t.Helper()
		var got bool
		p.Eval(`!dispatchEvent(new Event("beforeunload", { cancelable: true }))`, &got)
		if got != want {
			t.Errorf("%s: leaving asks: %v", when, got)
		}
	}
	p.Go("/apply/account_request")
	asks("opened", false)
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	asks("typed", true)
	p.Choose(`[name="lines.1.system"]`, "S01")
	p.Wait(`[name="lines.1.permission"][value="folder_read"]`) // the route and the options have changed with it
	p.Type(`[name="reason"]`, "接任收發")
	p.Wait(`#form-state[data-action^="/cases/"] [role=status]:not(:empty)`)
	asks("saved by itself", false)
	p.Eval(`document.querySelector('[name="subject"]').focus()`, nil)
	asks("the field was left afterwards", false)
	p.Type(`[name="subject"]`, "收發窗口")
	asks("changed again", true)
	p.Type(`[name="subject"]`, "收發窗口之帳號申請")
	asks("as it was kept", false)

	task := h.LinkTo(t, "P06", "調任收發窗口")
	p = b.Open(t, h.URL, "/as/P06?next="+task, browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
	p.Go(task)
	asks("a task was opened", false)
	p.Type(`[name="outside.reply_number"]`, "A-2211")
	asks("its answer was begun", true)
	p.Type(`[name="outside.reply_number"]`, "A")
	p.Press("\b")
	asks("and taken back", false)
}

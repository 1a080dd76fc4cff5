package worktest

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Who may be meant is offered while a name is typed, read out, and one tab away: by
// keyboard alone, in a form as in a task.
func TestWhoMayBeMeantIsOneTabAway(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	sheet, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P05"}, "reason": "leaving", "last_day": calendar.Date{Year: 2026, Month: 11, Day: 30},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct{ who, page, field string }{
		{"P13", "/apply/account_request", "lines.1.responsible.find"},
		{"P04", "/cases/" + sheet.Case, "items.1.successor.find"},
	} {
		p := b.Open(t, h.URL, "/as/"+at.who+"?next="+at.page, browsertest.Look{Size: browsertest.Desktop, Lang: "zh-TW"})
		p.Go(at.page)
		field := `[name="` + at.field + `"]`
		p.Type(field, "涂")
		p.Wait("[data-found] button")
		p.Clean(axe)
		p.Shot("person-found")
		if said := p.Text("[data-live]"); !strings.Contains(said, "您要找的是") || !strings.Contains(said, "涂正宏") {
			t.Errorf("%s: read out: %q", at.page, said)
		}
		p.Tab(1)
		var there bool
		if p.Eval(`document.activeElement.matches("[data-found] button")`, &there); !there {
			t.Errorf("%s: the next tab leads elsewhere", at.page)
		}
		p.Press("\r")
		p.Wait("body:not(:has([data-found]))")
		var value string
		p.Eval(`document.activeElement.value`, &value)
		if !strings.HasPrefix(value, "涂正宏 ") {
			t.Errorf("%s: after choosing the focus is on %q", at.page, value)
		}
		// While a button is held down nothing moves under it: what is offered goes afterwards.
		p.Eval(`(f => { f.value = ""; f.focus(); })(document.querySelector('`+field+`'))`, nil)
		p.Press("涂")
		p.Wait("[data-found] button")
		p.Eval(`document.dispatchEvent(new PointerEvent("pointerdown")), document.activeElement.blur()`, nil)
		if !p.Has("[data-found]") {
			t.Errorf("%s: what is offered goes in the middle of a press", at.page)
		}
		p.Eval(`document.dispatchEvent(new PointerEvent("pointerup"))`, nil)
		p.Wait("body:not(:has([data-found]))")
		// Escape closes what is offered, and a whole name needs no choice.
		p.Eval(`(f => { f.value = ""; f.focus(); })(document.querySelector('`+field+`'))`, nil)
		p.Press("方")
		p.Wait("[data-found]")
		p.Press("\x1b")
		p.Wait("body:not(:has([data-found]))")
		p.Press("冠宇")
		p.Wait("body:not(:has([data-found])):has([data-live]:empty)")
	}
}

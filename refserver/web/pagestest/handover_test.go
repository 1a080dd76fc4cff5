package pagestest

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// 駱建豪 leaves. The personnel officer begins the sheet on his page, which lists what he
// has; his head names the successors on it, and is told at its row where one is missing.
func TestALeaversSheetInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P15"}, "reason": "leaving", "last_day": calendar.Date{Year: 2026, Month: 11, Day: 30},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P08?next=/people/P15", look)
			p.Wait("#handing")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-person")
			p.Follow(`form[action$="/handover"] button`)
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-sheet")
			p.Go("/as/P08?next=" + url.QueryEscape("/cases/"+sent.Case))
			p.Wait("#ending-0")
			// The leaver's own accounts stand above the route, and apart from it.
			var apart float64
			p.Eval(`document.querySelector('section[aria-labelledby="route"]').getBoundingClientRect().top - [...document.querySelectorAll('section[aria-labelledby^="ending"]')].at(-1).getBoundingClientRect().bottom`, &apart)
			if apart < 16 {
				t.Errorf("the route begins %v px below the list of accounts", apart)
			}
			p.Shot("leaver-sent")
			p.Go("/as/P14?next=" + url.QueryEscape("/cases/"+sent.Case))
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-names")
			p.Expect("status of 422")
			p.Follow(`button[name="do"][value="approve"]`)
			p.Wait(`[role="alert"]`)
			// Each fault leads to the field of one of the things he has.
			var faults, lead int
			p.Eval(`document.querySelectorAll('[role="alert"] a[href^="#"]').length`, &faults)
			p.Eval(`[...document.querySelectorAll('[role="alert"] a[href^="#"]')].filter(a => document.getElementById(a.hash.slice(1))?.closest('tr, fieldset')?.textContent.trim()).length`, &lead)
			if faults == 0 || lead != faults {
				t.Errorf("of %d faults %d lead to a row", faults, lead)
			}
			p.Clean(axe)
			p.Shot("leaver-refused")
		})
	}
}

// 駱建豪 moves to a post that somebody else holds by the day he starts. His sheet says so on
// its page, with the reason, and the personnel officer has it tried again once that is
// mended.
func TestWhatASheetLeftInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	lists, system := h.Kit.Registers(), ismskit.System("test")
	ref := func(list, id string) forms.Ref { return forms.Ref{List: list, ID: id} }
	deputy := func(holders ...forms.Row) {
		t.Helper()
		row, _, err := lists.Get(t.Context(), system, register.Posts, "T99")
		if err != nil && !errors.Is(err, ismskit.ErrNotFound) {
			t.Fatal(err)
		}
		values := forms.Values{"title": "副科長", "unit": ref("unit", "U06"), "head": true, "superior": ref("register/posts", "T15")}
		if len(holders) > 0 {
			values["holders"] = holders
		}
		if _, err := lists.Put(t.Context(), system, ismskit.RowChange{List: register.Posts, ID: "T99", Seen: row.Revision, Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	deputy()
	last := calendar.DateOf(h.Now()).AddDays(1)
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P15"}, "reason": "transfer", "last_day": last,
		"new_unit": ref("unit", "U06"), "new_post": ref("register/posts", "T99"), "new_from": last.AddDays(1),
	}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Kit.Case(t.Context(), system, sent.Case)
	if err != nil {
		t.Fatal(err)
	}
	var named []forms.Row
	rows, _ := c.Fields["items"].([]forms.Row)
	for _, row := range rows {
		named = append(named, forms.Row{forms.RowID: row[forms.RowID], "successor": forms.Person{Kind: forms.InDirectory, ID: "P14"}})
	}
	sign := func(who string, values forms.Values) {
		t.Helper()
		if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: who, Channel: "go"}, sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Values: values}); err != nil {
			t.Fatalf("%s: %v", who, err)
		}
	}
	sign("P14", forms.Values{"items": named}) // the head takes it all himself
	for {
		c, err := h.Kit.Case(t.Context(), system, sent.Case)
		if err != nil {
			t.Fatal(err)
		}
		open := c.Flow.Open()
		if len(open) == 0 {
			break
		}
		sign(open[0].Holder.Named[0].Person, nil)
	}
	deputy(forms.Row{forms.RowID: "r1", "person": ref("register/people", "P12")})
	h.Until(t, last.AddDays(1).Start(time.FixedZone("Asia/Taipei", 8*3600)).Add(5*time.Minute))
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P08?next="+url.QueryEscape("/cases/"+sent.Case), look)
			p.Wait("#nothanded")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("leaver-left")
		})
	}
	deputy()
	p := b.Open(t, h.URL, "/as/P08?next="+url.QueryEscape("/cases/"+sent.Case), browsertest.Widths("zh-TW")[0])
	p.Wait("#nothanded")
	p.Follow(`button[name="do"][value="hand_again"]`)
	p.Wait("h1")
	h.Settle(t)
	after, err := h.Kit.Case(t.Context(), system, sent.Case)
	if err != nil || len(after.NotHanded) > 0 {
		t.Errorf("left: %+v, %v", after.NotHanded, err)
	}
}

package worktest

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Every page of daily work in every language, theme and width.
func TestDailyWorkInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	h.Apply(t, "subject", "申請校務系統查詢權限")
	draft := h.As(t, "P13")
	form := draft.Get("/apply/account_request")
	draft.Post("/apply/account_request", form.With("subject", "還沒寫完的申請", "do", "save")...)
	row := h.LinkTo(t, "P06", "調任收發窗口")
	closure := h.LinkTo(t, "P06", "到期停用")
	question := h.LinkTo(t, "P13", "使用期限到期詢問")
	parent := regexp.MustCompile(`<li><a href="(/cases/[^"]+)">所屬申請單`).FindStringSubmatch(h.As(t, "P06").Get(row).Text)[1]
	corrected := strings.TrimSuffix(h.LinkTo(t, "P16", "嶼東所主任"), "/edit")
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P06?next=/", look)
			look := func(person, path, name string) {
				t.Helper()
				p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
				p.Wait("h1")
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("work-" + name)
			}
			look("P06", "/", "todo")
			look("P15", "/", "todo-empty")
			look("P12", "/", "todo-deputy")
			look("P13", "/sent", "sent")
			look("P13", "/apply", "apply")
			look("P13", "/apply?q=IS-99", "apply-none")
			look("P13", "/apply/account_request", "form")
			look("P04", "/overview", "overview")
			look("P04", "/trial", "trial")
			look("P04", "/migration", "migration-none")
			look("P06", "/handling", "handling")
			look("P15", "/handling", "handling-empty")
			look("P12", path, "case-review")
			look("P06", row, "case-row")
			look("P13", parent, "case-rows")
			look("P16", corrected, "case-returned")
			look("P16", corrected+"/edit", "form-returned")
			look("P13", question, "case-question")
			look("P06", closure, "case-closure")
			p.Expect("status of 422")
			p.Go(row)
			p.Follow(".task__body .btn--main")
			p.Wait(".field__error")
			p.Clean(axe)
			p.Shot("work-case-wrong")
			p.Go("/as/P12?next=/handling")
			p.Go(path)
			p.Click(".acts--more > details > summary")
			p.Click(".acts--more details details > summary")
			p.Follow(`.acts--more [value="reject"]`)
			p.Wait(".field__error")
			p.Clean(axe)
			p.Shot("work-case-reject")
			look("P13", path, "case-own")
			look("P13", path+"/print", "case-print")
			var off float64 // the agency from the middle of the title, in pixels, on paper laid across
			p.Eval(`(() => { document.querySelector(".sheet").style.width = "297mm"; const middle = (e) => { const r = document.createRange(); r.selectNodeContents(document.querySelector(e)); const b = r.getBoundingClientRect(); return b.left + b.width / 2; }; return Math.abs(middle(".sheet__org") - middle(".sheet h1")); })()`, &off)
			if off > 1 {
				t.Errorf("the agency stands %.0f px beside the title it belongs to", off)
			}
			look("P12", "/batch", "batch")
			p.Follow(".acts .btn--main")
			p.Wait("[data-errors] a")
			p.Clean(axe)
			p.Shot("work-batch-none")
			look("P15", "/batch", "batch-empty")
		})
	}
}

// However long the words for an end, its case fits the screen.
func TestALapsedCaseInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	path, _ := h.Lapsed(t)
	for _, look := range browsertest.Widths("zh-TW", "en")[:2] {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P13?next=/handling", look)
			p.Go(path)
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-case-lapsed")
		})
	}
}

// The form with script: rows and options without loading the page, a field checked
// when it is left, a draft saved by itself.
func TestFillingInWithScript(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	proof := filepath.Join(t.TempDir(), "切結書.txt")
	if err := os.WriteFile(proof, []byte("已簽署保密切結書。"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, look := range browsertest.Widths("zh-TW", "en")[:2] {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", look)
			p.Go("/apply/account_request")
			p.Type(`[name="subject"]`, "新進人員到職")
			p.Eval(`(() => { const s = document.querySelector('[name="lines.1.system"]'); s.value = "S01"; s.dispatchEvent(new Event("change", {bubbles: true})); })()`, nil)
			p.Wait(`[name="lines.1.permission"][value="folder_read"]`)
			p.Click(`[data-add-row="lines"]`)
			p.Wait(`[id="w-lines.2"]`)
			p.Type(`[name="lines.1.period.from"]`, "115.13.45")
			p.Eval(`document.querySelector('[name="subject"]').focus()`, nil)
			p.Wait(`[id="w-lines.1.period"] .field__error`)
			marked := func(want string) {
				t.Helper()
				var widths string
				p.Eval(`["from", "to"].map((half) => getComputedStyle(document.getElementById("f-lines.1.period." + half)).borderTopWidth).join(" ")`, &widths)
				if widths != want {
					t.Errorf("the borders of the two halves are %s, not %s", widths, want)
				}
			}
			marked("2px 1px") // only the half that is wrong
			p.Type(`[name="lines.1.period.to"]`, "115.13.46")
			p.Type(`[name="lines.1.period.from"]`, "1151201")
			p.Eval(`document.querySelector('[name="subject"]').focus()`, nil)
			p.Wait(`[id="f-lines.1.period.to"][aria-invalid]`)
			marked("1px 2px")
			p.Type(`[name="lines.1.period.to"]`, "1161130")
			p.Eval(`document.querySelector('[name="subject"]').focus()`, nil)
			p.Wait(`[id="w-lines.1.period"]:not(.is-wrong) .field__echo`)
			p.Wait(`#form-state[data-action^="/cases/"] [role=status]:not(:empty)`)
			if path := p.Path(); !strings.HasPrefix(path, "/cases/") {
				t.Errorf("after saving at %s", path)
			}
			// A file goes as it is chosen; the button beside it then asks for another.
			p.Attach(`[data-upload]`, proof)
			p.Wait("ul.files li")
			p.Eval(`(() => { window.asked = 0; HTMLInputElement.prototype.click = () => { window.asked++; }; })()`, nil)
			p.Click("[data-upload-do]")
			var asked int
			p.Eval("window.asked", &asked)
			if asked != 1 || p.Has(".errors, .field__error") || !strings.Contains(p.Text("ul.files"), "切結書.txt") {
				t.Errorf("asked for a file %d times; the form says %s", asked, p.Text("#w-attachments"))
			}
			p.Eval("scrollTo(0, 0)", nil) // what lies under the bar at the top is no target
			p.Clean(axe)
			p.Shot("work-form-filled")
			p.Expect("status of 422")
			p.Follow(".sendbar .btn--main")
			p.Wait(".errors")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-form-wrong")
		})
	}
}

// What a clerk meets on a bad day: a field left empty is marked as it is left, a draft
// that cannot be saved says so at the bottom, what was typed after the session had ended
// waits behind the door, and a form that was sent in another window is only shown.
func TestABadDayAtTheForm(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	for _, look := range browsertest.Widths("zh-TW", "en")[:2] {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P13?next=/apply/account_request", look)
			p.Go("/apply/account_request")
			p.Wait("#f-subject")
			p.Eval(`document.querySelector("#f-subject").focus()`, nil)
			p.Eval(`document.querySelector("#f-reason").focus()`, nil)
			p.Wait("#w-subject.is-wrong #f-subject-error")
			p.Wait("#f-subject[aria-invalid=true]")

			p.Eval(`window.fetch = () => Promise.reject(new TypeError("offline"))`, nil)
			p.Type("#f-reason", "接任單位收發")
			p.Eval(`document.querySelector("#f-reason").scrollIntoView({ block: "end" })`, nil)
			p.Wait(".sendbar .is-unsaved [data-says=unsaved]")
			var covered bool
			p.Eval(`document.activeElement.getBoundingClientRect().bottom > document.querySelector(".sendbar").getBoundingClientRect().top`, &covered)
			if covered {
				t.Error("the bar covers the field that is typed in")
			}
			p.Eval("scrollTo(0, 0)", nil) // what lies under the bar at the top is no target
			p.Clean(axe)
			p.Shot("work-form-unsaved")

			fields := clerk.Get("/apply/account_request").With(append(webtest.OneLine(), "do", "submit")...)
			kept := clerk.Late(func(c *webtest.Caller) webtest.Reply { return c.Post("/apply/account_request", fields...) })
			p.Eval(`document.querySelector("#form").dispatchEvent(new Event("reset"))`, nil) // it asks before it is left
			p.Go("/as/P13?next=" + url.QueryEscape(kept))
			p.Wait("h1")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-kept")

			form := clerk.Get("/apply/account_request")
			draft := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...)
			p.Go(draft.At())
			p.Wait("#f-subject")
			clerk.Post(draft.At(), clerk.Get(draft.At()).With(append(webtest.OneLine(), "do", "submit")...)...).Says(t, 200)
			p.Type("#f-subject", "另一個視窗裡的主旨")
			p.Expect("status of 409")
			p.Follow(".sendbar .btn--main")
			p.Wait(".band")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-form-over")
		})
	}
}

// A list of several pages leads on and back at every width.
func TestALongListInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	h.Stock(t, "P06", "handle", 120)
	for _, look := range browsertest.Widths("zh-TW", "en")[:2] {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P06?next=/notices", look)
			for name, path := range map[string]string{"handling": "/handling", "todo": "/"} {
				p.Go(path)
				p.Follow(".pages [rel=next]")
				p.Wait(".pages__go a")
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("work-long-" + name)
			}
			p.Follow(".pages__go a")
			p.Wait("h1")
		})
	}
}

// The line above the closing of a permission for which more time is being asked, and
// the one on the list of what is to be closed.
func TestAClosingWhoseExtensionIsUnderWayInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	closing, _ := h.Extended(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P10?next=/handling", look)
			p.Go(closing)
			p.Wait(".band--old")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-case-underway")
			p.Go("/handling?tab=ended")
			p.Wait(".list__sub--stop")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-list-underway")
		})
	}
}

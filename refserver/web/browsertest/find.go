package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
)

// find looks within the page for the first element that matches, and as soon as all of
// the page has come (an element stands there before its own text does), it can
// be seen and no form of the page is busy, when it takes neither keys nor clicks, does
// something with it in the same turn: a script of the page that replaces the element
// does so before or after, never in between. It gives up for now after a second.
const find = `(async (selector, use) => {
	const late = performance.now() + 1000;
	for (;;) {
		const e = document.readyState !== "loading" && document.querySelector(selector);
		if (e && (e.offsetWidth || e.offsetHeight || e.getClientRects().length) && !document.querySelector('form[aria-busy="true"]')) {
			const got = use(e, selector);
			if (got !== undefined) return { found: true, got };
		}
		if (performance.now() > late) return { found: false };
		await new Promise(done => setTimeout(done, 20));
	}
})(%s, %s)`

// What is done with an element that was found. A result of undefined means not yet.
const (
	useNothing = `() => true`
	useText    = `e => e.innerText`
	// An element is clicked in its middle, a link of several lines in that of its first, once
	// that stays where it is and nothing lies over it from which it could be scrolled away.
	// What lies there hears whether the click comes to it.
	usePoint = `(() => { let last, moved = false; return (e, selector) => {
		e.scrollIntoViewIfNeeded();
		const r = e.getClientRects()[0], x = r.left + r.width / 2, y = r.top + r.height / 2;
		const still = last && last.x === x && last.y === y;
		last = { x, y };
		if (!still) return undefined;
		const hit = document.elementFromPoint(x, y);
		if (!moved && hit && !e.contains(hit) && !hit.contains(e)) {
			moved = true;
			e.scrollIntoView({ block: "center", behavior: "instant" });
			return undefined;
		}
		window.clickToCome = new Promise(came => addEventListener("click", c => came(c.target === hit || c.target.closest(selector) !== null), { capture: true, once: true }));
		return last;
	}; })()`
	// clickCame tells whether the click came where it was to go; on another page it did.
	clickCame = `window.clickToCome === undefined || Promise.race([window.clickToCome, new Promise(done => setTimeout(done, 500, false))])`
	// anotherCame tells whether all of another page is there, and gives up for now after a second.
	anotherCame = `(async () => {
		const late = performance.now() + 1000;
		while (window.toBeLeft === true || document.readyState !== "complete") {
			if (performance.now() > late) return false;
			await new Promise(done => setTimeout(done, 20));
		}
		return true;
	})()`
	useEmpty = `e => { e.value = ""; e.focus(); return document.activeElement === e || undefined; }`
	useValue = `e => { e.value = %s; for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, { bubbles: true })); return e.value; }`
)

// there waits until something visible matches the selector and uses it.
func (p *Page) there(selector, use string, result any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := p.tryThere(ctx, selector, use, result); err != nil {
		p.t.Fatalf("waiting for %s at %s: %v; the page says: %s", selector, p.Path(), err, p.says())
	}
}

// errMissing is what tryThere answers where patience was in vain.
var errMissing = errors.New("nothing visible matches")

func (p *Page) tryThere(ctx context.Context, selector, use string, result any) error {
	var answer struct {
		Found bool
		Got   json.RawMessage
	}
	for ctx.Err() == nil {
		err := chromedp.Run(ctx, chromedp.Evaluate(fmt.Sprintf(find, literal(selector), use), &answer, awaited))
		if left(err) {
			// Another page came; it is asked instead.
			continue
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		if answer.Found {
			if result == nil {
				return nil
			}
			return json.Unmarshal(answer.Got, result)
		}
	}
	return errMissing
}

// left tells whether a question was not answered because its page was left: nothing
// of the page that asked is there any more.
func left(err error) bool {
	var said *cdproto.Error
	if !errors.As(err, &said) {
		return false
	}
	for _, reason := range []string{"Inspected target navigated or closed", "Cannot find context with specified id", "Execution context was destroyed", "Promise was collected", "Cannot find default execution context"} {
		if strings.HasPrefix(said.Message, reason) {
			return true
		}
	}
	return false
}

// says is what the page tells a person, for a test's output.
func (p *Page) says() string {
	var says string
	p.Eval(`[...document.querySelectorAll("h1, .errors, .field__error, [role=status]")].map(n => n.textContent.trim().replace(/\s+/g, " ")).join(" | ")`, &says)
	return says
}

// literal is a text as JavaScript writes it.
func literal(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(b)
}

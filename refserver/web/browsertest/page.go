package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Page is one window. Its methods fail the test when they can't do their work;
// use them from the test's own goroutine. A selector is CSS.
type Page struct {
	t    testing.TB
	ctx  context.Context
	site string
	look Look
	axe  bool // its pages have axe at hand

	effort Effort

	mu       sync.Mutex
	problems []string
	expected []string
}

func (p *Page) run(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}

// listen keeps what the page complains about.
func (p *Page) listen() {
	chromedp.ListenTarget(p.ctx, func(event any) {
		switch event := event.(type) {
		case *runtime.EventExceptionThrown:
			p.note("exception: " + event.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if event.Entry.Level == log.LevelError || event.Entry.Source == log.SourceViolation {
				p.note(fmt.Sprintf("%s: %s %s", event.Entry.Source, event.Entry.Text, event.Entry.URL))
			}
		case *runtime.EventConsoleAPICalled:
			if event.Type == runtime.APITypeError {
				p.note("console error")
			}
		}
	})
}

func (p *Page) note(problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, problem)
}

// Expect says that the page may complain with this text, as the browser does
// about an answer of status 404 or 422 that a test asks for.
func (p *Page) Expect(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, text)
}

// complain fails the test for every complaint not expected.
func (p *Page) complain() {
	p.mu.Lock()
	defer p.mu.Unlock()
next:
	for _, problem := range p.problems {
		for _, text := range p.expected {
			if strings.Contains(problem, text) {
				continue next
			}
		}
		p.t.Errorf("page (%s): %s", p.look, problem)
	}
}

// Go opens a path of the site and waits until it is loaded.
func (p *Page) Go(path string) {
	p.t.Helper()
	p.run(chromedp.Navigate(p.site + path))
}

// Wait waits until something visible matches the selector and no form of the page is
// busy, when it takes neither keys nor clicks.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.there(selector, useNothing, nil)
}

// Click waits for the element, scrolls to it and clicks it.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.run(p.click(selector))
}

// click waits for the element and is a click on it, which comes to it once, whatever the
// page does meanwhile: one that missed, for the element had moved, is made again.
func (p *Page) click(selector string) chromedp.Action {
	p.t.Helper()
	var at struct{ X, Y float64 }
	p.there(selector, usePoint, &at)
	p.effort.Clicks++
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for {
			if err := chromedp.MouseClickXY(at.X, at.Y).Do(ctx); err != nil {
				return err
			}
			var came bool
			if err := chromedp.Evaluate(clickCame, &came, awaited).Do(ctx); left(err) || came {
				return nil
			} else if err != nil {
				return err
			}
			if err := p.tryThere(ctx, selector, usePoint, &at); err != nil {
				return fmt.Errorf("a click on %s missed: %w", selector, err)
			}
		}
	})
}

// Follow clicks a link or a button that opens another page and waits for that
// page, also when its address is the same. The page is asked, not the browser's
// events, so that where none comes the test can tell what stands there instead.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	click := p.click(selector)
	p.effort.Pages++
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	err := chromedp.Run(ctx, chromedp.Evaluate("window.toBeLeft = true", nil), click)
	for came := false; err == nil && !came; {
		err = chromedp.Run(ctx, chromedp.Evaluate(anotherCame, &came, awaited))
		if left(err) {
			err = nil
		}
	}
	if err != nil {
		p.t.Fatalf("following %s at %s: %v; the page says: %s", selector, p.Path(), err, p.says())
	}
}

// Type replaces what is in a field by typing.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.there(selector, useEmpty, nil)
	p.effort.Fields++
	p.Press(text)
}

// Choose picks an option of a select field, as the keyboard would.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	var chosen string
	p.there(selector, fmt.Sprintf(useValue, literal(value)), &chosen)
	p.effort.Clicks += 2 // open and pick
	if chosen != value {
		p.t.Fatalf("%s at %s cannot be %q", selector, p.Path(), value)
	}
}

// Attach puts a file of this machine into a file field.
func (p *Page) Attach(selector, path string) {
	p.t.Helper()
	p.effort.Clicks += 3 // open, pick, take
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		came, err := attach(ctx, selector, path)
		if err != nil {
			p.t.Fatalf("attaching to %s at %s: %v", selector, p.Path(), err)
		}
		if came {
			return
		}
	}
	p.t.Fatalf("attaching to %s at %s: nothing matches", selector, p.Path())
}

// attach tells whether the field was there, and still in the page when the file came.
func attach(ctx context.Context, selector, path string) (came bool, err error) {
	var field *runtime.RemoteObject
	err = chromedp.Run(ctx, chromedp.Evaluate(fmt.Sprintf(`(selector => {
		const e = document.querySelector(selector);
		if (e) e.addEventListener("change", () => { e.cameInPage = e.isConnected; }, { capture: true, once: true });
		return e;
	})(%s)`, literal(selector)), &field))
	if left(err) || err == nil && field.ObjectID == "" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		if err := dom.SetFileInputFiles([]string{path}).WithObjectID(field.ObjectID).Do(ctx); err != nil {
			return err
		}
		return chromedp.CallFunctionOn("function() { return this.cameInPage === true; }", &came, func(p *runtime.CallFunctionOnParams) *runtime.CallFunctionOnParams {
			return p.WithObjectID(field.ObjectID)
		}).Do(ctx)
	}))
	return came, err
}

// Press sends keys to whatever has the focus: kb.Tab, kb.Enter, letters.
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.pressed(keys)
	p.run(chromedp.KeyEvent(keys))
}

// Tab presses the tab key n times.
func (p *Page) Tab(n int) {
	p.t.Helper()
	for range n {
		p.Press(kb.Tab)
	}
}

// Text is the text of the first element that matches, once it can be seen.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	var text string
	p.there(selector, useText, &text)
	return strings.TrimSpace(text)
}

// Has tells whether anything matches at this moment.
func (p *Page) Has(selector string) bool {
	p.t.Helper()
	var n int
	p.Eval(fmt.Sprintf("document.querySelectorAll(%s).length", literal(selector)), &n)
	return n > 0
}

// Eval runs an expression of JavaScript in the page; result is a pointer, or
// nil.
func (p *Page) Eval(expression string, result any) {
	p.t.Helper()
	p.run(chromedp.Evaluate(expression, result))
}

// Path is the path and query of the present address.
func (p *Page) Path() string {
	p.t.Helper()
	var path string
	p.Eval("location.pathname + location.search", &path)
	return path
}

// Shot takes a picture of the whole page, however long, as
// name-lang-theme-width.png in ISMSKIT_SHOTS. Where nobody asked for pictures it takes
// none: drawing a whole page takes as long as opening it.
func (p *Page) Shot(name string) {
	p.t.Helper()
	dir := os.Getenv("ISMSKIT_SHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	var picture []byte
	p.run(chromedp.Evaluate("document.fonts.ready.then(() => true)", nil, awaited), chromedp.FullScreenshot(&picture, 100))
	if err := os.WriteFile(filepath.Join(dir, name+"-"+p.look.String()+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// NoSidewaysScroll fails the test when the page is wider than its window.
func (p *Page) NoSidewaysScroll() {
	p.t.Helper()
	var wide int64
	p.Eval("document.documentElement.scrollWidth", &wide)
	if wide > p.look.Size.Width {
		p.t.Errorf("%s at %s is %d px wide", p.Path(), p.look, wide)
	}
}

func awaited(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }

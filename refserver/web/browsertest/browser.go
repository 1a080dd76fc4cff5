package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what is waited for. Nobody
// waits so long; a slow machine may.
const patience = time.Minute

// Size of a window in CSS pixels.
type Size struct {
	Width, Height int64
	Phone         bool // touch, and a phone's way of scaling
}

// The two windows every page is looked at in.
var (
	Desktop = Size{Width: 1366, Height: 900}
	Phone   = Size{Width: 390, Height: 844, Phone: true}
)

// Look is how a page is opened.
type Look struct {
	Size  Size
	Lang  string // value of the lang cookie; "" sends none
	Theme string // "light", "dark"; "" leaves it to the system, which is light
}

// String names the look, as in the name of a picture.
func (l Look) String() string {
	width := "1366"
	if l.Size.Phone {
		width = "390"
	}
	return strings.Join(slices.DeleteFunc([]string{l.Lang, l.Theme, width}, func(s string) bool { return s == "" }), "-")
}

// Looks are so few that each language meets each theme and each width, and each theme
// each width.
func Looks(langs ...string) []Look {
	var few []Look
	themes := []string{"light", "dark"}
	for i, lang := range langs {
		for j, size := range []Size{Desktop, Phone} {
			few = append(few, Look{Size: size, Lang: lang, Theme: themes[(i+j)%len(themes)]})
		}
	}
	return few
}

// Widths are each language at each width, every other language in the dark theme. The
// first of them, as many as there are languages, have each language and each width once:
// so pages are looked at that are built as others are. Under -short there are no others.
func Widths(langs ...string) []Look {
	var first, others []Look
	for i, lang := range langs {
		theme := []string{"", "dark"}[i%2]
		for j, size := range []Size{Desktop, Phone} {
			look := Look{Size: size, Lang: lang, Theme: theme}
			if i%2 == j {
				first = append(first, look)
			} else {
				others = append(others, look)
			}
		}
	}
	if testing.Short() {
		return first
	}
	return append(first, others...)
}

// Browser is a running Chromium. One serves all tests of a package; each opens
// pages of its own.
type Browser struct {
	ctx context.Context
	end func() error
}

// shared is the Chromium of the tests of this process: starting one takes as long as
// looking at several pages.
var shared struct {
	sync.Mutex
	browser *Browser
	users   int
	kept    bool // Main ends it, not the last user
}

// Main runs the tests of a package, for its TestMain, with one Chromium for all of
// them. Without it there is one for tests that run at the same time.
func Main(m *testing.M) int {
	shared.kept = true
	code := m.Run()
	if err := endShared(); err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		return max(code, 1)
	}
	return code
}

func endShared() error {
	b := shared.browser
	shared.browser = nil
	if b == nil {
		return nil
	}
	return b.end()
}

// Start gives the test the Chromium that all share, which it starts if none runs. It
// skips the test where there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := os.Getenv("ISMSKIT_CHROMIUM")
	if path == "" {
		path = "/usr/bin/chromium"
	}
	if _, err := os.Stat(path); err != nil {
		missing(t, "chromium", fmt.Sprintf("Chromium is not at %s; set ISMSKIT_CHROMIUM", path))
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.browser != nil && shared.browser.ctx.Err() != nil {
		if err := endShared(); err != nil { // it died in an earlier test, which has failed
			t.Logf("browser: %v", err)
		}
	}
	if shared.browser == nil {
		b, err := launch(path)
		if err != nil {
			t.Fatalf("start %s: %v", path, err)
		}
		shared.browser = b
	}
	shared.users++
	t.Cleanup(func() {
		shared.Lock()
		defer shared.Unlock()
		if shared.users--; shared.users > 0 || shared.kept {
			return
		}
		if err := endShared(); err != nil {
			t.Logf("browser: %v", err)
		}
	})
	return shared.browser
}

// launch starts Chromium with a profile of its own.
func launch(path string) (*Browser, error) {
	profile, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return nil, err
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		// Pages of the browser's own, which it would draw beside ours: two for each window's
		// address bar alone.
		chromedp.Flag("disable-features", "PreloadTopChromeWebUI,WebUITabStrip,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,AimEnabled,"+
			"OptimizationHints,Translate,MediaRouter"),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"),
	)
	ctx, stop := chromedp.NewContext(allocator)
	b := &Browser{ctx: ctx, end: func() error {
		// Cancel waits for the process to end, so that its profile can go.
		err := chromedp.Cancel(ctx)
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		stop()
		stopAllocator()
		return errors.Join(err, os.RemoveAll(profile))
	}}
	if err := chromedp.Run(ctx); err != nil {
		return nil, errors.Join(err, b.end())
	}
	return b, nil
}

// missing skips, or fails when ISMSKIT_REQUIRE names the thing.
func missing(t testing.TB, thing, message string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("ISMSKIT_REQUIRE"), ","), thing) {
		t.Fatal(message)
	}
	t.Skipf("%s; ISMSKIT_REQUIRE=%s fails here instead", message, thing)
}

// window makes a window with cookies of its own, as a private window has. It
// asks for one itself, since chromedp asks for a tab and Chromium has none open
// for it to be a tab of.
func (b *Browser) window(t testing.TB) context.Context {
	t.Helper()
	owner := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Browser)
	private, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(owner)
	if err != nil {
		t.Fatalf("open a private window: %v", err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(private).WithNewWindow(true).Do(owner)
	if err != nil {
		t.Fatalf("open a window: %v", err)
	}
	ctx, closePage := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
	t.Cleanup(func() {
		closePage()
		if err := target.DisposeBrowserContext(private).Do(owner); err != nil {
			t.Logf("close the window: %v", err)
		}
	})
	return ctx
}

// Open opens site (such as http://127.0.0.1:1234) at path, in a window with no
// cookies but those of the look. The window closes with the test.
func (b *Browser) Open(t testing.TB, site, path string, look Look) *Page {
	t.Helper()
	ctx := b.window(t)
	// The first run makes the window and binds its life to the context given.
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	p := &Page{t: t, ctx: ctx, site: strings.TrimSuffix(site, "/"), look: look}
	p.listen()
	actions := []chromedp.Action{
		emulation.SetDeviceMetricsOverride(look.Size.Width, look.Size.Height, 1, look.Size.Phone),
		emulation.SetFocusEmulationEnabled(true), // every window thinks it is the one in front
		emulation.SetTouchEmulationEnabled(look.Size.Phone),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: "light"}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}),
	}
	for name, value := range map[string]string{"lang": look.Lang, "theme": look.Theme} {
		if value != "" {
			actions = append(actions, network.SetCookie(name, value).WithURL(p.site+"/"))
		}
	}
	p.run(actions...)
	p.Go(path)
	t.Cleanup(p.complain)
	return p
}

// ClearCookies forgets the session, as closing all windows does.
func (p *Page) ClearCookies() {
	p.t.Helper()
	p.run(network.ClearBrowserCookies())
}

package browsertest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Finding is one rule of axe that a page breaks.
type Finding struct {
	Rule   string   // such as color-contrast
	Impact string   // minor, moderate, serious, critical
	Help   string   // what the rule asks for
	Where  []string // selectors of the elements
}

// String is one line for a test's output.
func (f Finding) String() string {
	return fmt.Sprintf("%s (%s): %s: %s", f.Rule, f.Impact, f.Help, strings.Join(f.Where, ", "))
}

// axeTags are the rules looked at: WCAG 2.2 A and AA, and good practice.
const axeTags = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]`

// LoadAxe returns axe's script. Where there is none it is "", and a test named
// axe within t says that this one check is skipped, or fails t when
// ISMSKIT_REQUIRE names axe; everything else in t runs without it.
func LoadAxe(t *testing.T) string {
	t.Helper()
	var script []byte
	t.Run("axe", func(t *testing.T) {
		path := os.Getenv("ISMSKIT_AXE")
		if path == "" {
			missing(t, "axe", "ISMSKIT_AXE does not name axe.min.js")
		}
		read, err := os.ReadFile(path)
		if err != nil {
			missing(t, "axe", err.Error())
		}
		script = read
	})
	return string(script)
}

// Axe lets axe, as of LoadAxe, look at the page as it stands.
func (p *Page) Axe(script string) []Finding {
	p.t.Helper()
	if !p.axe {
		// Sent once to a window, where each page then has it at hand: sending half a
		// megabyte to every page takes longer than looking. The page's policy allows no
		// foreign script; a debugger isn't bound by it.
		ready := `globalThis.readyAxe = () => { if (typeof axe !== "object") {` + script + `} };`
		p.run(chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(ready).Do(ctx)
			return err
		}), chromedp.Evaluate(ready, nil))
		p.axe = true
	}
	var found []Finding
	p.run(chromedp.Evaluate(`readyAxe(); axe.run(document, {runOnly: {type: "tag", values: `+axeTags+`}, resultTypes: ["violations"]})
		.then(r => r.violations.map(v => ({Rule: v.id, Impact: v.impact ?? "", Help: v.help, Where: v.nodes.map(n => n.target.join(" "))})))`,
		&found, awaited))
	return found
}

// Clean fails the test for everything axe finds. Without a script, as where
// LoadAxe found none, nobody looks.
func (p *Page) Clean(script string) {
	p.t.Helper()
	if script == "" {
		return
	}
	for _, f := range p.Axe(script) {
		p.t.Errorf("axe, %s at %s: %s", p.Path(), p.look, f)
	}
}

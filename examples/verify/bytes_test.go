package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// atOnce is how many bytes are looked at while the browser is waited for.
const atOnce = 250

// allBytes has the page's own script check a bundle with each byte of a part changed in turn, and
// writes which of them it let pass. The page offers no way in from outside, so this is put at the end
// of its script, where the check is known.
const allBytes = `
const whole = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0)), key = "%s";
const holds = async (means, bytes) => {
  const r = await verify(means, bytes, [], [key], async () => {});
  return !r.findings.length && !r.packing.length && r.vouched;
};
globalThis.lookAt = async (from, to) => {
  const means = await engine(false), passed = [], told = document.createElement("p");
  if (!await holds(means, whole)) passed.push("not as it was made");
  for (let i = from; i < Math.min(to, whole.length); i++) {
    const changed = whole.slice();
    changed[i] ^= 1 << (i %% 8);
    if (await holds(means, changed)) passed.push(i);
    if (i %% 97) continue;
    if (await holds(means, whole.slice(0, i))) passed.push("cut off at " + i);
    if (await holds(means, concat(whole.subarray(0, i), Uint8Array.of(120), whole.subarray(i)))) passed.push("more at " + i);
    if (await holds(means, concat(whole.subarray(0, i), whole.subarray(i + 1)))) passed.push("less at " + i);
  }
  told.id = "from-" + from;
  told.textContent = passed.join(" ") || "none";
  document.body.append(told);
};
})();
</script>`

// Any byte of a bundle changed, cut off or added is found by the page too, as the program finds
// it: every file and every region of the container.
func TestThePageAccountsForEveryByteOfABundle(t *testing.T) {
	bundle, err := os.ReadFile(golden)
	check(t, err)
	html, err := evidence.Page()
	check(t, err)
	end := regexp.MustCompile(`\}\)\(\);\s*</script>\s*</body>`)
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`) // only its own script may run
	if !end.Match(html) || !policy.Match(html) {
		t.Fatal("the page's script does not end as it did")
	}
	probe := fmt.Sprintf(allBytes, base64.StdEncoding.EncodeToString(bundle), house(t).Verifier())
	html = end.ReplaceAllLiteral(policy.ReplaceAll(html, nil), []byte(probe+"\n</body>"))
	browser, folder := browsertest.Start(t), t.TempDir()
	put(t, folder, "probe.html", html)
	page := browser.Open(t, "file://"+folder, "/probe.html", browsertest.Look{Size: browsertest.Desktop})
	for from := 0; from < len(bundle); from += atOnce {
		page.Eval(fmt.Sprintf("void lookAt(%d, %d)", from, from+atOnce), nil)
		if passed := page.Text(fmt.Sprintf("#from-%d", from)); passed != "none" {
			t.Errorf("from byte %d on the page lets pass: %s", from, passed)
		}
	}
}

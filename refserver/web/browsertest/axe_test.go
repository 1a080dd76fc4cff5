package browsertest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// Without axe the rest of a browser's test runs on; only that check is left out.
func TestWithoutAxeOnlyItsCheckIsLeftOut(t *testing.T) {
	t.Setenv("ISMSKIT_AXE", filepath.Join(t.TempDir(), "axe.min.js"))
	t.Setenv("ISMSKIT_REQUIRE", "chromium")
	if script := browsertest.LoadAxe(t); script != "" {
		t.Errorf("a script of %d bytes from nowhere", len(script))
	}
	if t.Skipped() {
		t.Error("the whole test is skipped")
	}
}

// Where ISMSKIT_REQUIRE names axe its absence is a failure, which only another
// process can show.
func TestRequiredAxeMustBeThere(t *testing.T) {
	if os.Getenv("BROWSERTEST_CHILD") != "" {
		browsertest.LoadAxe(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestRequiredAxeMustBeThere$")
	child.Env = append(os.Environ(), "BROWSERTEST_CHILD=1", "ISMSKIT_REQUIRE=axe", "ISMSKIT_AXE=")
	if out, err := child.CombinedOutput(); err == nil {
		t.Errorf("it passed: %s", out)
	}
}

package jobtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/refserver/runtest"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// program is the server's.
var program string

// TestMain builds the program and lets all tests share one Chromium.
func TestMain(m *testing.M) { os.Exit(built(m)) }

func built(m *testing.M) int {
	dir, err := os.MkdirTemp("", "refserver")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "refserver")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/ismskit/ismskit/refserver").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return browsertest.Main(m)
}

// begun starts the program and waits until it listens.
func begun(t *testing.T, args ...string) *runtest.Process {
	t.Helper()
	return runtest.Start(t, exec.CommandContext(t.Context(), program, append([]string{"-addr", "127.0.0.1:0"}, args...)...))
}

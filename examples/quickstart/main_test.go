package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheQuickstartSignsOneRequest(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), filepath.Join(t.TempDir(), "quickstart.db"), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "submit 鍾明哲") || !strings.Contains(lines[1], "approve 邱柏叡") {
		t.Errorf("trail:\n%s", out.String())
	}
}

// The README's embedding is this program: what stands there compiles and runs.
func TestTheReadmeShowsThisProgram(t *testing.T) {
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(source), "// README: begin\n")
	block, _, ended := strings.Cut(rest, "\t// README: end\n")
	if !found || !ended {
		t.Fatal("the marks are gone")
	}
	var want strings.Builder
	for line := range strings.Lines(block) {
		want.WriteString(strings.TrimPrefix(line, "\t"))
	}
	if !strings.Contains(string(readme), "```go\n"+want.String()+"```\n") {
		t.Errorf("README.md does not hold this block:\n%s", want.String())
	}
}

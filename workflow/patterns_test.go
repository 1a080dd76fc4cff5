package workflow_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The table of patterns counts to 43, and every pattern that it calls supported
// names a test that is there.
func TestPatternsNameTheirTests(t *testing.T) {
	table, err := os.ReadFile("PATTERNS.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := allTests(t)
	row := regexp.MustCompile(`(?m)^\| (\d+) \| [^|]+ \| (supported|partly|no) \| (.*) \|$`)
	rows := row.FindAllStringSubmatch(string(table), -1)
	if len(rows) != 43 {
		t.Fatalf("%d rows", len(rows))
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")
	for _, r := range rows {
		if r[2] == "supported" && !named.MatchString(r[3]) {
			t.Errorf("pattern %s names no test", r[1])
		}
	}
	for _, n := range named.FindAllStringSubmatch(string(table), -1) {
		if !tests[n[1]] {
			t.Errorf("there is no %s", n[1])
		}
	}
}

// allTests are the names of the tests of the whole module.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	decl := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range decl.FindAllStringSubmatch(string(b), -1) {
			found[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

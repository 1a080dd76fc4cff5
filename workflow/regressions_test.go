package workflow_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every report in the table names a test that is there and whose comment names the
// report; and every report that a test names stands in the table.
func TestRegressionsNameTheirTests(t *testing.T) {
	table, err := os.ReadFile("REGRESSIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	report := regexp.MustCompile(`(?:[A-Za-z][\w./-]*)?#[0-9]{2,}`)
	comments := testComments(t)
	rows := regexp.MustCompile("(?m)^\\| ([^|]+) \\| [^|]+ \\| `(Test[A-Za-z0-9_]+)` \\|$").FindAllStringSubmatch(string(table), -1)
	if len(rows) < 19 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		comment, there := comments[row[2]]
		if !there {
			t.Errorf("there is no %s", row[2])
			continue
		}
		for _, r := range report.FindAllString(row[1], -1) {
			if !strings.Contains(comment, r) {
				t.Errorf("%s does not say that it is about %s", row[2], r)
			}
		}
	}
	for name, comment := range comments {
		for _, r := range report.FindAllString(comment, -1) {
			if !strings.Contains(string(table), r) {
				t.Errorf("%s is about %s, which is not in the table", name, r)
			}
		}
	}
}

// testComments are the comments of the tests of the whole module, by the tests' names.
func testComments(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	decl := regexp.MustCompile(`(?m)((?:^//.*\n)*)^func (Test[A-Za-z0-9_]+)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range decl.FindAllStringSubmatch(string(b), -1) {
			found[m[2]] += m[1] // one name in two packages
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

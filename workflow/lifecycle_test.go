package workflow_test

import (
	"flag"
	"os"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestLifecyclesAreAsDrawn(t *testing.T) {
	for file, got := range map[string]string{"case.dot": workflow.CaseLifecycle(), "task.dot": workflow.TaskLifecycle()} {
		path := "testdata/" + file
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != got {
			t.Errorf("%s has changed; if that is meant, run with -update:\n%s", file, got)
		}
	}
}

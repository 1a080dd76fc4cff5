package workflow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// Each limit of a flow is where it is said to be: so many are taken, one more is refused.
func TestTheLimitsOfAFlow(t *testing.T) {
	one := step("a", "review", anyone, "")
	for _, limit := range []struct {
		code string
		max  int
		flow func(n int) string
	}{
		{"too_many_nodes", workflow.MaxNodes, func(n int) string { // the root counts
			steps := make([]string, n-1)
			for i := range steps {
				steps[i] = step(fmt.Sprintf("s%d", i), "read", anyone, "")
			}
			return flowOf(steps...)
		}},
		{"too_many_nodes", workflow.MaxDepth, func(n int) string {
			return `{"key":"test","version":"1","root":` + strings.Repeat(`{"sequence":[`, n-1) + one + strings.Repeat(`]}`, n-1) + `}`
		}},
		{"repeat_long", workflow.MaxPass, func(n int) string {
			return flowOf(fmt.Sprintf(`{"repeat":{"id":"r","body":%s,"until":"major","max":%d}}`, one, n))
		}},
		{"too_large", workflow.MaxBytes, func(n int) string {
			flow := flowOf(one)
			return flow + strings.Repeat(" ", n-len(flow))
		}},
	} {
		refused := func(n int) bool {
			flow, err := workflow.ParseFlow([]byte(limit.flow(n)))
			if err == nil {
				_, err = workflow.Compile(flow, office())
			}
			for _, p := range problemsOf(err) {
				if p.Code != limit.code {
					t.Errorf("%s: %d: %v", limit.code, n, err)
				}
			}
			return err != nil
		}
		if refused(limit.max) {
			t.Errorf("%s: %d is refused", limit.code, limit.max)
		}
		if !refused(limit.max + 1) {
			t.Errorf("%s: %d is taken", limit.code, limit.max+1)
		}
	}
}

package workflow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// wayward is a flow that forks so many times before two people must sign it.
func wayward(t *testing.T, forks int) workflow.Flow {
	t.Helper()
	var nodes []string
	for i := range forks {
		nodes = append(nodes, fmt.Sprintf(`{"choice":{"id":"c%d","cases":[{"when":"major","then":%s}]}}`, i, step(fmt.Sprint("extra", i), "read", anyone, "")))
	}
	return parse(t, flowOf(append(nodes, step("head", "review", anyone, ""), step("chief", "approve", anyone, `"not_same_as":["head"]`))...))
}

// Of a flow that has more ways than are looked at it is said that not all was proved; of one
// with just as many, and where nobody must differ from anybody, nothing is.
func TestWhatIsNotAllProvedIsSaid(t *testing.T) {
	warned := func(flow workflow.Flow) workflow.Problems {
		t.Helper()
		c, err := workflow.Compile(flow, office())
		if err != nil {
			t.Fatal(err)
		}
		return c.Warnings()
	}
	if found := warned(wayward(t, 8)); len(found) > 0 { // 256 ways
		t.Errorf("at the limit: %v", found)
	}
	found := warned(wayward(t, 9))
	if !found.Has("not_all_proved") || !strings.Contains(found[0].Message("zh-TW"), "256") || !strings.Contains(found[0].Message("en"), "256") {
		t.Errorf("above the limit: %v", found)
	}
	together := wayward(t, 9)
	together.Root.Sequence[10].Step.NotSameAs = nil
	if found := warned(together); len(found) > 0 {
		t.Errorf("where nobody must differ: %v", found)
	}
}

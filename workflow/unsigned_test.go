package workflow_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/workflow"
)

// A form that nobody signs is over when it is sent; nobody leaves the steps out of a flow by
// mistake, nor signs one that says it has none.
func TestAFormThatNobodySigns(t *testing.T) {
	flow := workflow.Flow{Key: "filing", Version: "1", Unsigned: true}
	c, err := workflow.Compile(flow, office())
	if err != nil {
		t.Fatal(err)
	}
	s := c.Draft(person("P1"))
	turn, err := c.Act(s, workflow.Action{Verb: workflow.VerbSubmit, By: person("P1"), At: monday}, values{})
	if err != nil || turn.State.Phase != workflow.PhaseClosed || turn.State.Outcome != workflow.OutcomeDone || len(turn.State.Tasks) != 0 {
		t.Errorf("sent: %+v, %v", turn.State, err)
	}
	for code, flow := range map[string]workflow.Flow{
		"node_empty":     {Key: "filing", Version: "1"},
		"unsigned_steps": {Key: "filing", Version: "1", Unsigned: true, Root: parse(t, flowOf(step("a", "review", anyone, ""))).Root},
	} {
		_, err := workflow.Compile(flow, office())
		problems, ok := errors.AsType[workflow.Problems](err)
		if !ok || len(problems) != 1 || problems[0].Code != code || problems[0].Path != "root" {
			t.Errorf("%s: %v", code, err)
		}
	}
}

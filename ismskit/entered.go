package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// entered says of which kind the step is that enters a field of later steps, by its
// path: of several steps, the one decided last.
func (c *caseInHand) entered() map[string]workflow.Kind {
	out := map[string]workflow.Kind{}
	enters := func(step workflow.Step, again bool) {
		for _, f := range c.kind.form.Shown(c.values, "", nil) {
			if _, known := out[f.Path]; f.Later && slices.Contains(step.Edit, f.Path) && (again || !known) {
				out[f.Path] = step.Kind
			}
		}
	}
	for _, t := range c.state.Tasks {
		if step, ok := c.kind.flow.Step(t.Step); ok && t.Status == workflow.TaskDone {
			enters(step, true)
		}
	}
	for _, step := range c.kind.flow.Steps() {
		enters(step, false)
	}
	return out
}

package ismskit

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/workflow"
)

// withProof is what an action says of the office outside. Files that the step
// itself asks for are the proof of what that office did (K21), unless other proof
// is named.
func (w *work) withProof(a Action) *workflow.OutsideNote {
	t, ok := w.before.state.Task(w.auth.task)
	named := a.Outside != nil && len(a.Outside.Proof) > 0
	if !ok || t.Outside == nil || named || a.Verb != workflow.VerbRecord && a.Verb != workflow.VerbAnswer {
		return a.Outside
	}
	step, _ := w.before.kind.flow.Step(t.Step)
	var proof []string
	files := filesIn(w.after.values)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		field, _, _ := strings.Cut(name, "/")
		if slices.Contains(step.Edit, field) {
			proof = append(proof, files[name].Name)
		}
	}
	if len(proof) == 0 {
		return a.Outside
	}
	note := workflow.OutsideNote{Reply: t.Outside.Reply, Replied: t.Outside.Replied, ReplyNumber: t.Outside.ReplyNumber}
	if a.Outside != nil {
		note = *a.Outside
	}
	note.Proof = proof
	return &note
}

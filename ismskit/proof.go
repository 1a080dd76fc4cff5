package ismskit

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
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
	proof := proofIn(step, w.after.values)
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

// proofIn are the names of the files in the fields that a step fills in.
func proofIn(step workflow.Step, values forms.Values) []string {
	var out []string
	files := filesIn(values)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		field, _, _ := strings.Cut(name, "/")
		if slices.Contains(step.Edit, field) {
			out = append(out, files[name].Name)
		}
	}
	return out
}

// proofField is the field in which a step takes proof of what an office outside did,
// "" where it has none.
func (k *kind) proofField(step workflow.Step) string {
	for _, path := range step.Edit {
		if _, takes := k.form.FileKinds(path); takes {
			return path
		}
	}
	return ""
}

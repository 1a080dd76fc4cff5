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
	proof := w.after.proofIn(t, w.k.cfg.Lang)
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

// proofIn are the names of the files in the fields that a task's step fills in, but for those that
// proved what another office did, or the same at another time. A file in a field that somebody must
// not see is called by the field: the note is for all who read the case.
func (c *caseInHand) proofIn(t workflow.Task, lang string) []string {
	step, _ := c.kind.flow.Step(t.Step)
	hidden := c.hiddenFromSomebody()
	var out []string
	files := filesIn(c.values)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		field, _, _ := strings.Cut(path, "/")
		file := files[path]
		if !slices.Contains(step.Edit, field) || slices.Contains(c.extra.Former[t.ID], file.Digest) {
			continue
		}
		name := file.Name
		if slices.ContainsFunc(hidden, func(h string) bool { return leafOf(path, h) }) {
			name = c.kind.labelOf(field, lang)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// sentAnew keeps which files prove an answer that counts no longer: what is sent now is answered
// by others.
func (w *work) sentAnew(a Action) {
	t, ok := w.before.state.Task(w.auth.task)
	if !ok || a.Verb != workflow.VerbSendOut || a.Outside == nil || t.Outside == nil || t.Outside.Replied.IsZero() || !a.Outside.Replied.IsZero() {
		return
	}
	step, _ := w.before.kind.flow.Step(t.Step)
	former := slices.Clone(w.before.extra.Former[t.ID])
	for path, file := range filesIn(w.before.values) {
		if field, _, _ := strings.Cut(path, "/"); slices.Contains(step.Edit, field) {
			former = append(former, file.Digest)
		}
	}
	slices.Sort(former)
	w.after.extra.Former = maps.Clone(w.before.extra.Former)
	if w.after.extra.Former == nil {
		w.after.extra.Former = map[string][]string{}
	}
	w.after.extra.Former[t.ID] = slices.Compact(former)
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

package ismskit

import (
	"slices"

	"github.com/ismskit/ismskit/workflow"
)

// askedFor is what whoever gave a task wrote with it: the question of 加會, what is to be looked
// at of 加簽, why it was assigned anew. "" where he wrote nothing, and where the step itself
// found its people.
func askedFor(t workflow.Task, trail []Entry) string {
	if t.Origin == "" && !t.Given {
		return ""
	}
	note := TaskNote{Task: t.ID, Step: t.Step, Holders: t.Holder.Named}
	for _, e := range slices.Backward(trail) {
		if t.Origin == workflow.OriginAfter && e.Verb == workflow.VerbAddAfter {
			// His task opens with the yes of whoever named him, whose opinion is another matter.
			if e.Step == note.Step && slices.ContainsFunc(note.Holders, func(s workflow.Signer) bool { return has(e.People, s.Person) }) {
				return e.Comment
			}
			continue
		}
		if !slices.ContainsFunc(e.Opened, func(n TaskNote) bool { return n.Task == note.Task }) {
			continue
		}
		switch {
		case (e.Verb == workflow.VerbReassign || e.Verb == workflow.VerbPassOn) && t.Origin != "": // what was asked of who had it before him
			note.Task = e.Task
			if before, ok := openedAs(trail, e.Task); ok {
				note = before
			}
		case t.Origin != workflow.OriginAfter:
			return e.Comment
		}
	}
	return ""
}

// openedAs is what the trail says of a task as it opened.
func openedAs(trail []Entry, task string) (TaskNote, bool) {
	for _, e := range trail {
		if i := slices.IndexFunc(e.Opened, func(n TaskNote) bool { return n.Task == task }); i >= 0 {
			return e.Opened[i], true
		}
	}
	return TaskNote{}, false
}

package ismskit

import (
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// FieldResult, FieldPeople and FieldTerm are the fields at which forms.Invalid says what
// is wrong with what comes with a verb beside the form's fields and FieldComment.
const (
	FieldResult = "action.result"
	FieldPeople = "action.people"
	FieldTerm   = "action.term"
)

// together is all that is wrong with what came with a verb: what could not be read, what
// the rules say of the rest, and what the verb asks for and did not get. Nobody is sent
// round once for each; it is said in the order of the form, and then what comes beside it;
// what is noted of an office outside comes before both.
// A single thing that the flow asks for it says itself.
func (w *work) together(a Action, found error) error {
	invalid, ok := errors.AsType[forms.Invalid](found)
	if found != nil && !ok {
		return found
	}
	wrong, lacking := a.Unread.With(invalid).With(w.unproved(a)), w.lacking(a)
	if len(wrong) == 0 && len(lacking) < 2 {
		return nil
	}
	all := w.before.kind.form.InOrder(wrong.With(lacking))
	slices.SortStableFunc(all, func(a, b forms.Fault) int { return ofOutside(a) - ofOutside(b) })
	return all.Err()
}

// ofOutside puts what is noted of an office outside before the fields of the form, as it
// is asked.
func ofOutside(f forms.Fault) int {
	if strings.HasPrefix(f.Field, "outside.") {
		return 0
	}
	return 1
}

// lacking is what a verb asks for beside fields and did not get.
func (w *work) lacking(a Action) forms.Invalid {
	var out forms.Invalid
	lacks := func(field string, code string, text forms.Text) {
		out = append(out, forms.Fault{Field: field, Code: code, Text: text})
	}
	if t, ok := w.before.state.Task(w.auth.task); ok && a.Verb == workflow.VerbRecord && a.Result == "" {
		if step, ok := w.before.kind.flow.Step(t.Step); ok && len(step.Results) > 0 {
			missing := step.Kind.NoResult()
			lacks(FieldResult, missing.Code, inAll(missing))
		}
	}
	if workflow.NamesPeople(a.Verb) && len(a.People) == 0 && (a.Verb != workflow.VerbConsult || len(a.Units) == 0) {
		lacks(FieldPeople, workflow.ErrPeople.Code, forms.Text(w.k.texts("lacking.people")))
	}
	if a.Verb == workflow.VerbExtend && a.Term == "" {
		lacks(FieldTerm, workflow.ErrExtendTerm.Code, inAll(workflow.ErrExtendTerm))
	}
	if workflow.NeedsReason(a.Verb) && strings.TrimSpace(a.Comment) == "" {
		lacks(FieldComment, workflow.ErrReason.Code, inAll(workflow.ErrReason))
	}
	return out
}

// inAll is what a refusal says, in every language.
func inAll(r *workflow.Refusal) forms.Text {
	out := forms.Text{}
	for _, lang := range languages {
		out[lang] = r.Message(lang)
	}
	return out
}

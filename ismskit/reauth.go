package ismskit

import (
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// FieldReauth is the field at which forms.Invalid says, by CodeReauth, that a step asks for
// who decides to show anew who he is.
const (
	FieldReauth = "reauth"
	CodeReauth  = "reauth"
)

// decisions are the verbs by which somebody answers for what a step asks of him. What
// only passes it on, or asks others first, is none.
var decisions = []workflow.Verb{
	workflow.VerbApprove, workflow.VerbReject, workflow.VerbReturn, workflow.VerbRecord, workflow.VerbUnable,
}

// unproved is what is wrong where the step asks for who decides to show anew who he is, and
// he has not. The Kit's own decisions, such as a lapse, are nobody's. What he has proved
// goes on the trail; what the host says of his proof already is not said twice.
func (w *work) unproved(a Action) forms.Invalid {
	t, ok := w.before.state.Task(w.auth.task)
	if !ok || w.actor.system || !slices.Contains(decisions, a.Verb) {
		return nil
	}
	if step, ok := w.before.kind.flow.Step(t.Step); !ok || !step.Reauth {
		return nil
	}
	if w.k.proved(w.actor, w.now) {
		w.event.Proved = w.actor.Proved.UTC().Truncate(time.Microsecond)
		return nil
	}
	if slices.ContainsFunc(a.Unread, func(f forms.Fault) bool { return f.Field == FieldReauth }) {
		return nil
	}
	return w.k.noProof()
}

// proved says whether somebody has shown who he is, not too long ago. Later than now is a
// mistake of the host's, and no proof.
func (k *Kit) proved(a Actor, now time.Time) bool {
	since := now.Sub(a.Proved.Truncate(time.Microsecond)) // as now is
	return !a.Proved.IsZero() && since >= 0 && since <= k.cfg.ReauthWithin
}

func (k *Kit) noProof() forms.Invalid {
	return forms.Invalid{{Field: FieldReauth, Code: CodeReauth, Text: forms.Text(k.texts("lacking.proof"))}}
}

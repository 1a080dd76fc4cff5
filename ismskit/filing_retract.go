package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// VerbRetract takes back an execution record that was wrongly filed (撤回), with a reason: it
// stays on record, but is read only by who filed it, who took it back, and who reads all records,
// for it may have been filed where the wrong people read it; and it stands in no list that nobody
// narrowed (record.Query.Without). Who filed it right files it anew.
const VerbRetract workflow.Verb = "retract"

// Retraction says when an execution record was taken back, by whom and why.
type Retraction struct {
	At     time.Time
	By     workflow.Signer
	Reason string
}

// retraction is what the trail says of that, nil for a record that was not taken back.
func (c *caseInHand) retraction(trail []Entry) *Retraction {
	if !c.extra.Retracted {
		return nil
	}
	for _, e := range slices.Backward(trail) {
		if e.Verb == VerbRetract {
			return &Retraction{At: e.At, By: e.By, Reason: e.Comment}
		}
	}
	return &Retraction{At: c.state.Closed} // its entry cannot be read
}

// kept says whether a case is an execution record that has not been taken back.
func (c *caseInHand) kept() bool {
	return c.kind.Filing && c.state.Phase == workflow.PhaseClosed && c.state.Outcome == workflow.OutcomeDone && !c.extra.Retracted
}

// mayRetract says by which right somebody takes an execution record back: who maintains its
// category, or looks after the records. ErrForbidden also where there is none to take back.
func (k *Kit) mayRetract(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (string, error) {
	if !c.kept() {
		return "", ErrForbidden
	}
	why, err := k.maintains(ctx, self.Person, c.categoryOf(), now)
	if err == nil && why != "" {
		err = ErrForbidden
	}
	return viaRecords, err
}

// retract takes an execution record back.
func (w *work) retract(a Action) error {
	if a.Comment == "" {
		a.Unread = append(a.Unread, forms.Fault{Field: FieldComment, Code: "filing.retract_reason", Text: forms.Text(w.k.texts("filing.retract_reason"))})
	}
	if err := a.Unread.Err(); err != nil {
		return err
	}
	if !w.before.kept() { // the system has every right but to do it twice
		return refusal(workflow.ErrPhase)
	}
	w.event.Verb, w.event.Comment = VerbRetract, a.Comment
	w.after.extra.Retracted, w.after.extra.RetractedBy = true, w.auth.by.Person
	return nil
}

// withoutRetracted leaves what was taken back out of a query that asks for nothing by which it
// would be looked for: no words, number or state.
func withoutRetracted(q record.Query) record.Query {
	if q.Without == nil && len(q.States) == 0 && len(q.Numbers) == 0 && len(q.IDs) == 0 && q.Text == "" {
		q.Without = []string{record.StateRetracted}
	}
	return q
}

package ismskit

import (
	"context"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// A case has a number of its own (Type.Number), and its form may hold more (fields of the
// type serial). Both are counted in the transaction that writes the action which is due
// for them, so that a refused one leaves no gap and two senders never get the same.

const (
	numberAtSubmit = "submit"
	// NumberAtApproval is the At of a Number that a case gets once it is approved.
	NumberAtApproval = "approval"
)

// When a number in a form is given.
const (
	serialAtCreate  = "create"
	serialAtApprove = "approve"
)

// unitPart is what a number pattern may name besides the day: the applicant's unit.
const unitPart = "unit"

// ownNumber says whether a number in the form is the case's own: one number, written at
// two places.
func (k *kind) ownNumber(s forms.SerialInfo) bool {
	return k.PaperOf != "" || k.Type.Number != nil && k.number.SameAs(s.Pattern)
}

// byUnit says whether the numbers of its cases name the unit.
func (k *kind) byUnit() bool { return slices.Contains(k.number.Parts(), unitPart) }

// checkSerials says which numbers could not be given.
func (k *kind) checkSerials() []error {
	var faults []error
	parts := func(what string, p forms.Pattern) {
		for _, part := range p.Parts() {
			if part != unitPart {
				faults = append(faults, fmt.Errorf("%s: a number is counted by day and {%s}, not by {%s}", what, unitPart, part))
			}
		}
	}
	parts("number", k.number)
	for _, s := range k.serials {
		parts("field "+s.Key, s.Pattern)
		own := k.Type.Number != nil && k.number.SameAs(s.Pattern)
		if own && (k.Type.Number.At == NumberAtApproval) != (s.At == serialAtApprove) {
			faults = append(faults, fmt.Errorf("field %s: it is the number of the case and must be given at the same time", s.Key))
		}
		if k.Paper && !own {
			faults = append(faults, fmt.Errorf("field %s: a form that may be signed on paper has no number but that of the case, which is reserved for it", s.Key))
		}
	}
	return faults
}

// numbering says whether the case, or its form, gets a number with this action.
func (w *work) numbering() bool { return w.ownDue() || len(w.serialsDue()) > 0 }

func (w *work) ownDue() bool {
	n := w.after.kind.Type.Number
	return n != nil && w.after.row.Number == "" && w.numbered(n.At)
}

// serialsDue are the fields that get their number with this action.
func (w *work) serialsDue() []forms.SerialInfo {
	var due []forms.SerialInfo
	for _, s := range w.after.kind.serials {
		if w.after.values[s.Key] != nil {
			continue
		}
		now := s.At == serialAtCreate || w.numbered(map[string]string{serialAtApprove: NumberAtApproval}[s.At])
		if w.after.kind.ownNumber(s) {
			now = w.after.row.Number != "" || w.ownDue()
		}
		if now {
			due = append(due, s)
		}
	}
	return due
}

// number gives the numbers that are due and prepares the rows with them. It changes
// nothing of w: the closure of a transaction may run any number of times.
func (w *work) number(ctx context.Context, tx Tx) (written, error) {
	n, own := *w, w.after.row.Number
	var err error
	if w.ownDue() {
		if own, err = w.next(ctx, tx, w.after.kind.number); err != nil {
			return written{}, err
		}
	}
	if due := w.serialsDue(); len(due) > 0 {
		values := w.after.values.Clone()
		if values == nil {
			values = forms.Values{}
		}
		for _, s := range due {
			number := own
			if !w.after.kind.ownNumber(s) {
				if number, err = w.next(ctx, tx, s.Pattern); err != nil {
					return written{}, err
				}
			}
			values[s.Key] = number
		}
		if err := n.fillInNumbers(values); err != nil {
			return written{}, err
		}
	}
	if err := n.value(); err != nil {
		return written{}, err
	}
	return n.prepare(own)
}

// fillInNumbers takes values with their numbers, and what is computed from these.
func (w *work) fillInNumbers(values forms.Values) error {
	form := w.after.kind.form
	settled, invalid := form.Settle(values)
	if err := invalid.Err(); err != nil && w.after.state.Phase != workflow.PhaseDraft {
		return err
	}
	changes := slices.Clip(w.event.Changes)
	for _, c := range form.Diff(w.after.values, settled) {
		changes = append(changes, Changed{Name: c.Path, From: c.From, To: c.To})
	}
	w.event.Changes, w.after.values, w.revalued = changes, settled, true
	return nil
}

// next takes the next number of a pattern. Numbers of the same pattern and scope are
// counted together, whatever they number.
func (w *work) next(ctx context.Context, tx Tx, pattern forms.Pattern) (string, error) {
	day := calendar.DateOf(w.now.In(w.k.location))
	parts := map[string]string{unitPart: w.after.row.Unit}
	scope, err := pattern.Scope(day, parts)
	if err != nil {
		return "", err
	}
	last, err := tx.Cases().Counter(ctx, scope)
	if err != nil {
		return "", err
	}
	number, err := pattern.Format(day, last+1, parts)
	if err != nil {
		return "", err
	}
	return number, tx.Cases().SetCounter(ctx, scope, last+1)
}

// numbered says whether the moment has come at which a number is given.
func (w *work) numbered(at string) bool {
	switch w.after.state.Phase {
	case workflow.PhaseDraft:
		return false
	case workflow.PhaseClosed:
		return at != NumberAtApproval || w.after.state.Outcome == workflow.OutcomeDone
	}
	return at != NumberAtApproval
}

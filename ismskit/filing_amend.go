package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// VerbAmend corrects an execution record (更正, B3.5) with a reason: what its form says of it, or
// the files in it. The trail keeps what it said before, and the former files stay with it, read by
// whom they were read. Under which category it lies and who reads it stays as it was filed: who
// filed it wrong in that takes it back (VerbRetract) and files it anew.
const VerbAmend workflow.Verb = "amend"

// mayAmend says by which right somebody corrects an execution record: who takes it back. What is
// under a legal hold stays as it is.
func (k *Kit) mayAmend(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (string, error) {
	if c.extra.Disposed != nil {
		return "", ErrForbidden
	}
	return k.mayRetract(ctx, c, self, now)
}

// offersAmend says whether somebody is offered to correct an execution record.
func (k *Kit) offersAmend(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (bool, error) {
	if _, err := k.mayAmend(ctx, c, self, now); err != nil {
		return false, err
	}
	held := false
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		is, err := k.keptAsIs(ctx, tx, &c, now)
		held = is
		return err
	})
	return !held, err
}

// heldFrom says whether a legal hold alone keeps an actor from correcting an execution record: of a hold nobody
// else learns.
func (k *Kit) heldFrom(ctx context.Context, actor Actor, c caseInHand, now time.Time) (bool, error) {
	if actor.system || !c.kept() {
		return false, nil
	}
	self, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return false, err
	}
	if _, err := k.mayAmend(ctx, c, self, now); err != nil {
		return false, ignoreForbidden(err)
	}
	offers, err := k.offersAmend(ctx, c, self, now)
	return !offers, err
}

// keptAsIs says whether one of the legal holds keeps a case as it is.
func (k *Kit) keptAsIs(ctx context.Context, tx Tx, c *caseInHand, now time.Time) (bool, error) {
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.LegalHolds, At: now})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	called, err := k.formsCalled(ctx, tx)
	if err != nil {
		return false, err
	}
	holds, err := k.holdsOf(called, rows)
	if err != nil {
		return false, err
	}
	rec, _ := k.recordOf(c, c.row)
	_, held := record.HeldBy(holds, rec)
	return held, nil
}

// amend corrects an execution record.
func (w *work) amend(ctx context.Context, a Action) error {
	if a.Comment == "" {
		a.Unread = append(a.Unread, forms.Fault{Field: FieldComment, Code: "filing.amend_reason", Text: forms.Text(w.k.texts("filing.amend_reason"))})
	}
	if !w.before.kept() || w.before.extra.Disposed != nil {
		return refusal(workflow.ErrPhase)
	}
	if err := w.together(a, w.accept(ctx, a.Values, w.before.amendable())); err != nil {
		return err
	}
	w.after.extra.Mended = w.before.extra.Mended // nobody signs it anew
	if len(w.event.Changes) == 0 {
		return forms.Invalid{{Field: FieldComment, Code: "filing.amend_nothing", Text: forms.Text(w.k.texts("filing.amend_nothing"))}}
	}
	was := w.k.yearOf(w.before.row.Submitted, w.before.extra.Year)
	if err := w.fileUnder(ctx, w.before.row.Submitted); err != nil {
		return err
	}
	if is := w.k.yearOf(w.before.row.Submitted, w.after.extra.Year); is != was {
		w.event.Year = &YearNote{From: was, To: is}
	}
	w.event.Verb, w.event.Comment = VerbAmend, a.Comment
	w.effects = append(w.effects, notHeld{})
	return nil
}

// amendable are the fields that a correction may change: all but those that say who reads it and, of
// what was taken in, which line of which index it was: that nobody signed it here no correction undoes.
func (c *caseInHand) amendable() forms.Rights {
	f := c.kind.Facets
	fixed := append(slices.Clone(f.Readers), f.Category, f.OnlyReaders)
	if c.kind.Imported {
		fixed = append(fixed, intakeWhat, intakeNumber, intakeUnitName, intakeStaff, intakeSource)
	}
	var rights forms.Rights
	for _, field := range c.kind.Form.Fields {
		if !slices.Contains(fixed, field.Key) {
			rights.Edit = append(rights.Edit, field.Key)
		}
	}
	return rights
}

// notHeld refuses the correction of a record that a legal hold keeps as it is, also one that was
// entered meanwhile.
type notHeld struct{}

func (notHeld) describe() string { return "no legal hold keeps it" }

func (notHeld) apply(ctx context.Context, w *work, tx Tx) error {
	held, err := w.k.keptAsIs(ctx, tx, &w.before, w.now)
	if err == nil && held {
		err = forms.Invalid{{Field: FieldComment, Code: "filing.amend_held", Text: forms.Text(w.k.texts("filing.amend_held"))}}
	}
	return err
}

package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// edit changes some fields in a step.
func (w *work) edit(ctx context.Context, sent forms.Values, rights forms.Rights) error {
	if len(rights.Require) == 0 && len(sent) == 0 {
		return nil
	}
	return w.accept(ctx, sent, rights)
}

// accept takes changes of the fields that must hold: every rule, and nothing left
// that could not be read.
func (w *work) accept(ctx context.Context, sent forms.Values, rights forms.Rights) error {
	form := w.before.kind.form
	accepted, invalid, err := w.filled(ctx, sent, forms.CheckContext{Rights: rights})
	if err != nil {
		return err
	}
	typed := form.MergeTyped(w.before.extra.Typed, sent, nil)
	if err := append(form.Misread(accepted, typed, w.k.location), invalid...).Err(); err != nil {
		return err
	}
	w.after.extra.Typed = nil
	w.changed(w.take(accepted))
	return w.classOfContents(ctx)
}

// changed writes into the entry which fields it changed.
func (w *work) changed(changes []forms.Change) {
	for _, c := range changes {
		w.event.Changes = append(w.event.Changes, Changed{Name: c.Path, From: c.From, To: c.To})
	}
}

// keep takes the fields of a draft as they are, what is wrong or cannot be read
// included. Only what has no place in the form is refused, and what could not be
// read again.
func (w *work) keep(ctx context.Context, sent forms.Values, typed forms.Posted, chosen map[string][]string) error {
	if err := w.chooses(chosen); err != nil {
		return err
	}
	form := w.before.kind.form
	accepted, invalid, err := w.filled(ctx, sent, forms.CheckContext{Draft: true, Keep: true})
	if err != nil {
		return err
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if _, invalid := form.Restore(form.EncodeJSON(accepted)); len(invalid) > 0 {
		return invalid
	}
	w.after.extra.Typed = form.MergeTyped(w.before.extra.Typed, sent, typed)
	if err := form.Roomy(w.after.extra.Typed).Err(); err != nil {
		return err
	}
	if changes := w.take(accepted); w.before.state.Phase == workflow.PhaseReturned {
		w.changed(changes) // the sending that follows may change nothing more
	}
	if err := w.classOfContents(ctx); err != nil {
		return err
	}
	w.wrong, err = w.k.draftFaults(ctx, w.actor, w.after, w.now)
	return err
}

// filled are the fields after a change, and what is wrong with them; of a draft that becomes
// somebody else's, as his.
func (w *work) filled(ctx context.Context, sent forms.Values, check forms.CheckContext) (forms.Values, forms.Invalid, error) {
	c, is := w.before, w.after.row
	c.row.Applicant, c.row.ApplicantName, c.row.Unit, c.row.UnitName, c.row.Writer = is.Applicant, is.ApplicantName, is.Unit, is.UnitName, is.Writer
	return w.k.filled(ctx, w.actor, c, sent, check, w.now)
}

// filled lays changes over the fields of a case and judges the result.
func (k *Kit) filled(ctx context.Context, actor Actor, c caseInHand, sent forms.Values, check forms.CheckContext, now time.Time) (forms.Values, forms.Invalid, error) {
	form := c.kind.form
	values, err := k.derive(ctx, actor, c.kind, c.values, form.Merge(c.values, sent))
	if err != nil {
		return nil, nil, err
	}
	if values, err = k.proposed(ctx, c, values, now); err != nil {
		return nil, nil, err
	}
	c.leaver = c.kind.leaver(values)
	needs := form.Needs(values)
	for _, n := range form.Needs(c.values) { // what nobody sends again may stay, as cells that follow from others
		if !slices.Contains(needs, n) {
			needs = append(needs, n)
		}
	}
	looked, err := k.lookup(ctx, actor, c, needs, now)
	if err != nil {
		return nil, nil, err
	}
	if !check.Keep && !actor.system && !c.kind.Flow.Child { // what has been sent is not asked about again row by row
		seats, err := k.seats(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		if looked.vacant, err = k.vacant(ctx, c, seats, slices.DeleteFunc(form.Needs(values), looked.kept)); err != nil {
			return nil, nil, err
		}
	}
	check.Lookup = looked
	switch {
	case actor.system: // what it opens a case with was sent elsewhere before, as the rows of a request
		check.Sent = values
	case !c.unsentYet():
		check.Sent = c.values
	}
	check.Today, check.Location = calendar.DateOf(now.In(k.location)), k.location
	accepted, invalid := form.Accept(check, c.values, values)
	if accepted, err = k.following(ctx, actor, c, accepted, !check.Draft && !check.Keep); err != nil {
		return nil, nil, err
	}
	if !check.Keep {
		filled := c
		filled.values = accepted
		more, err := k.oralFaults(ctx, filled, check.Draft, now)
		if err != nil {
			return nil, nil, err
		}
		invalid = slices.Concat(invalid, more, filled.handoverFaults())
		if more, err = k.disposalFaults(ctx, actor, filled, check.Draft); err != nil {
			return nil, nil, err
		}
		invalid = append(invalid, notSaidYet(invalid, more)...)
		if !check.Draft {
			if more, err = k.paperFaults(ctx, actor, filled, now); err != nil {
				return nil, nil, err
			}
			invalid = append(invalid, more...)
			if more, err = k.handoverTwice(ctx, actor, filled, now); err != nil {
				return nil, nil, err
			}
			invalid = append(invalid, more...)
			if more, err = k.onceTwice(ctx, actor, filled, now); err != nil {
				return nil, nil, err
			}
			invalid = append(invalid, more...)
			if more, err = k.moveFaults(ctx, filled); err != nil {
				return nil, nil, err
			}
			invalid = append(invalid, more...)
			if more, err = k.filingFaults(ctx, actor, filled, now); err != nil {
				return nil, nil, err
			}
			invalid = append(invalid, more...)
			if more, err = k.changeFaults(ctx, actor, filled, now); err != nil {
				return nil, nil, err
			}
			if c.kind.DocumentChange && newDocument(values).Number == "" && numberGone(more) {
				return nil, nil, ErrConflict // somebody took the number that was to be given: the next is another
			}
			invalid = append(invalid, notSaidYet(invalid, more)...)
		}
	}
	return accepted, form.InOrder(invalid), nil
}

// notSaidYet are those of some faults that stand where none is said of yet: what the form refuses at a field,
// or at a cell, the rules behind it would refuse there again in words of their own.
func notSaidYet(said, more forms.Invalid) forms.Invalid {
	return slices.DeleteFunc(slices.Clone(more), func(m forms.Fault) bool {
		return slices.ContainsFunc(said, func(f forms.Fault) bool { return f.Field == m.Field && f.Row == m.Row })
	})
}

// take makes values the case's own and says what changed.
func (w *work) take(values forms.Values) []forms.Change {
	changes := w.before.kind.form.Diff(w.before.values, values)
	w.after.values = values
	w.revalued = len(changes) > 0 || w.insert
	w.attach(values)
	if phase := w.before.state.Phase; phase != workflow.PhaseDraft && !w.insert {
		w.after.extra.Mended = mended(w.before.extra.Mended, changes)
	}
	return changes
}

// classOfContents makes a case that is not sent yet as confidential as what it is about.
func (w *work) classOfContents(ctx context.Context) error {
	if err := w.documentClass(ctx); err != nil {
		return err
	}
	return w.disposalClass(ctx)
}

// mended adds the fields that changed to those that have since the case was last
// signed: somebody may mend a returned case in several sittings.
func mended(before []string, changes []forms.Change) []string {
	out := slices.Clone(before)
	for _, c := range changes {
		path := c.Path
		switch parts := strings.Split(path, "."); len(parts) {
		case 2:
			path = parts[0] // a row came or went
		case 3:
			path = parts[0] + "." + parts[2]
		}
		if !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// fieldChanges tells the engine what has changed, and uses it up.
func (w *work) fieldChanges() []workflow.FieldChange {
	var out []workflow.FieldChange
	for _, path := range w.after.extra.Mended {
		info, _ := w.before.kind.form.Field(path)
		out = append(out, workflow.FieldChange{Path: path, Later: info.Later})
	}
	w.after.extra.Mended = nil
	return out
}

// draftFaults says what is wrong with a draft as it is kept: texts that cannot be
// read, and values that break a rule. Gaps are not.
func (k *Kit) draftFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	values, invalid, err := k.filled(ctx, actor, c, nil, forms.CheckContext{Draft: true}, now)
	if err != nil {
		return nil, err
	}
	_, chosen, err := k.chosenBy(ctx, c, nil, true, now)
	if err != nil {
		return nil, err
	}
	return slices.Concat(c.kind.form.Misread(values, c.extra.Typed, k.location), invalid, chosen), nil
}

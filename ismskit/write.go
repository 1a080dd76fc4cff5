package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// commit writes everything in one transaction.
func (w *work) commit(ctx context.Context) (Receipt, error) {
	if err := w.finish(); err != nil {
		return Receipt{}, err
	}
	// Whatever does not need the transaction is worked out before it: while it is
	// open, others wait.
	var ready *written
	if !w.numbering() {
		if err := w.value(); err != nil {
			return Receipt{}, err
		}
		r, err := w.prepare(w.after.row.Number)
		if err != nil {
			return Receipt{}, err
		}
		ready = &r
	}
	var row CaseRow
	err := w.k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		r := ready
		if r == nil {
			numbered, err := w.number(ctx, tx)
			if err != nil {
				return err
			}
			r = &numbered
		}
		if err := w.write(ctx, tx, r); err != nil {
			return err
		}
		row = r.row
		return nil
	})
	if err != nil {
		return Receipt{}, err
	}
	w.k.wakeAt(w.now)
	receipt := receiptOf(row)
	receipt.Wrong, receipt.Rerouted = w.wrong, w.rerouted()
	return receipt, nil
}

// finish works out what does not depend on the transaction: the stored form of the
// state.
func (w *work) finish() error {
	row, state := &w.after.row, w.after.state
	row.Revision = w.before.row.Revision + 1
	w.enterPaper()
	if w.event.Verb == workflow.VerbSubmit && w.after.kind.DocumentChange {
		w.effects = append(w.effects, changesAlone{})
	}
	if w.event.Verb == workflow.VerbSubmit && w.after.kind.Once != "" {
		w.effects = append(w.effects, onceAlone{})
	}
	if w.event.Verb == workflow.VerbSubmit && w.after.kind.Disposes != "" {
		w.effects = append(w.effects, disposalAlone{})
	}
	if w.event.Verb == workflow.VerbToPaper && row.Parent == "" { // a row goes on under its request's number
		w.effects = append(w.effects, continuesOnPaper{})
	}
	row.Phase, row.Outcome = string(state.Phase), string(state.Outcome)
	row.Submitted, row.Closed, row.Changed = state.Submitted, state.Closed, w.now
	row.State = state.Encode()
	row.Step, row.Due = standing(state)
	if due, _ := w.k.correctionDue(&w.after); !due.At.IsZero() {
		row.Due = due.At
	}
	if w.after.oral() != nil && w.after.extra.Written.IsZero() && state.Phase == workflow.PhaseRunning {
		w.after.extra.Written = w.now
	}
	if late := w.k.lateForm(&w.after, w.now); late != nil {
		row.Due = late.Due.At
	}
	return nil
}

// value works out what follows from the fields: their stored form, and the leaves.
func (w *work) value() error {
	row, state := &w.after.row, w.after.state
	if w.revalued || w.insert {
		row.Values = w.after.kind.form.EncodeJSON(w.after.values)
		row.Subject = w.after.subject(w.k)
	}
	if changesMaterially(w.event.Verb) || w.revalued {
		w.after.extra.Material = row.Revision
	}
	if state.Phase != workflow.PhaseDraft && (w.revalued || w.after.extra.Root == "") {
		named, root, err := valueLeaves(w.after.kind.form, w.after.values)
		if err != nil {
			return fmt.Errorf("ismskit: fields of %s: %w", w.after.kind.name(), err)
		}
		w.event.Values, w.event.Changes = named, sinceSent(w.event.Changes, w.before.state.Phase)
		w.after.extra.Root = root.String()
	}
	return nil
}

// sinceSent drops the list of changes at the first submission, where everything is new.
func sinceSent(changes []Changed, before workflow.Phase) []Changed {
	if before == workflow.PhaseDraft || before == "" {
		return nil
	}
	return changes
}

func isOpen(t workflow.Task) bool { return t.Status == workflow.TaskOpen }

// standing is the step a case stands at and the earliest due date.
func standing(s workflow.State) (step string, due time.Time) {
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if t.Status != workflow.TaskOpen {
			continue
		}
		if step == "" {
			step = t.Step
		}
		if !t.Due.IsZero() && (due.IsZero() || t.Due.Before(due)) {
			due = t.Due
		}
	}
	return step, due
}

// written is everything an action writes about its case, ready to be written.
type written struct {
	row   CaseRow
	entry []TrailEntry // one, or none for a draft
	put   []TaskRow
	drop  []string
	jobs  []Job

	acl     *record.ACL    // if it is new to the case
	facets  *record.Record // if they changed
	text    *string        // if it changed
	joining []string
}

// prepare works out the rows for a number. It changes nothing of w.
func (w *work) prepare(number string) (written, error) {
	out := written{row: w.after.row}
	out.row.Number = number
	ex := w.after.extra
	rec, acl := w.k.recordOf(&w.after, out.row)
	if acl.ID != ex.ACL {
		out.acl, ex.ACL = &acl, acl.ID
	}
	if print := fingerprint(rec); print != ex.Indexed {
		out.facets, ex.Indexed = &rec, print
	}
	out.jobs = w.jobs
	if (w.reworded() || number != w.before.row.Number) && !rec.Draft {
		text := w.k.searchText(&w.after, out.row)
		out.text = &text
		out.jobs = append(slices.Clip(out.jobs), w.rewording()...)
	}
	out.joining = w.joining()
	var err error
	if out.row.Extra, err = ex.encode(); err != nil {
		return written{}, err
	}
	if w.onTrail() { // once the row is as it will be stored: the entry holds its digest
		entry, err := w.entry(out.row, ex)
		if err != nil {
			return written{}, err
		}
		out.entry = []TrailEntry{entry}
		out.row.Head = evidence.Head{Chain: entry.Chain, Seq: entry.Seq, Hash: entry.Hash}
	}
	out.put, out.drop = w.tasks(out.row)
	if w.alarming() {
		out.jobs = append(slices.Clip(out.jobs), Job{
			Key: alarmKey(out.row.ID), Kind: jobAlarm, Subject: out.row.ID, Due: w.now, Since: w.now,
		})
	}
	return out, nil
}

// onTrail says whether the action belongs on the trail: a draft has none until
// it is sent.
func (w *work) onTrail() bool {
	return w.after.state.Phase != workflow.PhaseDraft
}

// write is the closure of the transaction. It may run any number of times.
func (w *work) write(ctx context.Context, tx Tx, r *written) error {
	for _, e := range w.effects {
		if err := e.apply(ctx, w, tx); err != nil {
			return err
		}
	}
	// The case comes first: where somebody else was faster, nothing has been
	// written yet that a store would have to take back.
	if err := w.writeCase(ctx, tx, r); err != nil {
		return err
	}
	if len(r.entry) > 0 {
		if err := tx.Trail().Append(ctx, r.entry...); err != nil {
			return err
		}
	}
	if err := w.index(ctx, tx, r); err != nil {
		return err
	}
	if len(r.jobs) > 0 {
		if err := enqueue(ctx, tx, w.now, r.jobs...); err != nil {
			return err
		}
	}
	if w.settle != nil {
		if err := tx.Queue().Settle(ctx, *w.settle); err != nil {
			return err
		}
	}
	if w.key == "" {
		return nil
	}
	return tx.Outcomes().Put(ctx, Outcome{
		Actor: w.actor.Person, Key: w.key, Request: w.request, Case: r.row.ID, Revision: r.row.Revision, At: w.now,
	})
}

func (w *work) writeCase(ctx context.Context, tx Tx, r *written) error {
	if w.insert {
		if err := tx.Cases().Insert(ctx, r.row, r.put); err != nil {
			return err
		}
	} else if err := tx.Cases().Update(ctx, r.row, r.put, r.drop); err != nil {
		return err
	}
	return w.countOff(ctx, tx, r.row.Parent)
}

// countOff keeps the parent's count of open rows: one more where a row opens, one less
// where it ends. A row whose request has moved on since it was looked at is ErrConflict:
// the request may want it no longer. Counting takes hold of the request's row first, so
// that nobody changes it between the look and the end of the transaction.
func (w *work) countOff(ctx context.Context, tx Tx, parent string) error {
	open := func(c caseInHand) int {
		if c.state.Phase == workflow.PhaseClosed {
			return 0
		}
		return 1
	}
	delta := open(w.after)
	if !w.insert {
		delta -= open(w.before)
	}
	if parent == "" || delta == 0 && !w.insert {
		return nil
	}
	if err := tx.Cases().AddChildren(ctx, parent, delta); err != nil || !w.insert {
		return err
	}
	now, err := tx.Cases().Get(ctx, parent)
	if err == nil && now.Revision != w.parentRevision {
		err = &Conflict{Revision: now.Revision} // not to be tried anew: it was made ready for another revision
	}
	return err
}

// index tells the archive what changed.
func (w *work) index(ctx context.Context, tx Tx, r *written) error {
	id := recordID(r.row.ID)
	if r.acl != nil {
		if err := tx.Records().PutACL(ctx, *r.acl); err != nil {
			return err
		}
	}
	if r.facets != nil {
		if err := tx.Records().Put(ctx, *r.facets); err != nil {
			return err
		}
	}
	if r.text != nil {
		if err := tx.Records().PutText(ctx, id, *r.text); err != nil {
			return err
		}
	}
	if len(r.joining) > 0 {
		return tx.Records().Join(ctx, id, w.after.filed(r.row, w.k.location), r.joining...)
	}
	return nil
}

// alarming says whether somebody is to be told something, now or later.
func (w *work) alarming() bool {
	before, after := w.before.state, w.after.state
	return w.tell || w.correctionMoved() || after.Phase == workflow.PhaseDraft && w.k.lateForm(&w.after, w.now) != nil || w.after.unsent() ||
		len(w.opens) > 0 || len(w.event.Closed) > 0 || w.event.Outside != nil || before.Phase != after.Phase && after.Phase != workflow.PhaseDraft ||
		w.event.For != nil
}

// entry is the trail's entry of this action.
func (w *work) entry(row CaseRow, ex extra) (TrailEntry, error) {
	e := w.event
	e.Number, e.Revision, e.Root = row.Number, row.Revision, ex.Root
	e.Phase, e.Outcome, e.Counted = w.after.state.Phase, w.after.state.Outcome, w.countedNow()
	e.Stored = storedCase(&row)
	e.Definition = w.after.kind.digest.String()
	payload, err := e.signed(chainOf(row.ID), w.now)
	if err != nil {
		return TrailEntry{}, fmt.Errorf("ismskit: trail of %s: %w", w.after.kind.name(), err)
	}
	principal := ""
	if e.For != nil {
		principal = e.For.Person
	}
	head := row.Head
	head.Chain = chainOf(row.ID)
	entry, err := next(head, w.now, string(e.Verb), e.By.Person, principal, payload)
	entry.Disposes = e.Verb == VerbDispose
	return entry, err
}

// joining are people who take part from now on; all, where the case is filed under
// another time than before.
func (w *work) joining() []string {
	var known, people []string
	if !w.insert && w.before.filed(w.before.row, w.k.location).Equal(w.after.filed(w.after.row, w.k.location)) {
		known = participants(w.before)
	}
	for _, p := range participants(w.after) {
		if !slices.Contains(known, p) {
			people = append(people, p)
		}
	}
	if id := w.auth.by.Person; id != SystemPerson && id != "" && w.auth.via != viaReader && w.auth.via != viaTypes && w.auth.via != viaRecords &&
		!slices.Contains(known, id) && !slices.Contains(people, id) {
		people = append(people, id)
	}
	return people
}

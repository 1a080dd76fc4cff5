package ismskit

import (
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Nobody reads for another: a sheet would wait for ever for who has left, and for who may not read the
// document any more since it was given a higher class. What he was to read is waived by itself; who is
// back, or may read it again, is asked anew.

// excuseLeavers waives the reading of those who are in the house no more, and of those who may not
// read, on every sheet that is open.
func (d Documents) excuseLeavers(ctx context.Context, typ string) error {
	house := map[string]bool{} // who was looked for, and whether he is here
	q := record.Query{All: true, Types: []string{typ}, States: []string{record.StateReading}, Limit: 200}
	var failed []error
	for {
		var found []record.Record
		err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
			found, err = tx.Records().Query(ctx, q)
			return err
		})
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		for _, r := range found {
			if err := d.excuseFrom(ctx, r.Case, house); err != nil {
				// The others are looked at all the same.
				failed = append(failed, fmt.Errorf("ismskit: sheet %s: %w", r.Number, err))
			}
		}
		if len(found) < q.Limit {
			return errors.Join(failed...)
		}
		last := found[len(found)-1]
		q.After = record.Cursor{Filed: last.Filed, ID: last.ID}
	}
}

func (d Documents) excuseFrom(ctx context.Context, id string, house map[string]bool) error {
	c, err := d.k.take(ctx, id)
	if err != nil {
		return err
	}
	may := func(string) (bool, error) { return true, nil }
	if to := c.toRead(); to != nil {
		if may, err = d.mayStillRead(ctx, to.Document); err != nil {
			return err
		}
	}
	var failed []error
	for _, t := range c.state.Tasks {
		for _, s := range t.Holder.Named {
			if s.Person == "" || !c.kind.flow.Waivable(t) {
				continue
			}
			here, known := house[s.Person]
			if !known {
				_, err := d.k.person(ctx, s.Person, d.k.moment())
				if here = err == nil; err != nil && !errors.Is(err, ErrForbidden) {
					return err
				}
				house[s.Person] = here
			}
			why := "reading.left"
			if here {
				reads, err := may(s.Person)
				if err != nil {
					return err
				}
				if reads {
					continue
				}
				why = "reading.barred"
			}
			if err := d.excuse(ctx, id, t.ID, d.k.text(why, map[string]string{"name": s.Name})); err != nil {
				failed = append(failed, err) // the others are excused all the same
			}
		}
	}
	return errors.Join(failed...)
}

// excuse waives one reading, unless it is over already.
func (d Documents) excuse(ctx context.Context, id, task, reason string) error {
	return d.k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		t, ok := c.state.Task(task)
		w.event.Task, w.event.Step = task, t.Step
		return workflow.Action{Verb: workflow.VerbWaive, Task: task, Comment: reason}, ok && c.kind.flow.Waivable(t), nil
	})
}

// mayStillRead says of people of the house whether they may read a document: everybody, where it is not
// confidential.
func (d Documents) mayStillRead(ctx context.Context, id string) (func(person string) (bool, error), error) {
	doc, _, err := d.stored(ctx, id)
	if err != nil {
		return nil, err
	}
	return func(person string) (bool, error) {
		if doc.ID == "" || !d.k.classes().Confidential(doc.Class) {
			return true, nil
		}
		_, err := d.readable(ctx, Actor{Person: person}, id)
		return err == nil, ignoreNotFound(err)
	}, nil
}

// unread refuses that somebody says he has read what he may not read any more.
func (w *work) unread(ctx context.Context, a Action) ([]forms.Fault, error) {
	to := w.before.toRead()
	t, ok := w.before.state.Task(w.auth.task)
	if to == nil || !ok || t.Kind != workflow.KindRead || a.Verb != workflow.VerbApprove || w.actor.system {
		return nil, nil
	}
	may, err := w.k.Documents().mayStillRead(ctx, to.Document)
	if err != nil {
		return nil, err
	}
	if reads, err := may(w.auth.by.Person); reads || err != nil {
		return nil, err
	}
	return []forms.Fault{{Field: FieldComment, Code: "reading.unread", Text: forms.Text(w.k.texts("reading.unread"))}}, nil
}

package ismskit

import (
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// Nobody reads for another: a sheet would wait for ever for who has left. What he was to read is
// waived by itself; who is back is asked anew.

// excuseLeavers waives the reading of those who are in the house no more, on every sheet that is
// open.
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
			if here {
				continue
			}
			if err := d.excuse(ctx, id, t.ID, d.k.text("reading.left", map[string]string{"name": s.Name})); err != nil {
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

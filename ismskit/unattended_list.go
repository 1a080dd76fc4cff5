package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// toAppoint are the open tasks of people who are away with nobody to act for them, where the
// actor is asked to name somebody. It is worked out when it is read, so it stays whatever
// becomes of the notice, and is gone as soon as somebody acts. Who is away is taken from the
// house's own list: where a Directory of the host's alone knows, the notice says it.
func (k *Kit) toAppoint(ctx context.Context, actor Actor, q TaskQuery, now time.Time) ([]Todo, error) {
	if actor.system {
		return nil, nil
	}
	self, err := k.person(ctx, actor.Person, now)
	if err != nil {
		return nil, err
	}
	if over, ok := k.directory.(Overseeing); ok {
		above, err := over.AboveAnybody(ctx, self.Person, now)
		if err != nil {
			return nil, fmt.Errorf("ismskit: directory: %w", err)
		}
		if !above { // as most who look at their list
			return nil, nil
		}
	}
	if q.Holders, err = k.awayBelow(ctx, self, now); err != nil || len(q.Holders) == 0 {
		return nil, err
	}
	return k.listTasks(ctx, q, func(rows []TaskRow) ([]Todo, error) {
		todos, err := k.todos(rows, actor, nil, nil, nil, now)
		if err != nil {
			return nil, err
		}
		var out []Todo
		for _, t := range todos {
			words, asked, err := k.askedToAppoint(ctx, t.Case, t.Task, self, now)
			if err != nil {
				return nil, err
			}
			if asked {
				t.Why = words
				out = append(out, t)
			}
		}
		return out, nil
	})
}

// awayBelow are the keys of the tasks of those who are away now and whose superior somebody is,
// however many levels below him.
func (k *Kit) awayBelow(ctx context.Context, self workflow.Signer, at time.Time) ([]string, error) {
	var rows []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: register.Deputies, At: at})
		rows = found
		return err
	})
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		id := cells.ID("principal")
		if id == self.Person || slices.Contains(keys, personKey(id)) {
			continue
		}
		away, err := k.isAway(ctx, id, at)
		if err != nil {
			return nil, err
		}
		if !away {
			continue
		}
		principal, err := k.person(ctx, id, at)
		if ignoreForbidden(err) != nil {
			return nil, err
		}
		if err != nil {
			continue // he has left
		}
		over, err := k.isAbove(ctx, self, principal, at)
		if err != nil {
			return nil, err
		}
		if over {
			keys = append(keys, personKey(id))
		}
	}
	return keys, nil
}

// isAbove says whether somebody is a superior of another, however many levels up: which of
// them is asked depends on the case.
func (k *Kit) isAbove(ctx context.Context, self, other workflow.Signer, at time.Time) (bool, error) {
	seen := []string{other.Person}
	for below := []workflow.Signer{other}; len(below) > 0; {
		above, err := k.superiorsOf(ctx, below, at)
		if err != nil || has(above, self.Person) {
			return err == nil, err
		}
		below = slices.DeleteFunc(above, func(s workflow.Signer) bool { return slices.Contains(seen, s.Person) })
		for _, s := range below {
			seen = append(seen, s.Person)
		}
	}
	return false, nil
}

// askedToAppoint says whether somebody is asked to name who acts in a task, and why.
func (k *Kit) askedToAppoint(ctx context.Context, id, task string, self workflow.Signer, at time.Time) (workflow.Text, bool, error) {
	c, err := k.take(ctx, id)
	if err != nil {
		return nil, false, ignoreNotFound(err) // it has ended meanwhile
	}
	t, ok := c.state.Task(task)
	if !ok {
		return nil, false, nil
	}
	found, err := k.unattendedIn(ctx, c, t, at)
	if err != nil {
		return nil, false, err
	}
	for _, u := range found {
		_, asked, err := k.appointers(ctx, c, u.holder, at)
		if err != nil {
			return nil, false, err
		}
		if has(asked, self.Person) {
			return u.words(), true, nil
		}
	}
	return nil, false, nil
}

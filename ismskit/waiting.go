package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Waiting is whom a case, or its rows, wait for.
type Waiting struct {
	Holders  []string // by name
	People   []string // the same by id; nil for a group that nobody belongs to
	Standins []Standin
	// Outside says that it is with an office outside, whose answer is not here yet, and
	// Office which, "" where nobody wrote it down.
	Outside bool
	Office  string
	// Since is the oldest: when the task came to its holders, with their post where they
	// followed somebody in it, or went out.
	Since time.Time
	// Tasks counts them: of several rows that wait for the same there is one Waiting.
	Tasks int
	with  string
}

// waits gathers open tasks by those whom they wait for.
type waits struct {
	instead standins
	pools   pools
	list    []Waiting
}

func (k *Kit) newWaits(now time.Time) *waits {
	return &waits{
		instead: standins{k: k, now: now, asked: map[string][]directory.Deputy{}},
		pools:   pools{k: k, now: now, asked: map[string][]workflow.Signer{}},
	}
}

// beside gathers those of another case of the same list: what the directory answered for
// one of them is not asked again.
func (w *waits) beside() *waits { return &waits{instead: w.instead, pools: w.pools} }

// add takes one open task, with who acts in it for others, and when it went out where
// it did.
func (w *waits) add(ctx context.Context, r TaskRow, body taskBody, acting []Standin, out *workflow.OutsideNote) error {
	if err := w.pools.fill(ctx, r, &body); err != nil {
		return err
	}
	one := Waiting{Holders: body.Holders, People: body.People, Standins: acting, Since: r.Opened, Tasks: 1, Outside: r.Waiting != ""}
	if body.Since.After(r.Opened) {
		one.Since = body.Since
	}
	if one.Outside && out != nil {
		one.Office, one.Since = out.To, out.Sent
	}
	one.with = strings.Join(append(slices.Clone(r.Holders), r.Waiting), "|")
	for _, s := range one.Standins {
		one.with += "|" + s.Deputy.Person // of the same two, one may act for a scope alone
	}
	i := slices.IndexFunc(w.list, func(old Waiting) bool { return old.with == one.with })
	if i < 0 {
		w.list = append(w.list, one)
		return nil
	}
	w.list[i].Tasks++
	if one.Since.Before(w.list[i].Since) {
		w.list[i].Since = one.Since
	}
	return nil
}

func bodyOf(r TaskRow) (taskBody, error) {
	var body taskBody
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return body, fmt.Errorf("ismskit: task %s of %s: %w", r.Task, r.Case, err)
	}
	return body, nil
}

// addOpen takes what is open in a case itself.
func (w *waits) addOpen(ctx context.Context, c *caseInHand) error {
	for _, t := range c.state.Open() {
		r := w.instead.k.taskRow(c, t)
		body, err := bodyOf(r)
		if err != nil {
			return err
		}
		acting, err := w.instead.k.standinsIn(ctx, *c, t, w.instead.now)
		if err != nil {
			return err
		}
		if err := w.add(ctx, r, body, acting, t.Outside); err != nil {
			return err
		}
	}
	return nil
}

// addRows takes what is open in the rows of a case, which are read only where something
// went out: the tasks say the rest.
func (w *waits) addRows(ctx context.Context, parent string) error {
	var rows []TaskRow
	k := w.instead.k
	_, err := k.listTasks(ctx, TaskQuery{Parent: parent}, func(found []TaskRow) ([]Todo, error) {
		rows = append(rows, found...)
		return nil, nil
	})
	if err != nil {
		return err
	}
	var ids []string
	for _, r := range rows {
		if r.Waiting != "" {
			ids = append(ids, r.Case)
		}
	}
	sent := map[string]workflow.State{}
	for ids := range slices.Chunk(ids, tasksAtOnce) {
		cases, err := k.listCases(ctx, CaseQuery{IDs: ids, Limit: len(ids)})
		if err != nil {
			return err
		}
		for _, row := range cases {
			c, err := k.inHand(ctx, row)
			if err != nil && !errors.Is(err, ErrReadOnly) {
				return err
			}
			sent[row.ID] = c.state
		}
	}
	for _, r := range rows {
		body, err := bodyOf(r)
		if err != nil {
			return err
		}
		acting, err := w.instead.of(ctx, r, body)
		if err != nil {
			return err
		}
		state := sent[r.Case]
		t, _ := state.Task(r.Task)
		if err := w.add(ctx, r, body, acting, t.Outside); err != nil {
			return err
		}
	}
	return nil
}

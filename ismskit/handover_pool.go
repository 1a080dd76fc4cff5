package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// leftPool says that an open task lay with somebody of its group too who has handed over
// since: what was late with him is not the delay of those who are left.
type leftPool struct {
	Task  string        `json:"task"`
	Name  string        `json:"name"`  // what he is called
	Until calendar.Date `json:"until"` // his last day
	Sheet string        `json:"sheet"` // its number
}

// leavesPool is to be kept with the change by which somebody is no longer one of a group: the
// job that notes it with the open tasks of the group. Where the list refuses, or has nothing to
// change, nobody has left it, and none is kept.
func (h *handingOver) leavesPool(ctx context.Context, held Holding) (func(context.Context, Tx) error, error) {
	pool, err := h.poolOf(ctx, held)
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(poolLeft{Pool: pool, leftPool: leftPool{Name: h.leaver.Name, Until: h.LastDay, Sheet: h.sheet.row.Number}})
	if err != nil {
		return nil, err
	}
	id := h.sheet.row.ID
	return func(ctx context.Context, tx Tx) error {
		if pool == "" {
			return nil
		}
		return enqueue(ctx, tx, h.at, Job{Key: jobLeftPool + "|" + id + "|" + held.Key, Kind: jobLeftPool, Subject: id, Payload: payload, Due: h.at})
	}, nil
}

// poolLeft says that somebody is no longer of a group.
type poolLeft struct {
	Pool string `json:"pool"`
	leftPool
}

// leftPool notes it with the open tasks of the group; a second try notes nothing twice. A
// task that cannot be written to stays without.
func (k *Kit) leftPool(ctx context.Context, job Job) error {
	var left poolLeft
	if err := json.Unmarshal(job.Payload, &left); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	rows, err := k.waitingFor(ctx, left.Pool)
	if err != nil {
		return err
	}
	var done []string
	for _, row := range rows {
		if slices.Contains(done, row.Case) {
			continue
		}
		done = append(done, row.Case)
		err := k.noteLeft(ctx, row.Case, left)
		if refusedForGood(err) || unread(err) || errors.Is(err, ErrNotFound) {
			k.log.WarnContext(ctx, "a task does not say who of its group has left", "case", row.Case, "pool", left.Pool, "why", err.Error())
			continue
		}
		if err != nil {
			return err
		}
	}
	return k.done(ctx, job)
}

// poolOf is the group that a list names somebody into, "" for none.
func (h *handingOver) poolOf(ctx context.Context, held Holding) (string, error) {
	switch held.List {
	case register.Posts:
		return directory.PoolOfPost(held.Row), nil
	case register.Roles:
		v, err := h.k.storedValues(ctx, held.List, held.Row)
		module, _ := v["module"].(string)
		key, _ := v["key"].(string)
		agency, _ := v["agency"].(forms.Ref)
		return directory.PoolOfRole(module, key, agency.ID), err
	case "":
		return "", nil
	}
	return directory.PoolOfRow(held.List, held.Row, held.Field), nil
}

// noteLeft does it in one case, in an action of the system.
func (k *Kit) noteLeft(ctx context.Context, id string, gone poolLeft) error {
	return k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		left := slices.Clip(c.extra.LeftPool)
		for _, t := range c.state.Open() {
			note := gone.leftPool
			note.Task = t.ID
			his := t.Holder.Pool == gone.Pool && t.Opened.Before(gone.Until.AddDays(1).Start(k.location))
			if !his || slices.Contains(left, note) {
				continue
			}
			left = append(left, note)
			w.event.Step, w.event.Task = t.Step, t.ID
		}
		if len(left) == len(c.extra.LeftPool) {
			return workflow.Action{}, false, nil
		}
		w.after.extra.LeftPool = left
		comment := k.text("handover.reason", map[string]string{"number": gone.Sheet, "name": gone.Name}) +
			k.text("handover.left_pool", map[string]string{"name": gone.Name, "day": forms.Locale{Lang: k.cfg.Lang}.Day(gone.Until)})
		return workflow.Action{Verb: workflow.VerbComment, Comment: comment}, true, nil
	})
}

// withLeft adds to why a task came to somebody with whom of its group it also lay.
func (k *Kit) withLeft(c *caseInHand, t workflow.Task, why workflow.Text) workflow.Text {
	for _, l := range c.extra.LeftPool {
		if l.Task != t.ID {
			continue
		}
		why = joinedWhy(why, workflow.Text(sayAll("why.left_pool", func(lang string) map[string]string {
			return map[string]string{"from": l.Name, "number": l.Sheet, "day": forms.Locale{Lang: lang}.Day(l.Until)}
		})))
	}
	return why
}

// joinedWhy are two reasons, one after the other.
func joinedWhy(why, more workflow.Text) workflow.Text {
	if len(why) == 0 {
		return more
	}
	return workflow.Text(sayAll("why.handed_too", func(lang string) map[string]string {
		return map[string]string{"why": why.In(lang), "handed": more.In(lang)}
	}))
}

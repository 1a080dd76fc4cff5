package ismskit

import (
	"context"
	"errors"
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

// leavePool notes with the open tasks of a group that somebody is no longer one of it, before
// the list says so: a try that fails in between finds him in it again, and notes nothing twice.
// A task that cannot be written to stays without; that keeps nothing from passing.
func (h *handingOver) leavePool(ctx context.Context, held Holding) error {
	pool, err := h.poolOf(ctx, held)
	if err != nil || pool == "" {
		return err
	}
	rows, err := h.k.waitingFor(ctx, pool)
	if err != nil {
		return err
	}
	var done []string
	for _, row := range rows {
		if slices.Contains(done, row.Case) {
			continue
		}
		done = append(done, row.Case)
		err := h.noteLeft(ctx, row.Case, pool)
		if refusedForGood(err) || unread(err) || errors.Is(err, ErrNotFound) {
			h.k.log.WarnContext(ctx, "a task does not say who of its group has left", "case", row.Case, "pool", pool, "why", err.Error())
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
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
func (h *handingOver) noteLeft(ctx context.Context, id, pool string) error {
	return h.k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		left := slices.Clip(c.extra.LeftPool)
		for _, t := range c.state.Open() {
			note := leftPool{Task: t.ID, Name: h.leaver.Name, Until: h.LastDay, Sheet: h.sheet.row.Number}
			his := t.Holder.Pool == pool && t.Opened.Before(h.LastDay.AddDays(1).Start(h.k.location))
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
		comment := h.reason() + h.k.text("handover.left_pool", map[string]string{"name": h.leaver.Name, "day": forms.Locale{Lang: h.k.cfg.Lang}.Day(h.LastDay)})
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

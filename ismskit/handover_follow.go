package ismskit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// headInPlaceOf is who takes what nobody was named for: the head of somebody's unit, or
// whoever decides in his place.
func (k *Kit) headInPlaceOf(ctx context.Context, h directory.Holder, at time.Time) (string, error) {
	q := directory.Question{ID: "head", Kind: directory.KindManager, Person: h.Person, Unit: h.Unit, Agency: h.Unit, At: at}
	answers, err := k.directory.Resolve(ctx, []directory.Question{q})
	if err != nil {
		return "", fmt.Errorf("ismskit: directory: %w", err)
	}
	for _, a := range answers {
		for _, head := range a.Holders {
			if head.Person != h.Person {
				return head.Person, nil
			}
		}
	}
	return "", nil
}

// follower is who takes a thing: whom the sheet names, if he is there, else the head where
// somebody must. Tasks and requests always need somebody.
func (h *handingOver) follower(ctx context.Context, held Holding) (string, error) {
	if to := h.To[held.RowID()]; to != "" {
		_, err := h.k.person(ctx, to, h.at)
		if err == nil {
			return to, nil
		}
		if !errors.Is(err, ErrForbidden) {
			return "", err
		}
	}
	if held.Needed || held.List == "" {
		return h.head, nil
	}
	return "", nil
}

// errNobodyFollows: nobody was named for a thing that needs somebody, and no head is there.
var errNobodyFollows = fmt.Errorf("%w: nobody follows", ErrForbidden)

// pass gives one thing to who follows. Where that is refused it stays, and is told.
func (h *handingOver) pass(ctx context.Context, held Holding) error {
	if held.Kind == HoldsSignature {
		return h.owes(ctx, held)
	}
	to, err := h.follower(ctx, held)
	if err != nil {
		return err
	}
	stays := held.Kind == HoldsAccount || h.void[held.Case] // an account passes to nobody (endAccounts)
	if held.List == register.Deputies && !h.Leaves {
		left, err := h.behind(held)
		if err != nil {
			return err
		}
		stays = !left || to == h.Person
	}
	if stays {
		return nil
	}
	lacks, err := h.lacks(ctx, held, to)
	if err != nil {
		return err
	}
	name := "" // asked for beforehand: a later try does not find it his any more
	if to != "" && held.Kind == HoldsDeputyship {
		if name, err = h.k.nameOf(ctx, to); err != nil {
			return err
		}
	}
	passed := true
	switch {
	case lacks:
		err = errNobodyFollows
	case held.Task != "":
		passed, err = h.handTask(ctx, held, to, h.To[held.RowID()] == to)
		if workflow.AsRefusal(err) != nil && to != h.head && h.head != "" {
			to = h.head // who was named may not act in it
			passed, err = h.handTask(ctx, held, to, true)
		}
	case held.Kind == HoldsCase:
		err = h.handCase(ctx, held.Case, to)
	default:
		var note func(context.Context, Tx) error
		if note, err = h.leavesPool(ctx, held); err == nil {
			passed, err = h.k.handField(ctx, h.fieldPass(held, to), note)
		}
	}
	if refusedForGood(err) {
		h.k.log.WarnContext(ctx, "could not be handed over", "case", h.sheet.row.ID, "what", held.Key, "why", err.Error())
		h.leaves(held, whyNot(err))
		return nil
	}
	if err == nil && passed {
		h.passed[held.Key] = true
	}
	if err == nil && passed && to != "" {
		h.to[to]++
	}
	if err == nil && passed && held.Kind == HoldsDeputyship && h.acted[held.principal] == "" {
		h.acted[held.principal] = name
	}
	return err
}

// lacks says whether nobody follows in a thing that cannot stay with nobody and does not
// stay his.
func (h *handingOver) lacks(ctx context.Context, held Holding, to string) (bool, error) {
	if to != "" || held.Ends || held.List != "" && !held.Needed {
		return false, nil
	}
	if !held.inRows() {
		return true, nil
	}
	rows, err := h.k.wouldPass(ctx, h.fieldPass(held, to))
	return len(rows) > 0, err
}

// inRows says whether the rows of a table name him, each by itself.
func (h Holding) inRows() bool {
	return h.List != register.Categories && strings.Contains(h.Field, ".")
}

// fieldPass gives what a list says of the leaver to somebody.
func (h *handingOver) fieldPass(held Holding, to string) fieldPass {
	return fieldPass{
		list: held.List, row: held.Row, field: held.Field, from: h.Person, to: to,
		last: h.LastDay, back: h.Back, stays: !h.Leaves, sheet: h.sheet.row.ID, reason: h.reason(),
	}
}

// reason is what every entry that follows from the sheet says.
func (h *handingOver) reason() string {
	return h.k.text("handover.reason", map[string]string{"number": h.sheet.row.Number, "name": h.leaver.Name})
}

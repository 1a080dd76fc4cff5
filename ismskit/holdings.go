package ismskit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// HoldingKind says in what way somebody has something.
type HoldingKind string

// What somebody can have in the house. What lists say of him is in holdings_lists.go.
const (
	HoldsTask         HoldingKind = "task"         // a case that waits for him
	HoldsConfirmation HoldingKind = "confirmation" // his own request, which he is to confirm
	HoldsQuestion     HoldingKind = "question"     // asked of him, as before a permission ends
	HoldsSignature    HoldingKind = "signature"    // owed with his certificate: his alone, or waived
	HoldsCase         HoldingKind = "case"         // a request of his that is on its way
)

// Text is what a kind is called.
func (h HoldingKind) Text() forms.Text {
	return sayAll("holding."+string(h), func(string) map[string]string { return nil })
}

// Holding is one thing that somebody has and that another goes on with when he leaves.
type Holding struct {
	Kind HoldingKind
	// Key names it: the same whenever it is asked for.
	Key  string
	Name forms.Text
	// List, Row and Field say where a living list names him; "" where it is a case's.
	List, Row, Field string
	// Case is where it is, and Task which of its tasks; "" where the reader may not open it.
	Case, Task string
	// Needed: it cannot stay with nobody, so that a successor is to be named.
	Needed bool
	// Ends: it ends with him, and passes to nobody.
	Ends bool
	// Until is, of an account of his own, the last day on which it may be used; zero where none
	// is set. Closing: that day is no later than his own last day, so that it is closed
	// without anybody asking for it.
	Until   calendar.Date
	Closing bool
	// onSheet is what it is called where others read it, nil where that is Name.
	onSheet forms.Text
	// principal is, of a deputyship, for whom he stands in; usual: for no one absence.
	principal string
	usual     bool
}

// heldAtOnce is how many tasks or cases are read in one go.
const heldAtOnce = 500

// holdings are everything that somebody has at a moment, tasks first, then what lists say
// of him; whoever reads is told which of the cases he may open.
func (k *Kit) holdings(ctx context.Context, actor Actor, person string, at time.Time) ([]Holding, error) {
	tasks, err := k.heldTasks(ctx, actor, person, at)
	if err != nil {
		return nil, err
	}
	cases, err := k.heldCases(ctx, actor, person, at)
	if err != nil {
		return nil, err
	}
	rows, err := k.heldRows(ctx, actor, person, at)
	return slices.Concat(tasks, cases, rows), err
}

// waitingFor are the open tasks of people or groups.
func (k *Kit) waitingFor(ctx context.Context, holders ...string) ([]TaskRow, error) {
	var rows []TaskRow
	q := TaskQuery{Holders: holders, Limit: heldAtOnce}
	for {
		var page []TaskRow
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Cases().Tasks(ctx, q)
			page = found
			return err
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, page...)
		if len(page) < heldAtOnce {
			return rows, nil
		}
		last := page[len(page)-1]
		q.AfterDue, q.AfterCase, q.AfterTask = last.Due, last.Case, last.Task
	}
}

// heldTasks are the open tasks that came to him by name. What a group shares stays with
// the group.
func (k *Kit) heldTasks(ctx context.Context, actor Actor, person string, at time.Time) ([]Holding, error) {
	rows, err := k.waitingFor(ctx, personKey(person))
	if err != nil {
		return nil, err
	}
	out := make([]Holding, 0, len(rows))
	for _, t := range rows {
		h := Holding{Kind: HoldsTask, Key: "task/" + t.Case + "/" + t.Task, Case: t.Case, Task: t.Task}
		switch workflow.Kind(t.Kind) {
		case workflow.KindConfirm:
			h.Kind = HoldsConfirmation
		case workflow.KindQuestion:
			h.Kind = HoldsQuestion
		}
		c, err := k.take(ctx, t.Case)
		if unread(err) {
			k.leftOut(ctx, t.Case, err)
			continue
		}
		if errors.Is(err, ErrNotFound) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return nil, err
		}
		task, ok := c.state.Task(t.Task)
		if !ok {
			continue // a form that lies with him as its applicant, and goes with the request
		}
		if c.kind.Reading {
			continue // his alone: who has left is not asked to read any more
		}
		if task.Origin == workflow.OriginOwed {
			h.Kind, h.Ends = HoldsSignature, true
		}
		step, _ := c.kind.flow.Step(t.Step)
		if err := k.openable(ctx, actor, c, &h, forms.Text(taskName(step, task)), at); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// mayKnowHoldings says whether somebody is told what a person has: he himself, who heads
// his unit or one above, who manages people, and who begins the sheets for handing it over.
func (k *Kit) mayKnowHoldings(ctx context.Context, actor Actor, person string, at time.Time) (bool, error) {
	if actor.system || actor.Person == person && person != "" {
		return true, nil
	}
	roles := slices.Clone(k.cfg.Rights.ManagePeople)
	for _, key := range k.kinds.keys {
		if kind, ok := k.kinds.latestOf(key); ok && kind.Handover != nil {
			roles = append(roles, kind.Openers...)
		}
	}
	if has, err := k.hasRole(ctx, actor.Person, roles); err != nil || has {
		return has, err
	}
	port, ok := k.directory.(Memberships)
	if !ok {
		return false, nil
	}
	his, err := port.Membership(ctx, person, at)
	if err != nil {
		return false, err
	}
	reader, err := port.Membership(ctx, actor.Person, at)
	return his.Unit != "" && slices.Contains(reader.Heads, his.Unit), err
}

// Of is everything that somebody has in the house and that another would go on with:
// what waits for him, his requests, what the lists say of him. Told are he himself, the
// heads of his unit and above, Rights.ManagePeople, and who may begin a Type that is a
// Handover; ErrForbidden for anybody else, ErrNotFound for somebody nobody knows.
func (h Holdings) Of(ctx context.Context, actor Actor, person string) ([]Holding, error) {
	h.k = h.k.once()
	k, now := h.k, h.k.moment()
	if err := k.toldOfHoldings(ctx, actor, person, now); err != nil {
		return nil, err
	}
	all, err := k.holdings(ctx, actor, person, now)
	if err != nil {
		return nil, err
	}
	last, err := k.lastDayInHouse(ctx, person)
	return closingBy(all, last), err
}

// toldOfHoldings says whether somebody is told what a person has, as Holdings.Of does.
func (k *Kit) toldOfHoldings(ctx context.Context, actor Actor, person string, now time.Time) error {
	if !actor.system {
		if _, err := k.person(ctx, actor.Person, now); err != nil {
			return err
		}
	}
	if _, err := k.anybody(ctx, person); err != nil {
		return err
	}
	may, err := k.mayKnowHoldings(ctx, actor, person, now)
	if err == nil && !may {
		err = ErrForbidden
	}
	return err
}

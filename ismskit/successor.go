package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// viaSuccessor: he holds the post through which the task was found.
const viaSuccessor = "successor:"

// headKinds are the ways of finding people that ask who heads a unit: when the unit has been
// taken over, its successor's head is asked (U2).
var headKinds = []workflow.WhoKind{workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp}

// byPost says whether a task came to somebody because of his post. Such a task
// belongs to the post: when it changes hands, whoever holds it now has the task.
func byPost(c *caseInHand, t workflow.Task) bool {
	if t.AsksUnit() {
		return true
	}
	step, ok := c.kind.flow.Step(t.Step)
	if !ok || t.Given || t.Origin != "" || t.Alternative >= len(step.Who) {
		return false
	}
	switch step.Who[t.Alternative].Kind {
	case workflow.WhoPost, workflow.WhoUnitHead, workflow.WhoManagerOf, workflow.WhoLevelsUp, workflow.WhoAbove, workflow.WhoParentAgency:
		return true
	}
	return false
}

// asHead says whether a task that is somebody's because of his post is his as head of a unit.
func asHead(c *caseInHand, t workflow.Task) bool {
	if t.AsksUnit() {
		return true
	}
	step, ok := c.kind.flow.Step(t.Step)
	return ok && t.Alternative < len(step.Who) && slices.Contains(headKinds, step.Who[t.Alternative].Kind)
}

// holdersNow are the people who hold an open task now: the members of its pool, or
// those named in it, with their successors for posts that are others' by now, and
// for units that others have taken over. A post that is vacant stays with whoever
// was named.
func (k *Kit) holdersNow(ctx context.Context, c caseInHand, t workflow.Task, now time.Time) ([]workflow.Signer, error) {
	if t.Holder.Pool != "" {
		members, err := k.members(ctx, t.Holder.Pool, now)
		if err == nil && t.Claimed != nil && slices.ContainsFunc(members, func(s workflow.Signer) bool { return s.Person == t.Claimed.Person }) {
			return []workflow.Signer{*t.Claimed}, nil
		}
		return members, err // whoever claimed it and has left the pool no longer has it
	}
	if t.Claimed != nil {
		return []workflow.Signer{*t.Claimed}, nil
	}
	if !byPost(&c, t) {
		return t.Holder.Named, nil
	}
	var questions []directory.Question
	var places []int // in Named, of each question
	for i, h := range t.Holder.Named {
		if h.Post != "" {
			questions = append(questions, directory.Question{ID: h.Person, Kind: directory.KindPost, Post: h.Post, At: now})
			places = append(places, i)
		}
	}
	if len(questions) == 0 {
		return t.Holder.Named, nil
	}
	out, ended, err := k.headsNow(ctx, c, t, now)
	if err != nil {
		return nil, err
	}
	answers, err := k.resolve(ctx, questions)
	if err != nil {
		return nil, err
	}
	for j, a := range answers {
		i := places[j]
		if len(a.Holders) == 0 || ended[i] {
			continue
		}
		still := slices.ContainsFunc(a.Holders, func(h directory.Holder) bool { return h.Person == out[i].Person })
		if !still {
			out[i] = signerOf(a.Holders[0])
		}
	}
	return out, nil
}

// headsNow are the holders of a task, where it came to somebody as the head of a unit that
// has ended since: whoever heads what has taken it over, and which of them that is about. It
// is about none where no unit has ended, or nobody heads what came after it.
func (k *Kit) headsNow(ctx context.Context, c caseInHand, t workflow.Task, now time.Time) (out []workflow.Signer, ended []bool, err error) {
	out, none := slices.Clone(t.Holder.Named), make([]bool, len(t.Holder.Named))
	if !asHead(&c, t) {
		return out, none, nil
	}
	ended = slices.Clone(none)
	var batch questions
	for i, h := range out {
		if ended[i], err = k.unitEnded(ctx, h.Unit, now); err != nil {
			return nil, nil, err
		}
		if ended[i] {
			batch.add(i, 0, directory.Question{Kind: directory.KindUnitHead, Unit: h.Unit, At: now})
		}
	}
	if len(batch.list) == 0 {
		return out, none, nil
	}
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, nil, err
	}
	heads := func(i int) []workflow.Signer {
		as, _ := answers.of(i, 0)
		heads, _, _ := signersOf(as)
		return heads
	}
	var found []workflow.Signer
	if t.AsksUnit() { // no way of the step led to him: whoever heads its successor is asked
		for i := range out {
			if ended[i] {
				found = append(found, heads(i)...)
			}
		}
	} else {
		step, _ := c.kind.flow.Step(t.Step)
		if found, err = k.seatedNow(ctx, c, step.Who[t.Alternative], now); err != nil {
			return nil, nil, err
		}
	}
	if len(found) == 0 {
		return out, none, nil
	}
	for i, h := range out {
		if ended[i] && !has(found, h.Person) {
			out[i] = inPlace(found, heads(i), out)
		}
	}
	return out, ended, nil
}

// inPlace is who of those that a step's way finds now has the task of the head of an ended
// unit: who heads what has taken the unit over, else one who does not have it yet.
func inPlace(found, heads, holders []workflow.Signer) workflow.Signer {
	for _, s := range found {
		if has(heads, s.Person) {
			return s
		}
	}
	for _, s := range found {
		if !has(holders, s.Person) {
			return s
		}
	}
	return found[0]
}

// seatedNow are the people whom a step's way finds now.
func (k *Kit) seatedNow(ctx context.Context, c caseInHand, who workflow.Who, now time.Time) ([]workflow.Signer, error) {
	var batch questions
	batch.who(c, 0, 0, who, now)
	return k.foundBy(ctx, batch)
}

// foundBy are the people whom the questions of one step's one way find.
func (k *Kit) foundBy(ctx context.Context, batch questions) ([]workflow.Signer, error) {
	answers, err := k.ask(ctx, batch)
	if err != nil {
		return nil, err
	}
	as, _ := answers.of(0, 0)
	found, _, _ := signersOf(as)
	return found, nil
}

// unitEnded says whether a unit's last day is over; false where the directory lists none.
func (k *Kit) unitEnded(ctx context.Context, unit string, now time.Time) (bool, error) {
	port, ok := k.directory.(Roster)
	if !ok || unit == "" {
		return false, nil
	}
	u, found, err := port.Unit(ctx, unit)
	if err != nil {
		return false, fmt.Errorf("ismskit: directory: %w", err)
	}
	return found && u.Ended(now), nil
}

// passOn gives a task to the successor who is about to act, before he does: the
// entry of his action says so.
func (w *work) passOn() {
	w.unclaim()
	if w.auth.passedFrom == "" {
		return
	}
	w.before.state.Tasks = slices.Clone(w.before.state.Tasks)
	for i := range w.before.state.Tasks {
		t := &w.before.state.Tasks[i]
		if t.ID != w.auth.task {
			continue
		}
		*t = w.auth.passed(*t)
		w.event.Opened = append(w.event.Opened, TaskNote{
			Task: t.ID, Step: t.Step, Holders: t.Holder.Named, Choice: t.Alternative, Due: t.DueDate,
			Why: map[string]string{"passed_from": w.auth.passedFrom},
		})
	}
}

// passed is a task as it is for whoever may act in it: with a successor in the place of the one
// who was named, also before the queue has come to it.
func (a authority) passed(t workflow.Task) workflow.Task {
	if a.passedFrom == "" {
		return t
	}
	holder := a.by
	if a.principal != nil {
		holder = *a.principal
	}
	next := slices.Clone(t.Holder.Named)
	for i, h := range next {
		if h.Person == a.passedFrom {
			next[i] = holder
		}
	}
	return t.PassedTo(next)
}

// unclaim takes a shared task back from somebody who had claimed it and no longer
// belongs to those who share it, before another one acts.
func (w *work) unclaim() {
	t, ok := w.before.state.Task(w.auth.task)
	holder := w.auth.by.Person
	if w.auth.principal != nil {
		holder = w.auth.principal.Person
	}
	_, member := cutPrefix(w.auth.via, viaPool)
	if !ok || t.Claimed == nil || t.Claimed.Person == holder || !member {
		return
	}
	w.before.state.Tasks = slices.Clone(w.before.state.Tasks)
	for i := range w.before.state.Tasks {
		if w.before.state.Tasks[i].ID == t.ID {
			w.before.state.Tasks[i].Claimed = nil
		}
	}
}

// unitNow is the unit that answers for what was a unit's: itself, or what has taken it over (U2); none
// where it ended and nobody did.
func (k *Kit) unitNow(ctx context.Context, id string) (forms.Ref, error) {
	now := k.moment()
	seen := map[string]bool{}
	for next := []string{id}; len(next) > 0; next = next[1:] {
		if next[0] == "" || seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		rows, err := k.rowsNow(ctx, register.Query{List: register.Units, IDs: next[:1]})
		if err != nil {
			return forms.Ref{}, err
		}
		if len(rows) != 1 {
			continue
		}
		if rows[0].InForce(now) {
			name, err := k.lists.Title(rows[0], k.cfg.Lang)
			return forms.Ref{List: "unit", ID: rows[0].ID, Name: name}, err
		}
		after, err := k.lists.Successors(rows[0])
		if err != nil {
			return forms.Ref{}, err
		}
		next = append(next, after...)
	}
	return forms.Ref{}, nil
}

package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// chases says through what somebody may chase (稽催) those whose turn an open task is, and who
// they are: the type's officers, and the superior of one of them, or while that one is away the
// one above. It is nobody's own request, and nobody is chased by himself: one of several whose turn
// it is may chase the others. The applicant urges (催辦). Who may not is told the same of a task
// that is not there.
func (k *Kit) chases(ctx context.Context, c caseInHand, task string, self workflow.Signer, now time.Time) (via string, whom []workflow.Signer, err error) {
	if self.Person == c.row.Applicant || self.Person == c.asked() {
		return "", nil, ErrForbidden
	}
	officer, err := k.isOfficer(ctx, c, self, now)
	if err != nil {
		return "", nil, err
	}
	t, ok := c.state.Task(task)
	if !ok && officer {
		return "", nil, workflow.ErrNotOpen
	}
	if !ok {
		return "", nil, ErrForbidden
	}
	holders, err := k.holdersNow(ctx, c, t, now)
	if err != nil {
		return "", nil, err
	}
	whom = slices.DeleteFunc(slices.Clone(holders), func(h workflow.Signer) bool { return h.Person == self.Person })
	switch {
	case len(whom) == 0:
		return "", nil, ErrForbidden
	case officer:
		return viaOfficer, whom, nil
	}
	via, err = k.asAppointer(ctx, c, whom, self, now)
	return via, whom, err
}

// chaseAct offers to chase those whose turn a task is.
func (k *Kit) chaseAct(ctx context.Context, c caseInHand, t workflow.Task, self workflow.Signer, now time.Time) ([]OtherAct, error) {
	whom := t.Holder.Named
	if len(whom) == 0 {
		whom = []workflow.Signer{{Person: "?", Name: "?"}} // of a group, whom the Kit knows
	}
	if !k.would(c, workflow.Action{Verb: workflow.VerbChase, Task: t.ID, By: self, At: now, People: whom}) {
		return nil, nil
	}
	if _, _, err := k.chases(ctx, c, t.ID, self, now); err != nil {
		return nil, ignoreForbidden(err)
	}
	return []OtherAct{k.otherAct(c, workflow.VerbChase, t)}, nil
}

// chasedNotices tell those whose turn a task is, and who acts for them, that they were chased,
// and of a task that was late by then those over them: not whoever chased, nor who asks for it all.
func (k *Kit) chasedNotices(ctx context.Context, c caseInHand, t workflow.Task, people []told, since, at time.Time) ([]notice, error) {
	chase := t.Chase
	if chase == nil || chase.At.Before(since) {
		return nil, nil
	}
	n, more := int(chase.At.Unix()), map[string]string{"by": strings.TrimSpace(chase.By.PostTitle + " " + chase.By.Name)}
	var out []notice
	for _, p := range people {
		if p.person != chase.By.Person {
			out = append(out, k.noticeWith(c, t, p, ruleChased, n, false, chase.At, more))
		}
	}
	if t.Due.IsZero() || chase.At.Before(t.Due) {
		return out, nil
	}
	holders, err := k.holdersNow(ctx, c, t, at)
	if err != nil {
		return nil, err
	}
	above, err := k.superiorsOf(ctx, holders, at)
	if err != nil {
		return nil, err
	}
	knows := []string{chase.By.Person, c.row.Applicant, c.asked()}
	for _, p := range people {
		knows = append(knows, p.person)
	}
	for _, s := range above {
		if slices.Contains(knows, s.Person) {
			continue
		}
		knows = append(knows, s.Person)
		up := k.noticeWith(c, t, told{person: s.Person}, ruleChasedUp, n, false, chase.At, more)
		k.tells(&up)
		out = append(out, up)
	}
	return out, nil
}

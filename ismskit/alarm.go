package ismskit

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
)

// The alarm of a case is one job: it tells whoever is to be told by now, and waits
// for the next moment at which somebody is. It reads the case when it fires, so
// what has been done meanwhile is not chased, and a changed date needs no change
// of the queue.

// afterMax is how often who is late is reminded when as many reminders as his step says
// have done nothing: they grow rarer, but nothing that is open falls silent.
const afterMax = "1w"

// escalateAgain is how often those above are told again of what stays undone.
const escalateAgain = "4w"

// replyMax is how many working days in a row a late answer from outside is chased, before
// that grows rarer too.
const replyMax = 10

// beforeMail is how many minutes before the morning mail its reminders fire.
const beforeMail = 10

func (k *Kit) alarm(ctx context.Context, job Job, at time.Time) error {
	c, err := k.takeToWork(ctx, job.Subject)
	if err != nil {
		return err
	}
	acted, err := k.seatAgain(ctx, c, at)
	if err != nil {
		return err
	}
	lapsed := false
	if !acted {
		if lapsed, err = k.lapse(ctx, c, at); err != nil {
			return err
		}
	}
	if acted || lapsed {
		// That was an action of its own, which has put this job anew, due and under another
		// fence: whoever takes it, perhaps another server already, tells of everything.
		return nil
	}
	notices, nextAt, err := k.notices(ctx, c, job.Since, at)
	if err != nil {
		return err
	}
	if notices, err = k.untold(ctx, notices); err != nil {
		return err
	}
	over, err := k.over(ctx, c, notices, at)
	if err != nil {
		return err
	}
	for i := range notices {
		notices[i].again, notices[i].first = notices[i].counting(over)
	}
	return k.tell(ctx, c, notices, func(ctx context.Context, tx Tx) error {
		if err := mark(ctx, tx, over, func(m *Message) { m.Gone = at }); err != nil {
			return err
		}
		s := Settlement{ID: job.ID, Fence: job.Fence, Done: true}
		if !nextAt.IsZero() {
			s.Done, s.Due, s.Since = false, nextAt, at
		}
		if c.renamed(job.Since) {
			// The alarm was put anyhow when somebody came or acted: the action itself has
			// nothing to write about it.
			if err := enqueue(ctx, tx, at, Job{Key: textKey(c.row.ID), Kind: jobText, Subject: c.row.ID, Due: at}); err != nil {
				return err
			}
		}
		return tx.Queue().Settle(ctx, s)
	})
}

// over are the notices whose task has been done, and those that the next of their kind
// replaces: of one task one reminder is enough to read. Others that ask for nothing stay
// until they are read.
func (k *Kit) over(ctx context.Context, c caseInHand, next []notice, at time.Time) ([]Message, error) {
	var open []Message
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Queue().Messages(ctx, MessageQuery{Case: c.row.ID, Kinds: noticeKinds, Unread: true, Limit: 1000})
		open = found
		return err
	})
	if err != nil {
		return nil, err
	}
	var moot []string // of those that ask to name a stand-in, by id: somebody is there, or somebody else names one
	for _, m := range open {
		t, ok := c.state.Task(m.Task)
		if m.Rule != ruleUnattended || !ok {
			continue
		}
		if asked, err := k.appointsIn(ctx, c, t, workflow.Signer{Person: m.Person}, at); err != nil {
			return nil, err
		} else if !asked {
			moot = append(moot, m.ID)
		}
	}
	return slices.DeleteFunc(open, func(m Message) bool {
		if m.Kind != MessageAction && m.Rule != ruleStuck {
			return true
		}
		if slices.ContainsFunc(next, func(n notice) bool { return n.replaces(m) }) {
			return false
		}
		switch m.Task {
		case TaskCorrect:
			return c.state.Phase == workflow.PhaseReturned
		case TaskLateForm, TaskUnsent:
			return c.state.Phase == workflow.PhaseDraft
		}
		t, ok := c.state.Task(m.Task)
		return ok && t.Status == workflow.TaskOpen && !c.passedOff(t, m.Person) && !slices.Contains(moot, m.ID)
	}), nil
}

// replaces says whether a notice says anew what an earlier one said to the same person
// of the same task. That the outside office is late says why the task is.
func (n notice) replaces(m Message) bool {
	if n.kind != MessageAction && n.rule != ruleStuck || n.person != m.Person || n.task == "" || n.task != m.Task || n.id == m.ID {
		return false
	}
	dated := []string{string(reminder.RuleBefore), string(reminder.RuleOnDay), string(reminder.RuleOverdue)}
	return n.rule == m.Rule || slices.Contains(dated, m.Rule) && (slices.Contains(dated, n.rule) || n.rule == string(reminder.RuleReply))
}

// counting says how many unread notices of its own rule a notice replaces, with those
// that they replaced in their turn, and when the first of them was told.
func (n notice) counting(over []Message) (again int, first time.Time) {
	for _, m := range over {
		if m.Rule != n.rule || !n.replaces(m) {
			continue
		}
		again += 1 + m.Again
		for _, at := range []time.Time{m.Created, m.First} {
			if !at.IsZero() && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
	}
	return again, first
}

// notices lists who is to be told what by a moment, and when the next one is.
func (k *Kit) notices(ctx context.Context, c caseInHand, since, at time.Time) ([]notice, time.Time, error) {
	var out []notice
	var next time.Time
	for _, t := range c.state.Tasks {
		if t.Status == workflow.TaskDone && t.For != nil && !t.Closed.Before(since) {
			out = append(out, k.acted(c, t))
		}
		if t.Origin == workflow.OriginExtend && t.Status == workflow.TaskDone && !t.Closed.Before(since) {
			out = append(out, k.moreTime(c, t)...)
		}
		if t.Status != workflow.TaskOpen {
			continue
		}
		timers, err := k.timers(c, t, at)
		if err != nil {
			return nil, next, err
		}
		told, err := k.taskNotices(ctx, c, t, timers, since, at)
		if err != nil {
			return nil, next, err
		}
		out = append(out, told...)
		if first, ok := reminder.First(timers, at); ok && (next.IsZero() || first.Before(next)) {
			next = first
		}
	}
	late := func(c caseInHand, since, at time.Time) ([]notice, time.Time, error) {
		return k.lateFormNotices(ctx, c, since, at)
	}
	for _, withApplicant := range []func(caseInHand, time.Time, time.Time) ([]notice, time.Time, error){late, k.unsentNotices, k.correctionNotices} {
		told, first, err := withApplicant(c, since, at)
		if err != nil {
			return nil, next, err
		}
		if !first.IsZero() && (next.IsZero() || first.Before(next)) {
			next = first
		}
		out = append(out, told...)
	}
	taken, err := k.takenNotices(ctx, c, since)
	if err != nil {
		return nil, next, err
	}
	clock, err := k.clockNotices(ctx, c, since, at)
	if err != nil {
		return nil, next, err
	}
	out = slices.Concat(out, taken, clock, k.copied(c, since))
	phase, err := k.phaseNotices(ctx, c, since, at)
	if err != nil {
		return nil, next, err
	}
	return slices.Concat(out, k.filledNotices(c, since), phase), next, nil
}

// timers are those of one open task by the rules of its step.
func (k *Kit) timers(c caseInHand, t workflow.Task, now time.Time) ([]reminder.Timer, error) {
	step, ok := c.kind.flow.Step(t.Step)
	if !ok {
		return nil, nil
	}
	rules := k.rules(step.Remind)
	end, err := k.lapses(&c, t)
	if err != nil {
		return nil, err
	}
	s := reminder.Subject{Task: t.ID, Opened: t.Opened, Due: t.Due, DueDate: t.DueDate, Lapses: end, Now: now}
	if t.Waiting() {
		s.ExpectedDate, s.Expected = k.chased(t)
		rules.ReplyEvery, rules.ReplyMax = "1wd", replyMax
	}
	if c.state.Phase == workflow.PhaseSuspended {
		s.Suspended = c.row.Changed
		rules.SuspendedEvery = "5wd"
	}
	return reminder.Timers(s, rules, officeDays{k, k.calendarOf(c.row.Unit)})
}

// rules are those by which a step, or a form that is to follow, reminds; nil for no
// reminders of its own. They are worded shortly before the morning mail that carries them.
func (k *Kit) rules(r *workflow.Remind) reminder.Rules {
	rules := reminder.Rules{Morning: time.Duration(max(k.cfg.MorningMail-beforeMail, 1)) * time.Minute, Then: afterMax, EscalateEvery: escalateAgain}
	if r == nil {
		return rules
	}
	rules.Before, rules.OnDay, rules.Every, rules.Max = r.Before, r.OnDay, r.Every, r.Max
	for i, e := range r.Escalate {
		rules.Escalate = append(rules.Escalate, reminder.Escalation{After: e.After, To: strconv.Itoa(i)})
	}
	return rules
}

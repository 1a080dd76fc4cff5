package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Lapse says what becomes of a task that nobody answers: who has it is told before.
type Lapse struct {
	Last   calendar.Date // the last day to answer
	Closes bool          // the case ends with it; else it goes on without the answer
	Reason workflow.Text // as it will stand on the trail
}

// lapseOf is what becomes of an open task by itself, nil where nothing does.
func (k *Kit) lapseOf(c *caseInHand, t workflow.Task) (*Lapse, error) {
	end, err := k.lapses(c, t)
	if err != nil || end.IsZero() {
		return nil, err
	}
	step, _ := c.kind.flow.Step(t.Step) // lapses has found it
	return &Lapse{
		Last:   calendar.DateOf(end.Add(-time.Microsecond).In(k.location)),
		Closes: step.Timeout.Then == workflow.TimeoutClose, Reason: k.fillIn(step.Timeout.Reason, c, nil),
	}, nil
}

// lapseWarning says it in a notice of the task.
func (k *Kit) lapseWarning(c *caseInHand, t workflow.Task) (string, error) {
	l, err := k.lapseOf(c, t)
	if err != nil || l == nil || k.classes().Confidential(c.row.Class) {
		return "", err
	}
	key := "notice.lapse_continue"
	if l.Closes {
		key = "notice.lapse_close"
	}
	return k.text(key, map[string]string{"date": k.locale().Day(l.Last), "reason": l.Reason.In(k.cfg.Lang)}), nil
}

// lapse ends the tasks that nobody answered in time, and says whether there was one:
// somebody may have answered while this was worked out.
func (k *Kit) lapse(ctx context.Context, c caseInHand, at time.Time) (bool, error) {
	lapsed := false
	for _, t := range c.state.Open() {
		step, ok := c.kind.flow.Step(t.Step)
		if !ok || step.Timeout == nil || c.state.Phase != workflow.PhaseRunning {
			continue
		}
		end, err := k.lapses(&c, t)
		if err != nil {
			return lapsed, err
		}
		if end.IsZero() || at.Before(end) {
			continue
		}
		reason, open := step.Timeout.Reason.In(k.cfg.Lang), false
		err = k.systemAct(ctx, c.row.ID, func(now caseInHand, _ *work) (workflow.Action, bool, error) {
			still, ok := now.state.Task(t.ID)
			open = ok && still.Status == workflow.TaskOpen
			return workflow.Action{Verb: workflow.VerbLapse, Task: t.ID, Comment: reason}, open, nil
		})
		if err != nil {
			return lapsed, err
		}
		lapsed = lapsed || open
	}
	return lapsed, nil
}

// lapses is when an open task ends because nobody answered it, the zero time for never.
func (k *Kit) lapses(c *caseInHand, t workflow.Task) (time.Time, error) {
	step, ok := c.kind.flow.Step(t.Step)
	if !ok || step.Timeout == nil || t.Origin != "" {
		return time.Time{}, nil
	}
	if field := step.Timeout.Until; field != "" {
		day, ok := c.values[field].(calendar.Date)
		if !ok {
			return time.Time{}, nil
		}
		return day.AddDays(1).Start(k.location), nil
	}
	term, err := calendar.ParseTerm(step.Timeout.After)
	if err != nil {
		return time.Time{}, fmt.Errorf("ismskit: step %s: %w", t.Step, err)
	}
	end := k.stood(*c, t.Opened, k.calendarOf(c.row.Unit).Due(t.Opened, term, k.location).At, term.Unit)
	if step.Due != nil && step.Due.From != workflow.DueFromSubmitted && step.Due.Term == step.Timeout.After && end.Before(t.Due) {
		// It ends with its deadline, which may be counted by an earlier calendar, or extended.
		end = t.Due
	}
	return end, nil
}

// lapsed is the step that nobody answered, where that has ended the case.
func (c *caseInHand) lapsed() (workflow.Step, bool) {
	if c.state.Outcome != workflow.OutcomeLapsed {
		return workflow.Step{}, false
	}
	for _, t := range slices.Backward(c.state.Tasks) {
		if step, ok := c.kind.flow.Step(t.Step); ok && t.Verb == workflow.VerbLapse && step.Timeout != nil {
			return step, true
		}
	}
	return workflow.Step{}, false
}

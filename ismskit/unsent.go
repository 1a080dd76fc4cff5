package ismskit

import (
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
)

// TaskUnsent is the task under which a draft lies with its applicant that was put before
// him, such as the request an extension needs. It is no task of the flow: nobody looks
// among his drafts for one he did not begin.
const TaskUnsent = "unsent"

// unsent says whether such a draft has not been sent.
func (c *caseInHand) unsent() bool {
	return c.state.Phase == workflow.PhaseDraft && c.extra.Cause != "" && c.row.Applicant != ""
}

// unsentRow is that draft on a to-do list.
func (k *Kit) unsentRow(c *caseInHand) TaskRow {
	r, body := k.forApplicant(c, TaskUnsent, c.row.Created)
	body.Step, body.Why = k.texts("step.unsent"), k.texts("why.unsent")
	if day := c.extra.SendBy; !day.IsZero() {
		r.Due, r.DueDate = day.AddDays(1).Start(k.location).UTC(), isoDate(day)
	}
	r.Body = mustJSON(body)
	return r
}

// unsentNotices tell of that draft when it is put before its applicant, and every third
// working day while it lies there, five times, and then weekly.
func (k *Kit) unsentNotices(c caseInHand, since, at time.Time) ([]notice, time.Time, error) {
	if !c.unsent() {
		return nil, time.Time{}, nil
	}
	tell := func(n int, due time.Time) notice {
		out := k.caseNotice(c, c.row.Applicant, ruleUnsent, strconv.Itoa(n), map[string]string{})
		out.due = due
		k.waits(&out, TaskUnsent)
		return out
	}
	out := []notice{tell(0, at)}
	rules := reminder.Rules{Morning: time.Duration(max(k.cfg.MorningMail-beforeMail, 1)) * time.Minute, Every: "3wd", Max: 5, Then: afterMax}
	timers, err := reminder.Timers(reminder.Subject{
		Task: TaskUnsent, Opened: c.row.Created, Due: c.row.Created, DueDate: isoDate(calendar.DateOf(c.row.Created.In(k.location))), Now: at,
	}, rules, officeDays{k, k.calendarOf(c.row.Unit)})
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, timer := range latest(reminder.Between(timers, since, at)) {
		out = append(out, tell(timer.Occurrence, timer.At))
	}
	next, _ := reminder.First(timers, at)
	return out, next, nil
}

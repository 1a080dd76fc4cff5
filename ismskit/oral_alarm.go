package ismskit

import (
	"context"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
)

// lateFormNotices chase a form that was approved by word of mouth and has not been sent,
// and say when the next such moment is. Its approver is told once that his word has been
// registered: nobody can claim it behind his back.
func (k *Kit) lateFormNotices(ctx context.Context, c caseInHand, since, at time.Time) ([]notice, time.Time, error) {
	o := k.lateForm(&c, at)
	if o == nil {
		return nil, time.Time{}, nil
	}
	lang := forms.Locale{Lang: k.cfg.Lang, Location: k.location}
	params := func(n int) map[string]string {
		return map[string]string{
			"who": o.Approver, "at": lang.Moment(o.Approved), "due_date": lang.Day(o.Due.Date), "n": strconv.Itoa(n), "by": c.row.ApplicantName,
		}
	}
	var out []notice
	if approver := c.oralApprover(); approver != "" {
		n := k.caseNotice(c, approver, ruleOral, strconv.FormatInt(o.Approved.Unix(), 10), params(1))
		n.due = at
		out = append(out, n)
	}
	timers, err := k.lateFormTimers(c, o, at)
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, timer := range latest(reminder.Between(timers, since, at)) {
		to, rule := []string{c.row.Applicant}, ruleLateForm
		if c.row.Writer != "" {
			to = append(to, c.row.Writer)
		}
		if timer.Rule == reminder.RuleEscalate {
			i, _ := strconv.Atoi(timer.To) // lateFormTimers wrote it
			above, err := k.among(ctx, c, []workflow.Who{c.kind.Oral.Remind.Escalate[i].To}, at)
			if err != nil {
				return nil, time.Time{}, err
			}
			to, rule = nil, ruleLateFormUp
			for _, s := range above {
				to = append(to, s.Person)
			}
		}
		for _, person := range to {
			n := k.caseNotice(c, person, rule, string(timer.Rule)+"|"+strconv.Itoa(timer.Occurrence), params(timer.Occurrence))
			n.urgent, n.due = timer.Urgent, timer.At
			if rule == ruleLateForm {
				k.waits(&n, TaskLateForm)
			}
			if timer.missed > 0 {
				n.body += k.text("notice.missed", map[string]string{"count": strconv.Itoa(timer.missed)})
			}
			out = append(out, n)
		}
	}
	next, _ := reminder.First(timers, at)
	return out, next, nil
}

func (k *Kit) lateFormTimers(c caseInHand, o *OralApproval, now time.Time) ([]reminder.Timer, error) {
	return reminder.Timers(reminder.Subject{
		Task: TaskLateForm, Opened: c.row.Created, Due: o.Due.At, DueDate: isoDate(o.Due.Date), Now: now,
	}, k.rules(c.kind.Oral.Remind), officeDays{k, k.calendarOf(c.row.Unit)})
}

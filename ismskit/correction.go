package ismskit

import (
	"fmt"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/reminder"
	"github.com/ismskit/ismskit/workflow"
)

// TaskCorrect is the task under which a returned case lies with its applicant.
// It is no task of the flow: it ends when the case is sent again.
const TaskCorrect = "correct"

// correctionTerm is how long an applicant has to mend what was returned to him, where
// its type says nothing.
const correctionTerm = "5wd"

// checkCorrection refuses a term of the type's own that is none.
func (t Type) checkCorrection() error {
	if t.Correct == "" {
		return nil
	}
	if term, err := calendar.ParseTerm(t.Correct); err != nil || term.N == 0 {
		return fmt.Errorf("correct: %q is no term", t.Correct)
	}
	return nil
}

// correctWithin is how long the applicant has for it.
func (t Type) correctWithin() string {
	if t.Correct == "" {
		return correctionTerm
	}
	return t.Correct
}

// correctionMoved says whether an action has moved the day by which a returned case is to
// be sent again, as every action on one goes on by the calendar in force.
func (w *work) correctionMoved() bool {
	was, _ := w.k.correctionDue(&w.before)
	is, _ := w.k.correctionDue(&w.after)
	return !was.At.IsZero() && !is.At.IsZero() && !was.At.Equal(is.At)
}

// correctionDue is by when a returned case is to be sent again; zero for any other.
func (k *Kit) correctionDue(c *caseInHand) (due calendar.Due, term string) {
	if c.state.Phase != workflow.PhaseReturned || c.state.Returned == nil {
		return calendar.Due{}, ""
	}
	term = c.kind.correctWithin()
	return k.due(*c, c.state.Returned.At, &workflow.Due{Term: term}), term
}

// correctionRow is a returned case on a to-do list.
func (k *Kit) correctionRow(c *caseInHand) TaskRow {
	at := c.row.Changed
	if c.state.Returned != nil {
		at = c.state.Returned.At
	}
	r, body := k.forApplicant(c, TaskCorrect, at)
	due, term := k.correctionDue(c)
	r.Due, r.DueDate, body.Term = due.At, isoDate(due.Date), term
	body.Step, body.Why = k.texts("step.correct"), k.texts("why.correct")
	if c.extra.Writer != nil {
		body.Why = k.texts("why.correct_both")
	}
	if c.extra.Heir != nil {
		body.Why = k.becauseHeir(c)
	}
	if c.state.Returned != nil {
		body.Reason = c.state.Returned.Reason
	}
	r.Body = mustJSON(body)
	return r
}

// correctionNotices tell whoever has to mend a returned case that it has come back, the
// day before its last day and on it, and every third working day while it is late, five
// times, and then weekly; and when the next such moment is.
func (k *Kit) correctionNotices(c caseInHand, since, at time.Time) ([]notice, time.Time, error) {
	due, _ := k.correctionDue(&c)
	if due.At.IsZero() || c.row.Parent != "" || c.row.Applicant == SystemPerson {
		return nil, time.Time{}, nil
	}
	back := c.state.Returned
	var out []notice
	tell := func(rule string, n int, when time.Time, urgent bool, more string) {
		for _, person := range []string{c.asked(), c.row.Writer} {
			if person == "" {
				continue
			}
			to := k.caseNotice(c, person, rule, strconv.Itoa(c.state.Round)+"|"+TaskCorrect+"|"+strconv.Itoa(n), map[string]string{
				"by": back.By.Name, "step": k.text("step.correct", nil), "due_date": k.locale().Day(due.Date), "n": strconv.Itoa(n),
			})
			to.urgent, to.due = urgent, when
			k.waits(&to, TaskCorrect)
			to.body += more
			out = append(out, to)
		}
	}
	if !back.At.Before(since) {
		tell(ruleReturned, 1, back.At, true, "")
	}
	rules := reminder.Rules{
		Morning: time.Duration(max(k.cfg.MorningMail-beforeMail, 1)) * time.Minute,
		Before:  []string{"1wd"}, OnDay: true, Every: "3wd", Max: 5, Then: afterMax,
	}
	timers, err := reminder.Timers(reminder.Subject{
		Task: TaskCorrect, Opened: back.At, Due: due.At, DueDate: isoDate(due.Date), Now: at,
	}, rules, officeDays{k, k.calendarOf(c.row.Unit)})
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, timer := range latest(reminder.Between(timers, since, at)) {
		more := ""
		if timer.missed > 0 {
			more = k.text("notice.missed", map[string]string{"count": strconv.Itoa(timer.missed)})
		}
		tell(string(timer.Rule), timer.Occurrence, timer.At, timer.Urgent, more)
	}
	next, _ := reminder.First(timers, at)
	return out, next, nil
}

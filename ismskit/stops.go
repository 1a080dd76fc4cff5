package ismskit

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// ClockStop is one time in which the clock of a case stood still (停止計時), for those
// who ask why something was, or was not, late.
type ClockStop struct {
	From, To time.Time // To is zero while it stands
	By       workflow.Signer
	Reason   string
	// Workdays are the working days by which it puts off what counts in them: of a clock
	// that still stands, as if it went on now.
	Workdays int
}

// stops are the ledger of a case's clock, in order.
func (k *Kit) stops(c caseInHand, now time.Time) []ClockStop {
	out := make([]ClockStop, len(c.state.Stops))
	for i, stop := range c.state.Stops {
		out[i] = ClockStop{From: stop.From, To: stop.To, By: stop.By, Reason: stop.Reason}
		if stop.To.IsZero() {
			if stop.To = now; !c.state.Closed.IsZero() { // it ended while its clock stood
				stop.To = c.state.Closed
			}
		}
		out[i].Workdays = k.stoppedDays(stop, k.countsBy(c))
	}
	return out
}

// stoppedDays are the working days in which a clock stood: that on which it was stopped
// counts, that on which it goes on does not.
func (k *Kit) stoppedDays(stop workflow.Stop, by *calendar.Calendar) int {
	first, last := calendar.DateOf(stop.From.In(k.location)), calendar.DateOf(stop.To.In(k.location))
	return by.Workdays(first.AddDays(-1), last.AddDays(-1))
}

// clockSpan is a time in which a clock stood; To is zero while it stands.
type clockSpan struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// stopsOf are the times in which the clock of a case stood since a task's deadline runs: what
// was over before took nothing from it.
func (c *caseInHand) stopsOf(t workflow.Task, step workflow.Step) []clockSpan {
	if t.Due.IsZero() {
		return nil
	}
	from := t.Opened
	if t.Origin == "" {
		from = firstOpened(c.state, t)
		if step.Due != nil && step.Due.From == workflow.DueFromSubmitted {
			from = c.state.Submitted
		}
	}
	var out []clockSpan
	for _, stop := range c.state.Stops {
		if stop.To.IsZero() || stop.To.After(from) {
			out = append(out, clockSpan{From: stop.From, To: stop.To})
		}
	}
	return out
}

// stoppedIn are the working days by which the clock of a task on a list was put off.
func (k *Kit) stoppedIn(body taskBody, now time.Time) int {
	days := 0
	for _, span := range body.Stops {
		to := span.To
		if to.IsZero() {
			to = now
		}
		days += k.stoppedDays(workflow.Stop{From: span.From, To: to}, k.calendarOf(body.Unit))
	}
	return days
}

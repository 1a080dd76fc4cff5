package ismskit

import (
	"context"
	"errors"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// withApplicant is from when, and how long, what lies with its applicant may take him: a
// form that was approved by word of mouth, or what was returned to him. "" for any other.
func (c *caseInHand) withApplicant() (from time.Time, term, step string) {
	switch o := c.oral(); {
	case c.state.Phase == workflow.PhaseDraft && o != nil && !o.Approved.IsZero():
		return o.Approved, c.kind.Oral.Within, "step.late_form"
	case c.state.Phase == workflow.PhaseReturned && c.state.Returned != nil:
		return c.state.Returned.At, c.kind.correctWithin(), "step.correct"
	}
	return time.Time{}, "", ""
}

// applicantMoves is what a state of the calendar does to the day by which that is to be
// sent; false where it moves none.
func (k *Kit) applicantMoves(c caseInHand, next *calendarState, under []string) (from, to calendar.Due, moves bool) {
	start, text, _ := c.withApplicant()
	term, err := calendar.ParseTerm(text)
	if text == "" || err != nil { // checkOral and checkCorrection have refused such a term
		return from, to, false
	}
	states, _, _ := k.office.states()
	from = states.all[min(c.extra.Calendar, len(states.all)-1)].of(under).Due(start, term, k.location)
	to = next.of(under).Due(start, term, k.location)
	return from, to, !from.At.Equal(to.At)
}

// redateWithApplicant puts the row of such a case anew where its day moves. It leaves its
// writer alone: what he has before him is not out of date.
func (k *Kit) redateWithApplicant(ctx context.Context, id string) error {
	var err error
	for range maxRaces {
		c, err2 := k.takeToWork(ctx, id)
		if err2 != nil {
			return ignoreNotFound(err2)
		}
		known, _, _ := k.office.states()
		from, to, moves := k.applicantMoves(c, known.last(), known.under[c.row.Unit])
		if !moves {
			return nil
		}
		w := newWork(k, c, System("queue"), authority{by: k.systemSigner(), via: viaSystem}, k.moment())
		w.event.Verb = workflow.VerbRedate
		if c.state.Phase == workflow.PhaseReturned { // others read its trail
			w.event.Comment = k.whyRedated(c, known)
			w.dayMoved = &DayMoved{From: isoDate(from.Date), To: isoDate(to.Date)}
		}
		if _, err = w.commit(ctx); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

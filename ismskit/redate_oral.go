package ismskit

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// lateFormMoves is what a state of the calendar does to the day by which a form that was
// approved by word of mouth is to be sent; false where it moves none.
func (k *Kit) lateFormMoves(c caseInHand, next *calendarState, under []string) (from, to calendar.Due, moves bool) {
	o := c.oral()
	if c.state.Phase != workflow.PhaseDraft || o == nil || o.Approved.IsZero() {
		return from, to, false
	}
	term, err := calendar.ParseTerm(c.kind.Oral.Within)
	if err != nil { // checkOral has refused such a term
		return from, to, false
	}
	states, _, _ := k.office.states()
	from = states.all[min(c.extra.Calendar, len(states.all)-1)].of(under).Due(o.Approved, term, k.location)
	to = next.of(under).Due(o.Approved, term, k.location)
	return from, to, !from.At.Equal(to.At)
}

// redateDraft puts the row of such a form anew where its day moves. It leaves its writer
// alone: what he has before him is not out of date.
func (k *Kit) redateDraft(ctx context.Context, id string) error {
	var err error
	for range maxRaces {
		c, err2 := k.takeToWork(ctx, id)
		if err2 != nil {
			return ignoreNotFound(err2)
		}
		known, _, _ := k.office.states()
		if _, _, moves := k.lateFormMoves(c, known.last(), known.under[c.row.Unit]); !moves {
			return nil
		}
		w := newWork(k, c, System("queue"), authority{by: k.systemSigner(), via: viaSystem}, k.moment())
		w.event.Verb = workflow.VerbRedate
		if _, err = w.commit(ctx); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

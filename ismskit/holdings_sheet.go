package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// HandoverSheet is the sheet on which somebody hands over what he has, from its sending until
// it takes effect: until then lists still name him.
type HandoverSheet struct {
	// Case is "" where the reader may not open it.
	Case, Number string
	// Approved: every signature is there, and it takes effect once his last day is over.
	Approved bool
	// LastDay is zero where the sheet does not say it, or the reader may not read that.
	LastDay calendar.Date
	// To are the names of who follows, by Holding.RowID, where the reader may read them.
	To map[string]string
}

// Sheet is the sheet by which somebody's things are being handed over, false where none is sent
// or the last one has taken effect. Told is whoever is told what he has, as Of says.
func (h Holdings) Sheet(ctx context.Context, actor Actor, person string) (HandoverSheet, bool, error) {
	h.k = h.k.once()
	k, now := h.k, h.k.moment()
	if err := k.toldOfHoldings(ctx, actor, person, now); err != nil {
		return HandoverSheet{}, false, err
	}
	c, last, found, err := k.sheetOf(ctx, person, now)
	if err != nil || !found {
		return HandoverSheet{}, false, err
	}
	out := HandoverSheet{Number: c.row.Number, Approved: c.state.Phase == workflow.PhaseClosed, To: map[string]string{}}
	way, err := k.mayRead(ctx, actor, c, now)
	if err != nil || way == "" {
		return out, true, ignoreNotFound(err)
	}
	hidden, err := k.hiddenNow(ctx, actor, c, now)
	if err != nil {
		return HandoverSheet{}, false, err
	}
	def := c.kind.Handover
	out.Case = c.row.ID
	if !slices.Contains(hidden, def.LastDay) {
		out.LastDay = last
	}
	if slices.Contains(hidden, def.Items) || slices.Contains(hidden, def.Items+"."+def.Successor) {
		return out, true, nil
	}
	rows, _ := c.values[def.Items].([]forms.Row)
	for _, row := range rows {
		id, _ := row[forms.RowID].(string)
		if to, _ := row[def.Successor].(forms.Person); to.Name != "" {
			out.To[id] = to.Name
		}
	}
	return out, true, nil
}

// sheetOf is a sheet for somebody that is on its way, else one that is signed and waits for his
// last day to be over, with that day: its hook may know it from elsewhere than a field.
func (k *Kit) sheetOf(ctx context.Context, person string, now time.Time) (c caseInHand, last calendar.Date, found bool, err error) {
	for _, key := range k.kinds.keys {
		if kind, ok := k.kinds.latestOf(key); !ok || kind.Handover == nil {
			continue
		}
		c, found, err = k.sheetUnderWay(ctx, key, person, func(caseInHand) bool { return true })
		if err != nil || found {
			return c, c.kind.lastDay(c.values), found, err
		}
	}
	today := calendar.DateOf(now.In(k.location))
	var signed string
	err = k.eachJob(ctx, JobQuery{Kind: jobHandOver}, func(job Job) error {
		var over HandOver
		if err := json.Unmarshal(job.Payload, &over); err != nil {
			return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
		}
		if over.Person == person && !over.LastDay.Before(today) {
			signed, last = job.Subject, over.LastDay
		}
		return nil
	})
	if err != nil || signed == "" {
		return caseInHand{}, last, false, err
	}
	c, err = k.take(ctx, signed)
	return c, last, err == nil, err
}

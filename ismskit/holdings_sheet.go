package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// HandoverSheet is the sheet on which somebody hands over what he has, from its sending until
// it takes effect: until then lists still name him.
type HandoverSheet struct {
	// Case is "" where the reader may not open it.
	Case, Number string
	// Approved: every signature is there, and it takes effect once his last day is over.
	Approved bool
	// Failed: it was to take effect and could not; who looks after the system has been told.
	Failed bool
	// Another: a sheet for him may be begun, beside this one or where there is none.
	Another bool
	// LastDay is zero where the sheet does not say it, or the reader may not read that.
	LastDay calendar.Date
	// LastDayOver is LastDay where it is over and the sheet is still on its way, as in Case.
	LastDayOver calendar.Date
	// To are the names of who follows, by Holding.RowID, where the reader may read them.
	To map[string]string
}

// Sheet is the sheet by which somebody's things are being handed over, false where none is sent
// or the last one has taken effect: then it says only whether another may be begun. Told is whoever is told what he has, as Of says.
func (h Holdings) Sheet(ctx context.Context, actor Actor, person string) (HandoverSheet, bool, error) {
	h.k = h.k.once()
	k, now := h.k, h.k.moment()
	if err := k.toldOfHoldings(ctx, actor, person, now); err != nil {
		return HandoverSheet{}, false, err
	}
	c, found, err := k.sheetOf(ctx, person)
	if err != nil {
		return HandoverSheet{}, false, err
	}
	if !found {
		settled, err := k.settled(ctx, actor, person, now)
		return HandoverSheet{Another: !settled}, false, err
	}
	out := HandoverSheet{Number: c.row.Number, Approved: c.signed, Failed: c.failed, Another: c.signed, To: map[string]string{}}
	way, err := k.mayRead(ctx, actor, c.caseInHand, now)
	if err != nil || way == "" {
		return out, true, ignoreNotFound(err)
	}
	hidden, err := k.hiddenNow(ctx, actor, c.caseInHand, now)
	if err != nil {
		return HandoverSheet{}, false, err
	}
	def := c.kind.Handover
	out.Case = c.row.ID
	if !slices.Contains(hidden, def.LastDay) {
		out.LastDay, out.LastDayOver = c.last, k.lastDayOver(c.caseInHand, now)
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

// standingSheet is a sheet for somebody that has not taken effect.
type standingSheet struct {
	caseInHand
	last   calendar.Date // his last day, which its hook may know from elsewhere than a field
	signed bool          // it is not on its way any more
	failed bool          // given up
}

// sheetOf is a sheet for somebody that is on its way, else of those that are signed and have not
// taken effect the one that does so first; where there is none but one that was given up, that.
func (k *Kit) sheetOf(ctx context.Context, person string) (out standingSheet, found bool, err error) {
	c, found, err := k.anySheetUnderWay(ctx, person, func(caseInHand) bool { return true })
	if err != nil || found {
		return standingSheet{caseInHand: c, last: c.kind.lastDay(c.values)}, found, err
	}
	err = k.eachJob(ctx, JobQuery{Kind: jobHandOver}, func(job Job) error {
		var over HandOver
		if err := json.Unmarshal(job.Payload, &over); err != nil {
			return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
		}
		if over.Person != person || found && job.Dead {
			return nil
		}
		if found && !out.failed && !over.LastDay.Before(out.last) {
			return nil
		}
		c, err := k.take(ctx, job.Subject)
		if unread(err) {
			k.leftOut(ctx, job.Subject, err)
			return nil
		}
		if err == nil && c.extra.Handed.IsZero() {
			out, found = standingSheet{caseInHand: c, last: over.LastDay, signed: true, failed: job.Dead}, true
		}
		return err
	})
	return out, found, err
}

// settled says whether somebody's last day is known and nothing is left to hand over: what he
// still has ends with him, or is closed on that day without anybody asking for it.
func (k *Kit) settled(ctx context.Context, actor Actor, person string, now time.Time) (bool, error) {
	last, err := k.lastDayInHouse(ctx, person)
	if err != nil || last.IsZero() {
		return false, err
	}
	all, err := k.holdings(ctx, actor, person, now)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(closingBy(all, last), func(h Holding) bool {
		return h.Kind == HoldsAccount && !h.Closing || !h.Ends
	}), nil
}

// closingBy says of the accounts among what somebody has which are closed by his last day.
func closingBy(all []Holding, last calendar.Date) []Holding {
	for i := range all {
		h := &all[i]
		h.Closing = h.Kind == HoldsAccount && !last.IsZero() && !h.Until.IsZero() && !h.Until.After(last)
	}
	return all
}

// lastDayInHouse is somebody's last day as the list of people has it, zero where it has none.
func (k *Kit) lastDayInHouse(ctx context.Context, person string) (calendar.Date, error) {
	values, err := k.storedValues(ctx, register.People, person)
	last, _ := values["to"].(calendar.Date)
	return last, err
}

package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// moveFaults refuses a sheet whose unit or post is not there, or another's, on the day
// somebody is to start. It is asked of who writes the sheet: later steps do not choose it.
func (k *Kit) moveFaults(ctx context.Context, c caseInHand) (forms.Invalid, error) {
	if c.kind.Handover == nil || c.kind.Handover.Move == nil || c.state.Phase != workflow.PhaseDraft && c.state.Phase != workflow.PhaseReturned {
		return nil, nil
	}
	move := c.kind.Handover.Move
	unit, _ := c.values[move.Unit].(forms.Ref)
	post, _ := c.values[move.Post].(forms.Ref)
	from, dated := c.values[move.From].(calendar.Date)
	if unit.ID == "" || !dated {
		return nil, nil
	}
	a := Appoint{Person: c.kind.leaver(c.values), Unit: unit.ID, Post: post.ID, From: from}
	faults, err := k.appointFaults(ctx, a, func(holder string) (bool, error) { return k.leavesBefore(ctx, holder, from) })
	for i, f := range faults {
		faults[i].Field = move.Unit
		if f.Field == register.Posts {
			faults[i].Field = move.Post
		}
	}
	return faults, err
}

// appointFaults are what stands against an appointment, at the list it is about. goes says
// of who holds the post on the day that he will have handed it over.
func (k *Kit) appointFaults(ctx context.Context, a Appoint, goes func(holder string) (bool, error)) (forms.Invalid, error) {
	start := a.From.Start(k.location)
	unit, err := k.Registers().stored(ctx, register.Units, a.Unit)
	if err != nil {
		return nil, err
	}
	if unit.Revision == 0 || !unit.InForce(start) {
		f, err := k.notThere("handover.unit_gone", unit, a.From)
		return forms.Invalid{f}, err
	}
	if a.Post == "" {
		return nil, nil
	}
	post, err := k.Registers().stored(ctx, register.Posts, a.Post)
	if err != nil {
		return nil, err
	}
	if post.Revision == 0 || !post.InForce(start) {
		f, err := k.notThere("handover.post_gone", post, a.From)
		return forms.Invalid{f}, err
	}
	cells, err := k.lists.Cells(post)
	if err != nil {
		return nil, err
	}
	if cells.ID("unit") != a.Unit {
		f, err := k.notThere("handover.post_elsewhere", post, a.From)
		return forms.Invalid{f}, err
	}
	return k.postHeld(ctx, a, post, unit, goes)
}

// notThere is a fault about a row of a list and a day.
func (k *Kit) notThere(code string, row register.Row, day calendar.Date) (forms.Fault, error) {
	name := forms.Text{}
	if row.Revision > 0 {
		var err error
		if name, err = k.titles([]register.Row{row}); err != nil {
			return forms.Fault{}, err
		}
	}
	return forms.Fault{Field: row.List, Code: code, Text: sayAll(code, func(lang string) map[string]string {
		return map[string]string{"name": name.In(lang), "day": forms.Locale{Lang: lang, Location: k.location}.Day(day)}
	})}, nil
}

// postHeld refuses a post that heads a unit, which one person holds, where somebody else
// does on that day and does not hand it over before.
func (k *Kit) postHeld(ctx context.Context, a Appoint, post, unit register.Row, goes func(holder string) (bool, error)) (forms.Invalid, error) {
	if heads, err := k.headsUnit(post, unit); err != nil || !heads {
		return nil, err
	}
	answers, err := k.directory.Resolve(ctx, []directory.Question{{ID: "held", Kind: directory.KindPost, Post: a.Post, At: a.From.Start(k.location)}})
	if err != nil {
		return nil, fmt.Errorf("ismskit: directory: %w", err)
	}
	for _, answer := range answers {
		for _, h := range answer.Holders {
			if h.Person == a.Person {
				continue
			}
			leaves, err := goes(h.Person)
			if err != nil {
				return nil, err
			}
			if !leaves {
				return forms.Invalid{{Field: register.Posts, Code: "handover.post_held", Text: sayAll("handover.post_held", func(string) map[string]string {
					return map[string]string{"name": h.Name, "post": h.PostTitle}
				})}}, nil
			}
		}
	}
	return nil, nil
}

// headsUnit says whether a post heads a unit.
func (k *Kit) headsUnit(post, unit register.Row) (bool, error) {
	cells, err := k.lists.Cells(post)
	if err != nil {
		return false, err
	}
	headed, err := k.lists.Cells(unit)
	return cells.Flag("head") || headed.ID("head") == post.ID, err
}

// leavesBefore says whether somebody hands over what he has before a day, by a sheet that
// is on its way or waits for his last day: in an exchange of posts each takes another's.
func (k *Kit) leavesBefore(ctx context.Context, person string, day calendar.Date) (bool, error) {
	_, found, err := k.anySheetUnderWay(ctx, person, func(c caseInHand) bool {
		last, dated := c.values[c.kind.Handover.LastDay].(calendar.Date)
		return dated && last.Before(day)
	})
	if err != nil || found {
		return found, err
	}
	return k.handsOverBefore(ctx, person, day, time.Time{})
}

// handsOverBefore says whether a sheet that is signed waits for somebody's last day before
// another, and is to be carried out by a moment, the zero time for any. One that has been
// carried out is no promise any more, nor one that was given up: what is still his then
// could not be passed.
func (k *Kit) handsOverBefore(ctx context.Context, person string, day calendar.Date, by time.Time) (found bool, err error) {
	err = k.eachJob(ctx, JobQuery{Kind: jobHandOver}, func(job Job) error {
		if job.Dead || !by.IsZero() && job.Due.After(by) {
			return nil
		}
		var over HandOver
		if err := json.Unmarshal(job.Payload, &over); err != nil {
			return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
		}
		if found || over.Person != person || !over.LastDay.Before(day) {
			return nil
		}
		sheet, err := k.take(ctx, job.Subject)
		found = err == nil && sheet.extra.Handed.IsZero()
		return err
	})
	return found, err
}

// eachJob goes through the jobs that a query finds, a page at a time.
func (k *Kit) eachJob(ctx context.Context, q JobQuery, do func(Job) error) error {
	q.Limit = heldAtOnce
	for {
		var jobs []Job
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Queue().Jobs(ctx, q)
			jobs = found
			return err
		})
		if err != nil {
			return err
		}
		for _, job := range jobs {
			if err := do(job); err != nil {
				return err
			}
		}
		if len(jobs) < heldAtOnce {
			return nil
		}
		q.After, q.AfterID = jobs[len(jobs)-1].Due, jobs[len(jobs)-1].ID
	}
}

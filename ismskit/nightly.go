package ismskit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/directory"
)

const nightlyKey = "nightly"

// armNightly puts the nightly jobs into the queue; they re-arm themselves.
func (k *Kit) armNightly(ctx context.Context, now time.Time) error {
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		jobs := []Job{{Key: nightlyKey, Kind: jobNightly, Due: k.nextNight(now)}}
		if k.cfg.Signer != nil {
			jobs = append(jobs, Job{Key: jobCheckpoint, Kind: jobCheckpoint, Due: k.nextNight(now)})
		}
		return enqueue(ctx, tx, now, jobs...)
	})
}

// nextNight is the next 02:00 after a moment.
func (k *Kit) nextNight(now time.Time) time.Time {
	local := now.In(k.location)
	night := calendar.DateOf(local).Start(k.location).Add(2 * time.Hour)
	if !night.After(local) {
		night = calendar.DateOf(local).AddDays(1).Start(k.location).Add(2 * time.Hour)
	}
	return night.UTC()
}

// reportDead tells those who look after the system how many jobs were given up.
func (k *Kit) reportDead(ctx context.Context, count string, at time.Time) error {
	day := calendar.DateOf(at.In(k.location)).String()
	return k.tellRoles(ctx, k.cfg.Rights.ManageQueue, ruleDead, day, map[string]string{"count": count}, at)
}

// tellRoles tells everybody who has one of some roles ("module/role") of something that is
// no case's, once per occurrence.
func (k *Kit) tellRoles(ctx context.Context, roles []string, rule, occurrence string, params map[string]string, at time.Time) error {
	var people []string
	for _, role := range roles {
		module, key, _ := strings.Cut(role, "/")
		members, err := k.members(ctx, directory.PoolOfRole(module, key, ""), at)
		if err != nil {
			return err
		}
		for _, m := range members {
			people = append(people, m.Person)
		}
	}
	slices.Sort(people)
	people = slices.Compact(people)
	if len(people) == 0 {
		return nil
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = rule + "|" + occurrence + "|" + p
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		told, err := tx.Queue().Messages(ctx, MessageQuery{IDs: ids, Limit: len(ids)})
		if err != nil {
			return err
		}
		for i, p := range people {
			if slices.ContainsFunc(told, func(m Message) bool { return m.ID == ids[i] }) {
				continue // it has been mailed, or will be
			}
			m := Message{
				ID: ids[i], Person: p, Rule: rule, Kind: MessageRead, Created: at, Due: at,
				Subject: k.text("notice."+rule+".subject", params), Body: k.text("notice."+rule+".body", params),
			}
			if err := tx.Queue().PutMessage(ctx, m); err != nil {
				return err
			}
			if job, ok := k.mailing(m, at); ok {
				if err := enqueue(ctx, tx, at, job); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// forgetKeys removes what became of requests that nobody sends again any more.
func (k *Kit) forgetKeys(ctx context.Context, at time.Time) error {
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Outcomes().Forget(ctx, at.Add(-k.cfg.RememberKeys))
	})
}

// nightly puts the night's duties into the queue, each a job of its own: what fails
// one of them, such as files that can't be reached, leaves the others alone and is
// reported. One that was given up is tried anew each night.
func (k *Kit) nightly(ctx context.Context, job Job, at time.Time) error {
	reorganised, err := k.reorganised(ctx, at)
	if err != nil {
		return err
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		// Before those of the night before are put anew.
		dead, err := countDead(ctx, tx)
		if err != nil {
			return err
		}
		duties := []string{jobCheck, jobSweep, jobForget, jobWanted, jobFilesEarlier, jobDistribute, jobReviews}
		if dead > 0 {
			duties = append(duties, jobReport)
		}
		for _, duty := range duties {
			j := Job{Key: nightlyKey + "|" + duty, Kind: duty, Due: at, Since: at}
			if duty == jobReport {
				j.Payload = []byte(strconv.Itoa(dead))
			}
			if err := enqueue(ctx, tx, at, j); err != nil {
				return err
			}
		}
		// For posts that change hands today, and units that have ended or begun.
		if err := enqueue(ctx, tx, at, successionJob(reorganised, at)); err != nil {
			return err
		}
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Due: k.nextNight(at), Since: job.Since})
	})
}

// reorganisedWithin is how far back a night looks for units that have ended or begun: what
// came to their heads is looked at again each night until then, should nights be missed.
const reorganisedWithin = 7 * 24 * time.Hour

// reorganised says whether a unit has ended or begun shortly before a moment: then it is
// asked anew who heads the units that open tasks came to.
func (k *Kit) reorganised(ctx context.Context, at time.Time) (bool, error) {
	units, err := k.allUnits(ctx, at)
	lately := func(t time.Time) bool { return !t.IsZero() && !t.After(at) && t.After(at.Add(-reorganisedWithin)) }
	return slices.ContainsFunc(units, func(u directory.Unit) bool { return lately(u.From) || lately(u.To) }), err
}

// countDead is how many jobs were given up, a page of them at a time.
func countDead(ctx context.Context, tx Tx) (int, error) {
	q := JobQuery{Dead: true, Limit: 500}
	for n := 0; ; {
		page, err := tx.Queue().Jobs(ctx, q)
		if err != nil {
			return 0, err
		}
		if n += len(page); len(page) < q.Limit {
			return n, nil
		}
		last := page[len(page)-1]
		q.After, q.AfterID = last.Due, last.ID
	}
}

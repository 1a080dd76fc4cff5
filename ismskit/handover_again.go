package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// sheetSettled ends the job of a sheet, or has it tried again the next day.
func (k *Kit) sheetSettled(job Job, left []NotHanded) Settlement {
	if !retried(left) {
		return Settlement{ID: job.ID, Fence: job.Fence, Done: true}
	}
	return Settlement{ID: job.ID, Fence: job.Fence, Due: k.nextDay(), Since: job.Since}
}

func (k *Kit) nextDay() time.Time {
	return calendar.DateOf(k.moment().In(k.location)).AddDays(1).Start(k.location)
}

// mayHandAgain says by which right somebody has it tried again what a sheet did not carry
// out: as who began it, who begins such sheets or keeps the people, or as the head of the
// unit whose things they are. ErrForbidden also where there is nothing to try.
func (k *Kit) mayHandAgain(ctx context.Context, c caseInHand, self workflow.Signer, now time.Time) (string, error) {
	if c.kind.Handover == nil || !retried(c.extra.NotHanded) {
		return "", ErrForbidden
	}
	if c.row.Applicant == self.Person {
		return viaApplicant, nil
	}
	has, err := k.hasRole(ctx, self.Person, slices.Concat(c.kind.Openers, k.cfg.Rights.ManagePeople))
	if err != nil || has {
		return viaOfficer, err
	}
	leaver, err := k.leaverOn(ctx, c.kind.leaver(c.values), c.kind.lastDay(c.values))
	if err != nil {
		return "", err
	}
	head, err := k.headInPlaceOf(ctx, leaver, now)
	if err == nil && head != self.Person {
		err = ErrForbidden
	}
	return viaSuperior, err
}

// handAgain has what was not carried out tried again at once.
func (w *work) handAgain(a Action) error {
	if err := a.Unread.Err(); err != nil {
		return err
	}
	w.event.Verb, w.event.Comment = VerbHandAgain, a.Comment
	w.effects = append(w.effects, tryAgain{})
	return nil
}

// tryAgain makes the jobs of a sheet due now.
type tryAgain struct{}

func (tryAgain) describe() string { return "try again what was not handed over" }

func (tryAgain) apply(ctx context.Context, w *work, tx Tx) error {
	parts := map[string]func(NotHanded) bool{jobAppoint: isMove, jobHandBack: isReturn}
	for _, kind := range []string{jobHandOver, jobAppoint, jobHandBack} {
		jobs, err := tx.Queue().Jobs(ctx, JobQuery{Kind: kind, Subject: w.after.row.ID, Limit: heldAtOnce})
		if err != nil {
			return err
		}
		for _, job := range jobs {
			if part := parts[kind]; part != nil && job.Due.After(w.now) && !slices.ContainsFunc(w.before.extra.NotHanded, part) {
				continue // its day is still to come
			}
			if err := enqueue(ctx, tx, w.now, Job{Key: job.Key, Kind: job.Kind, Subject: job.Subject, Payload: job.Payload, Due: w.now}); err != nil {
				return err
			}
		}
	}
	return nil
}

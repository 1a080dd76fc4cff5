package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/workflow"
)

// redatePage is a page of open cases that are looked at, newest first.
type redatePage struct {
	After   time.Time `json:"after,omitzero"`
	AfterID string    `json:"after_id,omitempty"`
}

// casesAtOnce is how many cases one job looks at.
const casesAtOnce = 100

// redateAgain is when all cases are looked at once more: by then every server counts
// by the new state.
const redateAgain = time.Minute

func redateKey(run, after string) string { return "redate|" + run + "|" + after }

// redateJobs look at all cases, now and once more.
func redateJobs(state int, now time.Time) []Job {
	run := strconv.Itoa(state)
	return []Job{
		{Key: redateKey(run, ""), Kind: jobRedate, Payload: mustJSON(redatePage{}), Due: now},
		{Key: redateKey(run+"+", ""), Kind: jobRedate, Payload: mustJSON(redatePage{}), Due: now.Add(redateAgain)},
	}
}

// redate moves the open deadlines of running cases to what they are by the calendar in
// force, each in an action of its own, a page at a time. What has moved already is left
// alone, so it may begin anew at any time, and on any server. A case that fails is left
// to a job of its own.
func (k *Kit) redate(ctx context.Context, job Job) error {
	k.office.forget()
	if err := k.freshen(ctx); err != nil {
		return err
	}
	if job.Subject != "" {
		row, err := k.row(ctx, job.Subject)
		if err == nil {
			err = k.redateRow(ctx, row)
		}
		if ignoreNotFound(err) != nil {
			return err
		}
		return k.done(ctx, job)
	}
	var page redatePage
	if err := json.Unmarshal(job.Payload, &page); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	rows, err := k.listCases(ctx, CaseQuery{Phases: []string{string(workflow.PhaseRunning), string(workflow.PhaseDraft), string(workflow.PhaseReturned)}, After: page.After, AfterID: page.AfterID, Limit: casesAtOnce})
	if err != nil {
		return err
	}
	now := k.moment()
	var next []Job
	for _, row := range rows {
		if err := k.redateRow(ctx, row); err != nil {
			k.log.WarnContext(ctx, "a case could not be counted anew", "case", row.ID, "error", err)
			next = append(next, Job{Key: redateKey("case", row.ID), Kind: jobRedate, Subject: row.ID, Due: now})
		}
	}
	if len(rows) == casesAtOnce {
		last := rows[len(rows)-1]
		run, _, _ := strings.Cut(strings.TrimPrefix(job.Key, "redate|"), "|")
		next = append(next, Job{Key: redateKey(run, last.ID), Kind: jobRedate, Payload: mustJSON(redatePage{last.Created, last.ID}), Due: now})
	}
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true}); err != nil || len(next) == 0 {
			return err
		}
		return enqueue(ctx, tx, now, next...)
	})
}

// redateRow acts on a case only where a deadline moves.
func (k *Kit) redateRow(ctx context.Context, row CaseRow) error {
	c, dated, err := k.datedInHand(ctx, row)
	if err != nil || !dated {
		return err
	}
	if _, _, step := c.withApplicant(); step != "" {
		return k.redateWithApplicant(ctx, row.ID)
	}
	if _, moves := k.redating(c); !moves {
		return nil
	}
	return k.redateCase(ctx, row.ID)
}

// datedInHand is a case that has deadlines, or may have; false for others, of which no
// more is read than it takes to say so.
func (k *Kit) datedInHand(ctx context.Context, row CaseRow) (caseInHand, bool, error) {
	kind, err := k.kinds.of(ctx, k.store, row.Type, row.Version)
	if err != nil {
		return caseInHand{}, false, err
	}
	state, err := kind.flow.Parse(row.State)
	if err != nil {
		return caseInHand{}, false, fmt.Errorf("ismskit: case %s: %w", row.ID, err)
	}
	c := caseInHand{row: row, kind: kind, state: state}
	oral := kind.Oral != nil && state.Phase == workflow.PhaseDraft
	if !c.dated() && !oral && state.Phase != workflow.PhaseReturned {
		return caseInHand{}, false, nil
	}
	if c, err = k.inHand(ctx, row); err == nil {
		err = k.countedAnew(ctx, &c)
	}
	return c, err == nil, err
}

func (k *Kit) redateCase(ctx context.Context, id string) error {
	err := k.systemAct(ctx, id, func(c caseInHand, w *work) (workflow.Action, bool, error) {
		r, moves := k.redating(c)
		if !moves {
			return workflow.Action{}, false, nil
		}
		known, _, _ := k.office.states()
		reason := k.whyRedated(c, known)
		w.after.extra.countBy(known.last().n, r)
		return workflow.Action{Verb: workflow.VerbRedate, Dues: r.dues, Comment: reason}, true, nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil // it was a draft that is gone
	}
	return err
}

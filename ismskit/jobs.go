package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// Kinds of jobs.
const (
	jobAlarm        = "alarm"      // of a case: tell who is to be told, lapse what nobody answered
	jobChildren     = "children"   // of a split: open its child cases
	jobDropChildren = "drop"       // end child cases that are no longer needed
	jobDispose      = "dispose"    // of a request that was approved: take away what its records held
	jobRowsClock    = "rowsclock"  // of a request whose clock was stopped or started: those of its rows too
	jobJoin         = "join"       // of a parent: go on once the last child has ended
	jobOpen         = "open"       // a case that opens by itself
	jobPaper        = "paper"      // of a case that went on on paper: note that the paper was entered
	jobVoid         = "void"       // end a case that opened by itself and is no longer needed
	jobText         = "text"       // of a case: write the words it is found by, with those of its rows
	jobFileWords    = "filewords"  // of a record: read what its files say
	jobFilesEarlier = "filesleft"  // have files read that nobody has read yet
	jobDigest       = "digest"     // the one mail of a working day, per person
	jobMail         = "mail"       // send a mail that is written
	jobRelease      = "release"    // put a version in force on its day
	jobStopped      = "stopped"    // tell who took a version that it was stopped
	jobReviews      = "reviews"    // tell those who keep documents which are to be reviewed
	jobDistribute   = "distribute" // ask those to whom documents are distributed to read the version in force
	jobNightly      = "nightly"    // put the six that follow, the reading of files and the distribution of documents into the queue
	jobCheck        = "check"      // that every step finds its people
	jobSweep        = "sweep"      // remove files that nothing refers to
	jobForget       = "forget"     // remove answers to requests that nobody repeats any more
	jobReport       = "report"     // tell of jobs that were given up
	jobWanted       = "wanted"     // tell that the next year's calendar is missing
	jobSuccession   = "succession" // give open tasks to who holds their posts now
	jobHandOver     = "handover"   // of a sheet: pass on what somebody has whose last day is over
	jobLeftPool     = "leftpool"   // of a sheet: note with the open tasks of a group that somebody is no longer one of it
	jobHandBack     = "handback"   // of a sheet: give back what somebody has who returns
	jobAbsence      = "absence"    // tell the superiors of whoever is away with nobody to act for him
	jobAppoint      = "appoint"    // of a sheet: enter somebody who moves in his new unit and post
	jobRedate       = "redate"     // of all running cases, or one: move deadlines with the calendar
	jobCheckpoint   = "checkpoint"
	jobWitness      = "witness" // tell one witness one checkpoint
	jobIntake       = "intake"  // of an import: take in the lines that are next
)

func alarmKey(caseID string) string { return "alarm|" + caseID }

// carryOut does one job at its moment and settles it. An error leaves it to be
// tried again.
func (k *Kit) carryOut(ctx context.Context, job Job, at time.Time) error {
	k = k.at(at)
	if err := k.freshen(ctx); err != nil {
		return err
	}
	switch job.Kind {
	case jobAlarm:
		return k.alarm(ctx, job, at)
	case jobChildren:
		return k.openChildren(ctx, job)
	case jobDispose:
		return k.dispose(ctx, job)
	case jobRowsClock:
		return k.rowsClock(ctx, job)
	case jobDropChildren:
		return k.dropChildren(ctx, job)
	case jobJoin:
		return k.join(ctx, job)
	case jobOpen:
		return k.openByItself(ctx, job)
	case jobPaper:
		return k.paperEntered(ctx, job)
	case jobVoid:
		return k.voidByItself(ctx, job)
	case jobText:
		return k.reword(ctx, job)
	case jobFileWords:
		return k.readFiles(ctx, job)
	case jobFilesEarlier:
		return k.finished(ctx, job, k.readEarlier(ctx))
	case jobDigest:
		return k.digest(ctx, job, at)
	case jobMail:
		return k.sendMail(ctx, job, at)
	case jobRelease:
		return k.Documents().release(ctx, job)
	case jobStopped:
		return k.Documents().stopped(ctx, job)
	case jobNightly:
		return k.nightly(ctx, job, at)
	case jobDistribute:
		return k.Documents().distribute(ctx, job)
	case jobReviews:
		return k.finished(ctx, job, k.Documents().remindOfReviews(ctx))
	case jobCheck:
		_, err := k.Check(ctx)
		return k.finished(ctx, job, err)
	case jobSweep:
		return k.finished(ctx, job, k.sweep(ctx))
	case jobForget:
		return k.finished(ctx, job, k.forgetKeys(ctx, at))
	case jobRedate:
		return k.redate(ctx, job)
	case jobAbsence:
		return k.absence(ctx, job, at)
	case jobSuccession:
		return k.succession(ctx, job)
	case jobHandOver:
		return k.handOver(ctx, job)
	case jobLeftPool:
		return k.leftPool(ctx, job)
	case jobHandBack:
		return k.handBack(ctx, job)
	case jobAppoint:
		return k.appoint(ctx, job)
	case jobWanted:
		return k.finished(ctx, job, k.calendarWanted(ctx, at))
	case jobReport:
		return k.finished(ctx, job, k.reportDead(ctx, string(job.Payload), at))
	case jobCheckpoint:
		return k.checkpointNightly(ctx, job)
	case jobWitness:
		return k.tellWitness(ctx, job)
	case jobIntake:
		return k.takeIn(ctx, job)
	}
	return fmt.Errorf("ismskit: job %s is of unknown kind %q", job.Key, job.Kind)
}

// done ends a job that needs nothing more.
func (k *Kit) done(ctx context.Context, job Job) error {
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true})
	})
}

// finished ends a job that needs nothing more, unless it failed.
func (k *Kit) finished(ctx context.Context, job Job, err error) error {
	if err != nil {
		return err
	}
	return k.done(ctx, job)
}

// again lets a job wait for its next moment.
func (k *Kit) again(ctx context.Context, job Job, due time.Time) error {
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Due: due, Since: job.Since})
	})
}

// systemAct carries out a verb of the system on a case, again if it lost to
// somebody else. prepare sees the case as it is and says what to do, or not.
func (k *Kit) systemAct(ctx context.Context, id string, prepare func(caseInHand, *work) (workflow.Action, bool, error)) error {
	return k.actUpon(ctx, id, System("queue"), authority{by: k.systemSigner(), via: viaSystem}, prepare)
}

// actUpon is systemAct of whoever may: that he may is the caller's to know.
func (k *Kit) actUpon(ctx context.Context, id string, actor Actor, auth authority, prepare func(caseInHand, *work) (workflow.Action, bool, error)) error {
	var err error
	for range maxRaces {
		var c caseInHand
		if c, err = k.takeToWork(ctx, id); err != nil {
			return err
		}
		w := newWork(k, c, actor, auth, k.moment())
		a, wanted, err2 := prepare(c, w)
		if err2 != nil || !wanted {
			return err2
		}
		a.By, a.At = w.auth.by, w.now
		w.event.Verb, w.event.Comment = a.Verb, a.Comment
		turn, err2 := c.kind.flow.Act(c.state, a, c.facts())
		if err2 != nil {
			return err2
		}
		if err = w.follow(ctx, turn); err != nil {
			return err
		}
		if _, err = w.commit(ctx); err == nil || !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

func (k *Kit) void(ctx context.Context, id, reason string) error {
	return k.endByItself(ctx, id, workflow.VerbVoid, reason)
}

// endByItself ends a case that has not ended, with VerbVoid or VerbToPaper.
func (k *Kit) endByItself(ctx context.Context, id string, verb workflow.Verb, reason string) error {
	return k.systemAct(ctx, id, func(c caseInHand, _ *work) (workflow.Action, bool, error) {
		if c.state.Phase == workflow.PhaseClosed {
			return workflow.Action{}, false, nil
		}
		return workflow.Action{Verb: verb, Comment: reason}, true, nil
	})
}

func (k *Kit) voidByItself(ctx context.Context, job Job) error {
	if err := k.void(ctx, job.Subject, string(job.Payload)); ignoreNotFound(err) != nil {
		return err
	}
	return k.done(ctx, job)
}

func (k *Kit) openByItself(ctx context.Context, job Job) error {
	var o openJob
	if err := json.Unmarshal(job.Payload, &o); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	// Together: whoever takes the job back in between would find no case to end.
	opened, err := k.openCaused(ctx, o, job.Key, &Settlement{ID: job.ID, Fence: job.Fence, Done: true})
	if err == nil && opened.Repeated {
		return k.done(ctx, job) // another job of the same cause has opened it
	}
	return err
}

// openCaused opens what something has brought about, and settles its job with it.
func (k *Kit) openCaused(ctx context.Context, o openJob, job string, settle *Settlement) (Receipt, error) {
	kind, ok := k.kinds.latestOf(o.Type)
	if !ok {
		return Receipt{}, fmt.Errorf("ismskit: job %s: %w: type %s", job, ErrReadOnly, o.Type)
	}
	values, err := kind.restoreKnown(o.Values)
	if err != nil {
		return Receipt{}, fmt.Errorf("ismskit: job %s: %w", job, err)
	}
	opening := Opening{
		Type: o.Type, Values: values, Submit: o.Submit, Applicant: o.Applicant, Cause: o.Cause, Links: o.Links,
		unit: o.Unit, unitName: o.UnitName, sendBy: o.SendBy, settle: settle,
	}
	var invalid forms.Invalid
	opened, err := k.Open(ctx, System("queue"), opening)
	if errors.As(err, &invalid) {
		// What it refers to has changed since it was armed, such as a permission
		// item its system no longer has. It opens without what does not hold any
		// more; a field it cannot do without is refused again.
		opening.Values = values.Clone()
		for _, f := range invalid {
			delete(opening.Values, f.Field)
		}
		opened, err = k.Open(ctx, System("queue"), opening)
	}
	return opened, err
}

// restoreKnown reads fields that were stored for an earlier version of a type: it may
// have had some that this one no longer asks for.
func (k *kind) restoreKnown(stored []byte) (forms.Values, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(stored, &fields); err != nil {
		return nil, err
	}
	maps.DeleteFunc(fields, func(key string, _ json.RawMessage) bool {
		_, known := k.form.Field(key)
		return !known
	})
	known, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	values, invalid := k.form.Restore(known)
	return values, invalid.Err()
}

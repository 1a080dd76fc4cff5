package ismskit

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// signing is what a checkpoint is signed for.
type signing struct {
	by   string                                 // in whose name
	key  string                                 // the same person's same key is one checkpoint; "" is always another
	also func(ctx context.Context, tx Tx) error // done in the same transaction; may be nil
}

// origin is the name of this house's log: that of its key.
func (k *Kit) origin() string {
	name, _, _ := strings.Cut(k.cfg.Signer.Verifier(), "+")
	return name
}

// checkpoint brings the log up to date, signs how it stands and returns the number of the
// checkpoint. Who loses a race, to another server or to somebody who exports at the same
// moment, tries again.
func (k *Kit) checkpoint(ctx context.Context, s signing) (number int64, err error) {
	for range maxRaces {
		if number, err = k.checkpointOnce(ctx, s); !errors.Is(err, ErrConflict) || k.joined {
			break
		}
	}
	return number, err
}

func (k *Kit) checkpointOnce(ctx context.Context, s signing) (number int64, err error) {
	if k.cfg.Signer == nil {
		return 0, fmt.Errorf("%w: this server has no key to sign with", ErrForbidden)
	}
	if number, err := k.signedBefore(ctx, s); err != nil || number > 0 {
		return number, err
	}
	if err := k.oneName(ctx); err != nil { // before anything is added
		return 0, err
	}
	if err := k.extendLog(ctx); err != nil {
		return 0, err
	}
	end, err := k.logEnd(ctx)
	if err != nil {
		return 0, err
	}
	root, err := end.tree.Root(end.tree.Size())
	if err != nil {
		return 0, err
	}
	at := k.moment()
	c := evidence.Checkpoint{Origin: k.origin(), Size: end.tree.Size(), Root: root, Time: at, Clock: k.clock(ctx)}
	text, err := c.Text()
	if err != nil {
		return 0, err
	}
	signed, err := evidence.Sign(text, k.cfg.Signer)
	if err != nil {
		return 0, err
	}
	payload, err := evidence.Canonical(map[string]any{"note": string(signed), "size": c.Size})
	if err != nil {
		return 0, err
	}
	entry, err := next(end.head, at, logCheckpoint, s.by, "", payload)
	if err != nil {
		return 0, err
	}
	jobs := make([]Job, 0, len(k.cfg.Witnesses))
	for _, w := range k.cfg.Witnesses {
		job, err := witnessJob(w.Name(), entry.Seq, at)
		if err != nil {
			return 0, err
		}
		jobs = append(jobs, job)
	}
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Trail().Append(ctx, entry); err != nil {
			return err
		}
		if s.key != "" {
			err := tx.Outcomes().Put(ctx, Outcome{Actor: s.by, Key: s.key, Request: signingDigest, Case: checkpointRecord + strconv.FormatInt(entry.Seq, 10), At: at})
			if err != nil {
				return err
			}
		}
		if s.also != nil {
			if err := s.also(ctx, tx); err != nil {
				return err
			}
		}
		return enqueue(ctx, tx, at, jobs...)
	})
	if err == nil && len(jobs) > 0 {
		k.wakeAt(at)
	}
	return entry.Seq, err
}

// signingDigest tells the signing of a checkpoint from whatever else may come under the
// same key; all of them ask for the same.
var signingDigest = digestOf([]byte("checkpoint"))

// checkpointRecord and its number is what an Outcome calls a checkpoint.
const checkpointRecord = "checkpoint/"

// signedBefore is the checkpoint that the same request had signed before, 0 for none: a
// double click, or an answer that was lost on its way.
func (k *Kit) signedBefore(ctx context.Context, s signing) (number int64, err error) {
	if s.key == "" {
		return 0, nil
	}
	var earlier Outcome
	found := false
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		o, ok, err := tx.Outcomes().Get(ctx, s.by, s.key)
		earlier, found = o, ok
		return err
	})
	switch {
	case err != nil || !found:
		return 0, err
	case earlier.Request != signingDigest:
		return 0, ErrKeyReused
	}
	return strconv.ParseInt(strings.TrimPrefix(earlier.Case, checkpointRecord), 10, 64)
}

// oneName refuses to go on with the log of another key. A last checkpoint that can't be
// read is for the audit to name.
func (k *Kit) oneName(ctx context.Context) error {
	var last []TrailEntry
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Trail().Entries(ctx, EntryQuery{Chain: logChain, Kind: logCheckpoint, Newest: true, Limit: 1})
		last = rows
		return err
	})
	if err != nil || len(last) == 0 {
		return err
	}
	if p := pointOf(last[0]); !p.Malformed && p.Origin != k.origin() {
		return fmt.Errorf("ismskit: the log is that of %q and the key that of %q: servers that share a database share the key", p.Origin, k.origin())
	}
	return nil
}

// clock asks the time source. One that doesn't answer keeps no checkpoint from being
// signed: it says so, which an auditor asks for, and the log of the server says why.
func (k *Kit) clock(ctx context.Context) evidence.Clock {
	if k.cfg.TimeSource == nil {
		return evidence.Clock{}
	}
	c, err := k.cfg.TimeSource(ctx)
	if err != nil {
		k.log.WarnContext(ctx, "the time source does not answer", "error", err)
		return evidence.Clock{Source: c.Source, Silent: true}
	}
	return c
}

// checkpointNightly is the daily checkpoint.
func (k *Kit) checkpointNightly(ctx context.Context, job Job) error {
	if k.cfg.Signer == nil { // a server without the key took over the queue
		return k.done(ctx, job)
	}
	_, err := k.checkpoint(ctx, signing{by: SystemPerson, also: func(ctx context.Context, tx Tx) error {
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Due: k.nextNight(k.moment()), Since: job.Since})
	}})
	return err
}

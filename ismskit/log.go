package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// logChain is the chain on which the log of checkpoints is kept: the heads that
// were added, the checkpoints that were signed, and who was told them.
const logChain = "log"

// Kinds of entries of the log's chain.
const (
	logLeaves     = "leaves"
	logCheckpoint = "checkpoint"
	logWitnessed  = "witnessed"
)

// logEntry is the payload of an entry of the log's chain; parts that don't belong to
// its kind are empty.
type logEntry struct {
	Leaves []evidence.Head `json:"leaves"`
	Peaks  []struct {
		Index int64           `json:"index"`
		Hash  evidence.Digest `json:"hash"`
	} `json:"peaks"` // of the tree with these leaves
	Size       int64  `json:"size"`
	Note       string `json:"note"`
	Witness    string `json:"witness"`
	Checkpoint int64  `json:"checkpoint"` // the entry that was witnessed
}

func parseLogEntry(row TrailEntry) (logEntry, error) {
	var e logEntry
	if err := json.Unmarshal(row.Payload, &e); err != nil {
		return e, fmt.Errorf("ismskit: entry %d of %s: %w", row.Seq, row.Chain, err)
	}
	return e, nil
}

// logEnd is what has to be known of the log to go on with it.
type logEnd struct {
	head evidence.Head
	tree *evidence.Log
	note string // of the checkpoint after the last leaves, if there is one
}

// logEndIn reads the end of the log.
func logEndIn(ctx context.Context, tx Tx) (logEnd, error) {
	head, err := headOf(ctx, tx, logChain)
	if err != nil {
		return logEnd{}, err
	}
	const block = 20
	note := ""
	for to := head.Seq; to > 0; to -= block {
		rows, err := tx.Trail().Entries(ctx, logChain, max(0, to-block), block)
		if err != nil {
			return logEnd{}, err
		}
		for _, row := range slices.Backward(rows) {
			e, err := parseLogEntry(row)
			if row.Kind != logLeaves {
				// One that can't be read is for the audit to name; the log goes on.
				if err == nil && row.Kind == logCheckpoint && note == "" {
					note = e.Note
				}
				continue
			}
			if err != nil { // how large the log is can't be told
				return logEnd{}, err
			}
			peaks := make([]evidence.Node, len(e.Peaks))
			for i, p := range e.Peaks {
				peaks[i] = evidence.Node{Index: p.Index, Hash: p.Hash}
			}
			return logEnd{head, evidence.PartOf(e.Size, peaks...), note}, nil
		}
	}
	return logEnd{head, &evidence.Log{}, note}, nil
}

func (k *Kit) logEnd(ctx context.Context) (logEnd, error) {
	var end logEnd
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		e, err := logEndIn(ctx, tx)
		end = e
		return err
	})
	return end, err
}

// headsAtOnce go into one entry of the log.
const headsAtOnce = 1000

// extendLog adds the heads of all chains that have grown to the log. A chain that
// somebody is writing to at this moment comes with the next time.
func (k *Kit) extendLog(ctx context.Context) error {
	for {
		more := false
		err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			heads, err := tx.Trail().Heads(ctx, HeadQuery{Unmarked: true, Limit: headsAtOnce})
			if err != nil {
				return err
			}
			full := len(heads) == headsAtOnce
			heads = slices.DeleteFunc(heads, func(h evidence.Head) bool { return h.Chain == logChain })
			if len(heads) == 0 {
				more = false
				return nil
			}
			end, err := logEndIn(ctx, tx)
			if err != nil {
				return err
			}
			entry, err := leavesEntry(end, heads, k.moment())
			if err != nil {
				return err
			}
			if err := tx.Trail().Append(ctx, entry); err != nil {
				return err
			}
			if err := tx.Trail().Mark(ctx, heads...); err != nil {
				return err
			}
			more = full
			return nil
		})
		if err != nil || !more {
			return err
		}
	}
}

// leavesEntry is the entry that adds heads to the log.
func leavesEntry(end logEnd, heads []evidence.Head, at time.Time) (TrailEntry, error) {
	leaves := make([]any, len(heads))
	for i, h := range heads {
		leaf, err := h.LogLeaf()
		if err != nil {
			return TrailEntry{}, err
		}
		if err := end.tree.Append(leaf); err != nil {
			return TrailEntry{}, err
		}
		leaves[i] = h
	}
	nodes, err := end.tree.Peaks()
	if err != nil {
		return TrailEntry{}, err
	}
	peaks := make([]any, len(nodes))
	for i, n := range nodes {
		peaks[i] = map[string]any{"index": n.Index, "hash": n.Hash}
	}
	payload, err := evidence.Canonical(map[string]any{"leaves": leaves, "peaks": peaks, "size": end.tree.Size()})
	if err != nil {
		return TrailEntry{}, err
	}
	return next(end.head, at, logLeaves, SystemPerson, "", payload)
}

// origin is the name of this house's log: that of its key.
func (k *Kit) origin() string {
	name, _, _ := strings.Cut(k.cfg.Signer.Verifier(), "+")
	return name
}

// byHandAgain is within what time somebody who has a checkpoint signed by hand means the
// same one: a double click, or an answer that was lost.
const byHandAgain = time.Minute

// checkpoint brings the log up to date and signs how it stands, in the name of who has it
// signed. settle, which may be nil, is done in the same transaction. Who loses a race, to another server or to
// somebody who exports at the same moment, tries again.
func (k *Kit) checkpoint(ctx context.Context, by string, settle func(ctx context.Context, tx Tx) error) error {
	var err error
	for range maxRaces {
		if err = k.checkpointOnce(ctx, by, settle); !errors.Is(err, ErrConflict) || k.joined {
			break
		}
	}
	return err
}

func (k *Kit) checkpointOnce(ctx context.Context, by string, settle func(ctx context.Context, tx Tx) error) error {
	if k.cfg.Signer == nil {
		return fmt.Errorf("%w: this server has no key to sign with", ErrForbidden)
	}
	// Before anything is added: the log goes on under one name.
	end, err := k.logEnd(ctx)
	if err != nil {
		return err
	}
	if name, _, signed := strings.Cut(end.note, "\n"); signed && name != k.origin() {
		return fmt.Errorf("ismskit: the log is that of %q and the key that of %q: servers that share a database share the key", name, k.origin())
	}
	if err := k.extendLog(ctx); err != nil {
		return err
	}
	if end, err = k.logEnd(ctx); err != nil {
		return err
	}
	at := k.moment()
	if by != SystemPerson && end.note != "" { // nothing has been added since it
		last, err := evidence.OpenCheckpoint([]byte(end.note), k.cfg.Signer.Verifier())
		if err == nil && at.Sub(last.Time) < byHandAgain {
			return nil
		}
	}
	root, err := end.tree.Root(end.tree.Size())
	if err != nil {
		return err
	}
	c := evidence.Checkpoint{Origin: k.origin(), Size: end.tree.Size(), Root: root, Time: at, Clock: k.clock(ctx)}
	text, err := c.Text()
	if err != nil {
		return err
	}
	signed, err := evidence.Sign(text, k.cfg.Signer)
	if err != nil {
		return err
	}
	payload, err := evidence.Canonical(map[string]any{"note": string(signed), "size": c.Size})
	if err != nil {
		return err
	}
	entry, err := next(end.head, at, logCheckpoint, by, "", payload)
	if err != nil {
		return err
	}
	jobs := make([]Job, 0, len(k.cfg.Witnesses))
	for _, w := range k.cfg.Witnesses {
		job, err := witnessJob(w.Name(), entry.Seq, at)
		if err != nil {
			return err
		}
		jobs = append(jobs, job)
	}
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.Trail().Append(ctx, entry); err != nil {
			return err
		}
		if settle != nil {
			if err := settle(ctx, tx); err != nil {
				return err
			}
		}
		return enqueue(ctx, tx, at, jobs...)
	})
	if err == nil && len(jobs) > 0 {
		k.wakeAt(at)
	}
	return err
}

// clock asks the time source. One that doesn't answer keeps no checkpoint waiting:
// it says that none was asked, and the log of the server says why.
func (k *Kit) clock(ctx context.Context) evidence.Clock {
	if k.cfg.TimeSource == nil {
		return evidence.Clock{}
	}
	c, err := k.cfg.TimeSource(ctx)
	if err != nil {
		k.log.Warn("the time source does not answer", "error", err)
		return evidence.Clock{}
	}
	return c
}

// checkpointNightly is the daily checkpoint.
func (k *Kit) checkpointNightly(ctx context.Context, job Job) error {
	if k.cfg.Signer == nil { // a server without the key took over the queue
		return k.done(ctx, job)
	}
	return k.checkpoint(ctx, SystemPerson, func(ctx context.Context, tx Tx) error {
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Due: k.nextNight(k.moment()), Since: job.Since})
	})
}

// witnessing says which witness is told which entry of the log's chain.
type witnessing struct {
	Witness string `json:"witness"`
	Seq     int64  `json:"seq"`
}

func witnessJob(name string, seq int64, at time.Time) (Job, error) {
	payload, err := json.Marshal(witnessing{name, seq})
	return Job{
		Key: fmt.Sprintf("witness|%s|%d", name, seq), Kind: jobWitness, Subject: name, Payload: payload, Due: at,
	}, err
}

// tellWitness takes a checkpoint out of the house and keeps what came back. What
// fails is tried again by the queue, and reported once it was given up.
func (k *Kit) tellWitness(ctx context.Context, job Job) error {
	var told witnessing
	if err := json.Unmarshal(job.Payload, &told); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	i := slices.IndexFunc(k.cfg.Witnesses, func(w Witness) bool { return w.Name() == told.Witness })
	if i < 0 {
		return fmt.Errorf("ismskit: witness %s: %w", told.Witness, ErrNotFound)
	}
	note, err := k.checkpointNote(ctx, told.Seq)
	if err != nil {
		return err
	}
	signed, err := k.cfg.Witnesses[i].Witness(ctx, note, func(older int64) ([]evidence.Digest, error) {
		return k.consistency(ctx, note, older)
	})
	if err != nil {
		return fmt.Errorf("ismskit: witness %s: %w", told.Witness, err)
	}
	if err := k.sameNote(signed, note); err != nil {
		return fmt.Errorf("ismskit: witness %s gave back another checkpoint: %w", told.Witness, err)
	}
	payload, err := evidence.Canonical(map[string]any{"note": string(signed), "witness": told.Witness, "checkpoint": told.Seq})
	if err != nil {
		return err
	}
	at := k.moment()
	return k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		head, err := headOf(ctx, tx, logChain)
		if err != nil {
			return err
		}
		entry, err := next(head, at, logWitnessed, SystemPerson, "", payload)
		if err != nil {
			return err
		}
		if err := tx.Trail().Append(ctx, entry); err != nil {
			return err
		}
		return tx.Queue().Settle(ctx, Settlement{ID: job.ID, Fence: job.Fence, Done: true})
	})
}

func (k *Kit) checkpointNote(ctx context.Context, seq int64) ([]byte, error) {
	var note []byte
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Trail().Entries(ctx, logChain, seq-1, 1)
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].Seq != seq || rows[0].Kind != logCheckpoint {
			return fmt.Errorf("ismskit: checkpoint %d: %w", seq, ErrNotFound)
		}
		e, err := parseLogEntry(rows[0])
		note = []byte(e.Note)
		return err
	})
	return note, err
}

// sameNote says whether a note is another with signatures added.
func (k *Kit) sameNote(signed, note []byte) error {
	a, err := evidence.OpenNote(signed, k.cfg.Signer.Verifier())
	if err != nil {
		return err
	}
	b, err := evidence.OpenNote(note, k.cfg.Signer.Verifier())
	if err == nil && a.Text != b.Text {
		err = evidence.ErrSignature
	}
	return err
}

// consistency proves that the log of a checkpoint grew from an older size.
func (k *Kit) consistency(ctx context.Context, note []byte, older int64) ([]evidence.Digest, error) {
	n, err := evidence.OpenNote(note, k.cfg.Signer.Verifier())
	if err != nil {
		return nil, err
	}
	c, err := evidence.ParseCheckpoint(n.Text)
	if err != nil {
		return nil, err
	}
	l, err := k.readLog(ctx)
	if err != nil {
		return nil, err
	}
	then := &evidence.Log{}
	for _, leaf := range l.leaves[:min(int64(len(l.leaves)), c.Size)] {
		hash, err := leaf.LogLeaf()
		if err != nil {
			return nil, err
		}
		if err := then.Append(hash); err != nil {
			return nil, err
		}
	}
	return then.Consistency(older)
}

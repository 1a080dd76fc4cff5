package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

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
	note, err := k.signedNote(ctx, told.Seq)
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

// signedNote is a checkpoint as the house alone signed it.
func (k *Kit) signedNote(ctx context.Context, seq int64) ([]byte, error) {
	var note []byte
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Trail().Entries(ctx, EntryQuery{Chain: logChain, Kind: logCheckpoint, After: seq - 1, Before: seq + 1, Limit: 1})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
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

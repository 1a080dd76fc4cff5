package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
}

// logEndIn reads the end of the log.
func logEndIn(ctx context.Context, tx Tx) (logEnd, error) {
	head, err := headOf(ctx, tx, logChain)
	if err != nil {
		return logEnd{}, err
	}
	rows, err := tx.Trail().Entries(ctx, EntryQuery{Chain: logChain, Kind: logLeaves, Newest: true, Limit: 1})
	if err != nil || len(rows) == 0 {
		return logEnd{head, &evidence.Log{}}, err
	}
	e, err := parseLogEntry(rows[0])
	if err != nil { // how large the log is can't be told
		return logEnd{}, err
	}
	peaks := make([]evidence.Node, len(e.Peaks))
	for i, p := range e.Peaks {
		peaks[i] = evidence.Node{Index: p.Index, Hash: p.Hash}
	}
	return logEnd{head, evidence.PartOf(e.Size, peaks...)}, nil
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

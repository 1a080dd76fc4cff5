package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// fullLog is the whole log of checkpoints as it is stored.
type fullLog struct {
	tree   *evidence.Log
	leaves []evidence.LeafAt
	points []CheckpointInfo
	faults []evidence.Fault // of its own chain, entries that can't be read among them
}

// readLog reads the log and makes the tree of it. An entry that can't be read is
// among the faults; what the others say is still read.
func (k *Kit) readLog(ctx context.Context) (fullLog, error) {
	rows, err := k.trailRows(ctx, logChain)
	if err != nil {
		return fullLog{}, err
	}
	l := fullLog{tree: &evidence.Log{}, faults: verifyStored(logChain, rows)}
	place := map[int64]int{}
	for _, row := range rows {
		e, err := parseLogEntry(row)
		if err == nil {
			err = l.grow(e.Leaves)
		}
		if err != nil {
			// Every checkpoint after lost leaves differs, which the check says too.
			l.faults = append(l.faults, evidence.Fault{Chain: logChain, Seq: row.Seq, To: row.Seq, Code: evidence.Malformed})
			continue
		}
		switch row.Kind {
		case logCheckpoint:
			place[row.Seq] = len(l.points)
			l.points = append(l.points, pointOf(row))
		case logWitnessed:
			i, ok := place[e.Checkpoint]
			if !ok {
				continue
			}
			if err := l.points[i].testify(row, e); err != nil {
				l.faults = append(l.faults, evidence.Fault{Chain: logChain, Seq: row.Seq, To: row.Seq, Code: evidence.Malformed})
			}
		}
	}
	return l, nil
}

// grow adds the leaves of an entry.
func (l *fullLog) grow(heads []evidence.Head) error {
	for _, head := range heads {
		leaf, err := head.LogLeaf()
		if err != nil {
			return err
		}
		l.leaves = append(l.leaves, evidence.LeafAt{Index: l.tree.Size(), Head: head})
		if err := l.tree.Append(leaf); err != nil {
			return err
		}
	}
	return nil
}

// verifyStored walks a chain as it is stored: its links, its payloads, and the
// hashes that were written down.
func verifyStored(chain string, rows []TrailEntry, known ...evidence.Head) []evidence.Fault {
	var stored []evidence.Fault
	_, faults := evidence.Verify(evidence.Head{Chain: chain}, func(yield func(evidence.Entry, []byte) bool) {
		for _, row := range rows {
			if row.Hash != row.Entry.Hash() {
				stored = append(stored, evidence.Fault{Chain: chain, Seq: row.Seq, To: row.Seq, Code: evidence.HashFalse})
			}
			if !yield(row.Entry, row.Payload) {
				return
			}
		}
	}, known...)
	return slices.Concat(stored, faults, falseSignatures(chain, rows))
}

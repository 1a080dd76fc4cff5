package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// fullLog is the whole log of checkpoints as it is stored.
type fullLog struct {
	tree   *evidence.Log
	leaves []evidence.LeafAt
	points []CheckpointInfo
	faults []evidence.Fault // of its own chain, entries that can't be read among them
}

// CheckpointInfo is a checkpoint with those who were told it.
type CheckpointInfo struct {
	evidence.Checkpoint
	Number int64  // its place on the log's chain
	By     string // who had it signed: SystemPerson by night and for a bundle
	// Note is the signed checkpoint, with the signatures of those who signed beside
	// the house.
	Note []byte
	Told []Testimony
}

// Testimony says when a witness had taken a checkpoint.
type Testimony struct {
	Witness string
	At      time.Time
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
			l.points = append(l.points, CheckpointInfo{Number: row.Seq, By: row.Actor, Note: []byte(e.Note)})
		case logWitnessed:
			i, ok := place[e.Checkpoint]
			if !ok {
				continue
			}
			l.points[i].Told = append(l.points[i].Told, Testimony{e.Witness, row.At})
			both, err := evidence.MergeNotes(l.points[i].Note, []byte(e.Note))
			if err != nil { // the witness's note is not of the checkpoint it names
				l.faults = append(l.faults, evidence.Fault{Chain: logChain, Seq: row.Seq, To: row.Seq, Code: evidence.Malformed})
				continue
			}
			l.points[i].Note = both
		}
	}
	for i, p := range l.points {
		text, _ := evidence.NoteText(p.Note)
		// One that can't be read stays empty; the check says so.
		l.points[i].Checkpoint, _ = evidence.ParseCheckpoint(text)
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
	return append(stored, faults...)
}

// Checkpoints lists the checkpoints of the house, oldest first, and who was told
// them, for those who read everything or look after the system.
func (e Evidence) Checkpoints(ctx context.Context, actor Actor) ([]CheckpointInfo, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return nil, err
	}
	l, err := e.k.readLog(ctx)
	return l.points, err
}

// Witnesses are the names of those outside who are told every checkpoint, none where
// nobody is; for those who read everything or look after the system.
func (e Evidence) Witnesses(ctx context.Context, actor Actor) ([]string, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return nil, err
	}
	names := make([]string, len(e.k.cfg.Witnesses))
	for i, w := range e.k.cfg.Witnesses {
		names[i] = w.Name()
	}
	return names, nil
}

// mayAudit says whether somebody may look at the evidence of the whole house.
func (e Evidence) mayAudit(ctx context.Context, actor Actor) error {
	return e.k.allow(ctx, actor, e.auditing())
}

// auditing are the roles of those who may.
func (e Evidence) auditing() []string {
	return slices.Concat(e.k.cfg.Rights.ReadAll, e.k.cfg.Rights.ManageQueue)
}

// Checkpoint signs one now, instead of tonight, in the actor's name. Asked for once more
// within a minute in which nothing was added, there is the first one alone. Those who look
// after the system.
func (e Evidence) Checkpoint(ctx context.Context, actor Actor) error {
	if err := e.k.allow(ctx, actor, e.k.cfg.Rights.ManageQueue); err != nil {
		return err
	}
	return e.k.checkpoint(ctx, actor.Person, nil)
}

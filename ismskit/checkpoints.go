package ismskit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// CheckpointInfo is a checkpoint with those who were told it.
type CheckpointInfo struct {
	// Checkpoint is what was signed; of one that is Malformed only Time is there, that of
	// its entry.
	evidence.Checkpoint
	Number int64  // its place on the log's chain
	By     string // who had it signed: SystemPerson by night and for a bundle
	// Malformed says that what was signed can't be read any more: an audit names it.
	Malformed bool
	// Note is the signed checkpoint, with the signatures of those who signed beside
	// the house; empty where there is none to be read.
	Note []byte
	Told []Testimony
}

// Testimony says when a witness had taken a checkpoint.
type Testimony struct {
	Witness string
	At      time.Time
}

// CheckpointQuery asks for a page of checkpoints.
type CheckpointQuery struct {
	Before int64 // keyset: those before this number; 0 begins with the newest
	Limit  int   // 0 means 50; at most 500
}

// CheckpointPage is a page of checkpoints, newest first.
type CheckpointPage struct {
	Points []CheckpointInfo
	More   bool // there are earlier ones
	// Witnesses are the names of those outside who are told every checkpoint, none where
	// nobody is.
	Witnesses []string
	MaySign   bool // the reader may have one signed now (Evidence.Checkpoint)
	// Key is the public key with which the house signs checkpoints and bundles, as
	// evidence.Options.Keys takes it, "" where it signs none. Whoever checks a bundle gets it
	// here, and not from the bundle.
	Key string
}

// Checkpoints lists the checkpoints of the house, newest first, and who was told
// them, for those who read everything or look after the system.
func (e Evidence) Checkpoints(ctx context.Context, actor Actor, q CheckpointQuery) (CheckpointPage, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return CheckpointPage{}, err
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, 500)
	points, err := e.k.points(ctx, max(q.Before, 0), q.Limit+1)
	if err != nil {
		return CheckpointPage{}, err
	}
	page := CheckpointPage{Points: points[:min(len(points), q.Limit)], More: len(points) > q.Limit}
	for _, w := range e.k.cfg.Witnesses {
		page.Witnesses = append(page.Witnesses, w.Name())
	}
	if e.k.cfg.Signer != nil {
		page.Key = e.k.cfg.Signer.Verifier()
	}
	page.MaySign, err = e.maySign(ctx, actor)
	return page, err
}

// CheckpointNote is one signed checkpoint by its number, as witnesses keep it: an audit
// takes it as an earlier one. For whom Checkpoints is; ErrNotFound where there is none, or
// where it can't be read any more.
func (e Evidence) CheckpointNote(ctx context.Context, actor Actor, number int64) ([]byte, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return nil, err
	}
	p, err := e.k.point(ctx, number)
	if err == nil && len(p.Note) == 0 {
		err = ErrNotFound
	}
	return p.Note, err
}

// Checkpoint signs one now, instead of tonight, in the actor's name, and returns it. The
// same person's same key is one checkpoint, however often it is sent; "" is another each
// time, and a key that came with something else is ErrKeyReused. Those who look after the
// system.
func (e Evidence) Checkpoint(ctx context.Context, actor Actor, key string) (CheckpointInfo, error) {
	k := e.k.once()
	if err := k.allow(ctx, actor, k.cfg.Rights.ManageQueue); err != nil {
		return CheckpointInfo{}, err
	}
	number, err := k.checkpoint(ctx, signing{by: actor.Person, key: key})
	if err != nil {
		return CheckpointInfo{}, err
	}
	return k.point(ctx, number)
}

// maySign says whether somebody may have a checkpoint signed.
func (e Evidence) maySign(ctx context.Context, actor Actor) (bool, error) {
	if e.k.cfg.Signer == nil {
		return false, nil
	}
	err := e.k.allow(ctx, actor, e.k.cfg.Rights.ManageQueue)
	if errors.Is(err, ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}

// mayAudit says whether somebody may look at the evidence of the whole house.
func (e Evidence) mayAudit(ctx context.Context, actor Actor) error {
	return e.k.allow(ctx, actor, e.auditing())
}

// auditing are the roles of those who may.
func (e Evidence) auditing() []string {
	return slices.Concat(e.k.cfg.Rights.ReadAll, e.k.cfg.Rights.ManageQueue)
}

// point is a checkpoint by its number; ErrNotFound.
func (k *Kit) point(ctx context.Context, number int64) (CheckpointInfo, error) {
	points, err := k.points(ctx, number+1, 1)
	switch {
	case err != nil:
		return CheckpointInfo{}, err
	case number < 1 || len(points) == 0 || points[0].Number != number:
		return CheckpointInfo{}, ErrNotFound
	}
	return points[0], nil
}

// points are checkpoints before a number, newest first, read without the rest of the log.
// A witness may take one long after others: what they gave back is looked through from the
// oldest of these on.
func (k *Kit) points(ctx context.Context, before int64, limit int) ([]CheckpointInfo, error) {
	var signed, witnessed []TrailEntry
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Trail().Entries(ctx, EntryQuery{Chain: logChain, Kind: logCheckpoint, Before: before, Newest: true, Limit: limit})
		if err != nil || len(rows) == 0 {
			signed, witnessed = nil, nil
			return err
		}
		told, err := chainRows(ctx, tx, EntryQuery{Chain: logChain, Kind: logWitnessed, After: rows[len(rows)-1].Seq})
		signed, witnessed = rows, told
		return err
	})
	if err != nil {
		return nil, err
	}
	points, place := make([]CheckpointInfo, len(signed)), map[int64]int{}
	for i, row := range signed {
		points[i], place[row.Seq] = pointOf(row), i
	}
	for _, row := range witnessed {
		// What can't be read, or is not of the checkpoint it names, is for the audit to name.
		if e, err := parseLogEntry(row); err == nil {
			if i, ok := place[e.Checkpoint]; ok && points[i].testify(row, e) != nil {
				k.log.WarnContext(ctx, "a witness's note is not of its checkpoint", "entry", row.Seq)
			}
		}
	}
	return points, nil
}

// pointOf reads a checkpoint of the log.
func pointOf(row TrailEntry) CheckpointInfo {
	p := CheckpointInfo{Number: row.Seq, By: row.Actor, Malformed: true}
	p.Time = row.At
	e, err := parseLogEntry(row)
	if err != nil {
		return p
	}
	p.Note = []byte(e.Note)
	text, _ := evidence.NoteText(p.Note)
	if c, err := evidence.ParseCheckpoint(text); err == nil {
		p.Checkpoint, p.Malformed = c, false
	}
	return p
}

// testify adds what a witness gave back. A note that is not of this checkpoint is an error
// and left out.
func (p *CheckpointInfo) testify(row TrailEntry, e logEntry) error {
	p.Told = append(p.Told, Testimony{e.Witness, row.At})
	both, err := evidence.MergeNotes(p.Note, []byte(e.Note))
	if err == nil {
		p.Note = both
	}
	return err
}

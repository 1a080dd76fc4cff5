package evidence

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"strconv"
	"strings"
)

// log checks the checkpoints of the bundle, the leaves in its tree, and the
// checkpoints that were known before.
func (c *check) log() error {
	var points []Checkpoint
	var claimed []string
	for _, m := range c.u.members {
		if !isCheckpointFile(m.inner) {
			continue
		}
		b, err := c.u.read(m.inner)
		if err != nil {
			return err
		}
		if p, ok := c.checkpoint(b, Finding{File: m.inner}); ok {
			if c.report.Witnesses, claimed, err = c.witnesses(b); err != nil {
				c.found(Finding{Code: "checkpoint_signature", File: m.inner})
			}
			if len(points) > 0 && p.Size < points[len(points)-1].Size {
				c.found(Finding{Code: "checkpoint_order", File: m.inner})
			}
			points = append(points, p)
		}
	}
	c.report.Checkpoints = len(points)
	rawLeaves, err1 := c.u.read(leavesName)
	rawNodes, err2 := c.u.read(nodesName)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	leaves, ok1 := decodeLeaves(rawLeaves)
	nodes, ok2 := decodeNodes(rawNodes)
	if !ok1 || !ok2 {
		c.found(Finding{Code: "proofs_malformed", File: leavesName})
	}
	if len(points) == 0 {
		c.remark(Finding{Code: "no_checkpoint"})
	} else {
		c.last = points[len(points)-1]
		c.report.Last = c.last
	}
	if len(claimed) > 0 {
		c.remark(Finding{Code: "witness_claimed", Params: map[string]string{"names": strings.Join(claimed, ", ")}})
	}
	// Where the proofs themselves are gone or changed, nothing is known of the history.
	whole, err := c.proofsWhole()
	if err != nil {
		return err
	}
	part := PartOf(c.last.Size, nodes...)
	for _, l := range leaves {
		c.heads[l.Chain] = append(c.heads[l.Chain], l.Head)
		proof, err := part.Inclusion(l.Index)
		if err != nil || CheckInclusion(c.last, l.Index, l.Head, proof) != nil {
			of := c.called[l.Chain]
			c.found(Finding{Code: "inclusion_false", Case: of.number, Name: of.name, Chain: l.Chain, Seq: l.Seq, To: l.Seq})
		}
	}
	for _, p := range points {
		if !grew(part, p, c.last) {
			if !whole {
				c.found(checkpointFinding("consistency_unproved", p))
				continue
			}
			c.found(checkpointFinding("consistency_false", p))
		}
	}
	c.earlier(part, whole)
	return nil
}

// proofsWhole says whether the checkpoints of the bundle and the nodes of their tree are as the
// manifest has them.
func (c *check) proofsWhole() (bool, error) {
	if _, listed := c.manifest.Files[nodesName]; !listed {
		return false, nil
	}
	for name, want := range c.manifest.Files {
		if name != nodesName && !isCheckpointFile(name) {
			continue
		}
		b, err := c.u.read(name)
		if err != nil {
			return false, err
		}
		if want.SHA256 != sha256.Sum256(b) {
			return false, nil
		}
	}
	return true, nil
}

func grew(part *Log, older, newer Checkpoint) bool {
	proof, err := part.Consistency(older.Size)
	return err == nil && CheckConsistency(older, newer, proof) == nil
}

// checkpoint opens a checkpoint that the house has signed. where may say by its code what
// it is if the house has not.
func (c *check) checkpoint(b []byte, where Finding) (Checkpoint, bool) {
	p, err := OpenCheckpoint(b, c.house)
	switch {
	case errors.Is(err, ErrCheckpoint):
		where.Code = "checkpoint_foreign"
	case err != nil:
		where.Code = cmp.Or(where.Code, "checkpoint_signature")
	default:
		return p, true
	}
	c.found(where)
	return Checkpoint{}, false
}

// earlier holds the checkpoints that were known before against the log.
func (c *check) earlier(part *Log, whole bool) {
	if len(c.options.Checkpoints) == 0 {
		c.remark(Finding{Code: "no_earlier"})
	}
	for i, b := range c.options.Checkpoints {
		p, ok := c.checkpoint(b, Finding{Code: "earlier_signature", Params: map[string]string{"n": strconv.Itoa(i + 1)}})
		switch {
		case !ok:
		case p.Size > c.last.Size && !p.Time.Before(c.manifest.Made):
			c.remark(checkpointFinding("earlier_newer", p))
		case !whole && (p.Size > c.last.Size || !grew(part, p, c.last)):
			c.found(checkpointFinding("history_unproved", p))
		case p.Size > c.last.Size:
			c.found(checkpointFinding("history_short", p))
		case !grew(part, p, c.last):
			c.found(checkpointFinding("history_rebuilt", p))
		default:
			c.report.Earlier = append(c.report.Earlier, p)
		}
	}
}

func checkpointFinding(code string, p Checkpoint) Finding {
	return Finding{Code: code, Params: map[string]string{"at": p.Time.UTC().Format(TimeLayout), "size": strconv.FormatInt(p.Size, 10)}}
}

package evidence

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Errors of the log.
var (
	// ErrNode: a proof needs a part of the tree that isn't there.
	ErrNode = errors.New("evidence: part of the tree is missing")
	// ErrLog: a place or size the log doesn't have.
	ErrLog = errors.New("evidence: beyond the log")
)

// CanonicalValue is the head as a leaf of the log.
func (h Head) CanonicalValue() any {
	return map[string]any{"chain": h.Chain, "hash": h.Hash, "seq": h.Seq}
}

// LogLeaf returns the hash of a head as a leaf of the log: SHA-256 of 00 and the
// canonical bytes of chain, hash and seq. Its error is a *[ValueError].
func (h Head) LogLeaf() (Digest, error) {
	b, err := Canonical(h)
	if err != nil {
		return Digest{}, err
	}
	return Digest(tlog.RecordHash(b)), nil
}

// Log is the tree over the heads of all chains, in the order in which they were
// written down: a Merkle tree in the shape of RFC 6962. It may hold all of the tree
// or the part that somebody was given. The zero Log is empty. Not safe for
// concurrent use.
type Log struct {
	size  int64
	nodes map[int64]tlog.Hash // by the number tlog stores them under
	read  map[int64]bool      // those asked for, while recording
}

// Node is one hash of the tree, under the number that tlog gives it.
type Node struct {
	Index int64
	Hash  Digest
}

// Size returns how many leaves the log has.
func (l *Log) Size() int64 { return l.size }

// Append adds leaves by their hashes.
func (l *Log) Append(leaves ...Digest) error {
	if l.nodes == nil {
		l.nodes = map[int64]tlog.Hash{}
	}
	for _, leaf := range leaves {
		made, err := tlog.StoredHashesForRecordHash(l.size, tlog.Hash(leaf), l)
		if err != nil {
			return fmt.Errorf("evidence: log: %w", err)
		}
		first := tlog.StoredHashIndex(0, l.size)
		for i, h := range made {
			l.nodes[first+int64(i)] = h
		}
		l.size++
	}
	return nil
}

// ReadHashes implements tlog.HashReader over the part that is there.
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := l.nodes[index]
		if !ok {
			return nil, fmt.Errorf("%w: %d", ErrNode, index)
		}
		if l.read != nil {
			l.read[index] = true
		}
		out[i] = h
	}
	return out, nil
}

// Root returns the root over the first leaves.
func (l *Log) Root(size int64) (Digest, error) {
	if size < 0 || size > l.size {
		return Digest{}, ErrLog
	}
	if size == 0 {
		return RootOfHashes(nil), nil
	}
	h, err := tlog.TreeHash(size, l)
	return Digest(h), err
}

// Peaks returns the least that has to be known of the tree to go on with it: the
// roots of its full halves.
func (l *Log) Peaks() ([]Node, error) {
	var out []Node
	for lo := int64(0); lo < l.size; {
		level := 0
		for int64(2)<<level <= l.size-lo {
			level++
		}
		index := tlog.StoredHashIndex(level, lo>>level)
		h, err := l.ReadHashes([]int64{index})
		if err != nil {
			return nil, err
		}
		out = append(out, Node{index, Digest(h[0])})
		lo += 1 << level
	}
	return out, nil
}

// PartOf makes a log of a given size of which some nodes are known. Nothing it
// says counts until it was held against a checkpoint.
func PartOf(size int64, nodes ...Node) *Log {
	l := &Log{size: size, nodes: make(map[int64]tlog.Hash, len(nodes))}
	for _, n := range nodes {
		l.nodes[n.Index] = tlog.Hash(n.Hash)
	}
	return l
}

// Part returns the nodes that prove the leaves at these places, and that the tree
// grew from each of the older sizes, in order of their numbers.
func (l *Log) Part(leaves, sizes []int64) ([]Node, error) {
	l.read = map[int64]bool{}
	defer func() { l.read = nil }()
	for _, i := range leaves {
		if _, err := l.Inclusion(i); err != nil {
			return nil, err
		}
	}
	for _, n := range sizes {
		if _, err := l.Consistency(n); err != nil {
			return nil, err
		}
	}
	out := make([]Node, 0, len(l.read))
	for _, index := range slices.Sorted(maps.Keys(l.read)) {
		out = append(out, Node{index, Digest(l.nodes[index])})
	}
	return out, nil
}

// Inclusion returns the proof that the leaf at a place is in the log.
func (l *Log) Inclusion(index int64) ([]Digest, error) {
	if index < 0 || index >= l.size {
		return nil, ErrLog
	}
	p, err := tlog.ProveRecord(l.size, index, l)
	return digests(p), err
}

// Consistency returns the proof that the log grew from its older size without a
// change. From nothing it grew in any case: the proof is empty.
func (l *Log) Consistency(older int64) ([]Digest, error) {
	switch {
	case older < 0 || older > l.size:
		return nil, ErrLog
	case older == 0:
		return nil, nil
	}
	p, err := tlog.ProveTree(l.size, older, l)
	return digests(p), err
}

// CheckInclusion holds a proof that a head is in the log at a place against a
// checkpoint. Its error is ErrProof, or that of LogLeaf.
func CheckInclusion(c Checkpoint, index int64, h Head, proof []Digest) error {
	leaf, err := h.LogLeaf()
	if err != nil {
		return err
	}
	if index < 0 || index >= c.Size || tlog.CheckRecord(hashesOf(proof), c.Size, tlog.Hash(c.Root), index, tlog.Hash(leaf)) != nil {
		return ErrProof
	}
	return nil
}

// CheckConsistency holds a proof that the log of the older checkpoint became that
// of the newer one against both. Its error is ErrProof.
func CheckConsistency(older, newer Checkpoint, proof []Digest) error {
	switch {
	case older.Size < 0 || older.Size > newer.Size:
		return ErrProof
	case older.Size == 0:
		if len(proof) > 0 || older.Root != RootOfHashes(nil) {
			return ErrProof
		}
		return nil
	case tlog.CheckTree(hashesOf(proof), newer.Size, tlog.Hash(newer.Root), older.Size, tlog.Hash(older.Root)) != nil:
		return ErrProof
	}
	return nil
}

func digests(hashes []tlog.Hash) []Digest {
	out := make([]Digest, len(hashes))
	for i, h := range hashes {
		out[i] = Digest(h)
	}
	return out
}

func hashesOf(list []Digest) []tlog.Hash {
	out := make([]tlog.Hash, len(list))
	for i, d := range list {
		out[i] = tlog.Hash(d)
	}
	return out
}

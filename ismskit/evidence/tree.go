package evidence

import (
	"crypto/sha256"
	"math/bits"
	"slices"
)

// Root returns the hash that stands for all leaves, as a Merkle tree in the shape
// of RFC 6962. The leaves must be in order of name and no name may come twice;
// errors are ErrLeafName and ErrLeafOrder.
func Root(leaves []Leaf) (Digest, error) {
	if err := inOrder(leaves); err != nil {
		return Digest{}, err
	}
	return RootOfHashes(hashes(leaves)), nil
}

// RootOfHashes returns the root over leaf hashes that are already known, in the
// order of their leaves, such as those of leaves whose values were disposed of.
func RootOfHashes(leafHashes []Digest) Digest {
	if len(leafHashes) == 0 {
		return sha256.Sum256(nil)
	}
	return subtree(leafHashes)
}

// Proof shows that a leaf is under a root, without any other leaf. Index and Size
// say how to climb; that the root has that many leaves is not proved by it.
type Proof struct {
	Index int      `json:"index"` // of the leaf, from 0
	Size  int      `json:"size"`  // number of leaves under the root
	Path  []Digest `json:"path"`  // hashes beside the way from the leaf to the root
}

// Prove returns the proof for the leaf of the given name. Errors are those of Root,
// and ErrNoLeaf.
func Prove(leaves []Leaf, name string) (Proof, error) {
	if err := inOrder(leaves); err != nil {
		return Proof{}, err
	}
	i := slices.IndexFunc(leaves, func(l Leaf) bool { return l.Name == name })
	if i < 0 {
		return Proof{}, ErrNoLeaf
	}
	return Proof{Index: i, Size: len(leaves), Path: besides(hashes(leaves), i)}, nil
}

// VerifyInclusion checks that leaf lies under root where the proof says. It returns
// nil or ErrProof.
func VerifyInclusion(root Digest, leaf Leaf, p Proof) error {
	if p.Index < 0 || p.Index >= p.Size {
		return ErrProof
	}
	got, ok := climb(leaf.Hash(), p.Index, p.Size, p.Path)
	if !ok || got != root {
		return ErrProof
	}
	return nil
}

func hashes(leaves []Leaf) []Digest {
	all := make([]Digest, len(leaves))
	for i, l := range leaves {
		all[i] = l.Hash()
	}
	return all
}

func node(left, right Digest) Digest {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// split is the largest power of two below n: the left half of a tree of n leaves.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

func subtree(h []Digest) Digest {
	if len(h) == 1 {
		return h[0]
	}
	k := split(len(h))
	return node(subtree(h[:k]), subtree(h[k:]))
}

func besides(h []Digest, i int) []Digest {
	if len(h) == 1 {
		return nil
	}
	k := split(len(h))
	if i < k {
		return append(besides(h[:k], i), subtree(h[k:]))
	}
	return append(besides(h[k:], i-k), subtree(h[:k]))
}

// climb computes the root from one leaf; ok is false when the path has not the
// length such a tree asks for.
func climb(h Digest, index, size int, path []Digest) (root Digest, ok bool) {
	if size == 1 {
		return h, len(path) == 0
	}
	if len(path) == 0 {
		return Digest{}, false
	}
	beside, below := path[len(path)-1], path[:len(path)-1]
	k := split(size)
	if index < k {
		h, ok = climb(h, index, k, below)
		return node(h, beside), ok
	}
	h, ok = climb(h, index-k, size-k, below)
	return node(beside, h), ok
}

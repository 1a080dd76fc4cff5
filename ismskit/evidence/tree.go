package evidence

import (
	"crypto/sha256"
	"math/bits"
)

// Root returns the hash that stands for all leaves, as a Merkle tree in the shape
// of RFC 6962. The leaves must be in order of name and no name may come twice;
// errors are ErrLeafName and ErrLeafOrder.
func Root(leaves []Leaf) (Digest, error) {
	if err := inOrder(leaves); err != nil {
		return Digest{}, err
	}
	var room [64]Digest // mostly there are fewer: a signature has some forty
	all := room[:0]
	for _, l := range leaves {
		all = append(all, l.Hash())
	}
	return RootOfHashes(all), nil
}

// RootOfHashes returns the root over leaf hashes that are already known, in the
// order of their leaves, such as those of leaves whose values were disposed of.
func RootOfHashes(leafHashes []Digest) Digest {
	if len(leafHashes) == 0 {
		return sha256.Sum256(nil)
	}
	return subtree(leafHashes)
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

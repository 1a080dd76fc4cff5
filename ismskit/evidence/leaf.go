package evidence

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	leafPrefix = "\x00isms-leaf-1\n"

	// longestName bounds leaf names and the texts of an entry's header, in bytes.
	longestName = 1024
)

// Errors of leaves and their trees.
var (
	ErrLeafName  = errors.New("evidence: a leaf's name is empty, too long or not clean text")
	ErrLeafOrder = errors.New("evidence: leaves are not in order of name, or a name comes twice")
	ErrProof     = errors.New("evidence: the proof does not hold")
)

// Leaf is one part of what is signed: a field, a cell, a file, a comment. The salt
// keeps a reader who sees only the hash from trying values until one fits.
type Leaf struct {
	Name  string   // such as field/reason, row/2/system, file/3, comment
	Salt  [16]byte // random, new for each leaf
	Value []byte   // canonical bytes
}

// NewLeaf returns a leaf with a fresh salt read from random and the canonical bytes
// of value. A nil random is the system's. Errors are ErrLeafName, a *[ValueError]
// and whatever random returns.
func NewLeaf(name string, value any, random io.Reader) (Leaf, error) {
	if !cleanName(name) {
		return Leaf{}, fmt.Errorf("%w: %q", ErrLeafName, name)
	}
	canonical, err := Canonical(value)
	if err != nil {
		return Leaf{}, fmt.Errorf("%s: %w", name, err)
	}
	leaf := Leaf{Name: name, Value: canonical}
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, leaf.Salt[:]); err != nil {
		return Leaf{}, fmt.Errorf("evidence: salt: %w", err)
	}
	return leaf, nil
}

// Hash returns the leaf's hash; doc.go lays out its input.
func (l Leaf) Hash() Digest {
	var room [256]byte
	b := append(room[:0], leafPrefix...)
	b = append(b, l.Salt[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.Name)))
	b = append(b, l.Name...)
	b = append(b, l.Value...)
	return sha256.Sum256(b)
}

// CanonicalValue makes a leaf part of a payload: an object of name, salt in
// hexadecimal, and value. The value is a string that holds the hashed bytes, so that
// a verifier in any language hashes them without writing JSON itself.
func (l Leaf) CanonicalValue() any {
	return map[string]any{"name": l.Name, "salt": hex.EncodeToString(l.Salt[:]), "value": string(l.Value)}
}

// SortLeaves puts leaves into the order in which they are hashed: by the bytes of
// their names.
func SortLeaves(leaves []Leaf) {
	slices.SortFunc(leaves, func(a, b Leaf) int { return cmp.Compare(a.Name, b.Name) })
}

func inOrder(leaves []Leaf) error {
	for i, l := range leaves {
		if !cleanName(l.Name) {
			return fmt.Errorf("%w: %q", ErrLeafName, l.Name)
		}
		if i > 0 && leaves[i-1].Name >= l.Name {
			return fmt.Errorf("%w: %q", ErrLeafOrder, l.Name)
		}
	}
	return nil
}

func cleanName(s string) bool {
	return s != "" && len(s) <= longestName && textFault(s) == ""
}

package evidence

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// counting hands out 0, 1, 2, … so that tests have known salts.
type counting struct{ next byte }

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = c.next
		c.next++
	}
	return len(b), nil
}

// someLeaves are n leaves in order with known salts.
func someLeaves(t testing.TB, n int) []Leaf {
	t.Helper()
	salts := &counting{}
	leaves := make([]Leaf, n)
	for i := range leaves {
		leaf, err := NewLeaf(fmt.Sprintf("row/%03d/system", i), fmt.Sprintf("系統%d", i), salts)
		if err != nil {
			t.Fatal(err)
		}
		leaves[i] = leaf
	}
	return leaves
}

func rootOf(t testing.TB, leaves []Leaf) Digest {
	t.Helper()
	root, err := Root(leaves)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestTheTreeHasTheShapeOfRFC6962(t *testing.T) {
	h := make([]Digest, 7)
	for i := range h {
		h[i] = Digest{byte(i)}
	}
	left := node(node(h[0], h[1]), node(h[2], h[3]))
	for n, want := range map[int]Digest{
		0: sha256.Sum256(nil),
		1: h[0],
		2: node(h[0], h[1]),
		3: node(node(h[0], h[1]), h[2]),
		4: left,
		5: node(left, h[4]),
		6: node(left, node(h[4], h[5])),
		7: node(left, node(node(h[4], h[5]), h[6])),
	} {
		if got := RootOfHashes(h[:n]); got != want {
			t.Errorf("%d leaves: %v", n, got)
		}
	}
}

func TestEveryByteOfALeafCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaf := Leaf{Name: rapid.StringN(1, 20, -1).Draw(t, "name"), Value: rapid.SliceOf(rapid.Byte()).Draw(t, "value")}
		copy(leaf.Salt[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "salt"))
		other := Leaf{Name: rapid.StringN(1, 20, -1).Draw(t, "other name"), Salt: leaf.Salt, Value: rapid.SliceOf(rapid.Byte()).Draw(t, "other value")}
		same := leaf.Name == other.Name && bytes.Equal(leaf.Value, other.Value)
		if (leaf.Hash() == other.Hash()) != same {
			t.Fatalf("%+v and %+v", leaf, other)
		}
		moved := leaf
		moved.Salt[rapid.IntRange(0, 15).Draw(t, "byte")] ^= 1
		if moved.Hash() == leaf.Hash() {
			t.Fatal("the salt does not count")
		}
	})
}

func TestTheSameValueDoesNotShowInTwoForms(t *testing.T) {
	first, err1 := NewLeaf("field/reason", "離職", nil)
	second, err2 := NewLeaf("field/reason", "離職", nil)
	if err1 != nil || err2 != nil || first.Hash() == second.Hash() {
		t.Errorf("%v, %v: equal hashes tell that the values are equal", err1, err2)
	}
}

func TestLeavesMustBeNamedOnceAndInOrder(t *testing.T) {
	leaves := someLeaves(t, 3)
	leaves[0], leaves[2] = leaves[2], leaves[0]
	if _, err := Root(leaves); !errors.Is(err, ErrLeafOrder) {
		t.Errorf("out of order: %v", err)
	}
	SortLeaves(leaves)
	if _, err := Root(leaves); err != nil {
		t.Errorf("sorted: %v", err)
	}
	if _, err := Root([]Leaf{leaves[0], leaves[0]}); !errors.Is(err, ErrLeafOrder) {
		t.Errorf("twice: %v", err)
	}
	for _, name := range []string{"", "a\x00", "\xff", "e\u0301", strings.Repeat("x", longestName+1)} {
		if _, err := NewLeaf(name, 1, nil); !errors.Is(err, ErrLeafName) {
			t.Errorf("%.10q: %v", name, err)
		}
		if _, err := Root([]Leaf{{Name: name}}); !errors.Is(err, ErrLeafName) {
			t.Errorf("%.10q: %v", name, err)
		}
	}
	var fault *ValueError
	if _, err := NewLeaf("field/share", 0.5, nil); !errors.As(err, &fault) || fault.Reason != NoFloats {
		t.Errorf("a value without canonical bytes: %v", err)
	}
	if _, err := NewLeaf("comment", "x", strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("no salt: %v", err)
	}
}

// A leaf in a payload is what its fields say, however it is written there.
func TestALeafInAPayloadSaysItsFields(t *testing.T) {
	for _, n := range []int{0, 1, 9} {
		leaves := someLeaves(t, n)
		items, plain := make([]any, n), make([]any, n)
		for i, l := range leaves {
			items[i], plain[i] = l, l.CanonicalValue()
		}
		written, err := Canonical(items)
		want, err2 := Canonical(plain)
		if err != nil || err2 != nil || !bytes.Equal(written, want) {
			t.Errorf("%d leaves: %s, %v, field by field: %s, %v", n, written, err, want, err2)
		}
	}
	if _, err := Canonical([]any{Leaf{Name: "file/1", Value: []byte{0xff}}}); err == nil || !strings.Contains(err.Error(), "[0].value") {
		t.Errorf("a value that is no text: %v", err)
	}
}

package evidence

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// logOf has n leaves; heads are what they stand for.
func logOf(t testing.TB, n int) (*Log, []Head) {
	t.Helper()
	l := &Log{}
	heads := make([]Head, n)
	for i := range heads {
		heads[i] = Head{Chain: fmt.Sprintf("case/%d", i), Seq: int64(i%5 + 1), Hash: Digest{byte(i), byte(i >> 8)}}
		leaf, err := heads[i].LogLeaf()
		fatal(t, err)
		fatal(t, l.Append(leaf))
	}
	return l, heads
}

func at(t testing.TB, l *Log, size int64) Checkpoint {
	t.Helper()
	root, err := l.Root(size)
	fatal(t, err)
	return Checkpoint{Origin: "isms.example", Size: size, Root: root, Time: time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)}
}

func TestEveryHeadIsProvedInEveryLog(t *testing.T) {
	for n := 1; n <= 33; n++ {
		l, heads := logOf(t, n)
		now := at(t, l, int64(n))
		for i, h := range heads {
			proof, err := l.Inclusion(int64(i))
			fatal(t, err)
			if err := CheckInclusion(now, int64(i), h, proof); err != nil {
				t.Errorf("head %d of %d: %v", i, n, err)
			}
			other := h
			other.Seq++
			if err := CheckInclusion(now, int64(i), other, proof); !errors.Is(err, ErrProof) {
				t.Errorf("head %d of %d with another number: %v", i, n, err)
			}
			if err := CheckInclusion(now, int64(n), h, proof); !errors.Is(err, ErrProof) {
				t.Errorf("beyond the log: %v", err)
			}
		}
	}
}

func TestALogGrowsAndNeverChanges(t *testing.T) {
	l, _ := logOf(t, 21)
	now := at(t, l, 21)
	for older := int64(0); older <= 21; older++ {
		proof, err := l.Consistency(older)
		fatal(t, err)
		then := at(t, l, older)
		if err := CheckConsistency(then, now, proof); err != nil {
			t.Errorf("from %d: %v", older, err)
		}
		then.Root[3]++
		if err := CheckConsistency(then, now, proof); !errors.Is(err, ErrProof) {
			t.Errorf("from another %d: %v", older, err)
		}
	}
	if err := CheckConsistency(now, at(t, l, 5), nil); !errors.Is(err, ErrProof) {
		t.Errorf("a log that shrank: %v", err)
	}
	for _, size := range []int64{-1, 22} {
		if _, err := l.Root(size); !errors.Is(err, ErrLog) {
			t.Errorf("size %d: %v", size, err)
		}
		if _, err := l.Consistency(size); !errors.Is(err, ErrLog) {
			t.Errorf("size %d: %v", size, err)
		}
		if _, err := l.Inclusion(size); !errors.Is(err, ErrLog) {
			t.Errorf("place %d: %v", size, err)
		}
	}
}

// The daily job goes on with a few hashes instead of the whole tree.
func TestALogGoesOnFromItsPeaks(t *testing.T) {
	for n := range 40 {
		whole, _ := logOf(t, n)
		peaks, err := whole.Peaks()
		fatal(t, err)
		resumed := PartOf(int64(n), peaks...)
		for i := range 9 {
			leaf := Digest{0xaa, byte(i)}
			fatal(t, whole.Append(leaf))
			fatal(t, resumed.Append(leaf))
			if at(t, whole, whole.Size()) != at(t, resumed, resumed.Size()) {
				t.Fatalf("%d and %d more: another root", n, i+1)
			}
		}
	}
	if err := PartOf(3).Append(Digest{}); !errors.Is(err, ErrNode) {
		t.Errorf("a log that knows nothing went on: %v", err)
	}
}

func TestAPartOfTheTreeProvesWhatItWasTakenFor(t *testing.T) {
	l, heads := logOf(t, 100)
	now := at(t, l, 100)
	nodes, err := l.Part([]int64{7, 64, 99}, []int64{0, 10, 63, 100})
	fatal(t, err)
	part := PartOf(100, nodes...)
	for _, i := range []int64{7, 64, 99} {
		proof, err := part.Inclusion(i)
		fatal(t, err)
		fatal(t, CheckInclusion(now, i, heads[i], proof))
	}
	for _, n := range []int64{0, 10, 63, 100} {
		if !grew(part, at(t, l, n), now) {
			t.Errorf("from %d: not proved", n)
		}
	}
	if _, err := part.Inclusion(30); !errors.Is(err, ErrNode) {
		t.Errorf("a leaf it was not taken for: %v", err)
	}
	if len(nodes) > 60 {
		t.Errorf("%d nodes for three leaves of a hundred", len(nodes))
	}
	if _, err := l.Part([]int64{100}, nil); !errors.Is(err, ErrLog) {
		t.Errorf("%v", err)
	}
	if _, err := l.Part(nil, []int64{101}); !errors.Is(err, ErrLog) {
		t.Errorf("%v", err)
	}
	again, ok := decodeNodes(encodeNodes(nodes))
	if !ok || !slices.Equal(again, nodes) {
		t.Error("nodes are not read as they are written")
	}
}

func TestACheckpointIsReadAsItIsWritten(t *testing.T) {
	l, _ := logOf(t, 9)
	for _, clock := range []Clock{
		{}, {Source: "tock.stdtime.gov.tw", Offset: -1500 * time.Microsecond}, {Source: "GPS 一號"},
		{Silent: true}, {Source: "tock.stdtime.gov.tw", Silent: true}, {Source: "clock silent", Silent: true}, {Source: "silent"},
	} {
		c := at(t, l, 9)
		c.Clock = clock
		text, err := c.Text()
		fatal(t, err)
		read, err := ParseCheckpoint(text)
		if err != nil || read != c {
			t.Errorf("%+v, %v", read, err)
		}
		for _, other := range []string{
			text + "\n", text[:len(text)-1], strings.Replace(text, "\n9\n", "\n09\n", 1), strings.Replace(text, "\n9\n", "\n-9\n", 1),
			strings.Replace(text, "time ", "time  ", 1), strings.Replace(text, "\nclock", "\nclocks", 1), strings.Replace(text, ".000000Z", "Z", 1), "",
		} {
			if _, err := ParseCheckpoint(other); !errors.Is(err, ErrCheckpoint) {
				t.Errorf("%q: %v", other, err)
			}
		}
	}
	for _, bad := range []Checkpoint{
		{}, {Origin: "a\nb"}, {Origin: " a"}, {Origin: "a", Size: -1}, {Origin: "a", Time: time.Unix(-1, 0)},
		{Origin: "a", Time: time.Unix(1, 0), Clock: Clock{Source: "x\ny"}},
		{Origin: "a", Time: time.Unix(1, 0), Clock: Clock{Source: "x\ny", Silent: true}},
		{Origin: "a", Time: time.Unix(1, 0), Clock: Clock{Source: "x", Silent: true, Offset: time.Second}},
	} {
		if _, err := bad.Text(); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestKeysAreKeptAndNamed(t *testing.T) {
	key, err := NewKey("isms.example", rand.Reader)
	fatal(t, err)
	again, err := ParseKey(key.Secret())
	if err != nil || again.Verifier() != key.Verifier() || !strings.HasPrefix(key.String(), "isms.example+") {
		t.Errorf("%v, %v", again, err)
	}
	if strings.Contains(fmt.Sprint(key), "PRIVATE") {
		t.Error("a log would show the secret")
	}
	for _, name := range []string{"", "a b", "a+b", "a\n"} {
		if _, err := NewKey(name, rand.Reader); !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := ParseKey(key.Verifier()); !errors.Is(err, ErrKey) {
		t.Errorf("%v", err)
	}
	if _, err := Sign("a\n", Key{}); err == nil {
		t.Error("the zero Key signed")
	}
	if _, err := OpenNote(nil, "nonsense"); !errors.Is(err, ErrKey) {
		t.Errorf("%v", err)
	}
}

// Another byte is another note, also where base64 has bits to spare.
func TestANoteIsWrittenInOneWay(t *testing.T) {
	key, err := NewKey("isms.example", rand.Reader)
	fatal(t, err)
	signed, err := Sign("text\n", key)
	fatal(t, err)
	if n, err := OpenNote(signed, key.Verifier()); err != nil || n.Text != "text\n" || !slices.Equal(n.Signers, []string{"isms.example"}) {
		t.Fatalf("%+v, %v", n, err)
	}
	for i := range signed {
		for bit := range 8 {
			other := slices.Clone(signed)
			other[i] ^= 1 << bit
			if _, err := OpenNote(other, key.Verifier()); err == nil {
				t.Errorf("bit %d of byte %d changed: %q", bit, i, other)
			}
		}
	}
	line := string(signed[len("text\n\n"):])
	if _, err := OpenNote([]byte(string(signed)+line), key.Verifier()); !errors.Is(err, ErrSignature) {
		t.Errorf("a signature twice: %v", err)
	}
	// What we write, Go's own reader of notes reads.
	v, err := note.NewVerifier(key.Verifier())
	fatal(t, err)
	if _, err := note.Open(signed, note.VerifierList(v)); err != nil {
		t.Error(err)
	}
}

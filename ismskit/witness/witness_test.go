package witness_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
)

// log is a house's log with its key.
type log struct {
	t    *testing.T
	key  evidence.Key
	tree evidence.Log
	now  time.Time
}

func newLog(t *testing.T, key evidence.Key) *log {
	return &log{t: t, key: key, now: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)}
}

func aKey(t *testing.T, name string) evidence.Key {
	t.Helper()
	key, err := evidence.NewKey(name, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// checkpoint adds leaves and signs.
func (l *log) checkpoint(leaves ...evidence.Digest) []byte {
	l.t.Helper()
	if err := l.tree.Append(leaves...); err != nil {
		l.t.Fatal(err)
	}
	root, err := l.tree.Root(l.tree.Size())
	if err != nil {
		l.t.Fatal(err)
	}
	l.now = l.now.Add(24 * time.Hour)
	text, err := evidence.Checkpoint{Origin: "isms.example", Size: l.tree.Size(), Root: root, Time: l.now}.Text()
	if err != nil {
		l.t.Fatal(err)
	}
	signed, err := evidence.Sign(text, l.key)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

func TestACosignerSignsOnlyWhatGoesOn(t *testing.T) {
	key, auditor := aKey(t, "isms.example"), aKey(t, "audit.example")
	l := newLog(t, key)
	w := witness.NewCosigner(auditor, key.Verifier(), evidence.Checkpoint{})
	first := l.checkpoint(evidence.Digest{1}, evidence.Digest{2})
	signs := func(note []byte) {
		t.Helper()
		signed, err := w.Witness(t.Context(), note, l.tree.Consistency)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := evidence.OpenNote(signed, auditor.Verifier()); err != nil {
			t.Error(err)
		}
	}
	signs(first)
	signs(first) // told twice, it signs twice
	signs(l.checkpoint(evidence.Digest{3}))
	if back, err := w.Witness(t.Context(), first, l.tree.Consistency); err != nil || string(back) != string(first) {
		t.Errorf("one that comes after a later one: %q, %v", back, err)
	}
	forged := newLog(t, key)
	forged.now = l.now
	note := forged.checkpoint(evidence.Digest{1}, evidence.Digest{9}, evidence.Digest{3}, evidence.Digest{4})
	if _, err := w.Witness(t.Context(), note, forged.tree.Consistency); !errors.Is(err, witness.ErrFork) {
		t.Errorf("a log that was made anew: %v", err)
	}
	short := newLog(t, key)
	short.now = l.now
	note = short.checkpoint(evidence.Digest{1})
	if _, err := w.Witness(t.Context(), note, short.tree.Consistency); !errors.Is(err, witness.ErrFork) {
		t.Errorf("a log that was cut off: %v", err)
	}
	other := newLog(t, aKey(t, "isms.example"))
	note = other.checkpoint(evidence.Digest{1})
	if _, err := w.Witness(t.Context(), note, other.tree.Consistency); !errors.Is(err, evidence.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
}

func TestAFolderKeepsEachCheckpointOnce(t *testing.T) {
	l, dir := newLog(t, aKey(t, "isms.example")), t.TempDir()
	w := witness.Folder{Dir: dir}
	note := l.checkpoint(evidence.Digest{1})
	for range 2 {
		if _, err := w.Witness(t.Context(), note, nil); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if kept, err := os.ReadFile(files[0]); err != nil || string(kept) != string(note) {
		t.Errorf("%q, %v", kept, err)
	}
	if err := os.Chmod(files[0], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Witness(t.Context(), note, nil); err == nil {
		t.Error("a file that was changed is taken for the checkpoint")
	}
	if _, err := (witness.Folder{Dir: filepath.Join(dir, "away")}).Witness(t.Context(), note, nil); err == nil {
		t.Error("a folder that is away took a checkpoint")
	}
	if _, err := w.Witness(t.Context(), []byte("nonsense"), nil); !errors.Is(err, evidence.ErrCheckpoint) {
		t.Errorf("%v", err)
	}
}

package witness_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/ismskit/witness/witnesstest"
)

func TestACosignerSignsOnlyWhatGoesOn(t *testing.T) {
	key, auditor := witnesstest.Key(t, "isms.example"), witnesstest.Key(t, "audit.example")
	l := witnesstest.NewLog(t, key)
	w := witness.NewCosigner(auditor, key.Verifier(), evidence.Checkpoint{})
	first := l.Checkpoint(evidence.Digest{1}, evidence.Digest{2})
	signs := func(note []byte) {
		t.Helper()
		signed, err := w.Witness(t.Context(), note, l.Tree.Consistency)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := evidence.OpenNote(signed, auditor.Verifier()); err != nil {
			t.Error(err)
		}
	}
	signs(first)
	signs(first) // told twice, it signs twice
	signs(l.Checkpoint(evidence.Digest{3}))
	if back, err := w.Witness(t.Context(), first, l.Tree.Consistency); err != nil || string(back) != string(first) {
		t.Errorf("one that comes after a later one: %q, %v", back, err)
	}
	forged := witnesstest.NewLog(t, key)
	forged.Now = l.Now
	note := forged.Checkpoint(evidence.Digest{1}, evidence.Digest{9}, evidence.Digest{3}, evidence.Digest{4})
	if _, err := w.Witness(t.Context(), note, forged.Tree.Consistency); !errors.Is(err, witness.ErrFork) {
		t.Errorf("a log that was made anew: %v", err)
	}
	short := witnesstest.NewLog(t, key)
	short.Now = l.Now
	note = short.Checkpoint(evidence.Digest{1})
	if _, err := w.Witness(t.Context(), note, short.Tree.Consistency); !errors.Is(err, witness.ErrFork) {
		t.Errorf("a log that was cut off: %v", err)
	}
	other := witnesstest.NewLog(t, witnesstest.Key(t, "isms.example"))
	note = other.Checkpoint(evidence.Digest{1})
	if _, err := w.Witness(t.Context(), note, other.Tree.Consistency); !errors.Is(err, evidence.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
}

func TestAFolderKeepsEachCheckpointOnce(t *testing.T) {
	l, dir := witnesstest.NewLog(t, witnesstest.Key(t, "isms.example")), t.TempDir()
	w := witness.Folder{Dir: dir}
	note := l.Checkpoint(evidence.Digest{1})
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

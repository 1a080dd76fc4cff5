package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/ismskit/witness/witnesstest"
	"github.com/ismskit/ismskit/refserver/cosign"
)

// begun starts the program and returns its address and public key; end stops it.
func begun(t *testing.T, args ...string) (address, key string, end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), w)
		w.CloseWithError(errors.Join(err, io.EOF))
		done <- err
	}()
	lines := bufio.NewScanner(r)
	for lines.Scan() && key == "" {
		if address == "" {
			address = lines.Text()
		} else {
			key = lines.Text()
			break
		}
	}
	if key == "" {
		t.Fatalf("it did not start: %v", <-done)
	}
	return address, key, func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// The audit unit's machine is started anew after a year: it goes on from what it kept, and a
// server that comes with another history gets no signature.
func TestAWitnessThatIsStartedAnewGoesOnFromWhatItKept(t *testing.T) {
	house := witnesstest.Key(t, "isms.example")
	folder := t.TempDir()
	public := filepath.Join(folder, "house.pub")
	if err := os.WriteFile(public, []byte(house.Verifier()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	history := func(leaves ...evidence.Digest) (*witnesstest.Log, []byte) {
		l := witnesstest.NewLog(t, house)
		return l, l.Checkpoint(leaves...)
	}
	asked := func(address, key string, leaves ...evidence.Digest) error {
		t.Helper()
		w, err := cosign.NewRemote(address, key)
		if err != nil {
			t.Fatal(err)
		}
		l, note := history(leaves...)
		_, err = w.Witness(t.Context(), note, l.Tree.Consistency)
		return err
	}
	args := []string{"-house", public, "-data", filepath.Join(folder, "audit"), "-name", "audit.example"}
	address, key, end := begun(t, args...)
	if err := asked(address, key, evidence.Digest{1}, evidence.Digest{2}); err != nil || !strings.HasPrefix(key, "audit.example+") {
		t.Fatalf("%s: %v", key, err)
	}
	end()
	address, again, end := begun(t, args...)
	if again != key {
		t.Errorf("its key is %s and was %s", again, key)
	}
	if err := asked(address, key, evidence.Digest{1}, evidence.Digest{9}, evidence.Digest{3}); !errors.Is(err, witness.ErrFork) {
		t.Errorf("another history: %v", err)
	}
	if err := asked(address, key, evidence.Digest{1}, evidence.Digest{2}, evidence.Digest{3}); err != nil {
		t.Errorf("the same history: %v", err)
	}
	end()
	// Somebody takes away what it kept last and puts a checkpoint of another history there.
	_, note := history(evidence.Digest{9})
	if err := os.WriteFile(filepath.Join(folder, "audit", "last.note"), note, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), append(args, "-addr", "127.0.0.1:0"), io.Discard); !errors.Is(err, evidence.ErrSignature) {
		t.Errorf("it goes on from what it never signed: %v", err)
	}
}

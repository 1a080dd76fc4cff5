package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The key of the check codes is made once and stays: with another no copy that is about would
// be known, so one that cannot be read stops the server rather than being replaced.
func TestTheKeyOfTheCheckCodesStays(t *testing.T) {
	o := options{data: filepath.Join(t.TempDir(), "new")}
	first, err := openCheckKey(o)
	if err != nil || len(first) != checkKeyBytes {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	again, err := openCheckKey(o)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("another key at the next start: %v", err)
	}
	path := filepath.Join(o.data, fileCheckKey)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info, err)
	}
	if left, err := os.ReadDir(o.data); err != nil || len(left) != 1 {
		t.Errorf("left beside it: %v, %v", left, err)
	}
	other, err := openCheckKey(options{data: t.TempDir()})
	if err != nil || bytes.Equal(first, other) {
		t.Errorf("two houses have one key: %v", err)
	}
	for _, broken := range []string{"", "abc\n", "00\n"} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openCheckKey(o); err == nil {
			t.Errorf("%q is taken for a key", broken)
		}
	}
}

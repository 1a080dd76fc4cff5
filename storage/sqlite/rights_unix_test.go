//go:build !windows

package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/storage/sqlite"
)

// What the file says is confidential, beside it in the journal too.
func TestTheFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %o", filepath.Base(name), info.Mode().Perm())
		}
	}
}

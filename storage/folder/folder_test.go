package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/folder"
	"github.com/ismskit/ismskit/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.RunBlobs(t, func(t *testing.T) ismskit.Blobs {
		b, err := folder.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}

// Of a folder that is away nobody learns that its files are gone, and nothing is
// written beside it.
func TestAFolderThatIsAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	b, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	digest, _, err := b.Put(t.Context(), strings.NewReader("程序書"), 100)
	if err != nil {
		t.Fatal(err)
	}
	unmounted := filepath.Join(filepath.Dir(dir), "elsewhere")
	if err := errors.Join(os.Rename(dir, unmounted), os.Mkdir(dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Open(t.Context(), digest); !errors.Is(err, ismskit.ErrUnavailable) || errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("reading: %v", err)
	}
	if _, _, err := b.Put(t.Context(), strings.NewReader("表單"), 100); !errors.Is(err, ismskit.ErrUnavailable) {
		t.Errorf("writing: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("written where the folder is not: %v, %v", left, err)
	}
	if err := errors.Join(os.Remove(dir), os.Rename(unmounted, dir)); err != nil {
		t.Fatal(err)
	}
	if r, err := b.Open(t.Context(), digest); err != nil {
		t.Errorf("back again: %v", err)
	} else if err := r.Close(); err != nil {
		t.Error(err)
	}
}

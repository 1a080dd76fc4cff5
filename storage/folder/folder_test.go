package folder_test

import (
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

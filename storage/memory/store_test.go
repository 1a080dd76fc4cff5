package memory_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, func(*testing.T) ismskit.Store { return memory.New() })
}

func TestContractTwice(t *testing.T) {
	storagetest.Run(t, func(*testing.T) ismskit.Store { return storagetest.Twice(memory.New()) })
}

func TestBlobs(t *testing.T) {
	storagetest.RunBlobs(t, func(*testing.T) ismskit.Blobs { return memory.NewBlobs() })
}

package storage_test

import (
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// engines are the databases that figures are taken on, each with its floor.
var engines = []struct {
	name  string
	store func(*testing.B) ismskit.Store
	floor func(*testing.B) *floor
}{
	{"sqlite", func(b *testing.B) ismskit.Store { return sqliteStore(b) }, sqliteFloor},
	{"postgres", func(b *testing.B) ismskit.Store { return postgrestest.Open(b, postgres.Options{}) }, postgresFloor},
}

func sqliteStore(b testing.TB) ismskit.Store {
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "isms.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

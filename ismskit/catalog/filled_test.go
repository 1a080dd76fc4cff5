package catalog

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// filled is a store with the demonstration in it as it stands on Monday morning, and its files. It
// is loaded once for each kind of store; every test has a copy.
type filled struct {
	ismskit.Store
	original
}

// original is what loading left beside the store.
type original struct {
	blobs *memory.Blobs
	cases map[string]string // story → case
}

// fill loads the demonstration.
func fill(t testing.TB, store ismskit.Store) original {
	t.Helper()
	l := loaded(t, store, monday)
	return original{l.blobs.(*memory.Blobs), l.cases}
}

// of is a copy's.
func (o original) of(store ismskit.Store) filled {
	return filled{store, original{o.blobs.Clone(), o.cases}}
}

// loader is the one that filled it, on Monday morning.
func (h filled) loader(t testing.TB) *loader {
	t.Helper()
	d, err := ReadDemo(Options{})
	must(t, err)
	cfg := demoConfig(t, h.Store)
	cfg.Blobs = h.blobs
	l, err := d.loader(cfg, monday)
	must(t, err)
	l.cases = maps.Clone(h.cases)
	return l
}

var inMaps struct {
	store *memory.Store
	original
}

func inMemory(t testing.TB) filled {
	t.Helper()
	if inMaps.store == nil {
		store := memory.New()
		inMaps.original, inMaps.store = fill(t, store), store
	}
	return inMaps.of(inMaps.store.Clone())
}

var inFile struct {
	content []byte
	original
}

func inSQLite(t testing.TB) filled {
	t.Helper()
	path := filepath.Join(t.TempDir(), "isms.db")
	if inFile.content == nil {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		must(t, err)
		inFile.original = fill(t, s)
		must(t, s.Close())
		inFile.content, err = os.ReadFile(path)
		must(t, err)
	}
	must(t, os.WriteFile(path, inFile.content, 0o600))
	return inFile.of(openSQLiteAt(t, path))
}

var inServer struct {
	copies postgrestest.Copies
	original
}

func inPostgres(t testing.TB) filled {
	t.Helper()
	s := inServer.copies.Open(t, postgres.Options{}, func(s *postgres.Store) { inServer.original = fill(t, s) })
	return inServer.of(s)
}

package ismskit_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// A store with the small agency's people in it, as it was started on Monday morning, is filled
// once for each kind of store; every test has a copy, which opens like a server that was stopped
// and is started again.

// staffed fills a store.
func staffed(t testing.TB, store ismskit.Store) {
	t.Helper()
	openOfficeAt(t, store, monday, func(*ismskit.Config) {})
}

var staffedMaps *memory.Store

func inMemory(t testing.TB) ismskit.Store {
	t.Helper()
	if staffedMaps == nil {
		store := memory.New()
		staffed(t, storagetest.Twice(store))
		staffedMaps = store
	}
	return storagetest.Twice(staffedMaps.Clone())
}

var staffedFile []byte

func inSQLite(t testing.TB) ismskit.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "isms.db")
	if staffedFile == nil {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		staffed(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if staffedFile, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, staffedFile, 0o600); err != nil {
		t.Fatal(err)
	}
	return sqliteAt(t, path)
}

var staffedDatabases postgrestest.Copies

func inPostgres(t testing.TB) ismskit.Store {
	t.Helper()
	return staffedDatabases.Open(t, postgres.Options{}, func(s *postgres.Store) { staffed(t, s) })
}

func sqliteAt(t testing.TB, path string) ismskit.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// eachStore runs a story on every kind of store.
func eachStore(t *testing.T, story func(t *testing.T, o *office)) { eachStoreWith(t, nil, story) }

// eachStoreWith does so in an office that has more types.
func eachStoreWith(t *testing.T, more []ismskit.Type, story func(t *testing.T, o *office)) {
	onStores(t, func(t *testing.T, store ismskit.Store) { story(t, openOffice(t, store, more...)) })
}

// onStores does so with an office that the story opens itself. With -short it is told in memory
// alone; what several do at once is for onEveryStore.
func onStores(t *testing.T, story func(t *testing.T, store ismskit.Store)) {
	if testing.Short() {
		t.Run("memory", func(t *testing.T) { story(t, inMemory(t)) })
		return
	}
	onEveryStore(t, story)
}

// onEveryStore does so also with -short.
func onEveryStore(t *testing.T, story func(t *testing.T, store ismskit.Store)) {
	t.Run("memory", func(t *testing.T) { story(t, inMemory(t)) })
	onDatabases(t, story)
}

// onDatabases runs a test on both databases.
func onDatabases(t *testing.T, test func(t *testing.T, store ismskit.Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, inSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, inPostgres(t)) })
}

// onEmptyDatabases runs one in which nobody has been yet.
func onEmptyDatabases(t *testing.T, test func(t *testing.T, store ismskit.Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteAt(t, filepath.Join(t.TempDir(), "isms.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, postgrestest.Open(t, postgres.Options{})) })
}

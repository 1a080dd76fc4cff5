package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest"
)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), sqlite.Options{})
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

func TestContract(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) ismskit.Store { return open(t) })
}

func TestContractTwice(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) ismskit.Store { return storagetest.Twice(open(t)) })
}

func TestContractJoined(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) ismskit.Store {
		s := open(t)
		tx, err := s.DB().DB.BeginTx(context.WithoutCancel(t.Context()), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := tx.Commit(); err != nil {
				t.Error(err)
			}
		})
		j, err := s.Join(t.Context(), tx)
		if err != nil {
			t.Fatal(err)
		}
		return j
	})
}

// What was filed while the band stood on the document keeps it, version by version; and a
// number that was stored as it was printed is found however it is typed; and a document is found by
// the title it had before it was corrected.
func TestAnEarlierFileIsTakenOver(t *testing.T) {
	for earlier, check := range map[string]func(*testing.T, ismskit.Store){
		storagetest.EarlierBands: storagetest.CheckEarlierBands, storagetest.EarlierNumbers: storagetest.CheckEarlierNumbers,
		storagetest.EarlierTitles: storagetest.CheckEarlierTitles,
	} {
		path := filepath.Join(t.TempDir(), "isms.db")
		before, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = before.DB().ExecContext(t.Context(), earlier)
		if err = errors.Join(err, before.Close()); err != nil {
			t.Fatal(err)
		}
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		check(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAPreviousProgramJoinsPeople(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	opened := func() *sqlite.Store {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := opened()
	storagetest.PreviousProgram(t, s, func(text string) {
		if _, err := s.DB().ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}, func() ismskit.Store {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = opened()
		return s
	}, func(query string) []string {
		files, err := storage.MigrationFiles("sqlite")
		if err != nil {
			t.Fatal(err)
		}
		back, err := fs.ReadFile(files, "005_participants.tx.down.sql")
		if err == nil {
			_, err = s.DB().ExecContext(t.Context(), string(back))
		}
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		if err := s.DB().NewRaw(query).Scan(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		return out
	})
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

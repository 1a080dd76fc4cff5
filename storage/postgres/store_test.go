package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

func open(t *testing.T) *postgres.Store {
	t.Helper()
	return postgrestest.Open(t, postgres.Options{Schema: `Office "7" `})
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

func TestBlobs(t *testing.T) {
	storagetest.RunBlobs(t, func(t *testing.T) ismskit.Blobs { return open(t).Blobs() })
}

// What was filed while the band stood on the document keeps it, version by version; and a
// number that was stored as it was printed is found however it is typed; and a document is found by
// the title it had before it was corrected.
func TestAnEarlierDatabaseIsTakenOver(t *testing.T) {
	for earlier, check := range map[string]func(*testing.T, ismskit.Store){
		storagetest.EarlierBands: storagetest.CheckEarlierBands, storagetest.EarlierNumbers: storagetest.CheckEarlierNumbers,
		storagetest.EarlierTitles: storagetest.CheckEarlierTitles,
	} {
		dsn := postgrestest.Database(t)
		before, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = before.DB().ExecContext(t.Context(), "SET search_path TO isms;"+earlier)
		if err = errors.Join(err, before.Close()); err != nil {
			t.Fatal(err)
		}
		s, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
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
	dsn := postgrestest.Database(t)
	opened := func() *postgres.Store {
		s, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := opened()
	storagetest.PreviousProgram(t, s, func(text string) {
		if _, err := s.DB().ExecContext(t.Context(), "SET search_path TO isms;"+text+";SET search_path TO public", pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}, func() ismskit.Store {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = opened()
		return s
	}, func(query string) []string {
		files, err := storage.MigrationFiles("postgres")
		if err != nil {
			t.Fatal(err)
		}
		back, err := fs.ReadFile(files, "005_participants.tx.down.sql")
		if err == nil {
			_, err = s.DB().ExecContext(t.Context(), strings.ReplaceAll(string(back), "isms_", "isms.isms_"))
		}
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		if err := s.DB().NewRaw(strings.ReplaceAll(query, "isms_", "isms.isms_")).Scan(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		return out
	})
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A database administrator may run the steps by hand; the program then finds all done.
func TestStepsRunByHand(t *testing.T) {
	dsn := postgrestest.Database(t)
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	files, err := storage.MigrationFiles("postgres")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files, "*.tx.up.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	texts := []string{"CREATE SCHEMA isms; SET search_path TO isms"}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, "BEGIN;"+string(text)+"COMMIT")
	}
	for i, text := range texts {
		if _, err := conn.PgConn().Exec(t.Context(), text).ReadAll(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	s, err := postgres.Connect(t.Context(), dsn, postgres.Options{Migrate: postgres.Check})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// What each signature writes anew is packed the quick way wherever the server knows it.
func TestTheStateIsPackedByLZ4(t *testing.T) {
	s, err := postgres.Connect(t.Context(), postgrestest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var knows bool
	if err := s.DB().NewRaw(`SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'`).Scan(t.Context(), &knows); err != nil {
		t.Fatal(err)
	}
	var packed []string
	if err := s.DB().NewRaw(`SELECT attname || ' ' || attcompression::text FROM pg_attribute
		WHERE attrelid = 'isms.isms_cases'::regclass AND attname IN ('form_values', 'state') ORDER BY 1`).Scan(t.Context(), &packed); err != nil {
		t.Fatal(err)
	}
	want := []string{"form_values ", "state "}
	if knows {
		want = []string{"form_values l", "state l"}
	}
	if !slices.Equal(packed, want) {
		t.Errorf("packed as %q, want %q", packed, want)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

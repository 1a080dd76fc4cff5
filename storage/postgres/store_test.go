package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/ismskit"
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

// What was filed while the band stood on the document keeps it, version by version.
func TestAnEarlierDatabaseKeepsItsBands(t *testing.T) {
	dsn := postgrestest.Database(t)
	earlier, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = earlier.DB().ExecContext(t.Context(), "SET search_path TO isms;"+storagetest.EarlierBands)
	if err = errors.Join(err, earlier.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	storagetest.CheckEarlierBands(t, s)
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
	})
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

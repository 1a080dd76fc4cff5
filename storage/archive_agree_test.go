package storage_test

import (
	"context"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// What is read first depends on how much there is of what is asked for; what is found doesn't.
// The archive is large enough that some words stand in many texts and some things asked for leave
// many records.
func TestTheArchiveFindsTheSameWhateverItReadsFirst(t *testing.T) {
	if testing.Short() {
		t.Skip("fills an archive")
	}
	const filed = 7000
	plain := memory.New()
	fillArchive(t, plain, filed)
	for _, e := range []struct {
		name string
		open func(*testing.T) ismskit.Store
	}{
		{"sqlite", func(t *testing.T) ismskit.Store { return sqliteStore(t) }},
		{"postgres", func(t *testing.T) ismskit.Store { return postgrestest.Open(t, postgres.Options{}) }},
	} {
		t.Run(e.name, func(t *testing.T) {
			s := e.open(t)
			fillArchive(t, s, filed)
			for _, shape := range append(recordsShapes(), oldWords()...) {
				for _, oldest := range []bool{false, true} {
					q := shape.query(7)
					if oldest && (q.Text != "" || shape.count != nil) {
						continue
					}
					if q.Oldest = oldest; shape.count == nil {
						q.Limit = 7
					}
					want, got := answers(t, plain, shape, q), answers(t, s, shape, q)
					if !slices.Equal(got, want) {
						t.Errorf("%s, oldest first %t: %d\n%v, not %d\n%v", shape.name, oldest, len(got), got, len(want), want)
					}
				}
			}
		})
	}
}

// oldWords are questions for what many texts hold, but none of the newest records.
func oldWords() (shapes []recordsShape) {
	for _, who := range []recordsReader{aHead, aPerson, anAuditor, aKeeper} {
		ask := func(i int) record.Query {
			q := who.query(i)
			q.Text = wordOld
			return q
		}
		shapes = append(shapes, recordsShape{name: "old-word-" + who.name, query: ask}, recordsShape{name: "old-word-count-" + who.name, query: ask, count: new(record.Facet)})
	}
	return shapes
}

// answers are the ids of two pages, or the counts.
func answers(t *testing.T, s ismskit.Store, shape recordsShape, q record.Query) (out []string) {
	t.Helper()
	for range 2 {
		found, err := readOurs(t.Context(), s, shape, q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
		if shape.count != nil || len(found) == 0 {
			return out
		}
		q.After = placeOf(t, s, found[len(found)-1])
	}
	return out
}

func placeOf(t *testing.T, s ismskit.Store, id string) (at record.Cursor) {
	t.Helper()
	err := s.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Records().Query(ctx, record.Query{All: true, IDs: []string{id}})
		if err == nil {
			at = record.Cursor{Filed: found[0].Filed, ID: id}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

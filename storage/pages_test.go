package storage_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/storage/sqlite"
)

// A signature on SQLite is as fast as it writes few pages: the case, the task's, its two
// indexes, the entry's and its index, whoever takes part now. More than two beside them
// on average, and a row has begun to move or an index to be written that did not change.
func TestASignatureWritesFewPages(t *testing.T) {
	const cases, most = 25, 9
	path := filepath.Join(t.TempDir(), "isms.db")
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	kit, err := signingKit(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for range 3 * cases { // those not signed lie between the others
		r, err := kit.Open(t.Context(), applicant, opening())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Case)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var pages, size int64
	if err := db.QueryRow(`PRAGMA page_size`).Scan(&size); err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		for step := range signatures {
			emptyLog(t, db)
			actor, action := approval(step + 1)
			if _, err := kit.Act(t.Context(), actor, ids[3*i], action); err != nil {
				t.Fatal(err)
			}
			log, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			pages += log.Size() / size // the log's own heads are far smaller than a page
		}
	}
	if mean := float64(pages) / (cases * signatures); mean < 5 || mean > most {
		t.Errorf("a signature writes %.1f pages, at most %d", mean, most)
	}
}

// emptyLog copies SQLite's log back into the file.
func emptyLog(t *testing.T, db *sql.DB) {
	t.Helper()
	var busy, log, copied int
	if err := db.QueryRow(`PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &copied); err != nil || busy != 0 {
		t.Fatal(err, busy)
	}
}

package storage_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// TestRecordPlans: no page of the archive and no count reads all of it.
func TestRecordPlans(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		fileMany(t, s)
		// A scan along an index in filed order stops at the end of the page.
		whole := regexp.MustCompile(`(?m)SCAN (r|p)\s*$|SCAN t$`)
		plans(t, s.DB(), storage.Engine{Builder: s.DB()}, "EXPLAIN QUERY PLAN ", whole)
	})
	t.Run("postgres", func(t *testing.T) {
		s := postgrestest.Open(t, postgres.Options{})
		fileMany(t, s)
		if _, err := s.DB().ExecContext(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
		var schema string
		const look = `SELECT schemaname FROM pg_tables WHERE tablename = 'isms_records' AND schemaname LIKE 'isms_%' ORDER BY 1 DESC LIMIT 1`
		if err := s.DB().QueryRowContext(t.Context(), look).Scan(&schema); err != nil {
			t.Fatal(err)
		}
		// A table of this size may well be read whole; what counts is that no query
		// must. One connection keeps the setting.
		s.DB().SetMaxOpenConns(1)
		if _, err := s.DB().ExecContext(t.Context(), "SET enable_seqscan = off"); err != nil {
			t.Fatal(err)
		}
		whole := regexp.MustCompile(`Seq Scan on isms_(records|participants|record_terms|record_systems)`)
		plans(t, s.DB(), storage.Engine{Builder: s.DB(), Prefix: `"` + schema + `".`, Postgres: true}, "EXPLAIN ", whole)
	})
}

func fileMany(t *testing.T, s ismskit.Store) {
	t.Helper()
	err := s.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		for i := range 5000 {
			id := fmt.Sprintf("case/%05d", i)
			r := record.Record{ID: id, Kind: "case", Number: fmt.Sprintf("115-%05d", i), Form: fmt.Sprintf("IS-04-%03d", i%40), Year: 110 + i%6,
				Unit: fmt.Sprintf("U%02d", i%20), Person: fmt.Sprintf("P%03d", i%200), State: "closed", ACL: fmt.Sprintf("acl-%03d", i%100),
				Filed: time.Unix(int64(i), 0)}
			if err := tx.Records().Put(ctx, r); err != nil {
				return err
			}
			if err := tx.Records().Join(ctx, id, r.Filed, r.Person); err != nil {
				return err
			}
			if err := tx.Records().PutText(ctx, id, fmt.Sprintf("權限帳號 %d 號申請", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func plans(t *testing.T, db *bun.DB, e storage.Engine, explain string, whole *regexp.Regexp) {
	t.Helper()
	var many []string
	for i := range 60 {
		many = append(many, fmt.Sprintf("acl-%03d", i))
	}
	after := record.Cursor{Filed: time.Unix(2500, 0), ID: "case/02500"}
	for name, q := range map[string]record.Query{
		"a reader of few rules":  {ACLs: []string{"acl-001", "acl-002"}, Reader: "P007", Limit: 50},
		"deep in the list":       {ACLs: []string{"acl-001", "acl-002"}, Reader: "P007", Limit: 50, After: after},
		"a reader of many rules": {ACLs: many, Reader: "P007", Limit: 50, After: after},
		"who only took part":     {Reader: "P007", Limit: 50},
		"everything":             {All: true, Limit: 50, After: after},
		"one form":               {All: true, Forms: []string{"IS-04-012"}, Limit: 50},
		"one number":             {All: true, Numbers: []string{"115-00012"}, Limit: 50},
		"a rare word":            {ACLs: many, Text: "4711", Limit: 50},
		"one record":             {All: true, IDs: []string{"case/00012"}, Limit: 50},
	} {
		texts := map[string]string{}
		text, err := storage.RecordQueryText(t.Context(), e, q)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = text
		for _, by := range []record.Facet{record.ByAll, record.ByForm, record.BySystem} {
			if texts[fmt.Sprintf("%s, counted by %q", name, by)], err = storage.RecordCountText(t.Context(), e, q, by); err != nil {
				t.Fatal(err)
			}
		}
		for name, text := range texts {
			planned(t, db, name, explain+text, whole)
		}
	}
	// What somebody took part in is read off his own list, whatever else is asked for: not all
	// records of a form or a unit.
	if !e.Postgres {
		for name, q := range map[string]record.Query{
			"his part of a form":  {Reader: "P007", Forms: []string{"IS-04-012"}, Limit: 50},
			"his part of a unit":  {Reader: "P007", Units: []string{"U07"}, Years: []int{111}, Limit: 50},
			"his part of a month": {Reader: "P007", From: time.Unix(1000, 0), To: time.Unix(2000, 0), Limit: 50},
		} {
			text, err := storage.RecordQueryText(t.Context(), e, q)
			if err != nil {
				t.Fatal(err)
			}
			planned(t, db, name, explain+text, regexp.MustCompile(`INDEX ismsx_records_\w+ \(\w+=\?\)|INDEX ismsx_records_\w+ \([^)]*filed[<>]|SCAN [rp]\b`))
		}
	}
	// Changes of lists are read off their index in its order: neither the trail of the cases
	// is read for them, nor are all of them sorted.
	for name, list := range map[string]string{"changes of lists": "list/", "changes of one list": "list/people/"} {
		text := storage.ListEntriesText(e)
		for _, value := range []string{"'" + list + "'", "'" + list + "\U0010FFFF'", "''", "''", "0", "9223372036854775807", "''", "0", "50"} {
			text = strings.Replace(text, "?", value, 1)
		}
		planned(t, db, name, explain+text, unsorted)
	}
}

// TestPlansForAllValues: a connection of ours plans what is prepared on it once, without the
// values, and still finds it by an index. One whose address names another way keeps that.
func TestPlansForAllValues(t *testing.T) {
	dsn := postgrestest.Database(t)
	schema := "office"
	s, err := postgres.Connect(t.Context(), dsn, postgres.Options{Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.DB().SetMaxOpenConns(1)
	if _, err := s.DB().ExecContext(t.Context(), "SET enable_seqscan = off"); err != nil {
		t.Fatal(err)
	}
	whole := regexp.MustCompile(`Seq Scan`)
	for name, text := range storage.PreparedReads(storage.Engine{Builder: s.DB(), Prefix: schema + ".", Postgres: true}) {
		if _, err := s.DB().DB.ExecContext(t.Context(), "PREPARE it AS "+numbered(text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		nulls := strings.TrimSuffix(strings.Repeat("NULL,", strings.Count(text, "?")), ",")
		if nulls != "" {
			nulls = "(" + nulls + ")"
		}
		planned(t, s.DB(), name, "EXPLAIN EXECUTE it"+nulls, whole)
		if _, err := s.DB().DB.ExecContext(t.Context(), "DEALLOCATE it"); err != nil {
			t.Fatal(err)
		}
	}
	for address, want := range map[string]string{dsn: "force_generic_plan", dsn + " plan_cache_mode=auto": "auto", dsn + " options='-c plan_cache_mode=auto'": "auto"} {
		own, err := postgres.Connect(t.Context(), address, postgres.Options{Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		var mode string
		err = own.DB().QueryRowContext(t.Context(), "SHOW plan_cache_mode").Scan(&mode)
		if err = errors.Join(err, own.Close()); err != nil || mode != want {
			t.Errorf("%q, %v; want %q", mode, err, want)
		}
	}
}

// unsorted is what a plan says that reads the trail in another order than its index of lists.
var unsorted = regexp.MustCompile(`TEMP B-TREE|sqlite_autoindex_isms_trail|Sort|isms_trail_pkey|Seq Scan on isms_trail`)

// planned fails where the database says that it reads everything.
func planned(t *testing.T, db *bun.DB, name, text string, whole *regexp.Regexp) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&plan, "%s\n", *(cells[len(cells)-1].(*any)))
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if whole.MatchString(plan.String()) {
		t.Errorf("%s reads everything:\n%s", name, plan.String())
	}
}

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
		// A scan along the index of all in filed order stops at the end of the page.
		whole := regexp.MustCompile(`(?m)SCAN [rpvyfz](\s*$| USING (COVERING )?INDEX ismsx_records_[^f]| USING (COVERING )?INDEX ismsx_records_form)|AUTOMATIC`)
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
		whole := regexp.MustCompile(`Seq Scan on isms_(records|participants|record_\w+)`)
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
				Class: "internal", Origin: "online", Systems: []string{fmt.Sprintf("S%02d", i%30)}, Filed: time.Unix(int64(i), 0)}
			if i%10 == 0 {
				r.Category, r.DocKind, r.Files = fmt.Sprintf("C%02d", i/10%20), fmt.Sprintf("kind-%d", i/10%5), []string{fmt.Sprintf("%064x", i)}
			}
			if i%5 == 1 {
				r.Parent = fmt.Sprintf("case/%05d", i-1)
			}
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

// aWay is what somebody asks for, and along which index that is read for who sees everything,
// as SQLite and as PostgreSQL call it.
type aWay struct {
	name string
	ask  func(q *record.Query)
	by   [2]string
}

// recordWays are all that the page of records and the API ask for, alone and together.
var recordWays = []aWay{
	{"nothing", func(*record.Query) {}, [2]string{"ismsx_records_filed", "ismsx_records_filed"}},
	{"kinds", func(q *record.Query) { q.Kinds = []string{"case", "document", "upload"} }, [2]string{"ismsx_records_filed", "ismsx_records_filed"}},
	{"a later page", func(q *record.Query) { q.After = record.Cursor{Filed: time.Unix(2500, 0), ID: "case/02500"} }, [2]string{"ismsx_records_filed ((filed,id)<(?,?))", "ismsx_records_filed"}},
	{"a month", func(q *record.Query) { q.From, q.To = time.Unix(1000, 0), time.Unix(2000, 0) }, [2]string{"ismsx_records_filed (filed>? AND filed<?)", "ismsx_records_filed"}},
	{"a form", func(q *record.Query) { q.Forms = []string{"IS-04-012"} }, [2]string{"ismsx_records_form (form=?)", "ismsx_records_form"}},
	{"a year", func(q *record.Query) { q.Years = []int{111} }, [2]string{"ismsx_records_year (year=?)", "ismsx_records_year"}},
	{"a form of a year", func(q *record.Query) { q.Forms, q.Years = []string{"IS-04-012"}, []int{112} }, [2]string{"ismsx_records_form_year (form=? AND year=?)", "ismsx_records_form_year"}},
	{"a unit", func(q *record.Query) { q.Units = []string{"U07"} }, [2]string{"ismsx_records_unit (unit=?)", "ismsx_records_unit"}},
	{"a person", func(q *record.Query) { q.People = []string{"P012"} }, [2]string{"ismsx_records_person (person=?)", "ismsx_records_person"}},
	{"a state", func(q *record.Query) { q.States = []string{"closed", "approved"} }, [2]string{"ismsx_records_filed", "ismsx_records_"}},
	{"a class", func(q *record.Query) { q.Classes = []string{"internal"} }, [2]string{"ismsx_records_filed", "ismsx_records_"}},
	{"an origin", func(q *record.Query) { q.Origins = []string{"online"} }, [2]string{"ismsx_records_filed", "ismsx_records_"}},
	{"a system", func(q *record.Query) { q.Systems = []string{"S05"} }, [2]string{"v USING PRIMARY KEY (facet=?)", "isms_record_facets_pkey"}},
	{"two systems", func(q *record.Query) { q.Systems = []string{"S05", "S06"} }, [2]string{"v USING PRIMARY KEY (facet=?)", "isms_record_facets_pkey"}},
	{"a category", func(q *record.Query) { q.Categories = []string{"C04"} }, [2]string{"v USING PRIMARY KEY (facet=?)", "isms_record_facets_pkey"}},
	{"a kind of record", func(q *record.Query) { q.DocKinds = []string{"kind-3"} }, [2]string{"v USING PRIMARY KEY (facet=?)", "isms_record_facets_pkey"}},
	{"a number", func(q *record.Query) { q.Numbers = []string{"115-00012"} }, [2]string{"ismsx_records_number (number=?)", "ismsx_records_number"}},
	{"a number's beginning", func(q *record.Query) { q.Numbers = []string{"115-0001*"} }, [2]string{"ismsx_records_number (number>? AND number<?)", "ismsx_records_number"}},
	{"a file", func(q *record.Query) { q.Files = []string{fmt.Sprintf("%064x", 20)} }, [2]string{"f USING PRIMARY KEY (digest=?)", "isms_record_files_pkey"}},
	{"what belongs to another", func(q *record.Query) { q.Parent = "case/00010" }, [2]string{"ismsx_records_parent (parent=?)", "ismsx_records_parent"}},
	{"one record", func(q *record.Query) { q.IDs = []string{"case/00012"} }, [2]string{"(id=?)", "isms_records_pkey"}},
	{"words", func(q *record.Query) { q.Text = "帳號" }, [2]string{"", ""}},
	{"words of a form", func(q *record.Query) { q.Text, q.Forms = "帳號", []string{"IS-04-012"} }, [2]string{"", ""}},
	{"everything together", func(q *record.Query) {
		q.Kinds, q.Forms, q.Years, q.Systems, q.Units = []string{"case"}, []string{"IS-04-012"}, []int{112}, []string{"S05"}, []string{"U07"}
		q.States, q.Classes, q.Origins, q.From, q.To = []string{"closed"}, []string{"internal"}, []string{"online"}, time.Unix(1000, 0), time.Unix(4000, 0)
	}, [2]string{"ismsx_records_form_year (form=? AND year=?", "ismsx_records_form_year"}},
}

func plans(t *testing.T, db *bun.DB, e storage.Engine, explain string, whole *regexp.Regexp) {
	t.Helper()
	rules := func(n int) (ids []string) {
		for i := range n {
			ids = append(ids, fmt.Sprintf("acl-%03d", i))
		}
		return ids
	}
	for who, reader := range map[string]record.Query{
		"who reads by few rules":  {ACLs: rules(2), Reader: "P007", Also: []string{"case/00077", "case/00177"}},
		"who reads by many rules": {ACLs: rules(60), Reader: "P007", Also: []string{"case/00077"}},
		"who reads by most rules": {ACLs: rules(500), Reader: "P007"},
		"who only took part":      {Reader: "P007"},
		"who reads all":           {All: true},
	} {
		for _, way := range recordWays {
			q := reader
			q.Limit = 50
			way.ask(&q)
			for _, texts := range []int{0, 100_000} { // so many hold the words
				if q.Text == "" && texts > 0 {
					continue
				}
				name := fmt.Sprintf("%s, asked for by %s, with %d texts", way.name, who, texts)
				page, look, err := storage.RecordQueryText(t.Context(), e, q, texts)
				if err != nil {
					t.Fatal(err)
				}
				plan := planned(t, db, name, explain+page, whole)
				if look != "" {
					planned(t, db, "the look for "+name, explain+look, whole)
				}
				if by := way.by[map[bool]int{true: 1}[e.Postgres]]; q.All && !strings.Contains(plan, by) {
					t.Errorf("%s is not read by %s:\n%s", name, by, plan)
				}
				// Of a facet with more than a page no more is looked up than fills the page: its list is in filed order.
				if e.Postgres && q.All && len(q.Systems)+len(q.DocKinds) == 1 && len(q.Forms) == 0 && strings.Contains(plan, "Sort") {
					t.Errorf("%s is sorted:\n%s", name, plan)
				}
				for _, by := range []record.Facet{record.ByAll, record.ByForm, record.ByYear, record.ByUnit, record.BySystem, record.ByCategories, record.ByState} {
					text, err := storage.RecordCountText(t.Context(), e, q, by, texts)
					if err != nil {
						t.Fatal(err)
					}
					planned(t, db, fmt.Sprintf("%s, counted by %q", name, by), explain+text, whole)
				}
			}
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
			text, _, err := storage.RecordQueryText(t.Context(), e, q, 0)
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
	for address, want := range map[string][2]string{
		dsn: {"force_generic_plan", "0"}, dsn + " plan_cache_mode=auto": {"auto", "0"}, dsn + " options='-c plan_cache_mode=auto'": {"auto", "0"},
		dsn + " max_parallel_workers_per_gather=1": {"force_generic_plan", "1"},
	} {
		own, err := postgres.Connect(t.Context(), address, postgres.Options{Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		var set [2]string
		err = own.DB().QueryRowContext(t.Context(), "SELECT current_setting('plan_cache_mode'), current_setting('max_parallel_workers_per_gather')").Scan(&set[0], &set[1])
		if err = errors.Join(err, own.Close()); err != nil || set != want {
			t.Errorf("%q, %v; want %q", set, err, want)
		}
	}
}

// unsorted is what a plan says that reads the trail in another order than its index of lists.
var unsorted = regexp.MustCompile(`TEMP B-TREE|sqlite_autoindex_isms_trail|Sort|isms_trail_pkey|Seq Scan on isms_trail`)

// planned fails where the database says that it reads everything.
func planned(t *testing.T, db *bun.DB, name, text string, whole *regexp.Regexp) string {
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
	return plan.String()
}

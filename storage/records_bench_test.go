package storage_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

var benchRows = flag.Int("rows", 100_000, "records of the archive that BenchmarkRecords looks into")

// recordsShape is a question to the archive, and how somebody would write it by hand who knows
// the tables and how frequent the word is.
type recordsShape struct {
	name  string
	query func(i int) record.Query // the i-th reader's
	where string                   // beyond who may see it; the same as in query
	text  string                   // the word, where one is looked for
	count bool                     // counted up to record.CountUpTo instead of listed
}

// BenchmarkRecords pages through an archive of -rows records, through the store and by
// hand-written SQL with the same permission filter on the same database, in turn. ratio is the
// median over pairs of rounds of the floor's time to ours: 0.77 is 1.3 times the floor's. p50 and
// p99 are ours.
//
//	go test ./storage -run '^$' -bench Records -rows 1000000
func BenchmarkRecords(b *testing.B) {
	rows := *benchRows
	if scale, err := strconv.Atoi(os.Getenv("ISMSKIT_BENCH_SCALE")); err == nil && scale > 1 {
		rows = max(1000, rows/scale)
	}
	deep := archiveBegin.Add(2 * 365 * 24 * time.Hour)
	with := func(reader func(int) record.Query, change func(q *record.Query, i int)) func(int) record.Query {
		return func(i int) record.Query {
			q := reader(i % archiveUnits)
			q.Limit = 50
			change(&q, i)
			return q
		}
	}
	none := func(*record.Query, int) {}
	after := func(q *record.Query, i int) {
		q.After = record.Cursor{Filed: deep.Add(time.Duration(i) * time.Hour), ID: "case/"}
	}
	form, crossed := archiveForm(3), archiveForm(20)
	shapes := []recordsShape{
		{name: "first", query: with(archiveReader, none)},
		{name: "first-colleague", query: with(archiveColleague, none)},
		{name: "first-auditor", query: with(archiveAudit, none)},
		{name: "deep", query: with(archiveReader, after)},
		{name: "facet", query: with(archiveReader, func(q *record.Query, _ int) { q.Forms = []string{form} }), where: "r.form = '" + form + "'"},
		{name: "crossed", query: with(archiveReader, func(q *record.Query, _ int) {
			q.Forms, q.Years, q.States = []string{crossed}, []int{111}, []string{"rejected"}
		}), where: "r.form = '" + crossed + "' AND r.year = 111 AND r.state = 'rejected'"},
		{name: "crossed-auditor", query: with(archiveAudit, func(q *record.Query, _ int) {
			q.Forms, q.Years, q.States = []string{archiveForm(3)}, []int{111}, []string{"rejected"}
		}), where: "r.form = '" + form + "' AND r.year = 111 AND r.state = 'rejected'"},
		{name: "rare-word", query: with(archiveAudit, func(q *record.Query, _ int) { q.Text = wordRare }), text: wordRare},
		{name: "common-word", query: with(archiveReader, func(q *record.Query, _ int) { q.Text = wordCommon }), text: wordCommon},
		{name: "count", query: with(archiveReader, none), count: true},
	}
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			s := e.store(b)
			from := time.Now()
			fillArchive(b, s, rows)
			low := lowArchive{postgres: e.name == "postgres", db: s.(interface{ DB() *bun.DB }).DB()}
			low.settle(b)
			b.Logf("%d records in %s", rows, time.Since(from).Round(time.Second))
			for _, shape := range shapes {
				b.Run(shape.name, func(b *testing.B) { compareShape(b, s, low, shape) })
			}
		})
	}
}

// readsPerRound is how many pages are read in a round.
const readsPerRound = 25

func compareShape(b *testing.B, s ismskit.Store, low lowArchive, shape recordsShape) {
	each := max(readsPerRound, b.N/rounds)
	if os.Getenv("ISMSKIT_BENCH_SCALE") != "" {
		each = 2
	}
	queries, texts := make([]record.Query, archiveUnits), make([]string, archiveUnits)
	for i := range queries {
		queries[i] = shape.query(i)
		texts[i] = low.sql(shape, queries[i])
	}
	for i := range min(3, archiveUnits) { // what is not the same work is not compared
		ours, err := readOurs(b.Context(), s, shape, queries[i])
		if err != nil {
			b.Fatal(err)
		}
		floor, err := low.read(b.Context(), shape, texts[i])
		if err != nil {
			b.Fatal(err)
		}
		if !slices.Equal(ours, floor) {
			b.Fatalf("reader %d: %d found by the store, %d by hand:\n%v\n%v", i, len(ours), len(floor), ours, floor)
		}
	}
	i, j := 0, 0
	besideEach(b, []string{"reader"}, each,
		func(ctx context.Context, _ string) error {
			i++
			_, err := readOurs(ctx, s, shape, queries[i%len(queries)])
			return err
		},
		func(ctx context.Context, _ string) error {
			j++
			_, err := low.read(ctx, shape, texts[j%len(texts)])
			return err
		})
}

// readOurs asks the store; what it found is named by ids, or by the number where it is counted.
func readOurs(ctx context.Context, s ismskit.Store, shape recordsShape, q record.Query) (out []string, err error) {
	err = s.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		out = nil
		if shape.count {
			found, err := tx.Records().Count(ctx, q, record.ByAll)
			if err == nil {
				out = []string{strconv.Itoa(found[0].Count)}
			}
			return err
		}
		found, err := tx.Records().Query(ctx, q)
		for _, r := range found {
			out = append(out, r.ID)
		}
		return err
	})
	return out, err
}

// lowArchive reads the same tables by hand-written SQL.
type lowArchive struct {
	db       *bun.DB
	postgres bool
	schema   string
}

// settle lets the database know what it holds, as it does by itself in time.
func (l *lowArchive) settle(b *testing.B) {
	if !l.postgres {
		return
	}
	const look = `SELECT schemaname FROM pg_tables WHERE tablename = 'isms_records' AND schemaname LIKE 'isms_%' ORDER BY 1 DESC LIMIT 1`
	if err := l.db.QueryRowContext(b.Context(), look).Scan(&l.schema); err != nil {
		b.Fatal(err)
	}
	for _, table := range []string{"records", "participants", "record_terms", "record_systems"} {
		if _, err := l.db.ExecContext(b.Context(), `VACUUM ANALYZE "`+l.schema+`".isms_`+table); err != nil {
			b.Fatal(err)
		}
	}
}

func (l lowArchive) sql(shape recordsShape, q record.Query) string {
	n := q.Limit
	if shape.count {
		n = record.CountUpTo
	}
	plus := "+" // SQLite: in filed order, not rule by rule
	if l.postgres {
		plus = ""
	}
	part := func(from, filed, id, where string) string {
		where += " AND NOT r.draft"
		if shape.where != "" {
			where += " AND " + shape.where
		}
		if shape.text != "" {
			where += " AND " + l.holds(shape.text)
		}
		if !q.After.Filed.IsZero() {
			where += fmt.Sprintf(" AND (%s, %s) < (%d, '%s')", filed, id, q.After.Filed.UnixMicro(), q.After.ID)
		}
		return fmt.Sprintf("SELECT %s AS id, %s AS filed FROM %s WHERE %s ORDER BY %s DESC, %s DESC LIMIT %d", id, filed, from, where, filed, id, n)
	}
	parts := []string{part("isms_participants AS p JOIN isms_records AS r ON r.id = p.record AND r.filed = p.filed", "p.filed", "p.record", "p.person = '"+q.Reader+"'")}
	if len(q.ACLs) > 24 {
		parts = append(parts, part("isms_records AS r", "r.filed", "r.id", plus+"r.acl IN ('"+strings.Join(q.ACLs, "', '")+"')"))
	} else {
		for _, acl := range q.ACLs {
			parts = append(parts, part("isms_records AS r", "r.filed", "r.id", "r.acl = '"+acl+"'"))
		}
	}
	for i, p := range parts {
		parts[i] = "SELECT * FROM (" + p + ") AS u0"
	}
	places := "SELECT * FROM (" + strings.Join(parts, " UNION ") + fmt.Sprintf(") AS w ORDER BY filed DESC, id DESC LIMIT %d", n)
	text := "SELECT r.body FROM (" + places + ") AS u JOIN isms_records AS r ON r.id = u.id ORDER BY u.filed DESC, u.id DESC"
	if shape.count {
		text = "SELECT count(*) FROM (" + places + ") AS c"
	}
	if l.postgres {
		text = strings.ReplaceAll(text, "isms_", `"`+l.schema+`".isms_`)
	}
	return text
}

// holds looks the rare word up first, and the common one in each record on the way.
func (l lowArchive) holds(word string) string {
	switch {
	case l.postgres && word == wordRare:
		return "r.id IN (SELECT record FROM isms_record_terms WHERE terms @@ '" + word + "'::tsquery)"
	case l.postgres:
		return "(SELECT terms FROM isms_record_terms AS t WHERE t.record = r.id) @@ '" + word + "'::tsquery"
	case word == wordRare:
		return `r.id IN (SELECT t.record FROM isms_record_index JOIN isms_record_terms AS t ON t.place = isms_record_index.rowid WHERE isms_record_index MATCH '` + word + `')`
	default:
		return `EXISTS (SELECT 1 FROM isms_record_index WHERE isms_record_index MATCH '` + word + `' AND rowid = (SELECT place FROM isms_record_terms AS t WHERE t.record = r.id))`
	}
}

func (l lowArchive) read(ctx context.Context, shape recordsShape, text string) (out []string, err error) {
	rows, err := l.db.DB.QueryContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	defer rows.Close()
	for rows.Next() {
		var cell string
		if err := rows.Scan(&cell); err != nil {
			return nil, err
		}
		if !shape.count {
			var r record.Record
			if err := json.Unmarshal([]byte(cell), &r); err != nil {
				return nil, err
			}
			cell = r.ID
		}
		out = append(out, cell)
	}
	return out, rows.Err()
}

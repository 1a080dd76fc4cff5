package storage_test

import (
	"context"
	"encoding/json"
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

// benchRows is how many records the archive has that BenchmarkRecords looks into.
func benchRows(b *testing.B) int {
	rows := 100_000
	if text := os.Getenv("ISMSKIT_BENCH_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			b.Fatalf("ISMSKIT_BENCH_ROWS: %q", text)
		}
		rows = n
	}
	if scale, err := strconv.Atoi(os.Getenv("ISMSKIT_BENCH_SCALE")); err == nil && scale > 1 {
		rows = max(1000, rows/scale)
	}
	return rows
}

// BenchmarkRecords pages through an archive of ISMSKIT_BENCH_ROWS records, through the store and by
// hand-written SQL with the same permission filter on the same database, in turn. ratio is the
// median over pairs of rounds of the floor's time to ours: 0.77 is 1.3 times the floor's. p50 and
// p99 are ours.
//
//	ISMSKIT_BENCH_ROWS=1000000 go test -run '^$' -bench Records -timeout 60m ./storage/...
func BenchmarkRecords(b *testing.B) {
	rows := benchRows(b)
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			s := e.store(b)
			from := time.Now()
			fillArchive(b, s, rows)
			low := lowArchive{postgres: e.name == "postgres", db: s.(interface{ DB() *bun.DB }).DB()}
			low.settle(b)
			b.Logf("%d records in %s", rows, time.Since(from).Round(time.Second))
			for _, shape := range recordsShapes() {
				b.Run(shape.name, func(b *testing.B) { compareShape(b, s, low, shape) })
			}
		})
	}
}

// readsPerRound is how many pages are read in a round, fewer of those that take long.
const (
	readsPerRound = 25
	longRound     = 200 * time.Millisecond
)

func compareShape(b *testing.B, s ismskit.Store, low lowArchive, shape recordsShape) {
	queries, texts := make([]record.Query, archiveUnits), make([]string, archiveUnits)
	for i := range queries {
		queries[i] = shape.query(i)
		texts[i] = low.sql(shape, queries[i])
	}
	var took time.Duration
	for i := range min(3, archiveUnits) { // what is not the same work is not compared
		from := time.Now()
		ours, err := readOurs(b.Context(), s, shape, queries[i])
		took = time.Since(from)
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
	each := max(min(readsPerRound, int(longRound/took)), 3, b.N/rounds)
	if os.Getenv("ISMSKIT_BENCH_SCALE") != "" {
		each = 2
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
		if shape.count != nil {
			found, err := tx.Records().Count(ctx, q, *shape.count)
			for _, b := range found {
				out = append(out, strconv.Itoa(b.Count))
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
	for _, table := range []string{"records", "participants", "record_terms", "record_systems", "record_labels", "record_facets"} {
		if _, err := l.db.ExecContext(b.Context(), `VACUUM ANALYZE "`+l.schema+`".isms_`+table); err != nil {
			b.Fatal(err)
		}
	}
}

func (l lowArchive) sql(shape recordsShape, q record.Query) string {
	var text string
	switch {
	case shape.count == nil:
		text = "SELECT r.body FROM (" + l.floorOf(shape, q, q.Limit) + ") AS u JOIN isms_records AS r ON r.id = u.id ORDER BY u.filed DESC, u.id DESC"
	case *shape.count == record.ByAll:
		text = grouped(l.floorOf(shape, q, record.CountUpTo), *shape.count)
	default:
		text = grouped(l.floorOf(shape, q, record.CountWithin), *shape.count)
	}
	if l.postgres {
		text = strings.ReplaceAll(text, "isms_", `"`+l.schema+`".isms_`)
	}
	return text
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
		if shape.count == nil {
			var r record.Record
			if err := json.Unmarshal([]byte(cell), &r); err != nil {
				return nil, err
			}
			cell = r.ID
		} else if n, err := strconv.Atoi(cell); err == nil {
			cell = strconv.Itoa(min(n, record.CountUpTo))
		}
		out = append(out, cell)
	}
	return out, rows.Err()
}

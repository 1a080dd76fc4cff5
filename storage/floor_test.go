package storage_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// floor is the same durable work as one sign-off, written by hand: read the
// case, compare and set it, task done, next task, trail row with its hash, one
// queue row; prepared statements, one commit each. It is what the figures of
// this package are held against.
type floor struct {
	db   *sql.DB
	read *sql.DB
	get  *sql.Stmt
	stmt [5]*sql.Stmt
}

const floorTables = `
CREATE TABLE floor_cases (id TEXT PRIMARY KEY, revision BIGINT NOT NULL, phase TEXT NOT NULL, step TEXT NOT NULL, form TEXT NOT NULL,
	state TEXT NOT NULL, head TEXT NOT NULL, changed BIGINT NOT NULL);
CREATE TABLE floor_tasks (id TEXT PRIMARY KEY, case_id TEXT NOT NULL, holder TEXT NOT NULL, due BIGINT NOT NULL, done BIGINT NOT NULL, body TEXT NOT NULL);
CREATE INDEX floor_tasks_holder ON floor_tasks (holder, due);
CREATE TABLE floor_trail (chain TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL, payload TEXT NOT NULL,
	PRIMARY KEY (chain, seq));
CREATE TABLE floor_queue (id TEXT PRIMARY KEY, due BIGINT NOT NULL, fence BIGINT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX floor_queue_due ON floor_queue (due, id);`

func newFloor(b *testing.B, write, read *sql.DB, dollar bool) *floor {
	b.Helper()
	f := &floor{db: write, read: read}
	for _, s := range splitStatements(floorTables) {
		if _, err := write.ExecContext(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
	prepare := func(db *sql.DB, text string) *sql.Stmt {
		if dollar {
			text = numbered(text)
		}
		st, err := db.PrepareContext(b.Context(), text)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { st.Close() })
		return st
	}
	f.get = prepare(read, `SELECT revision, form, state, head FROM floor_cases WHERE id = ?`)
	for i, text := range []string{
		`UPDATE floor_cases SET revision = ?, step = ?, form = ?, state = ?, head = ?, changed = ? WHERE id = ? AND revision = ?`,
		`UPDATE floor_tasks SET done = 1 WHERE id = ?`,
		`INSERT INTO floor_tasks (id, case_id, holder, due, done, body) VALUES (?, ?, ?, ?, 0, ?)`,
		`INSERT INTO floor_trail (chain, seq, at, prev, hash, payload) VALUES (?, ?, ?, ?, ?, ?)`,
		`INSERT INTO floor_queue (id, due, fence, payload) VALUES (?, ?, 0, ?) ON CONFLICT (id) DO UPDATE SET due = excluded.due, fence = floor_queue.fence + 1`,
	} {
		f.stmt[i] = prepare(write, text)
	}
	return f
}

func (f *floor) open(ctx context.Context, id string) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f.openIn(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit()
}

func (f *floor) openIn(ctx context.Context, tx *sql.Tx, id string) error {
	insert := `INSERT INTO floor_cases (id, revision, phase, step, form, state, head, changed) VALUES ('` + id + `', 1, 'running', 's', '` + form + `', '` + state + `', '', 0)`
	if _, err := tx.ExecContext(ctx, insert); err != nil {
		return err
	}
	_, err := tx.StmtContext(ctx, f.stmt[2]).ExecContext(ctx, id+"/1", id, "p:P05", int64(1), taskBody)
	return err
}

func (f *floor) signOff(ctx context.Context, id string) error {
	var revision int64
	var form, state, head string
	if err := f.get.QueryRowContext(ctx, id).Scan(&revision, &form, &state, &head); err != nil {
		return err
	}
	next := revision + 1
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(head+payload), uint64(next)))
	hash := fmt.Sprintf("%x", sum)
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for i, args := range [][]any{
		{next, "s", form, state, hash, next, id, revision},
		{fmt.Sprint(id, "/", revision)},
		{fmt.Sprint(id, "/", next), id, "p:P05", next, taskBody},
		{id, next, next, head, hash, payload},
		{id, next, payload},
	} {
		res, err := tx.StmtContext(ctx, f.stmt[i]).ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("statement %d touched %d rows, %v", i, n, err)
		}
	}
	return tx.Commit()
}

func sqliteFloor(b *testing.B) *floor {
	path := "file:" + filepath.Join(b.TempDir(), "floor.db")
	w, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	w.SetMaxOpenConns(1)
	b.Cleanup(func() { w.Close() })
	if err := w.Ping(); err != nil {
		b.Fatal(err)
	}
	r, err := sql.Open("sqlite", path+"?mode=ro&_pragma=query_only(1)")
	if err != nil {
		b.Fatal(err)
	}
	r.SetMaxOpenConns(4)
	r.SetMaxIdleConns(4)
	b.Cleanup(func() { r.Close() })
	// Readers are opened once the tables are there.
	return newFloor(b, w, r, false)
}

func postgresFloor(b *testing.B) *floor {
	cfg, err := pgx.ParseConfig(postgrestest.Database(b))
	if err != nil {
		b.Fatal(err)
	}
	db := stdlib.OpenDB(*cfg) // extended protocol with prepared statements
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	b.Cleanup(func() { db.Close() })
	return newFloor(b, db, db, true)
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// Options of Open. The zero value is right for a server.
type Options struct {
	// Readers is how many reads may run at once; 0 means the number of CPUs, at
	// least four.
	Readers int
	// Share is how many actions may share one commit; 0 means 128, 1 gives each
	// its own.
	Share int
	// Wait is how long a statement waits for whoever else holds the file, such as a
	// backup; 0 means five seconds.
	Wait time.Duration
}

// Store is an ismskit.Store in one SQLite file. It is safe for concurrent use.
type Store struct {
	db      *bun.DB // one connection
	engine  storage.Engine
	writer  *writer
	writes  *links
	readers *sql.DB
	reads   *links
	lock    *lock
}

var _ ismskit.Store = (*Store)(nil)

// ErrInUse: another process has the file open.
var ErrInUse = errors.New("sqlite: the file is in use by another process")

// The log is copied into the file every 4000 pages, four times what SQLite does by
// itself: one stall in some hundred actions, not one in ninety, and a page written
// again and again is copied once. The log then takes 16 MB beside the file.
const (
	timeKeys = "&_time_format=sqlite&_timezone=UTC"
	writeDSN = "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=wal_autocheckpoint(4000)&_pragma=foreign_keys(1)&_dqs=0&_defensive=1&_txlock=immediate" + timeKeys
	readDSN = "&mode=ro&_pragma=query_only(1)&_dqs=0" + timeKeys
)

// Open opens a file, making it and its folder if need be, and brings its schema
// up to date. A file another process has open is ErrInUse.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	l, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, path, opts)
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	s.lock = l
	return s, nil
}

func open(ctx context.Context, path string, opts Options) (*Store, error) {
	if err := touch(path); err != nil {
		return nil, err
	}
	wait := opts.Wait
	if wait <= 0 {
		wait = 5 * time.Second
	}
	uri := fmt.Sprintf("file:%s?_pragma=busy_timeout(%d)", (&url.URL{Path: path}).EscapedPath(), wait.Milliseconds())
	w, err := openPool(uri + writeDSN)
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	s := &Store{db: bun.NewDB(w, sqlitedialect.New())}
	s.engine = storage.Engine{Builder: storage.NewBuilder(w, sqlitedialect.New())}
	s.writes = &links{db: w, engine: s.engine}
	s.writer = newWriter(s.writes, opts.Share)
	if err := migrate(ctx, w); err != nil {
		return nil, errors.Join(failure(err), w.Close())
	}
	if s.readers, err = openPool(uri + readDSN); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	n := opts.Readers
	if n <= 0 {
		n = max(4, runtime.NumCPU())
	}
	s.readers.SetMaxOpenConns(n)
	s.readers.SetMaxIdleConns(n)
	s.reads = &links{db: s.readers, engine: s.engine}
	return s, nil
}

// touch makes the file, if it is not there, readable for its owner alone; SQLite
// gives the files beside it the same rights.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return f.Close()
}

// DB is the writing connection, for tables of the host's own in the same file.
// It is one connection: inside Update it must not be used, and a transaction
// left open on it stops every action.
func (s *Store) DB() *bun.DB { return s.db }

// Close ends all work and gives the file free. Updates must have returned.
func (s *Store) Close() error {
	return errors.Join(s.readers.Close(), s.db.Close(), s.lock.release())
}

// Ping reports whether the file can be read and written.
func (s *Store) Ping(ctx context.Context) error {
	return s.Update(ctx, func(context.Context, ismskit.Tx) error { return nil })
}

func migrate(ctx context.Context, db *sql.DB) error {
	const table = `CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT`
	if _, err := db.ExecContext(ctx, table); err != nil {
		return fmt.Errorf("sqlite: migrate: %w", err)
	}
	steps, err := storage.Migrations("sqlite")
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err := apply(ctx, db, step); err != nil {
			return fmt.Errorf("sqlite: migrate %s: %w", step.Name, err)
		}
	}
	return nil
}

// apply runs one step unless it has been run; it notes itself.
func apply(ctx context.Context, db *sql.DB, step storage.Migration) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	var n int
	if err = tx.QueryRowContext(ctx, `SELECT count(*) FROM isms_migrations WHERE name = ?`, step.Name).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		if _, err = tx.ExecContext(ctx, step.SQL); err != nil {
			return err
		}
	}
	return tx.Commit()
}

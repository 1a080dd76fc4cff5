package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	sqlitedriver "modernc.org/sqlite"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/storage/folder"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
)

// kept is everything the server keeps: cases, files, accounts.
type kept struct {
	store    ismskit.Store
	blobs    ismskit.Blobs
	accounts *account.Store
	// ping tells whether the databases answer.
	ping func(ctx context.Context) error
	// alone lets one server at a time do something to a database that several
	// may share.
	alone func(ctx context.Context, do func() error) error
	// wipe throws away a database whose first start was cut off; nil where only
	// its administrator may.
	wipe   func(ctx context.Context) error
	shared bool
	close  []func() error
}

// Close gives everything free, the last first.
func (k *kept) Close() error {
	var errs []error
	for i := len(k.close) - 1; i >= 0; i-- {
		errs = append(errs, k.close[i]())
	}
	k.close = nil
	return errors.Join(errs...)
}

func openKept(ctx context.Context, o options) (*kept, error) {
	if o.db != "" {
		return openShared(ctx, o.db)
	}
	return openFolder(ctx, o.data)
}

// errFolderInUse says that another process works in the folder.
var errFolderInUse = errors.New("another server is running in this folder; stop it, or choose another with -data")

const (
	fileCases    = "ismskit.db"
	fileAccounts = "accounts.db"
	dirBlobs     = "blobs"
)

// openFolder opens what lies in a folder. The accounts are opened first and
// exclusively: that is the lock on the whole folder, and it ends with the
// process, however that ends.
func openFolder(ctx context.Context, dir string) (_ *kept, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	k := &kept{alone: func(_ context.Context, do func() error) error { return do() }}
	defer func() {
		if err != nil {
			err = errors.Join(err, k.Close())
		}
	}()
	accounts, err := openAccounts(filepath.Join(dir, fileAccounts))
	if err != nil {
		return nil, err
	}
	k.close = append(k.close, accounts.Close)
	if k.accounts, err = account.Open(ctx, accounts, account.Options{}); err != nil {
		if inUse(err) {
			err = fmt.Errorf("%s: %w", dir, errFolderInUse)
		}
		return nil, err
	}
	blobs, err := folder.Open(filepath.Join(dir, dirBlobs))
	if err != nil {
		return nil, err
	}
	k.blobs = blobs
	if err := k.openCases(ctx, filepath.Join(dir, fileCases)); err != nil {
		return nil, err
	}
	return k, nil
}

// openCases opens the embedded database; wipe closes it, removes it and opens a
// new one in its place.
func (k *kept) openCases(ctx context.Context, path string) error {
	db, err := sqlite.Open(ctx, path, sqlite.Options{})
	if errors.Is(err, sqlite.ErrInUse) {
		return fmt.Errorf("%s: %w", filepath.Dir(path), errFolderInUse)
	}
	if err != nil {
		return err
	}
	k.store, k.ping = db, db.Ping
	n := len(k.close)
	k.close = append(k.close, db.Close)
	k.wipe = func(ctx context.Context) error {
		if err := db.Close(); err != nil {
			return err
		}
		k.close = k.close[:n]
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		return k.openCases(ctx, path)
	}
	return nil
}

// openAccounts opens the accounts beside the cases, in a file of their own: what
// belongs to the server is not mixed with what belongs to the organisation, and its
// sessions, read on every page, wait for no long action. Signing in does: it is on the
// trail before it is answered, and the trail lies with the cases.
func openAccounts(path string) (*bun.DB, error) {
	// For the owner alone from the start: it holds what people sign in with.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(1000)&_pragma=locking_mode(EXCLUSIVE)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_time_format=sqlite&_timezone=UTC&_dqs=0&_defensive=1&_txlock=immediate"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1) // the lock is this one connection's
	return bun.NewDB(db, sqlitedialect.New()), nil
}

const (
	sqliteBusy     = 5
	lockNumber     = 0x69736d73 // "isms", the key of the advisory lock of the first start
	pingPatience   = 3 * time.Second
	sqliteCodeMask = 0xff
)

func inUse(err error) bool {
	failure, ok := errors.AsType[*sqlitedriver.Error](err)
	return ok && failure.Code()&sqliteCodeMask == sqliteBusy
}

// openShared opens a PostgreSQL database, which several servers may share: files
// and accounts lie in it too, so that nothing else is needed.
func openShared(ctx context.Context, dsn string) (_ *kept, err error) {
	db, err := postgres.Connect(ctx, dsn, postgres.Options{})
	if err != nil {
		return nil, err
	}
	k := &kept{store: db, blobs: db.Blobs(), ping: db.Ping, shared: true, close: []func() error{db.Close}}
	if k.accounts, err = account.Open(ctx, db.DB(), account.Options{}); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	k.alone = func(ctx context.Context, do func() error) error { return underLock(ctx, db.DB(), do) }
	return k, nil
}

// underLock does something while no other server does it. The lock is a
// connection's own and ends with it.
func underLock(ctx context.Context, db *bun.DB, do func() error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(?)", lockNumber); err != nil {
		return err
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", lockNumber)
		err = errors.Join(err, unlockErr)
	}()
	return do()
}

// ready tells whether the databases answer, within a moment.
func (k *kept) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingPatience)
	defer cancel()
	if err := k.ping(ctx); err != nil {
		return err
	}
	_, err := k.accounts.OpenClock(ctx)
	return err
}

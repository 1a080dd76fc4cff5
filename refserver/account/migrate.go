package account

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/migrate"
)

//go:embed migrations
var migrationFiles embed.FS

// lockKey names this package's migration lock among PostgreSQL's advisory
// locks; together with the schema's name, so that two schemas don't wait for
// each other.
const lockKey = 0x72656673 // "refs"

// disableKey names, in the same way, the lock under which logins are ended.
const disableKey = 0x72656664 // "refd"

// Migrations returns the SQL files for "sqlite" or "postgres", for a
// database administrator who applies them by hand.
func Migrations(engine string) (fs.FS, error) {
	switch engine {
	case "sqlite", "postgres":
		return fs.Sub(migrationFiles, "migrations/"+engine)
	}
	return nil, fmt.Errorf("account: no migrations for %q", engine)
}

func migrateTables(ctx context.Context, db *bun.DB, checkOnly bool) error {
	engine := "sqlite"
	if db.Dialect().Name() == dialect.PG {
		engine = "postgres"
	}
	files, err := Migrations(engine)
	if err != nil {
		return err
	}
	list := migrate.NewMigrations()
	if err := list.Discover(files); err != nil {
		return err
	}
	m := migrate.NewMigrator(db, list,
		migrate.WithTableName("refserver_migrations"),
		migrate.WithLocksTableName("refserver_migration_locks"),
		migrate.WithMarkAppliedOnSuccess(true))
	if checkOnly {
		return checkApplied(ctx, m)
	}
	if engine == "sqlite" {
		return runMigrations(ctx, m) // one server per file; SQLite's write lock orders the rest
	}
	return underAdvisoryLock(ctx, db, func() error { return runMigrations(ctx, m) })
}

func runMigrations(ctx context.Context, m *migrate.Migrator) error {
	if err := m.Init(ctx); err != nil {
		return err
	}
	_, err := m.Migrate(ctx)
	return err
}

func checkApplied(ctx context.Context, m *migrate.Migrator) error {
	all, err := m.MigrationsWithStatus(ctx)
	if err != nil {
		return fmt.Errorf("cannot tell which are applied: %w", err)
	}
	if open := all.Unapplied(); len(open) > 0 {
		return fmt.Errorf("not applied: %s", open)
	}
	return nil
}

// underAdvisoryLock holds the lock on a connection of its own. bun's lock is a
// row that a crash would leave behind for ever; this one ends with the session.
func underAdvisoryLock(ctx context.Context, db *bun.DB, run func() error) (err error) {
	if db.Stats().MaxOpenConnections == 1 {
		return errors.New("the pool must allow at least two connections")
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	const lock, unlock = "SELECT pg_advisory_lock(?, hashtext(current_schema()))", "SELECT pg_advisory_unlock(?, hashtext(current_schema()))"
	if _, err := conn.ExecContext(ctx, lock, lockKey); err != nil {
		return err
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), unlock, lockKey)
		err = errors.Join(err, unlockErr)
	}()
	return run()
}

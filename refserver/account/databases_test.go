package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite"

	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
)

// onBoth runs a story on SQLite and on PostgreSQL, each on an empty database.
func onBoth(t *testing.T, story func(t *testing.T, db *bun.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { story(t, openSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { story(t, openPostgres(t)) })
}

func openSQLite(t *testing.T) *bun.DB {
	t.Helper()
	dsn := "file:" + filepath.Join(t.TempDir(), "accounts.db") +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_time_format=sqlite&_timezone=UTC&_dqs=0&_defensive=1&_txlock=immediate"
	sqldb, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	sqldb.SetMaxOpenConns(1) // the writer of the storage recipe: whatever deadlocks here would there
	db := bun.NewDB(sqldb, sqlitedialect.New())
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func openPostgres(t *testing.T) *bun.DB {
	t.Helper()
	dsn := postgrestest.Server(t)
	schema := "account_" + strings.ToLower(rand.Text())
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(ctx, "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	cfg.RuntimeParams["search_path"] = schema
	cfg.RuntimeParams["timezone"] = "Asia/Taipei" // an office's server; times must come back right all the same
	db := bun.NewDB(stdlib.OpenDB(*cfg), pgdialect.New())
	t.Cleanup(func() {
		_, dropErr := admin.Exec(ctx, "DROP SCHEMA "+schema+" CASCADE")
		if err := errors.Join(db.Close(), dropErr, admin.Close(ctx)); err != nil {
			t.Error(err)
		}
	})
	return db
}

package postgrestest

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/storage/postgres"
)

// server is the process's one server, started by the first test that asks.
var server struct {
	once sync.Once
	dsn  string
	err  error
	// alive is held for as long as the process lives; what waits at its other end
	// then stops the server.
	alive io.Closer
}

// Server returns the address of the server's maintenance database.
func Server(t testing.TB) string {
	t.Helper()
	server.once.Do(func() {
		if server.dsn = os.Getenv("ISMSKIT_TEST_POSTGRES"); server.dsn == "" {
			server.dsn, server.err = start()
		}
	})
	if server.err != nil {
		if strings.Contains(os.Getenv("ISMSKIT_REQUIRE"), "postgres") {
			t.Fatalf("PostgreSQL is required: %v", server.err)
		}
		t.Skipf("no PostgreSQL: %v", server.err)
	}
	return server.dsn
}

// Database makes an empty database and returns its address. It is dropped when
// the test ends.
func Database(t testing.TB) string {
	t.Helper()
	dsn := Server(t)
	name := "ismskit_" + strings.ToLower(rand.Text())
	admin(t, dsn, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, dsn, "DROP DATABASE "+name+" WITH (FORCE)") })
	return withDatabase(t, dsn, name)
}

// Open opens a store in a schema of its own, named opts.Schema and something
// random. It is closed and its schema dropped when the test ends.
func Open(t testing.TB, opts postgres.Options) *postgres.Store {
	t.Helper()
	dsn := Server(t)
	opts.Schema += "isms_" + strings.ToLower(rand.Text())
	s, err := postgres.Connect(t.Context(), dsn, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		admin(t, dsn, "DROP SCHEMA "+pgx.Identifier{opts.Schema}.Sanitize()+" CASCADE")
	})
	return s
}

func admin(t testing.TB, dsn, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol)
	if cerr := conn.Close(ctx); err == nil {
		err = cerr
	}
	if err != nil {
		t.Fatal(err)
	}
}

// withDatabase puts another database's name into an address of either form.
func withDatabase(t testing.TB, dsn, name string) string {
	t.Helper()
	if !strings.Contains(dsn, "://") {
		return dsn + " dbname=" + name
	}
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	before, query, _ := strings.Cut(dsn, "?")
	before = strings.TrimSuffix(before, "/"+cfg.Database)
	before = strings.TrimSuffix(before, "/") + "/" + name
	if query != "" {
		before += "?" + query
	}
	return before
}

package postgrestest

import (
	"context"
	"crypto/rand"
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
	own  *instance // keeps it running
}

// Server returns the address of the server's maintenance database.
func Server(t testing.TB) string {
	t.Helper()
	server.once.Do(func() {
		if server.dsn = os.Getenv("ISMSKIT_TEST_POSTGRES"); server.dsn == "" {
			if server.own, server.err = start(); server.err == nil {
				server.dsn = server.own.dsn
			}
		}
	})
	needs(t, server.err)
	return server.dsn
}

// needs ends a test that has no PostgreSQL.
func needs(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		if strings.Contains(os.Getenv("ISMSKIT_REQUIRE"), "postgres") {
			t.Fatalf("PostgreSQL is required: %v", err)
		}
		t.Skipf("no PostgreSQL: %v", err)
	}
}

// Private is a server of one test's own, which it may stop and start again.
type Private struct {
	DSN string // of its maintenance database
	t   testing.TB
	own *instance
	up  bool
}

// Alone starts a server of the test's own, from the installed programs also where
// ISMSKIT_TEST_POSTGRES names another. It ends with the test.
func Alone(t testing.TB) *Private {
	t.Helper()
	own, err := start()
	needs(t, err)
	p := &Private{DSN: own.dsn, t: t, own: own, up: true}
	t.Cleanup(func() {
		if !p.up {
			p.Start()
		}
		if err := own.stop(""); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Stop ends the server at once: whoever is connected is cut off.
func (p *Private) Stop() {
	p.t.Helper()
	p.up = false
	if err := p.own.stop(keepFolder); err != nil {
		p.t.Fatal(err)
	}
}

// Start starts it again with what it holds, and returns when it answers.
func (p *Private) Start() {
	p.t.Helper()
	p.up = true
	if err := p.own.startAgain(); err != nil {
		p.t.Fatal(err)
	}
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

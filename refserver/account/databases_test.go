package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite"
)

// TestMain ends the private PostgreSQL, if a test has started one.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := postgres.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop postgres:", err)
		code = 1
	}
	os.Exit(code)
}

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
	dsn, err := postgres.start()
	if errors.Is(err, errNoPostgres) && !slices.Contains(strings.Split(os.Getenv("ISMSKIT_REQUIRE"), ","), "postgres") {
		t.Skip("PostgreSQL is not installed; set ISMSKIT_TEST_POSTGRES, or ISMSKIT_REQUIRE=postgres to fail here")
	}
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("account_%d_%d", os.Getpid(), time.Now().UnixNano())
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

var errNoPostgres = errors.New("no PostgreSQL found")

// postgres is one throw-away server for all tests of the package. It listens
// on a socket in its own folder only, so there is no port to collide.
var postgres privateServer

type privateServer struct {
	once sync.Once
	dsn  string
	err  error
	dir  string
	cmd  *exec.Cmd
}

func (p *privateServer) start() (string, error) {
	p.once.Do(func() {
		if p.dsn = os.Getenv("ISMSKIT_TEST_POSTGRES"); p.dsn == "" {
			p.dsn, p.err = p.launch()
		}
	})
	return p.dsn, p.err
}

func (p *privateServer) launch() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", errNoPostgres
	}
	bin := filepath.Dir(found[len(found)-1])
	if p.dir, err = os.MkdirTemp("", "pgaccount"); err != nil {
		return "", err
	}
	attr, err := ordinaryUser(p.dir)
	if err != nil {
		return "", err
	}
	data := filepath.Join(p.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attr, p.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	p.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", p.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB")
	p.cmd.SysProcAttr, p.cmd.Dir = attr, p.dir
	if err := p.cmd.Start(); err != nil {
		return "", err
	}
	dsn := fmt.Sprintf("host=%s user=tester dbname=postgres sslmode=disable", p.dir)
	deadline := time.Now().Add(30 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		conn, err := pgx.Connect(ctx, dsn)
		if err == nil {
			err = conn.Close(ctx)
			cancel()
			return dsn, err
		}
		cancel()
		if time.Now().After(deadline) {
			return "", err
		}
		runtime.Gosched()
	}
}

// ordinaryUser lets the server run under the name postgres when the tests run
// as root, which PostgreSQL refuses to do.
func ordinaryUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, errNoPostgres
	}
	uid, uidErr := strconv.Atoi(who.Uid)
	gid, gidErr := strconv.Atoi(who.Gid)
	if err := errors.Join(uidErr, gidErr, os.Chown(dir, uid, gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func (p *privateServer) stop() error {
	if p.cmd != nil && p.cmd.Process != nil {
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil { // fast shutdown
			return err
		}
		if err := p.cmd.Wait(); err != nil {
			return err
		}
	}
	if p.dir == "" {
		return nil
	}
	return os.RemoveAll(p.dir)
}

package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

// Migrate says what Open does about the schema.
type Migrate int

// What Open does about the schema.
const (
	Run   Migrate = iota // bring it up to date, one server at a time
	Check                // refuse to start unless it is up to date
)

// Options of Open. The zero value is right for a database of its own.
type Options struct {
	// Schema holds the tables; "" means "isms". A tenant is another schema.
	Schema string
	// Migrate says what to do about the schema.
	Migrate Migrate
	// Timeout is how long an Update may take once it has begun; 0 means 30 s.
	Timeout time.Duration
	// Pooler says that a pooler in transaction mode that knows nothing of prepared
	// statements stands in between (PgBouncer before 1.21): then everything goes
	// as plain text, which costs the server more.
	Pooler bool
}

// Store is an ismskit.Store in one schema of a PostgreSQL database. It is safe
// for concurrent use, also by several processes.
type Store struct {
	db      *sql.DB
	own     bool // opened here, so closed here
	schema  string
	engine  storage.Engine
	timeout time.Duration
	pooler  bool
	names   *names
	joins   *together
	shared  shared
}

var _ ismskit.Store = (*Store)(nil)

// ErrSchema: the schema is not up to date and Options.Migrate is Check.
var ErrSchema = errors.New("postgres: schema is not up to date")

// Connect opens a database by its address (URL or key=value) with a pool of its
// own, which Close closes.
func Connect(ctx context.Context, dsn string, opts Options) (*Store, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	db := stdlib.OpenDB(*cfg, planned(cfg, opts)...)
	n := max(16, 4*runtime.NumCPU())
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	s, err := Open(ctx, db, opts)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.own = true
	return s, nil
}

// planned are the settings by which the server plans what is asked on each connection.
//
// What is prepared is planned once. The server would plan it anew a few times, and some of it each
// time, to see whether the values matter; they don't: it is found by its keys. That is worth a
// twentieth of a signature. And no query is shared out to other processes: each reads a page, which
// is over before these have begun; those that expect to read more stop where the page is full.
//
// Whoever names a setting in the address keeps it, and a pooler's connections are not ours to set. It
// is said once the connection stands, for poolers refuse settings they don't know on the way there.
func planned(cfg *pgx.ConnConfig, opts Options) []stdlib.OptionOpenDB {
	var say strings.Builder
	for _, setting := range [][2]string{{"plan_cache_mode", "force_generic_plan"}, {"max_parallel_workers_per_gather", "0"}} {
		if _, said := cfg.RuntimeParams[setting[0]]; !said && !strings.Contains(cfg.RuntimeParams["options"], setting[0]) {
			say.WriteString("SET " + setting[0] + " = " + setting[1] + ";")
		}
	}
	if opts.Pooler || say.Len() == 0 {
		return nil
	}
	return []stdlib.OptionOpenDB{stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, say.String())
		return err
	})}
}

// Open uses a host's pool, made with pgx's stdlib. The pool stays the host's, and so do its
// settings: with plan_cache_mode=force_generic_plan and max_parallel_workers_per_gather=0 the server plans
// as Connect has it.
func Open(ctx context.Context, db *sql.DB, opts Options) (*Store, error) {
	if opts.Schema == "" {
		opts.Schema = "isms"
	}
	if opts.Timeout <= 0 {
		opts.Timeout = 30 * time.Second
	}
	if strings.ContainsAny(opts.Schema, "\x00?") {
		return nil, fmt.Errorf("postgres: schema name %q", opts.Schema)
	}
	s := &Store{db: db, schema: opts.Schema, timeout: opts.Timeout, pooler: opts.Pooler, names: &names{}, joins: newTogether(often), shared: shared{patience: patience}, engine: storage.Engine{
		Builder: storage.NewBuilder(db, pgdialect.New()), Prefix: pgx.Identifier{opts.Schema}.Sanitize() + ".", Postgres: true,
	}}
	if err := s.migrate(ctx, opts.Migrate); err != nil {
		return nil, failure(err)
	}
	return s, nil
}

// DB is the pool, for tables of the host's own.
func (s *Store) DB() *bun.DB { return s.engine.Builder }

// Close closes the pool if Connect opened it.
func (s *Store) Close() error {
	if !s.own {
		return nil
	}
	return s.db.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return failure(s.db.PingContext(ctx)) }

package account

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
	"modernc.org/sqlite"
)

// Options of a Store. The zero value works.
type Options struct {
	// CheckOnly makes Open refuse a database whose migrations are not all
	// applied, for an administrator who applies them by hand. By default Open
	// applies them.
	CheckOnly bool
	// Hashes is how many passwords are hashed at the same time; each takes
	// 19 MiB. Default: the number of processors.
	Hashes int
	// MinPassword is the least number of characters of a new password.
	// Default 12.
	MinPassword int
	// Failures is the number of wrong passwords in a row that lock a login.
	// Default 5.
	Failures int
	// LockFor is how long a login stays locked. Default 15 minutes.
	LockFor time.Duration
}

func (o Options) withDefaults() (Options, error) {
	if o.Hashes < 0 || o.MinPassword < 0 || o.Failures < 0 || o.LockFor < 0 {
		return o, errors.New("account: options must not be negative")
	}
	if o.Hashes == 0 {
		o.Hashes = runtime.GOMAXPROCS(0)
	}
	if o.MinPassword == 0 {
		o.MinPassword = 12
	}
	if o.Failures == 0 {
		o.Failures = 5
	}
	if o.LockFor == 0 {
		o.LockFor = 15 * time.Minute
	}
	return o, nil
}

// Store keeps accounts, sessions, tokens and the clock's offset in one
// database. It is safe for concurrent use; several Stores, also in several
// processes, may share a PostgreSQL.
type Store struct {
	db     *bun.DB
	opts   Options
	hashes chan struct{} // one place per password being hashed
	seal   []byte        // marks forms as a person's own
	tell   func(ctx context.Context, t Try) error
}

// Try is somebody who came in, or tried to.
type Try struct {
	Person  string // "" for an unknown login
	Channel string // the door he stood at, as SignIn was told: web, api
	Refused bool
}

// OnSignIn sets what is told of every try to sign in before it is answered, e.g.
// to put it on a trail. Where that fails nobody gets in. Not safe for use beside
// SignIn.
func (s *Store) OnSignIn(tell func(ctx context.Context, t Try) error) {
	s.tell = tell
}

// Open checks the options, brings the tables up to date and returns the Store.
// The database stays the caller's: Open never closes it. On PostgreSQL the pool
// must allow two connections, one of which holds the migration lock.
func Open(ctx context.Context, db *bun.DB, opts Options) (*Store, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := migrateTables(ctx, db, opts.CheckOnly); err != nil {
		return nil, fmt.Errorf("account: migrations: %w", err)
	}
	seal, err := sealKey(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("account: key of forms: %w", err)
	}
	return &Store{db: db, opts: opts, hashes: make(chan struct{}, opts.Hashes), seal: seal}, nil
}

// Rules are what people are told about passwords.
type Rules struct {
	MinPassword int           // characters of a new one, at least
	Failures    int           // wrong ones in a row that lock a login
	LockFor     time.Duration // how long
}

// Rules returns the rules this Store applies.
func (s *Store) Rules() Rules {
	return Rules{MinPassword: s.opts.MinPassword, Failures: s.opts.Failures, LockFor: s.opts.LockFor}
}

// tokensKept is how long a token that is expired or revoked is still listed.
const tokensKept = 90 * 24 * time.Hour

// Sweep deletes what has run out at now: sessions, counters of wrong passwords of
// which nobody heard for a day, interrupted forms and held work of more than a week, and
// tokens that have been void for three months: so long their owner sees what he had. The
// server calls it now and then; nothing depends on it but the size of the tables.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	now = moment(now)
	if _, err := s.db.NewDelete().Model((*sessionRow)(nil)).Where("expires_at <= ?", now).Exec(ctx); err != nil {
		return fmt.Errorf("account: sweep sessions: %w", err)
	}
	if _, err := s.db.NewDelete().Model((*interruptedRow)(nil)).Where("at < ?", now.Add(-waits)).Exec(ctx); err != nil {
		return fmt.Errorf("account: sweep interrupted forms: %w", err)
	}
	if _, err := s.db.NewDelete().Model((*heldRow)(nil)).Where("at < ?", now.Add(-waits)).Exec(ctx); err != nil {
		return fmt.Errorf("account: sweep held work: %w", err)
	}
	void := now.Add(-tokensKept)
	if _, err := s.db.NewDelete().Model((*tokenRow)(nil)).Where("expires_at < ? OR revoked_at < ?", void, void).Exec(ctx); err != nil {
		return fmt.Errorf("account: sweep tokens: %w", err)
	}
	_, err := s.db.NewDelete().Model((*attemptRow)(nil)).
		Where("last_at < ?", now.Add(-max(forgetAfter, s.opts.LockFor))).Exec(ctx)
	if err != nil {
		return fmt.Errorf("account: sweep attempts: %w", err)
	}
	return nil
}

// moment is t as both databases can keep it: UTC, whole microseconds.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// isDuplicate tells a violated unique or primary key.
func isDuplicate(err error) bool {
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pe.Code == "23505"
	}
	if se, ok := errors.AsType[*sqlite.Error](err); ok {
		return se.Code() == 2067 || se.Code() == 1555 // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
	}
	return false
}

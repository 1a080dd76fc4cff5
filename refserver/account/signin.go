package account

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// forgetAfter is how long wrong passwords are remembered when no further one
// follows.
const forgetAfter = 24 * time.Hour

// attemptRow counts wrong passwords in a row for a login, whether or not there
// is such an account: a lock must not tell which logins exist.
type attemptRow struct {
	bun.BaseModel `bun:"table:refserver_attempts,alias:t"`

	LoginKey string    `bun:"login_key,pk"`
	Failures int       `bun:"failures"`
	LastAt   time.Time `bun:"last_at"`
}

// attemptKey hides the login: people type passwords into that field.
func attemptKey(login string) string {
	sum := sha256.Sum256([]byte("refserver sign-in\x00" + login))
	return hex.EncodeToString(sum[:])
}

// SignIn checks login and password at now (real time); channel is the door, web or api. A wrong password, an
// unknown login and a disabled account get the same answer after the same time,
// ErrSignIn; after Options.Failures of them in a row the login is locked and
// every further try gets a *LockedError without the password being looked at.
// The try is counted before the password is checked and forgiven when it is
// right, so that many tries at the same instant can't slip past the counter.
// OnSignIn's function hears of each try, of those at a locked login too.
func (s *Store) SignIn(ctx context.Context, login, password, channel string, now time.Time) (Account, error) {
	proved, err := s.prove(ctx, keptLogin(login), password, channel, now)
	if err != nil {
		return Account{}, err
	}
	return s.enter(ctx, proved, password, now)
}

// proved is an account whose owner has shown that he knows the password.
type proved struct {
	row   accountRow
	stale bool // its hash is to be made anew
	try   Try
}

// prove holds a password against a login in its kept form. The try is counted, and refused
// as SignIn says; where it is right, enter or forget takes the count back.
func (s *Store) prove(ctx context.Context, login, password, channel string, now time.Time) (proved, error) {
	counted := s.countAttempt(ctx, login, moment(now))
	if counted != nil && !errors.Is(counted, ErrLocked) {
		return proved{}, counted
	}
	row, err := s.row(ctx, login)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return proved{}, err
	}
	try := Try{Person: row.Person, Channel: channel}
	if counted != nil {
		return proved{}, s.refuse(ctx, try, counted)
	}
	ok, stale, err := s.matches(ctx, row.Hash, password)
	if err != nil {
		return proved{}, err
	}
	if !ok || !row.DisabledAt.IsZero() {
		// Also for an unknown login: the answer takes as long.
		return proved{}, s.refuse(ctx, try, ErrSignIn)
	}
	return proved{row, stale, try}, nil
}

// enter signs in whoever has proved himself, and tells of it.
func (s *Store) enter(ctx context.Context, p proved, password string, now time.Time) (Account, error) {
	row := p.row
	if p.stale {
		var err error
		if row.Hash, err = s.hashPassword(ctx, password); err != nil {
			return Account{}, err
		}
	}
	row.SignedInAt = moment(now)
	err := s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// Compared with the epoch: a password set in this very moment wins.
		err := changeOne(ctx, tx.NewUpdate().Model((*accountRow)(nil)).
			Set("signed_in_at = ?", row.SignedInAt).Set("hash = ?", row.Hash).
			Where("login = ?", row.Login).Where("epoch = ?", row.Epoch))
		if err != nil {
			return err
		}
		return forget(ctx, tx, row.Login)
	})
	if errors.Is(err, ErrUnknown) {
		return Account{}, s.refuse(ctx, p.try, ErrSignIn)
	}
	if err != nil {
		return Account{}, err
	}
	if err := s.told(ctx, p.try); err != nil {
		return Account{}, err
	}
	return row.account(), nil
}

// refuse answers a try with why it is refused, once that has been told.
func (s *Store) refuse(ctx context.Context, t Try, why error) error {
	t.Refused = true
	if err := s.told(ctx, t); err != nil {
		return err
	}
	return why
}

func (s *Store) told(ctx context.Context, t Try) error {
	if s.tell == nil {
		return nil
	}
	if err := s.tell(ctx, t); err != nil {
		return fmt.Errorf("account: %w", err)
	}
	return nil
}

// Unlock forgets the wrong passwords of a login. ErrUnknown when there is no such
// account.
func (s *Store) Unlock(ctx context.Context, k Key) error {
	k, err := k.kept()
	if err != nil {
		return err
	}
	if _, err := s.held(ctx, k); err != nil {
		return err
	}
	return forget(ctx, s.db, k.Login)
}

func forget(ctx context.Context, db bun.IDB, login string) error {
	if _, err := db.NewDelete().Model((*attemptRow)(nil)).Where("login_key = ?", attemptKey(login)).Exec(ctx); err != nil {
		return fmt.Errorf("account: forget attempts: %w", err)
	}
	return nil
}

// countAttempt adds one try, or returns *LockedError. One statement, so that it
// holds among several servers; a row that is locked is left alone, so that
// trying on doesn't prolong the lock.
func (s *Store) countAttempt(ctx context.Context, login string, now time.Time) error {
	const count = `
INSERT INTO refserver_attempts AS t (login_key, failures, last_at) VALUES (?0, 1, ?1)
ON CONFLICT (login_key) DO UPDATE SET
    failures = CASE WHEN t.failures >= ?2 OR t.last_at < ?4 THEN 1 ELSE t.failures + 1 END,
    last_at = ?1
WHERE t.failures < ?2 OR t.last_at <= ?3`
	key := attemptKey(login)
	res, err := s.db.ExecContext(ctx, count, key, now, s.opts.Failures, now.Add(-s.opts.LockFor), now.Add(-forgetAfter))
	if err != nil {
		return fmt.Errorf("account: count attempt: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("account: count attempt: %w", err)
	}
	if n == 1 {
		return nil
	}
	var row attemptRow
	err = s.db.NewSelect().Model(&row).Where("t.login_key = ?", key).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		row.LastAt = now // forgiven meanwhile: the next try will tell
	} else if err != nil {
		return fmt.Errorf("account: read lock: %w", err)
	}
	until := row.LastAt.UTC().Add(s.opts.LockFor)
	return &LockedError{Until: until, Left: until.Sub(now)}
}

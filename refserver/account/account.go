package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"
)

// Account is a login and the person of the directory it belongs to. One person
// may have several logins.
type Account struct {
	Login      string    // in its kept form, see Create
	Person     string    // id in the directory
	MustChange bool      // the password was given by someone else and must be changed first
	Disabled   bool      // cannot sign in; its sessions and tokens are void
	CreatedAt  time.Time // UTC
	PasswordAt time.Time // UTC, when the password was last set
	SignedInAt time.Time // UTC, zero when never
	// LockedUntil is, in what List returns, until when it is locked after wrong passwords;
	// zero where it is not.
	LockedUntil time.Time

	epoch int64 // raised when all sessions must end; a session remembers it
}

type accountRow struct {
	bun.BaseModel `bun:"table:refserver_accounts,alias:a"`

	Login      string    `bun:"login,pk"`
	Person     string    `bun:"person"`
	Hash       string    `bun:"hash"`
	MustChange bool      `bun:"must_change"`
	Epoch      int64     `bun:"epoch"`
	CreatedAt  time.Time `bun:"created_at"`
	PasswordAt time.Time `bun:"password_at"`
	SignedInAt time.Time `bun:"signed_in_at,nullzero"`
	DisabledAt time.Time `bun:"disabled_at,nullzero"`
}

func (r accountRow) account() Account {
	return Account{
		Login: r.Login, Person: r.Person, MustChange: r.MustChange, Disabled: !r.DisabledAt.IsZero(),
		CreatedAt: r.CreatedAt.UTC(), PasswordAt: r.PasswordAt.UTC(), SignedInAt: r.SignedInAt.UTC(),
		epoch: r.Epoch,
	}
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{0,63}$`)

// keptLogin is the form in which a login is kept and looked for: capitals and
// full-width letters are what a phone's keyboard makes of the same login.
func keptLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

// Create makes an account with a first password. The login is kept in small
// letters and may have up to 64 of a-z 0-9 . _ @ -. mustChange makes its owner
// choose a password of his own at the first sign-in. Errors: ErrLogin,
// ErrExists, *PasswordError.
func (s *Store) Create(ctx context.Context, login, person, password string, mustChange bool, now time.Time) (Account, error) {
	login = keptLogin(login)
	if !loginForm.MatchString(login) {
		return Account{}, ErrLogin
	}
	if person == "" || !keepable(person) {
		return Account{}, errors.New("account: an account needs a person")
	}
	if err := s.checkPassword(login, password); err != nil {
		return Account{}, err
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return Account{}, err
	}
	now = moment(now)
	row := accountRow{Login: login, Person: person, Hash: hash, MustChange: mustChange, Epoch: 1, CreatedAt: now, PasswordAt: now}
	if _, err := s.db.NewInsert().Model(&row).Exec(ctx); err != nil {
		if isDuplicate(err) {
			return Account{}, ErrExists
		}
		return Account{}, fmt.Errorf("account: create: %w", err)
	}
	return row.account(), nil
}

// Get returns one account, or ErrUnknown.
func (s *Store) Get(ctx context.Context, login string) (Account, error) {
	row, err := s.row(ctx, login)
	if err != nil {
		return Account{}, err
	}
	return row.account(), nil
}

// List returns all accounts by login. With person given, only that person's.
func (s *Store) List(ctx context.Context, person string) ([]Account, error) {
	if !keepable(person) {
		return nil, nil
	}
	var rows []accountRow
	q := s.db.NewSelect().Model(&rows).OrderExpr("a.login")
	if person != "" {
		q = q.Where("a.person = ?", person)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("account: list: %w", err)
	}
	list := make([]Account, len(rows))
	for i, row := range rows {
		list[i] = row.account()
	}
	return list, s.locked(ctx, list)
}

// locked notes which of some logins are locked now.
func (s *Store) locked(ctx context.Context, list []Account) error {
	keys := make([]string, len(list))
	for i, a := range list {
		keys[i] = attemptKey(a.Login)
	}
	if len(keys) == 0 {
		return nil
	}
	var rows []attemptRow
	err := s.db.NewSelect().Model(&rows).Where("t.login_key IN (?)", bun.List(keys)).Where("t.failures >= ?", s.opts.Failures).
		Where("t.last_at > ?", moment(time.Now()).Add(-s.opts.LockFor)).Scan(ctx)
	if err != nil {
		return fmt.Errorf("account: read locks: %w", err)
	}
	for _, row := range rows {
		list[slices.Index(keys, row.LoginKey)].LockedUntil = row.LastAt.UTC().Add(s.opts.LockFor)
	}
	return nil
}

// Key names a login of a person, as it was typed: somebody else's login is unknown,
// whatever becomes of it between a look and a change.
type Key struct {
	Person, Login string
}

// kept is the key in its kept form; ErrUnknown for one that can't be there.
func (k Key) kept() (Key, error) {
	k.Login = keptLogin(k.Login)
	if !loginForm.MatchString(k.Login) || !keepable(k.Person) {
		return k, ErrUnknown // and no database is asked about what it can't hold
	}
	return k, nil
}

// SetPassword gives an account a new password, as an administrator does: no old
// one is asked for, a lock is lifted, all its sessions end. Tokens stay valid.
// Errors: ErrUnknown, *PasswordError.
func (s *Store) SetPassword(ctx context.Context, k Key, password string, mustChange bool, now time.Time) error {
	k, err := k.kept()
	if err != nil {
		return err
	}
	row, err := s.held(ctx, k)
	if err != nil {
		return err
	}
	if err := s.checkPassword(row.Login, password); err != nil {
		return err
	}
	same, _, err := s.matches(ctx, row.Hash, password)
	if err != nil {
		return err
	}
	if same {
		return &PasswordError{Code: PasswordCurrent}
	}
	return s.setPassword(ctx, k, password, mustChange, now, func(q *bun.UpdateQuery) *bun.UpdateQuery { return q })
}

// setPassword gives a login a password that has been checked, where its row is as only says.
func (s *Store) setPassword(ctx context.Context, k Key, password string, mustChange bool, now time.Time, only func(*bun.UpdateQuery) *bun.UpdateQuery) error {
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if err := changeOne(ctx, only(of(tx, k).
			Set("hash = ?", hash).Set("must_change = ?", mustChange).Set("epoch = epoch + 1").
			Set("password_at = ?", moment(now)))); err != nil {
			return err
		}
		return forget(ctx, tx, k.Login)
	})
}

// ChangePassword is SetPassword by the owner, who proves himself with the old
// password; wrong ones count and lock as at sign-in, and a right one is a sign-in where
// nothing else is wrong. Beside a new one that is refused it lets nobody in: OnSignIn's
// function does not hear of it, and the wrong ones before it are forgiven, or whoever
// mistypes his new password a few times would lock himself out. The returned account is
// what Sessions.SignIn needs to keep the present session alive. again is the new one
// typed once more; ErrDiffer. Errors as of SignIn and SetPassword, all that are true at
// once; ErrSignIn too when somebody gave the account another password, or disabled it,
// meanwhile: the old one proves nothing any more.
func (s *Store) ChangePassword(ctx context.Context, login, old, password, again, channel string, now time.Time) (Account, error) {
	login = keptLogin(login)
	proved, err := s.prove(ctx, login, old, channel, now)
	if err != nil && !errors.Is(err, ErrSignIn) && !errors.Is(err, ErrLocked) {
		return Account{}, err
	}
	refused := s.checkPassword(login, password)
	if refused == nil && err == nil && proper(old) == proper(password) {
		refused = &PasswordError{Code: PasswordCurrent}
	}
	var differ error
	if again != password {
		differ = ErrDiffer
	}
	if wrong := errors.Join(err, refused, differ); wrong != nil {
		if err == nil { // the old one was right, and nobody came in
			if err := forget(ctx, s.db, login); err != nil {
				return Account{}, err
			}
		}
		return Account{}, wrong
	}
	a, err := s.enter(ctx, proved, old, now)
	if err != nil {
		return Account{}, err
	}
	err = s.setPassword(ctx, Key{Person: a.Person, Login: a.Login}, password, false, now, func(q *bun.UpdateQuery) *bun.UpdateQuery {
		return q.Where("epoch = ?", a.epoch)
	})
	if errors.Is(err, ErrUnknown) {
		err = ErrSignIn
	}
	if err != nil {
		return Account{}, err
	}
	return s.Get(ctx, login)
}

func (s *Store) row(ctx context.Context, login string) (accountRow, error) {
	var row accountRow
	login = keptLogin(login)
	if !loginForm.MatchString(login) {
		return row, ErrUnknown // and no database is asked about what it can't hold
	}
	err := s.db.NewSelect().Model(&row).Where("a.login = ?", login).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return accountRow{}, ErrUnknown
	}
	if err != nil {
		return accountRow{}, fmt.Errorf("account: read: %w", err)
	}
	return row, nil
}

// held is the row of a kept key.
func (s *Store) held(ctx context.Context, k Key) (accountRow, error) {
	row, err := s.row(ctx, k.Login)
	if err == nil && row.Person != k.Person {
		return accountRow{}, ErrUnknown
	}
	return row, err
}

// keepable tells whether both databases can hold a text: neither takes NUL.
func keepable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// of is an update of one login of a person.
func of(db bun.IDB, k Key) *bun.UpdateQuery {
	return db.NewUpdate().Model((*accountRow)(nil)).Where("login = ?", k.Login).Where("person = ?", k.Person)
}

// changeOne runs an update that must meet exactly one row.
func changeOne(ctx context.Context, q *bun.UpdateQuery) error {
	res, err := q.Exec(ctx)
	if err != nil {
		return fmt.Errorf("account: change: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("account: change: %w", err)
	}
	if n != 1 {
		return ErrUnknown
	}
	return nil
}

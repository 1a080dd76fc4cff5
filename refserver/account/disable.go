package account

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// Disable ends an account: it can no longer sign in, its sessions end with
// their next request, its tokens are revoked for good. by is the login of whoever
// does it, who can't shut himself out: ErrOwn. ErrUnknown when there is no such
// account; nothing happens when it is disabled already.
func (s *Store) Disable(ctx context.Context, k Key, by string, now time.Time) error {
	return s.DisableIf(ctx, k, by, now, func([]string) error { return nil })
}

// DisableIf is Disable where may, told who can sign in once it is done, returns nil; else
// nothing is changed and its error comes back as it is. One login is ended at a time, so
// that two who end each other's at the same moment are not both told that the other stays.
// may runs in a transaction and asks no database.
func (s *Store) DisableIf(ctx context.Context, k Key, by string, now time.Time, may func(signsIn []string) error) error {
	k, err := k.kept()
	if err != nil {
		return err
	}
	if k.Login == keptLogin(by) {
		return ErrOwn
	}
	now = moment(now)
	return s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if err := oneAtATime(ctx, tx); err != nil {
			return err
		}
		if err := changeOne(ctx, of(tx, k).
			Set("disabled_at = COALESCE(disabled_at, ?)", now).Set("epoch = epoch + 1")); err != nil {
			return err
		}
		left, err := signsIn(ctx, tx, "")
		if err != nil {
			return err
		}
		if err := may(left); err != nil {
			return err
		}
		_, err = tx.NewUpdate().Model((*tokenRow)(nil)).Set("revoked_at = ?", now).
			Where("login = ?", k.Login).Where("revoked_at IS NULL").Exec(ctx)
		if err != nil {
			return fmt.Errorf("account: revoke tokens: %w", err)
		}
		return nil
	})
}

// oneAtATime lets nobody else end a login until the transaction does: what is read after it
// still holds when it is committed. On SQLite whoever writes is alone.
func oneAtATime(ctx context.Context, tx bun.Tx) error {
	if tx.Dialect().Name() != dialect.PG {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?, hashtext(current_schema()))", disableKey); err != nil {
		return fmt.Errorf("account: one at a time: %w", err)
	}
	return nil
}

// Enable lets a disabled account sign in again. Its former sessions and tokens
// stay void. ErrUnknown when there is no such account.
func (s *Store) Enable(ctx context.Context, k Key) error {
	k, err := k.kept()
	if err != nil {
		return err
	}
	return changeOne(ctx, of(s.db, k).Set("disabled_at = NULL"))
}

// SignsIn names the people who have a login that is not disabled, as if the login
// without ("" for none) were: ismskit.Config.SignsIn.
func (s *Store) SignsIn(ctx context.Context, without string) ([]string, error) {
	return signsIn(ctx, s.db, without)
}

func signsIn(ctx context.Context, db bun.IDB, without string) ([]string, error) {
	people := []string{}
	err := db.NewSelect().Model((*accountRow)(nil)).ColumnExpr("DISTINCT a.person").
		Where("a.disabled_at IS NULL").Where("a.login <> ?", keptLogin(without)).Scan(ctx, &people)
	if err != nil {
		return nil, fmt.Errorf("account: who signs in: %w", err)
	}
	return people, nil
}

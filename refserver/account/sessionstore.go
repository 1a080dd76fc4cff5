package account

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

type sessionRow struct {
	bun.BaseModel `bun:"table:refserver_sessions,alias:s"`

	Token     string    `bun:"token,pk"`
	Data      []byte    `bun:"data"`
	ExpiresAt time.Time `bun:"expires_at"`
	Ended     bool      `bun:"ended"`
}

// sessionStore implements scs.CtxStore. Tokens arrive hashed.
type sessionStore struct {
	db *bun.DB
	// slack is how far a session's expiry may lag behind before it is worth a
	// write: otherwise every page read would cost a commit.
	slack time.Duration
}

// commitTimeout bounds a write that outlives its request.
const commitTimeout = 5 * time.Second

// DeleteCtx ends the session but keeps its row until it expires: a slower
// request of the same session must not bring it back when it saves.
func (s *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	_, err := s.db.NewUpdate().Model((*sessionRow)(nil)).
		Set("ended = ?", true).Set("data = ?", []byte{}).Where("token = ?", token).Exec(ctx)
	return err
}

// FindCtx returns a session that is neither expired nor ended.
func (s *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	row, found, err := s.find(ctx, token)
	if err != nil || !found || row.Ended || !time.Now().Before(row.ExpiresAt) {
		return nil, false, err
	}
	return row.Data, true, nil
}

func (s *sessionStore) find(ctx context.Context, token string) (sessionRow, bool, error) {
	var row sessionRow
	err := s.db.NewSelect().Model(&row).Where("s.token = ?", token).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

// CommitCtx saves a session unless nothing but its expiry moved, and that by
// less than the slack.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	// The browser may have gone while the answer was written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	row, found, err := s.find(ctx, token)
	if err != nil {
		return err
	}
	expiry = moment(expiry)
	if found && bytes.Equal(row.Data, b) && expiry.Sub(row.ExpiresAt) < s.slack {
		return nil
	}
	row = sessionRow{Token: token, Data: b, ExpiresAt: expiry}
	_, err = s.db.NewInsert().Model(&row).
		On("CONFLICT (token) DO UPDATE").
		Set("data = EXCLUDED.data").Set("expires_at = EXCLUDED.expires_at").
		Where("NOT s.ended").Exec(ctx)
	return err
}

// Delete implements scs.Store.
func (s *sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Find implements scs.Store.
func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (s *sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

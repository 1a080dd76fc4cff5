package account

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
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

// loaded is a session as a request found it, so that saving it changes only what the
// request did: others of the same session are under way at the same time.
type loaded struct{ data []byte }

type loadedKey struct{}

// FindCtx returns a session that is neither expired nor ended.
func (s *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	row, found, err := s.find(ctx, token)
	if err != nil || !found || row.Ended || !time.Now().Before(row.ExpiresAt) {
		return nil, false, err
	}
	if of, ok := ctx.Value(loadedKey{}).(*loaded); ok {
		of.data = row.Data
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

// CommitCtx saves what a request changed in its session, and its expiry once it moved by
// more than the slack.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	was := &loaded{}
	if of, ok := ctx.Value(loadedKey{}).(*loaded); ok {
		was = of
	}
	// The browser may have gone while the answer was written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	expiry = moment(expiry)
	for {
		row, found, err := s.find(ctx, token)
		if err != nil {
			return err
		}
		if row.Ended {
			return nil // a slower request does not bring it back
		}
		data := b
		if found {
			if data, err = merged(was.data, b, row.Data); err != nil {
				return err
			}
			if bytes.Equal(row.Data, data) && expiry.Sub(row.ExpiresAt) < s.slack {
				return nil
			}
		}
		saved, err := s.save(ctx, row, found, sessionRow{Token: token, Data: data, ExpiresAt: expiry})
		if saved || err != nil {
			return err
		}
	}
}

// save puts a session in the place of what was found; false where another request was
// first with another one.
func (s *sessionStore) save(ctx context.Context, was sessionRow, found bool, row sessionRow) (bool, error) {
	var result sql.Result
	var err error
	if found {
		result, err = s.db.NewUpdate().Model(&row).Column("data", "expires_at").
			WherePK().Where("data = ?", was.Data).Where("NOT ended").Exec(ctx)
	} else {
		result, err = s.db.NewInsert().Model(&row).On("CONFLICT (token) DO NOTHING").Exec(ctx)
	}
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// merged is a session as it is stored now with what a request changed in it: the values
// that differ between how it found the session and how it leaves it.
func merged(was, is, now []byte) ([]byte, error) {
	if len(was) == 0 || bytes.Equal(was, now) {
		return is, nil
	}
	var before, after, stored sessionText
	for _, part := range []struct {
		data []byte
		into *sessionText
	}{{was, &before}, {is, &after}, {now, &stored}} {
		if err := json.Unmarshal(part.data, part.into); err != nil {
			return nil, fmt.Errorf("account: stored session: %w", err)
		}
	}
	if stored.Values == nil {
		stored.Values = map[string]string{}
	}
	for key, value := range after.Values {
		if old, known := before.Values[key]; !known || old != value {
			stored.Values[key] = value
		}
	}
	for key := range before.Values {
		if _, still := after.Values[key]; !still {
			delete(stored.Values, key)
		}
	}
	return json.Marshal(stored)
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

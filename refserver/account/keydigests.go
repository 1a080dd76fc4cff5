package account

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// boundKeyRow tells a key that lies in a file from another, without telling the key.
type boundKeyRow struct {
	bun.BaseModel `bun:"table:refserver_key_digests,alias:k"`

	Name   string    `bun:"name,pk"`
	Digest string    `bun:"digest"`
	Since  time.Time `bun:"since"`
}

// KeyDigests are the digests of the keys that this house works with, by name.
func (s *Store) KeyDigests(ctx context.Context) (map[string]string, error) {
	var rows []boundKeyRow
	if err := s.db.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("account: read digests of keys: %w", err)
	}
	by := make(map[string]string, len(rows))
	for _, r := range rows {
		by[r.Name] = r.Digest
	}
	return by, nil
}

// BindKey notes the digest of the key of that name where none is noted, and answers the one
// that is: another server may have been quicker. With anew the noted one is replaced.
func (s *Store) BindKey(ctx context.Context, name, digest string, anew bool) (string, error) {
	insert := s.db.NewInsert().Model(&boundKeyRow{Name: name, Digest: digest, Since: moment(time.Now())})
	if anew {
		insert = insert.On("CONFLICT (name) DO UPDATE").Set("digest = EXCLUDED.digest").Set("since = EXCLUDED.since")
	} else {
		insert = insert.On("CONFLICT (name) DO NOTHING")
	}
	if _, err := insert.Exec(ctx); err != nil {
		return "", fmt.Errorf("account: note digest of a key: %w", err)
	}
	by, err := s.KeyDigests(ctx)
	return by[name], err
}

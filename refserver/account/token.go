package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// tokenPrefix marks a secret of ours, so that scanners of leaked secrets and
// people know what they have found.
const tokenPrefix = "isk_"

// usedSlack is how far Token.UsedAt may lag behind: not every call of the API
// is worth a write.
const usedSlack = time.Minute

// Scopes say what a token may be used for.
type Scopes struct {
	Read  bool // look at what its person may see
	Write bool // act as its person
}

// Token is a key to the REST API in the name of one account. The secret itself
// is shown once and never kept.
type Token struct {
	ID        string
	Login     string
	Person    string
	Name      string // its owner's word for what it is used for
	Scopes    Scopes
	CreatedAt time.Time // UTC, like all
	ExpiresAt time.Time
	UsedAt    time.Time // to the minute; zero when never
	RevokedAt time.Time // zero while valid
}

type tokenRow struct {
	bun.BaseModel `bun:"table:refserver_tokens,alias:k"`

	ID        string    `bun:"id,pk"`
	Hash      string    `bun:"hash"`
	Login     string    `bun:"login"`
	Person    string    `bun:"person"`
	Name      string    `bun:"name"`
	CanRead   bool      `bun:"can_read"`
	CanWrite  bool      `bun:"can_write"`
	CreatedAt time.Time `bun:"created_at"`
	ExpiresAt time.Time `bun:"expires_at"`
	UsedAt    time.Time `bun:"last_used_at,nullzero"`
	RevokedAt time.Time `bun:"revoked_at,nullzero"`
}

func (r tokenRow) token() Token {
	return Token{
		ID: r.ID, Login: r.Login, Person: r.Person, Name: r.Name, Scopes: Scopes{Read: r.CanRead, Write: r.CanWrite},
		CreatedAt: r.CreatedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), UsedAt: r.UsedAt.UTC(), RevokedAt: r.RevokedAt.UTC(),
	}
}

// secretHash needs no salt: the secret is 256 random bits.
func secretHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// IssueToken makes a token for an account that is not disabled. The returned
// secret cannot be had again. name may have up to 100 characters and helps its
// owner to know it; expires must lie after now and no more than a year off.
func (s *Store) IssueToken(ctx context.Context, login, name string, scopes Scopes, expires, now time.Time) (secret string, t Token, err error) {
	now, expires, name = moment(now), moment(expires), strings.TrimSpace(name)
	switch {
	case !utf8.ValidString(name) || name == "" || utf8.RuneCountInString(name) > 100 || strings.ContainsFunc(name, unicode.IsControl):
		return "", Token{}, errors.New("account: a token needs a name of up to 100 characters")
	case !scopes.Read && !scopes.Write:
		return "", Token{}, errors.New("account: a token needs a scope")
	case !expires.After(now) || expires.After(now.AddDate(1, 0, 0)):
		return "", Token{}, errors.New("account: a token expires within a year")
	}
	owner, err := s.Get(ctx, login)
	if err != nil {
		return "", Token{}, err
	}
	if owner.Disabled {
		return "", Token{}, ErrUnknown
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", Token{}, err
	}
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	row := tokenRow{
		ID: uuid.NewString(), Hash: secretHash(secret), Login: owner.Login, Person: owner.Person, Name: name,
		CanRead: scopes.Read, CanWrite: scopes.Write, CreatedAt: now, ExpiresAt: expires,
	}
	if _, err := s.db.NewInsert().Model(&row).Exec(ctx); err != nil {
		return "", Token{}, fmt.Errorf("account: issue token: %w", err)
	}
	return secret, row.token(), nil
}

// CheckToken returns the token of a secret and its account, or ErrToken. The
// caller looks at the scopes.
func (s *Store) CheckToken(ctx context.Context, secret string, now time.Time) (Account, Token, error) {
	now = moment(now)
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Account{}, Token{}, ErrToken
	}
	var row tokenRow
	err := s.db.NewSelect().Model(&row).Where("k.hash = ?", secretHash(secret)).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, Token{}, ErrToken
	}
	if err != nil {
		return Account{}, Token{}, fmt.Errorf("account: read token: %w", err)
	}
	if !row.RevokedAt.IsZero() || !now.Before(row.ExpiresAt) {
		return Account{}, Token{}, ErrToken
	}
	owner, err := s.Get(ctx, row.Login)
	if err != nil {
		return Account{}, Token{}, err
	}
	if owner.Disabled {
		return Account{}, Token{}, ErrToken
	}
	if now.Sub(row.UsedAt) >= usedSlack {
		_, err := s.db.NewUpdate().Model((*tokenRow)(nil)).Set("last_used_at = ?", now).Where("id = ?", row.ID).Exec(ctx)
		if err != nil {
			return Account{}, Token{}, fmt.Errorf("account: mark token used: %w", err)
		}
		row.UsedAt = now
	}
	return owner, row.token(), nil
}

// Tokens lists a person's tokens, newest first, the revoked and expired too.
func (s *Store) Tokens(ctx context.Context, person string) ([]Token, error) {
	if !keepable(person) {
		return nil, nil
	}
	var rows []tokenRow
	if err := s.db.NewSelect().Model(&rows).Where("k.person = ?", person).OrderExpr("k.created_at DESC, k.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("account: list tokens: %w", err)
	}
	list := make([]Token, len(rows))
	for i, row := range rows {
		list[i] = row.token()
	}
	return list, nil
}

// Token is one token of a person; ErrUnknown when he has no such token.
func (s *Store) Token(ctx context.Context, person, id string) (Token, error) {
	if !keepable(person) || !keepable(id) {
		return Token{}, ErrUnknown
	}
	var row tokenRow
	err := s.db.NewSelect().Model(&row).Where("k.id = ?", id).Where("k.person = ?", person).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Token{}, ErrUnknown
	}
	if err != nil {
		return Token{}, fmt.Errorf("account: read token: %w", err)
	}
	return row.token(), nil
}

// RevokeToken ends a token of that person at once; ErrUnknown when the person
// has no such token. Revoking twice keeps the first time.
func (s *Store) RevokeToken(ctx context.Context, person, id string, now time.Time) error {
	if !keepable(person) || !keepable(id) {
		return ErrUnknown
	}
	return changeOne(ctx, s.db.NewUpdate().Model((*tokenRow)(nil)).
		Set("revoked_at = COALESCE(revoked_at, ?)", moment(now)).Where("id = ?", id).Where("person = ?", person))
}

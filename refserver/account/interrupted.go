package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// Interrupted is a form that arrived when nobody was signed in any more, or
// somebody else. It waits for the person who filled it in.
type Interrupted struct {
	ID     string
	Person string
	Token  string // of the page: the same form sent again takes its place
	Path   string // where it was sent to
	Fields map[string][]string
	At     time.Time // UTC
}

// Interrupted forms wait for a week, at most twenty of a person.
const (
	waits       = 7 * 24 * time.Hour
	mostWaiting = 20
)

type interruptedRow struct {
	bun.BaseModel `bun:"table:refserver_interrupted,alias:i"`

	ID     string    `bun:"id,pk"`
	Person string    `bun:"person"`
	Token  string    `bun:"token"`
	Path   string    `bun:"path"`
	Fields []byte    `bun:"fields"`
	At     time.Time `bun:"at"`
}

type keyRow struct {
	bun.BaseModel `bun:"table:refserver_keys,alias:k"`

	Name string `bun:"name,pk"`
	Key  []byte `bun:"key"`
}

// sealKey reads the key by which forms are told to be a person's own; the first
// server makes it. All servers on one database have the same.
func sealKey(ctx context.Context, db *bun.DB) ([]byte, error) {
	fresh := keyRow{Name: "forms", Key: make([]byte, sha256.Size)}
	rand.Read(fresh.Key) // never fails: crypto/rand.Read ends the program rather than return an error
	var row keyRow
	read := func() error { return db.NewSelect().Model(&row).Where("k.name = ?", fresh.Name).Scan(ctx) }
	err := read()
	if errors.Is(err, sql.ErrNoRows) {
		if _, err = db.NewInsert().Model(&fresh).On("CONFLICT (name) DO NOTHING").Exec(ctx); err == nil {
			err = read()
		}
	}
	return row.Key, err
}

// Seal marks a form, by the token of its page and the path it is sent to, as the
// person's own.
func (s *Store) Seal(person, token, path string) string {
	return person + "." + s.mac(person, token, path)
}

func (s *Store) mac(person, token, path string) string {
	h := hmac.New(sha256.New, s.seal)
	fmt.Fprintf(h, "%q %q %q", person, token, path)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Sealed returns whose form a seal of this server's says it is. Sent to another path
// than that of its page it is nobody's.
func (s *Store) Sealed(seal, token, path string) (person string, ok bool) {
	i := strings.LastIndexByte(seal, '.')
	if i <= 0 || token == "" {
		return "", false
	}
	person = seal[:i]
	return person, hmac.Equal([]byte(seal[i+1:]), []byte(s.mac(person, token, path)))
}

// Keep keeps an interrupted form and returns its id. The caller has made sure
// whose it is.
func (s *Store) Keep(ctx context.Context, f Interrupted, now time.Time) (string, error) {
	fields, err := json.Marshal(f.Fields)
	if err != nil {
		return "", fmt.Errorf("account: keep form: %w", err)
	}
	row := interruptedRow{ID: rand.Text(), Person: f.Person, Token: f.Token, Path: f.Path, Fields: fields, At: moment(now)}
	err = s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// In one statement: a double click keeps it twice at the same time.
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (person, token) DO UPDATE").
			Set("id = EXCLUDED.id, path = EXCLUDED.path, fields = EXCLUDED.fields, at = EXCLUDED.at").Exec(ctx)
		if err != nil {
			return err
		}
		newest := tx.NewSelect().Model((*interruptedRow)(nil)).Column("id").Where("person = ?", f.Person).Order("at DESC", "id").Limit(mostWaiting)
		_, err = tx.NewDelete().Model((*interruptedRow)(nil)).Where("person = ?", f.Person).Where("id NOT IN (?)", newest).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("account: keep form: %w", err)
	}
	return row.ID, nil
}

// Interrupted lists a person's interrupted forms, newest first.
func (s *Store) Interrupted(ctx context.Context, person string) ([]Interrupted, error) {
	var rows []interruptedRow
	if err := s.db.NewSelect().Model(&rows).Where("i.person = ?", person).Order("i.at DESC", "i.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("account: interrupted forms: %w", err)
	}
	out := make([]Interrupted, 0, len(rows))
	for _, row := range rows {
		f := Interrupted{ID: row.ID, Person: row.Person, Token: row.Token, Path: row.Path, At: row.At.UTC()}
		if err := json.Unmarshal(row.Fields, &f.Fields); err != nil {
			return nil, fmt.Errorf("account: interrupted form %s: %w", row.ID, err)
		}
		out = append(out, f)
	}
	return out, nil
}

// Forget drops an interrupted form of a person's; one that is not there is no
// error.
func (s *Store) Forget(ctx context.Context, person, id string) error {
	if _, err := s.db.NewDelete().Model((*interruptedRow)(nil)).Where("person = ? AND id = ?", person, id).Exec(ctx); err != nil {
		return fmt.Errorf("account: forget form: %w", err)
	}
	return nil
}

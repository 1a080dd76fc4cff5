package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The cost of one password: argon2id with 19 MiB and two passes, the least
// that is recommended for small hosts (OWASP password storage).
const (
	costMemory  = 19 * 1024 // KiB
	costPasses  = 2
	costThreads = 1
	keyLength   = 32
	saltLength  = 16

	maxPassword = 256 // bytes; longer input is never hashed
)

// hashText is the PHC string form, in which argon2 parameters travel with the
// hash, so that the cost can be raised later without asking anyone to sign in
// twice.
const hashText = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"

// proper brings a password to the form in which it is hashed: the same text
// typed on another keyboard may arrive composed differently.
func proper(password string) string { return norm.NFC.String(password) }

// checkPassword applies the rules for a new password.
func (s *Store) checkPassword(login, password string) error {
	switch {
	case len(password) > maxPassword:
		return &PasswordError{Code: PasswordLong, Max: maxPassword}
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return &PasswordError{Code: PasswordText}
	case utf8.RuneCountInString(password) < s.opts.MinPassword:
		return &PasswordError{Code: PasswordShort, Min: s.opts.MinPassword}
	case holds(password, login):
		return &PasswordError{Code: PasswordLogin}
	case kinds(password) < 3:
		return &PasswordError{Code: PasswordPlain}
	}
	return nil
}

// holds tells that a password contains the login. One of a letter or two is in most.
func holds(password, login string) bool {
	return len(login) > 2 && strings.Contains(strings.ToLower(password), login)
}

// kinds counts small letters, capitals, digits and everything else.
func kinds(password string) int {
	var small, capital, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			small = 1
		case unicode.IsUpper(r):
			capital = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return small + capital + digit + other
}

// derive hashes under the semaphore: many sign-ins at 8:30 queue up instead of
// taking the machine's memory.
func (s *Store) derive(ctx context.Context, password string, salt []byte, memory uint32, passes uint32, threads uint8) ([]byte, error) {
	select {
	case s.hashes <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-s.hashes }()
	return argon2.IDKey([]byte(proper(password)), salt, passes, memory, threads, keyLength), nil
}

func (s *Store) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := s.derive(ctx, password, salt, costMemory, costPasses, costThreads)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf(hashText, argon2.Version, costMemory, costPasses, costThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// matches tells whether password belongs to hash, and whether the hash was made
// at another cost than today's. An empty hash belongs to nobody; it takes the
// same time, so that an unknown login can't be told from a wrong password.
func (s *Store) matches(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	if len(password) > maxPassword {
		password = "" // not hashed at its full length, yet hashed
		hash = ""
	}
	if hash == "" {
		_, err := s.derive(ctx, password, make([]byte, saltLength), costMemory, costPasses, costThreads)
		return false, false, err
	}
	memory, passes, threads, salt, want, err := parseHash(hash)
	if err != nil {
		return false, false, err
	}
	got, err := s.derive(ctx, password, salt, memory, passes, threads)
	if err != nil {
		return false, false, err
	}
	stale = memory != costMemory || passes != costPasses || threads != costThreads
	return subtle.ConstantTimeCompare(got, want) == 1, stale, nil
}

func parseHash(hash string) (memory, passes uint32, threads uint8, salt, key []byte, err error) {
	bad := errors.New("account: stored password hash cannot be read")
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return 0, 0, 0, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return 0, 0, 0, nil, nil, bad
	}
	// A damaged row must not make the server take all memory.
	if memory < 8 || memory > 1<<20 || passes < 1 || passes > 64 || threads < 1 {
		return 0, 0, 0, nil, nil, bad
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, saltErr := b64.DecodeString(parts[4])
	key, keyErr := b64.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(salt) < 8 || len(key) != keyLength {
		return 0, 0, 0, nil, nil, bad
	}
	return memory, passes, threads, salt, key, nil
}

// OneTimePassword makes a password to be given to whoever has the login, who must
// change it: more than 70 bits that obey every rule.
func OneTimePassword(login string) string {
	for {
		if password := "K-" + strings.ToLower(rand.Text()[:16]) + "-7"; !holds(password, keptLogin(login)) {
			return password
		}
	}
}

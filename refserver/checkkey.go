package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ismskit/ismskit/refserver/account"
)

// fileCheckKey holds the key of the check codes on copies of documents. Servers that share a
// database are given the same file, as they are fileKey.
const fileCheckKey = "check.key"

// checkKeyBytes is the length of the key.
const checkKeyBytes = 32

// errCheckKey says that the key whose codes stand on the copies of this house is not there.
var errCheckKey = errors.New("the check codes on copies of documents are known by the key alone that made them: put back a copy of the file; " +
	"if there is none any more, start once with -new-check-key, after which the codes on copies made until now are not known")

// openCheckKey reads the key of a server, or makes one at the first start. With another no copy
// that is about would be known: one that cannot be read is an error, and so is one that is missing
// or is not the key of which the accounts keep the digest (with PostgreSQL all servers of the
// house, else those of the same folder), unless the operator asks for a new one.
func openCheckKey(ctx context.Context, o options, accounts *account.Store) ([]byte, error) {
	path := filepath.Join(o.data, fileCheckKey)
	noted, err := accounts.KeyDigests(ctx)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if noted[fileCheckKey] != "" && !o.newCheckKey {
			return nil, fmt.Errorf("%s is missing: %w", path, errCheckKey)
		}
		if err := makeCheckKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		b, err = os.ReadFile(path) // also where a server that started at the same time was quicker
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != checkKeyBytes {
		return nil, fmt.Errorf("%s is no key of %d bytes in hexadecimal: put back a copy; if there is none any more, "+
			"take the file away and start once with -new-check-key", path, checkKeyBytes)
	}
	sum := sha256.Sum256(key)
	digest := hex.EncodeToString(sum[:])
	bound, err := accounts.BindKey(ctx, fileCheckKey, digest, o.newCheckKey)
	if err != nil {
		return nil, err
	}
	if bound != digest {
		return nil, fmt.Errorf("%s is another key than until now: %w", path, errCheckKey)
	}
	return key, nil
}

// makeCheckKey writes it as makeKey does: whole, or not at all, and never over another.
func makeCheckKey(path string) error {
	var key [checkKeyBytes]byte
	rand.Read(key[:]) // never fails
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".check-*") // its owner's alone
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, hex.EncodeToString(key[:])+"\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Link(file.Name(), path)
	}
	return errors.Join(err, os.Remove(file.Name()))
}

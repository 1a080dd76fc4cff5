package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// fileCheckKey holds the key of the check codes on copies of documents. Servers that share a
// database are given the same file, as they are fileKey.
const fileCheckKey = "check.key"

// checkKeyBytes is the length of the key.
const checkKeyBytes = 32

// openCheckKey reads the key, or makes one where there is no file. One that cannot be read is an
// error: with another, no copy that is about would be known. A file that is lost is not noticed:
// it belongs into the backup as the key that signs does.
func openCheckKey(o options) ([]byte, error) {
	path := filepath.Join(o.data, fileCheckKey)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
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
		return nil, fmt.Errorf("%s is no key of %d bytes in hexadecimal: put back a copy", path, checkKeyBytes)
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

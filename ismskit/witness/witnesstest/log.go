// Package witnesstest has a house's log for tests of those who witness it.
package witnesstest

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Log is a house's log with its key. A checkpoint is of the day after the one before.
type Log struct {
	Tree evidence.Log
	Now  time.Time

	t   testing.TB
	key evidence.Key
}

// NewLog begins the log of isms.example.
func NewLog(t testing.TB, key evidence.Key) *Log {
	return &Log{t: t, key: key, Now: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)}
}

// Key makes a key of that name.
func Key(t testing.TB, name string) evidence.Key {
	t.Helper()
	key, err := evidence.NewKey(name, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Checkpoint adds leaves and signs.
func (l *Log) Checkpoint(leaves ...evidence.Digest) []byte {
	l.t.Helper()
	if err := l.Tree.Append(leaves...); err != nil {
		l.t.Fatal(err)
	}
	root, err := l.Tree.Root(l.Tree.Size())
	if err != nil {
		l.t.Fatal(err)
	}
	l.Now = l.Now.Add(24 * time.Hour)
	text, err := evidence.Checkpoint{Origin: "isms.example", Size: l.Tree.Size(), Root: root, Time: l.Now}.Text()
	if err != nil {
		l.t.Fatal(err)
	}
	signed, err := evidence.Sign(text, l.key)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

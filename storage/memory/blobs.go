package memory

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

// Blobs keeps files in memory. Safe for concurrent use.
type Blobs struct {
	mu   sync.Mutex
	kept map[string]blob
}

type blob struct {
	bytes   []byte
	written time.Time
}

var _ ismskit.Blobs = (*Blobs)(nil)

// NewBlobs returns an empty store of files.
func NewBlobs() *Blobs { return &Blobs{kept: map[string]blob{}} }

// Clone returns a store of files that holds what b holds now.
func (b *Blobs) Clone() *Blobs {
	b.mu.Lock()
	defer b.mu.Unlock()
	return &Blobs{kept: maps.Clone(b.kept)}
}

// Put stores a blob; see ismskit.Blobs.
func (b *Blobs) Put(ctx context.Context, r io.Reader, max int64) (digest string, size int64, err error) {
	if err := ctx.Err(); err != nil {
		return "", 0, err
	}
	var buf bytes.Buffer
	digest, size, err = clean.Spool(&buf, r, max)
	if err != nil {
		return "", 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept[digest] = blob{buf.Bytes(), time.Now()}
	return digest, size, nil
}

// Open returns a blob's bytes; ismskit.ErrNotFound.
func (b *Blobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	found, ok := b.kept[digest]
	if !ok {
		return nil, ismskit.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(found.bytes)), nil
}

// List returns digests in order; see ismskit.Blobs.
func (b *Blobs) List(ctx context.Context, before time.Time, after string, limit int) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for digest, kept := range b.kept {
		if digest > after && kept.written.Before(before) {
			out = append(out, digest)
		}
	}
	slices.Sort(out)
	if limit > 0 {
		out = out[:min(len(out), limit)]
	}
	return out, nil
}

// Remove deletes a blob that was written before a moment; see ismskit.Blobs.
func (b *Blobs) Remove(ctx context.Context, digest string, before time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept[digest].written.Before(before) {
		delete(b.kept, digest)
	}
	return ctx.Err()
}

// Package folder keeps blobs as files named after their content, for a store on
// one machine.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

// Blobs keeps each blob as DIR/ab/abcdef…, written once: to a file beside it
// first, which is on disk before it gets its name. Safe for concurrent use, also
// by several processes.
type Blobs struct{ dir string }

var _ ismskit.Blobs = (*Blobs)(nil)

// incoming holds files that have no name yet.
const incoming = "incoming"

// Open uses a folder, making it if need be. Files that a dead process left
// half-written more than a day ago are removed; one that it was about to remove goes
// back, for it may have been written again in that moment.
func Open(dir string) (*Blobs, error) {
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, fmt.Errorf("folder: %w", err)
	}
	b := &Blobs{dir: dir}
	left, err := os.ReadDir(filepath.Join(dir, incoming))
	if err != nil {
		return nil, fmt.Errorf("folder: %w", err)
	}
	for _, f := range left {
		if clean.Digest(f.Name()) {
			err := os.Rename(filepath.Join(dir, incoming, f.Name()), b.path(f.Name()))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("folder: %w", err)
			}
			continue
		}
		info, err := f.Info()
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			err = os.Remove(filepath.Join(dir, incoming, f.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("folder: %w", err)
		}
	}
	return b, nil
}

func (b *Blobs) path(digest string) string { return filepath.Join(b.dir, digest[:2], digest) }

// Put stores a blob; see ismskit.Blobs. One that is there already counts as
// written now, so that the sweep of unreferenced blobs lets it be.
func (b *Blobs) Put(ctx context.Context, r io.Reader, max int64) (digest string, size int64, err error) {
	if err := ctx.Err(); err != nil {
		return "", 0, err
	}
	f, err := os.CreateTemp(filepath.Join(b.dir, incoming), "*")
	if err != nil {
		return "", 0, unavailable(err)
	}
	defer func() {
		// After the rename there is nothing left under this name.
		if rerr := os.Remove(f.Name()); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, unavailable(rerr))
		}
	}()
	digest, size, err = clean.Spool(f, r, max)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", 0, unavailable(err)
	}
	return digest, size, b.name(f.Name(), digest)
}

// name gives a finished file its name and sees that the name is on disk too.
func (b *Blobs) name(file, digest string) error {
	to := b.path(digest)
	now := time.Now()
	if err := os.Chtimes(to, now, now); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return unavailable(err)
	}
	if err := os.Rename(file, to); err != nil {
		return unavailable(err)
	}
	return errors.Join(syncDir(filepath.Dir(to)), syncDir(b.dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return unavailable(err)
	}
	return unavailable(errors.Join(syncOpenDir(d), d.Close()))
}

// Open returns a blob's bytes; ismskit.ErrNotFound.
func (b *Blobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !clean.Digest(digest) {
		return nil, ismskit.ErrNotFound
	}
	f, err := os.Open(b.path(digest))
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(b.aside(digest)) // perhaps Remove has it at this moment
	}
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(b.path(digest)) // and has put it back
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, b.absent()
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return f, nil
}

// absent tells a file that is not there from a folder that is not, such as a share
// that is not mounted: of its files nothing can be said.
func (b *Blobs) absent() error {
	if _, err := os.Stat(filepath.Join(b.dir, incoming)); err != nil {
		return unavailable(err)
	}
	return ismskit.ErrNotFound
}

// List returns digests in order; see ismskit.Blobs.
func (b *Blobs) List(ctx context.Context, before time.Time, after string, limit int) ([]string, error) {
	var out []string
	shelves, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, unavailable(err)
	}
	for _, shelf := range shelves { // ReadDir sorts
		if len(shelf.Name()) != 2 || shelf.Name() < after[:min(2, len(after))] {
			continue
		}
		files, err := os.ReadDir(filepath.Join(b.dir, shelf.Name()))
		if err != nil {
			return nil, unavailable(err)
		}
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if f.Name() <= after || !clean.Digest(f.Name()) {
				continue
			}
			info, err := f.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed in the meantime
			}
			if err != nil {
				return nil, unavailable(err)
			}
			if info.ModTime().Before(before) {
				if out = append(out, f.Name()); len(out) == limit {
					return out, nil
				}
			}
		}
	}
	return out, nil
}

// Remove deletes a blob that was written before a moment; see ismskit.Blobs. The file
// is put aside before its age is looked at for good: whoever writes it again from then on
// finds none and writes a new one, and what was written again just before goes back.
func (b *Blobs) Remove(ctx context.Context, digest string, before time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !clean.Digest(digest) {
		return nil
	}
	if old, err := writtenBefore(b.path(digest), before); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil || !old {
		return unavailable(err)
	}
	aside := b.aside(digest)
	if err := os.Rename(b.path(digest), aside); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return unavailable(err)
	}
	if old, err := writtenBefore(aside, before); err != nil {
		return unavailable(err)
	} else if !old {
		return unavailable(os.Rename(aside, b.path(digest)))
	}
	return unavailable(os.Remove(aside))
}

// aside is where a file lies while it is being removed.
func (b *Blobs) aside(digest string) string { return filepath.Join(b.dir, incoming, digest) }

func writtenBefore(file string, moment time.Time) (bool, error) {
	info, err := os.Stat(file)
	if err != nil {
		return false, err
	}
	return info.ModTime().Before(moment), nil
}

// unavailable marks trouble with the disk; a reader's own error stays what it is.
func unavailable(err error) error {
	var disk *fs.PathError
	var link *os.LinkError
	if errors.As(err, &disk) || errors.As(err, &link) {
		return fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
	}
	return err
}

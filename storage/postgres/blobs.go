package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/internal/clean"
)

// pieceSize is how much of a blob lies in one row.
const pieceSize = 1 << 20

// Blobs keeps files in the database, so that several servers need nothing else.
// Safe for concurrent use, also by several processes.
type Blobs struct{ s *Store }

var _ ismskit.Blobs = (*Blobs)(nil)

// Blobs returns the files of the same schema.
func (s *Store) Blobs() *Blobs { return &Blobs{s} }

func (b *Blobs) sql(text string) string { return fmt.Sprintf(text, b.s.engine.Prefix) }

// Put stores a blob; see ismskit.Blobs. What comes in lies in a temporary file
// until its digest is known.
func (b *Blobs) Put(ctx context.Context, r io.Reader, max int64) (digest string, size int64, err error) {
	f, err := os.CreateTemp("", "isms-blob-*")
	if err != nil {
		return "", 0, fmt.Errorf("%w: %w", ismskit.ErrUnavailable, err)
	}
	named := os.Remove(f.Name()) != nil // where an open file can be removed, a server that is killed leaves none
	defer func() {
		err = errors.Join(err, f.Close())
		if named {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if digest, size, err = clean.Spool(f, r, max); err != nil {
		return "", 0, err
	}
	if _, err = f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	if err = b.write(ctx, f, digest, size); err != nil {
		return "", 0, failure(err)
	}
	return digest, size, nil
}

func (b *Blobs) write(ctx context.Context, r io.Reader, digest string, size int64) (err error) {
	now := time.Now().UnixMicro()
	// One that is there counts as written now, so that the sweep lets it be.
	res, err := b.s.db.ExecContext(ctx, b.sql(`UPDATE %sisms_blobs SET written = $1 WHERE digest = $2`), pgx.QueryExecModeSimpleProtocol, now, digest)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	tx, err := b.s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	piece := make([]byte, pieceSize)
	for n := int64(0); n*pieceSize < size; n++ {
		k, err := io.ReadFull(r, piece)
		if err != nil && err != io.ErrUnexpectedEOF {
			return err
		}
		_, err = tx.ExecContext(ctx, b.sql(`INSERT INTO %sisms_blob_pieces (digest, n, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`),
			pgx.QueryExecModeSimpleProtocol, digest, n, piece[:k])
		if err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, b.sql(`INSERT INTO %sisms_blobs (digest, size, written) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`),
		pgx.QueryExecModeSimpleProtocol, digest, size, now)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// Open returns a blob's bytes, read piece by piece; ismskit.ErrNotFound.
func (b *Blobs) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	if !clean.Digest(digest) {
		return nil, ismskit.ErrNotFound
	}
	var size int64
	err := b.s.db.QueryRowContext(ctx, b.sql(`SELECT size FROM %sisms_blobs WHERE digest = $1`), pgx.QueryExecModeSimpleProtocol, digest).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ismskit.ErrNotFound
	}
	if err != nil {
		return nil, failure(err)
	}
	return &pieces{ctx: ctx, b: b, digest: digest, left: size}, nil
}

// pieces reads one row at a time.
type pieces struct {
	ctx    context.Context
	b      *Blobs
	digest string
	next   int64
	left   int64 // bytes not fetched yet
	rest   []byte
}

func (p *pieces) Read(to []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.left == 0 {
			return 0, io.EOF
		}
		err := p.b.s.db.QueryRowContext(p.ctx, p.b.sql(`SELECT bytes FROM %sisms_blob_pieces WHERE digest = $1 AND n = $2`),
			pgx.QueryExecModeSimpleProtocol, p.digest, p.next).Scan(&p.rest)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, io.ErrUnexpectedEOF // removed while it was read
		}
		if err != nil {
			return 0, failure(err)
		}
		p.next++
		p.left -= int64(len(p.rest))
	}
	n := copy(to, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// Close ends reading.
func (p *pieces) Close() error { return nil }

// List returns digests in order; see ismskit.Blobs.
func (b *Blobs) List(ctx context.Context, before time.Time, after string, limit int) (found []string, err error) {
	rows, err := b.s.db.QueryContext(ctx, b.sql(`SELECT digest FROM %sisms_blobs WHERE written < $1 AND digest > $2 ORDER BY digest LIMIT $3`),
		pgx.QueryExecModeSimpleProtocol, before.UnixMicro(), after, limit)
	if err != nil {
		return nil, failure(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var digest string
		if err := rows.Scan(&digest); err != nil {
			return nil, failure(err)
		}
		found = append(found, digest)
	}
	return found, failure(rows.Err())
}

// Remove deletes a blob that was written before a moment; see ismskit.Blobs.
func (b *Blobs) Remove(ctx context.Context, digest string, before time.Time) error {
	if !clean.Digest(digest) {
		return nil
	}
	// One statement, so that nobody meets half a blob. Whoever writes it again waits for
	// the end of it and then finds none, or comes first, and it is left alone.
	_, err := b.s.db.ExecContext(ctx, fmt.Sprintf(`WITH gone AS (DELETE FROM %[1]sisms_blobs WHERE digest = $1 AND written < $2 RETURNING digest)
	DELETE FROM %[1]sisms_blob_pieces WHERE digest IN (SELECT digest FROM gone)`, b.s.engine.Prefix), pgx.QueryExecModeSimpleProtocol, digest, before.UnixMicro())
	return failure(err)
}

package sqlite

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

var (
	beginRead = &storage.Statement{SQLite: "BEGIN"}
	endRead   = &storage.Statement{SQLite: "COMMIT"}
)

// View runs fn on one consistent state of the file. It does not wait for writers.
func (s *Store) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) (err error) {
	k, err := s.reads.take(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.give()) }()
	v := &view{session: session{k: k}}
	// The transaction must end even where fn panics.
	defer func() { err = errors.Join(err, v.end()) }()
	return fn(ctx, storage.Tx(v))
}

// view opens its transaction at the first read.
type view struct {
	session
	open bool
}

func (v *view) begin(ctx context.Context) error {
	if v.open {
		return nil
	}
	if _, err := v.k.exec(ctx, beginRead); err != nil {
		return failure(err)
	}
	v.open = true
	return nil
}

func (v *view) end() error {
	if !v.open {
		return nil
	}
	_, err := v.k.exec(context.Background(), endRead)
	return failure(err)
}

func (v *view) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	return v.session.Read(ctx, st, args...)
}

func (v *view) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	return v.session.ReadBuilt(ctx, query)
}

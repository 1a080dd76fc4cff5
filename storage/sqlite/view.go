package sqlite

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/internal/cells"
)

var (
	beginRead = &storage.Statement{SQLite: "BEGIN"}
	endRead   = &storage.Statement{SQLite: "COMMIT"}
)

// View runs fn on one consistent state of the file. It does not wait for writers, but
// for a read that is shared, and for that only a moment.
//
// fn's first read needs no transaction, and mostly there is no second. If there
// is, a transaction is opened and the first read repeated in it: mostly it gives
// the same, and fn goes on without noticing; else that read fails and fn runs
// again.
func (s *Store) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	moved, err := s.viewOnce(ctx, fn, false)
	if !moved {
		return err
	}
	_, err = s.viewOnce(ctx, fn, true)
	return err
}

func (s *Store) viewOnce(ctx context.Context, fn func(context.Context, ismskit.Tx) error, whole bool) (moved bool, err error) {
	v := &view{store: s, whole: whole}
	// The transaction must end even where fn panics.
	defer func() { err = errors.Join(err, v.end()) }()
	err = fn(ctx, storage.Tx(v))
	return v.moved, err
}

var errMoved = errors.New("sqlite: the state has moved, read again")

// view is a session whose first read stands alone. It takes a connection when it
// needs one.
type view struct {
	store  *Store
	k      *link
	whole  bool // a transaction from the first read on
	open   bool
	first  *query
	found  *cells.Rows
	failed error // the first read that failed; sticks
	moved  bool
}

var _ storage.Session = (*view)(nil)

func (v *view) Engine() storage.Engine { return v.store.engine }
func (v *view) Writable() bool         { return false }

// Write is never reached: storage.Tx refuses to write where nothing is writable.
func (v *view) Write(context.Context, *storage.Statement, ...any) error { return storage.ErrReadOnly }

// query is one read: a fixed statement with its values, or a text.
type query struct {
	fixed *storage.Statement
	args  []any
	text  string
}

func (v *view) begin(ctx context.Context) error {
	if err := v.connect(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		v.failed = err
		return err
	}
	// The driver may carry the statement out and still answer that the caller has left:
	// the connection would go back to its pool in a transaction that nobody ends.
	if _, err := v.k.exec(context.WithoutCancel(ctx), beginRead); err != nil {
		v.failed = failure(err)
		v.k.discard()
		v.k = nil
		return v.failed
	}
	v.open = true
	return nil
}

func (v *view) connect(ctx context.Context) (err error) {
	if v.k == nil {
		v.k, err = v.store.reads.take(ctx)
	}
	return err
}

func (v *view) end() error {
	if v.k == nil {
		return nil
	}
	if v.open {
		if _, err := v.k.exec(context.Background(), endRead); err != nil {
			v.k.discard() // it may still be in the transaction
			return failure(err)
		}
	}
	return v.k.give()
}

func (v *view) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	return v.read(ctx, query{fixed: st, args: args})
}

func (v *view) ReadBuilt(ctx context.Context, text string) (storage.Rows, error) {
	return v.read(ctx, query{text: text})
}

func (v *view) read(ctx context.Context, q query) (storage.Rows, error) {
	switch {
	case v.failed != nil:
		return nil, v.failed
	case v.open:
		return v.run(ctx, q)
	case v.whole:
		if err := v.begin(ctx); err != nil {
			return nil, err
		}
		return v.run(ctx, q)
	case v.first == nil:
		found, err := v.alone(ctx, q)
		if err == nil {
			v.first, v.found = &q, found
		}
		return found, err
	}
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	again, err := v.run(ctx, *v.first)
	if err != nil {
		return nil, err
	}
	if !again.Equal(v.found) {
		v.moved, v.failed = true, errMoved
		return nil, v.failed
	}
	return v.run(ctx, q)
}

// alone runs the first read, over the writing connection where that is to be had.
func (v *view) alone(ctx context.Context, q query) (*cells.Rows, error) {
	if q.fixed != nil {
		if rows, ok, err := v.store.writer.ask(ctx, q); ok {
			return v.seen(rows, err)
		}
	}
	if err := v.connect(ctx); err != nil {
		return nil, err
	}
	return v.run(ctx, q)
}

func (v *view) run(ctx context.Context, q query) (*cells.Rows, error) {
	if err := ctx.Err(); err != nil {
		return v.seen(nil, err)
	}
	if q.fixed != nil {
		// Such a read is short. The driver would start a goroutine that watches for the
		// caller's leaving, which costs a tenth of it.
		ctx = detached(ctx)
	}
	rows, err := v.k.query(ctx, q)
	return v.seen(rows, err)
}

func (v *view) seen(rows *cells.Rows, err error) (*cells.Rows, error) {
	if err != nil {
		v.failed = failure(err)
		return nil, v.failed
	}
	return rows, nil
}

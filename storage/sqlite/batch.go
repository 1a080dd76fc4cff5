package sqlite

import (
	"context"
	"database/sql/driver"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage"
)

var (
	beginWrite = &storage.Statement{SQLite: "BEGIN IMMEDIATE"}
	commit     = &storage.Statement{SQLite: "COMMIT"}
	rollback   = &storage.Statement{SQLite: "ROLLBACK"}
	savepoint  = &storage.Statement{SQLite: "SAVEPOINT isms"}
	release    = &storage.Statement{SQLite: "RELEASE isms"}
	backTo     = &storage.Statement{SQLite: "ROLLBACK TO isms"}
)

// batch is an open transaction with those whose closures ran in it.
type batch struct {
	k       *link
	members []*turn
}

func begin(ctx context.Context, l *links) (*batch, error) {
	k, err := l.take(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := k.exec(ctx, beginWrite); err != nil {
		b := &batch{k: k}
		b.undo()
		return nil, failure(err)
	}
	return &batch{k: k}, nil
}

// step runs one closure, guarded by a savepoint if asked to. The first needs none:
// if it fails there is nothing else to keep. broken: the transaction cannot go on.
//
// A savepoint copies every page that is written while it is open, which costs as
// much as writing it. A closure seldom fails after it has changed something, so
// at first there is none, and when that does happen everybody runs again.
func (b *batch) step(ctx context.Context, guarded bool, fn func(context.Context, ismskit.Tx) error) (err error, broken bool) {
	shared := len(b.members) > 0
	guarded = guarded && shared
	if guarded {
		if _, err := b.k.exec(ctx, savepoint); err != nil {
			return failure(err), true
		}
	}
	s := &session{k: b.k, writable: true}
	err = fn(ctx, storage.Tx(s))
	if err == nil {
		err = s.failed
	}
	switch {
	case s.fatal:
		return err, true
	case !guarded:
		return err, err != nil && shared && s.changed
	case err == nil:
		_, lerr := b.k.exec(ctx, release)
		return failure(lerr), lerr != nil
	}
	_, uerr := b.k.exec(ctx, backTo)
	if uerr == nil {
		_, uerr = b.k.exec(ctx, release)
	}
	return err, uerr != nil
}

// commit ends the transaction and tells everyone in it. If it fails, everyone of
// several runs again alone.
func (b *batch) commit() {
	_, err := b.k.exec(context.Background(), commit)
	if err != nil {
		err = failure(err)
		if len(b.members) > 1 {
			err = errAgain
		}
		b.undo()
	} else {
		// Nobody can do anything about a connection that does not go back; the
		// pool opens another.
		_ = b.k.give()
	}
	b.tell(err)
}

// abandon undoes everything; those who had been in the transaction run again.
func (b *batch) abandon() {
	b.undo()
	b.tell(errAgain)
}

func (b *batch) tell(err error) {
	for _, m := range b.members {
		m.done <- err
	}
}

// undo rolls back. After a full disk SQLite has done so itself and says that there
// is no transaction; after any other answer the connection is not used again.
func (b *batch) undo() {
	if _, err := b.k.exec(context.Background(), rollback); err != nil && !noTransaction(err) {
		b.k.discard()
		return
	}
	_ = b.k.give() // as in commit
}

// discard closes the connection instead of returning it to its pool.
func (k *link) discard() {
	_ = k.conn.Raw(func(any) error { return driver.ErrBadConn }) // which the pool answers by closing it
}

package ismskit

// With returns a Kit whose actions are part of the embedder's own transaction,
// which a storage adapter has made into a Store (postgres.Store.Join,
// sqlite.Store.Join). Every action is a savepoint of it, and is kept or undone
// with it. All reads go through it, so they see what it has written; a Directory
// that implements Bound reads through it too.
//
// Errors that the database wants repeated come back as ErrRetry: the host repeats
// its own transaction. After the commit the host calls done, which wakes the
// queue; before it nobody is told anything. It is for one host row and one
// action, not for bulk, and the Kit is used by one goroutine only.
func (k *Kit) With(joined Store) (inside *Kit, done func()) {
	in := *k
	in.store, in.joined, in.office = joined, true, k.office.inside()
	if b, ok := k.directory.(Bound); ok {
		in.directory = b.In(joined)
	}
	return &in, func() {
		k.forget()
		k.wakeAt(k.moment())
	}
}

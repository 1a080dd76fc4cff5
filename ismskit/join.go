package ismskit

// Join is the embedder's own transaction as a Store: every action is a part of
// it, and is kept or undone with it. A storage adapter makes it.
type Join struct {
	Store Store
}

type joined struct{ Join }

// With returns a Kit whose actions are part of the embedder's own transaction.
// All reads go through it, so they see what it has written. Errors that the
// database wants repeated come back as ErrRetry: the host repeats its own
// transaction. Call done after the commit; it wakes the queue. It is for one host
// row and one action, not for bulk, and the Kit is used by one goroutine only.
func (k *Kit) With(j Join) (inside *Kit, done func()) {
	in := *k
	in.store, in.joined = j.Store, &joined{j}
	if b, ok := k.directory.(Bound); ok {
		in.directory = b.In(j.Store)
	}
	return &in, func() {
		k.forget()
		k.wake.at(k.moment())
	}
}

package directory

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// Rows is how the directory reads the lists: one consistent state per call. fn
// may run more than once.
type Rows interface {
	View(ctx context.Context, fn func(ctx context.Context, lists register.Store) error) error
}

// Options of a Directory; the zero value works.
type Options struct {
	// Fresh is how long a state is believed before the lists' stamp is read again;
	// 0 means a second. A host that changes the lists calls Forget after its
	// commit and sees the change at once.
	Fresh time.Duration
	// Named are further lists whose rows name people, kept in memory and open to
	// Pools; nil means systems and services.
	Named []string
	// Now is the business time in which Search looks for people in force; nil
	// means time.Now.
	Now func() time.Time
}

// Directory answers from the living lists. It is safe for concurrent use.
type Directory struct {
	rows  Rows
	lists *register.Registry
	keys  []string
	fresh time.Duration
	now   func() time.Time

	turn chan struct{} // whoever holds it reads the store

	mu      sync.Mutex
	state   *snapshot
	checked time.Time // real time at which state was known to be current; zero: never
	forgets int       // how often Forget was called
}

// New makes a directory over the lists of a registry, which must hold the
// built-in ones.
func New(rows Rows, lists *register.Registry, o Options) *Directory {
	if o.Fresh == 0 {
		o.Fresh = time.Second
	}
	if o.Named == nil {
		o.Named = []string{register.Systems, register.Services}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	keys := coreLists()
	for _, key := range o.Named {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return &Directory{rows: rows, lists: lists, keys: keys, fresh: o.Fresh, now: o.Now, turn: make(chan struct{}, 1)}
}

// In returns a directory that reads through other rows, such as a joined
// transaction, and so sees what that transaction has changed. It starts from
// what d knows, if the stamp there is the same: two states must not have the same
// stamp.
func (d *Directory) In(rows Rows) *Directory {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &Directory{rows: rows, lists: d.lists, keys: d.keys, fresh: d.fresh, now: d.now, turn: make(chan struct{}, 1), state: d.state}
}

// Still returns a directory that goes on answering from what the lists say now.
func (d *Directory) Still(ctx context.Context) (*Directory, error) {
	s, err := d.current(ctx)
	if err != nil {
		return nil, err
	}
	return &Directory{rows: d.rows, lists: d.lists, keys: d.keys, fresh: math.MaxInt64, now: d.now, turn: make(chan struct{}, 1), state: s, checked: time.Now()}, nil
}

// Forget makes the next question look whether the lists have changed.
func (d *Directory) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.checked = time.Time{}
	d.forgets++
}

// Refresh looks at once.
func (d *Directory) Refresh(ctx context.Context) error {
	d.Forget()
	_, err := d.current(ctx)
	return err
}

// believed returns the state if it needn't be looked at again.
func (d *Directory) believed() (*snapshot, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state != nil && !d.checked.IsZero() && time.Since(d.checked) < d.fresh {
		return d.state, d.forgets
	}
	return nil, d.forgets
}

// current returns a state no older than Fresh and no older than the last Forget.
// One caller reads, the others wait for him or for their own context.
func (d *Directory) current(ctx context.Context) (*snapshot, error) {
	if s, _ := d.believed(); s != nil {
		return s, nil
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s, forgets := d.believed()
	if s != nil {
		return s, nil
	}
	d.mu.Lock()
	old := d.state
	d.mu.Unlock()
	begun := time.Now()
	var now *snapshot
	err := d.rows.View(ctx, func(ctx context.Context, store register.Store) error {
		read, err := read(ctx, store, d.lists, d.keys, old)
		if err != nil {
			return err
		}
		now = read
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state = now
	if d.forgets == forgets { // else somebody committed while this was read
		d.checked = begun
	}
	return now, nil
}

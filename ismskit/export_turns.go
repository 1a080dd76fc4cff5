package ismskit

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"
)

// MaxBundles is how many bundles one person may have waiting or being made at once, on one
// server.
const MaxBundles = 5

// TooManyBundles refuses a bundle to somebody who has MaxBundles under way already.
type TooManyBundles struct{}

// Error implements error.
func (*TooManyBundles) Error() string {
	return "ismskit: " + strconv.Itoa(MaxBundles) + " bundles under way already"
}

// Text says it in a language.
func (*TooManyBundles) Text(lang string) string {
	return say(lang, "bundles.too_many", map[string]string{"max": strconv.Itoa(MaxBundles)})
}

// bundleTurns are the bundles that are under way on this server, by person. What costs work
// is done in turns of a case each, of which only some run at once: however many bundles are
// asked for, the rest of the machine is for whoever opens a page. A turn ends before what it
// made is written, so that nobody's slow line holds one.
type bundleTurns struct {
	mu    sync.Mutex
	by    map[string]int
	turns chan struct{}
}

func newBundleTurns() *bundleTurns {
	return &bundleTurns{by: map[string]int{}, turns: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// take is a place among the bundles of somebody, kept until it is given back or ctx ends.
// The system has as many as it likes.
func (t *bundleTurns) take(ctx context.Context, actor Actor) (giveBack func(), err error) {
	if actor.system {
		return func() {}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by[actor.Person] >= MaxBundles {
		return nil, &TooManyBundles{}
	}
	t.by[actor.Person]++
	once := sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.by[actor.Person]--; t.by[actor.Person] == 0 {
			delete(t.by, actor.Person)
		}
	})
	stop := context.AfterFunc(ctx, once)
	return func() { stop(); once() }, nil
}

// turn does a part of the work when it is its turn.
func (b *bundling) turn(ctx context.Context, work func() error) error {
	turns := b.e.k.bundles.turns
	select {
	case turns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-turns }()
	return work()
}

// loginsEvery is how many cases, trails and files go between two questions who can sign in:
// the answer names everybody who can.
const loginsEvery = 50

// again goes on at the present moment, and asks whether its reader is still there, can still
// sign in and, for the trails of the house, may still read them: a bundle may wait for its
// turn, and be long in the making. It is asked with each case, trail and file; of logins
// with the first, some between, and the last. What he may read of each case is asked with
// the case.
func (b *bundling) again(ctx context.Context) error {
	k := b.e.k.at(b.e.k.cfg.Now().UTC().Truncate(time.Microsecond))
	b.e.k = k
	if b.actor.system {
		return nil
	}
	if _, err := k.person(ctx, b.actor.Person, k.moment()); err != nil {
		return err
	}
	if b.asked%loginsEvery == 0 {
		if err := b.letIn(ctx); err != nil {
			return err
		}
	}
	b.asked++
	if b.x.System {
		return k.allow(ctx, b.actor, k.cfg.Rights.ReadAll)
	}
	return nil
}

// letIn asks whether the reader can still sign in.
func (b *bundling) letIn(ctx context.Context) error {
	if b.actor.system {
		return nil
	}
	in, err := b.e.k.letIn(ctx, "")
	if err == nil && in != nil && !in(b.actor.Person) {
		err = fmt.Errorf("%w: %s cannot sign in any more", ErrForbidden, b.actor.Person)
	}
	return err
}

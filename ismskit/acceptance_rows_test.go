package ismskit_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// colliding is a store on which what people do is made to meet.
type colliding struct {
	ismskit.Store
	// meet lets nobody write before a number of them have read and wait to write.
	meet *barrier
	// Once each: what happens after somebody has come to the rows of a request, before he
	// reads them; and before he writes that they are together again.
	listing, joining func()
}

// barrier holds the first who come until all of them have; nobody who comes later.
type barrier struct {
	left atomic.Int32
	all  chan struct{}
}

func barrierOf(n int32) *barrier {
	b := &barrier{all: make(chan struct{})}
	b.left.Store(n)
	return b
}

func (b *barrier) come(ctx context.Context) error {
	if b.left.Add(-1) == 0 {
		close(b.all)
	}
	select {
	case <-b.all:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errMeet ends a transaction in which something is to happen before it.
var errMeet = errors.New("somebody else is first")

func (c *colliding) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	return c.after(ctx, c.Store.View, fn)
}

func (c *colliding) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	if c.meet != nil {
		if err := c.meet.come(ctx); err != nil {
			return err
		}
	}
	return c.after(ctx, c.Store.Update, fn)
}

// transaction is Update or View of a store.
type transaction func(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error

// after carries a transaction out, once more where something had to happen before it.
func (c *colliding) after(ctx context.Context, do transaction, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	for {
		var first func()
		err := do(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, collidingTx{tx, c, &first}) })
		if !errors.Is(err, errMeet) {
			return err
		}
		first()
	}
}

type (
	collidingTx struct {
		ismskit.Tx
		c     *colliding
		first *func()
	}
	collidingCases struct {
		ismskit.Cases
		tx collidingTx
	}
	collidingTrail struct {
		ismskit.Trail
		tx collidingTx
	}
)

// before ends the transaction, so that something happens before it; only once.
func (t collidingTx) before(what *func()) error {
	if *what == nil {
		return nil
	}
	*t.first, *what = *what, nil
	return errMeet
}

func (t collidingTx) Cases() ismskit.Cases { return collidingCases{t.Tx.Cases(), t} }
func (t collidingTx) Trail() ismskit.Trail { return collidingTrail{t.Tx.Trail(), t} }

func (c collidingCases) List(ctx context.Context, q ismskit.CaseQuery) ([]ismskit.CaseRow, error) {
	if q.Parent != "" {
		if err := c.tx.before(&c.tx.c.listing); err != nil {
			return nil, err
		}
	}
	return c.Cases.List(ctx, q)
}

func (t collidingTrail) Append(ctx context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		if e.Kind == string(workflow.VerbJoin) {
			if err := t.tx.before(&t.tx.c.joining); err != nil {
				return err
			}
		}
	}
	return t.Trail.Append(ctx, entries...)
}

// handled is what a handler records of his row: who has sent it to an office outside has
// its answer.
func (o *office) handled(handler string) (caseID string, a ismskit.Action) {
	o.t.Helper()
	a = ismskit.Action{Verb: workflow.VerbRecord, Result: "opened"}
	if handler == "P06" {
		a.Outside = &workflow.OutsideNote{ReplyNumber: "B-1", Reply: "已建立", Replied: o.now, Proof: []string{"reply.pdf"}}
	}
	return o.todo(handler)[0].Case, a
}

// together asks that the rows of a request have come together once, all of them, and that
// it has gone on.
func (o *office) together(id string) {
	o.t.Helper()
	c := o.read("P13", id)
	joins := 0
	for _, e := range c.Trail {
		if e.Verb != workflow.VerbJoin {
			continue
		}
		joins++
		if len(e.Kids) != 3 || e.Kids[0].Head == "" {
			o.t.Errorf("join: %+v", e.Kids)
		}
	}
	if joins != 1 || len(c.Flow.Open()) != 1 || c.Children != 0 || len(c.Faults) != 0 {
		o.t.Errorf("%d joins, open %+v, children %d, faults %v", joins, c.Flow.Open(), c.Children, c.Faults)
	}
}

// rowsOf is a request whose three rows are with their handlers.
func (o *office) rowsOf() (id string) {
	o.t.Helper()
	sent := o.apply("P13", threeRows())
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.sendOut("P06")
	return sent.Case
}

// B5.3: each row goes by itself to its handler. Three of them close the last rows in the
// same instant: each has read before any of them writes. None hears of the others, and the
// request moves on once, with all three.
func TestB5_3ThreeHandlersAtTheSameTime(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		c := &colliding{Store: store}
		o := openOffice(t, c)
		id := o.rowsOf()
		ctx, cancel := context.WithTimeout(o.ctx, time.Minute) // where one does not come, the others wait no longer
		defer cancel()
		handlers := []string{"P05", "P10", "P06"}
		var acts []func() error
		for _, handler := range handlers {
			row, a := o.handled(handler)
			acts = append(acts, func() error { _, err := o.kit.Act(ctx, o.as(handler), row, a); return err })
		}
		c.meet = barrierOf(int32(len(acts)))
		for i, err := range atOnce(acts...) {
			if err != nil {
				t.Errorf("%s: %v", handlers[i], err)
			}
		}
		c.meet = nil
		o.settle()
		o.together(id)
	})
}

// Two servers put the rows together at the same time: the last row ends when the one has
// taken that up already, so that the other takes it up too, and is faster.
func TestB5_3TwoServersPutTheRowsTogether(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		c := &colliding{Store: store}
		o := openOffice(t, c)
		id := o.rowsOf()
		for _, handler := range []string{"P05", "P10"} {
			row, a := o.handled(handler)
			o.act(handler, row, a)
		}
		other := openOfficeAt(t, store, o.now, func(*ismskit.Config) {})
		ended, faster := false, false
		c.listing = func() {
			row, a := other.handled("P06")
			other.act("P06", row, a)
			ended = true
		}
		c.joining = func() {
			other.settle()
			other.together(id)
			faster = true
		}
		o.settle()
		if !ended || !faster {
			t.Fatalf("the last row has ended: %v; the other server was faster: %v", ended, faster)
		}
		o.together(id)
	})
}

package ismskit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// stubborn is a store that refuses to pass on the tasks of one case a number of times.
type stubborn struct {
	ismskit.Store
	chain string
	fails int
}

type (
	stubbornTx struct {
		ismskit.Tx
		s *stubborn
	}
	stubbornTrail struct {
		ismskit.Trail
		s *stubborn
	}
)

var errStubborn = errors.New("the disk is away")

func (s *stubborn) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	err := s.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, stubbornTx{tx, s}) })
	if errors.Is(err, errStubborn) {
		s.fails--
	}
	return err
}

func (t stubbornTx) Trail() ismskit.Trail { return stubbornTrail{t.Tx.Trail(), t.s} }

func (t stubbornTrail) Append(ctx context.Context, entries ...ismskit.TrailEntry) error {
	for _, e := range entries {
		if t.s.fails > 0 && e.Chain == t.s.chain && e.Kind == string(workflow.VerbPassOn) {
			return errStubborn
		}
	}
	return t.Trail.Append(ctx, entries...)
}

// The post of a head changes hands, and the tasks of one of three cases cannot be written:
// the others pass on at once, and that one is tried anew by itself, and again, the same
// morning; not only when the night looks at all of them.
func TestACaseThatCouldNotPassOnIsTriedAnew(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		s := &stubborn{Store: store}
		o := openOffice(t, s)
		var sent [3]ismskit.Receipt
		for i := range sent {
			sent[i] = o.apply("P13", oneRow())
		}
		o.until(o.now.Add(time.Hour))
		passed := func() (cases [len(sent)]bool) {
			for i, r := range sent {
				for _, e := range o.read("P13", r.Case).Trail {
					cases[i] = cases[i] || e.Verb == workflow.VerbPassOn
				}
			}
			return cases
		}
		s.chain, s.fails = "case/"+sent[1].Case, 2 // with the others, and once by itself
		o.heads("P12", nil)
		o.settle()
		if got := passed(); s.fails != 0 || got != [3]bool{true, false, true} {
			t.Fatalf("passed on: %v, to fail still %d times", got, s.fails)
		}
		o.until(o.now.Add(time.Hour))
		if got := passed(); got != [3]bool{true, true, true} {
			t.Errorf("an hour later: %v", got)
		}
		o.told("P12", "passed@11-23", "passed@11-23", "passed@11-23")
		if dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), ismskit.JobFilter{}); err != nil || len(dead) != 0 {
			t.Errorf("given up: %+v %v", dead, err)
		}
	})
}

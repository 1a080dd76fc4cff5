package ismskit_test

import (
	"context"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// between lets something happen before one of the reads of a Kit.
type between struct {
	ismskit.Store
	left int // reads until it happens
	do   func()
}

func (b *between) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	if b.left--; b.left == 0 {
		b.do()
	}
	return b.Store.View(ctx, fn)
}

// Whoever looks at a case, checks it or audits the house while somebody acts on it is
// told of no tampering, at whichever of the reads that comes; and the page shows the
// entries of the case it shows.
func TestActingBesideAReaderIsNoTampering(t *testing.T) {
	store := &between{Store: memory.New(), do: func() {}}
	o := openOffice(t, store)
	sent := o.apply("P13", threeRows())
	// Another server acts: on the same one it could wait for what the reader has begun to read for all.
	other := openOfficeAt(t, store.Store, o.now, func(*ismskit.Config) {})
	acts := 0
	act := func() {
		acts++
		other.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbComment, Comment: "補充說明"})
	}
	for name, look := range map[string]func() []evidence.Fault{
		"case": func() []evidence.Fault {
			c := o.read("P13", sent.Case)
			if n := len(c.Trail); c.Trail[n-1].Seq != c.Head.Seq {
				t.Errorf("the case of entry %d shows %d", c.Head.Seq, c.Trail[n-1].Seq)
			}
			return c.Faults
		},
		"check": func() []evidence.Fault {
			faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), sent.Case)
			if err != nil {
				t.Fatal(err)
			}
			return faults
		},
		"audit": func() (faults []evidence.Fault) {
			report, err := o.kit.Evidence().Audit(o.ctx, ismskit.System("test"), evidence.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				faults = append(faults, evidence.Fault{Code: f.Code, Seq: f.Seq})
			}
			return faults
		},
	} {
		for at := 1; ; at++ {
			store.left, store.do, acts = at, act, 0
			if faults := look(); len(faults) != 0 {
				t.Errorf("%s, acted before read %d: %+v", name, at, faults)
			}
			if acts == 0 {
				break // it reads no more often than that
			}
		}
	}
}

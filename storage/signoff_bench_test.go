package storage_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/storage/postgres"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
	"github.com/ismskit/ismskit/workflow"
)

// BenchmarkSignOff signs step after step through the Kit: authorisation, engine,
// people, trail with signature, lists, archive and queue, each action durable on
// its own. ratio compares it with the floor, which does the same durable work in
// hand-written SQL in the same run.
func BenchmarkSignOff(b *testing.B) {
	for _, e := range []struct {
		name  string
		store func(b *testing.B) ismskit.Store
		floor func(b *testing.B) *floor
	}{
		{"sqlite", func(b *testing.B) ismskit.Store {
			s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "isms.db"), sqlite.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() {
				if err := s.Close(); err != nil {
					b.Error(err)
				}
			})
			return s
		}, sqliteFloor},
		{"postgres", func(b *testing.B) ismskit.Store { return postgrestest.Open(b, postgres.Options{}) }, postgresFloor},
	} {
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/%d", e.name, callers), func(b *testing.B) {
				desk := openDesk(b, e.store(b))
				f := e.floor(b)
				ids := make([]string, callers)
				for i := range ids {
					ids[i] = fmt.Sprintf("case-%03d", i)
					if err := f.open(b.Context(), ids[i]); err != nil {
						b.Fatal(err)
					}
				}
				desk.prepare(b, ids)
				beside(b, ids, desk.signNext, f.signOff)
			})
		}
	}
}

// signatures is how many sign-offs a case of the benchmark has.
const signatures = 8

// desk signs cases one after another for each caller.
type desk struct {
	kit *ismskit.Kit

	mu      sync.Mutex
	ready   []string          // cases that wait, opened beforehand
	current map[string]string // caller → the case he is at
	left    map[string]int    // caller → signatures left in it
}

// house answers from memory: everybody is in the house.
type house struct{}

func (house) Resolve(_ context.Context, questions []directory.Question) ([]directory.Answer, error) {
	out := make([]directory.Answer, len(questions))
	for i, q := range questions {
		out[i] = directory.Answer{Question: q.ID, Holders: []directory.Holder{{
			Person: q.Person, Name: "湯舒涵", Post: "T20", PostTitle: "主任", Unit: "U08", UnitName: "嶼東戶政事務所",
		}}}
	}
	return out, nil
}

func openDesk(b *testing.B, store ismskit.Store) *desk {
	text := func(s string) map[string]string { return map[string]string{"zh-TW": s, "en": s} }
	var steps []workflow.Node
	for i := range signatures {
		steps = append(steps, workflow.Node{Step: &workflow.Step{
			ID: fmt.Sprintf("sign%d", i+1), Name: workflow.Text(text("審核")), Kind: workflow.KindReview,
			Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{fmt.Sprintf("P%02d", i+1)}}}, Due: &workflow.Due{Term: "2wd"},
		}})
	}
	typ := ismskit.Type{
		Key: "bench", Version: "1", Title: forms.Text(text("簽核")), Offered: true, Subject: "subject",
		Number: &ismskit.Numbering{Pattern: "B-{roc}-{n:6}"},
		Form: forms.Schema{Key: "bench", Version: "1", Title: forms.Text(text("簽核")), Fields: []forms.Field{
			{Key: "subject", Type: "text", Label: forms.Text(text("主旨")), Required: true},
			{Key: "reason", Type: "long_text", Label: forms.Text(text("事由"))},
		}},
		Flow: workflow.Flow{Key: "bench", Version: "1", Root: workflow.Node{Sequence: steps}},
	}
	kit, err := ismskit.New(ismskit.Config{
		Store: store, Types: []ismskit.Type{typ}, Directory: house{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := kit.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	return &desk{kit: kit, current: map[string]string{}, left: map[string]int{}}
}

// prepare opens the cases that the callers will sign, before anything is timed.
func (d *desk) prepare(b *testing.B, callers []string) {
	const rounds = 9 // as beside does them
	each := rounds * max(1, b.N/(rounds*len(callers)))
	cases := len(callers) * (each/signatures + 1)
	var wg sync.WaitGroup
	work := make(chan struct{})
	for range 32 {
		wg.Go(func() {
			for range work {
				r, err := d.kit.Open(b.Context(), ismskit.Actor{Person: "P99", Channel: "go"}, ismskit.Opening{
					Type: "bench", Submit: true, Values: forms.Values{"subject": "申請三個系統的帳號", "reason": "業務需要，請准予開通"},
				})
				if err != nil {
					b.Error(err)
					return
				}
				d.mu.Lock()
				d.ready = append(d.ready, r.Case)
				d.mu.Unlock()
			}
		})
	}
	for range cases {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
}

// signNext makes a caller's next signature.
func (d *desk) signNext(ctx context.Context, caller string) error {
	d.mu.Lock()
	if d.left[caller] == 0 {
		if len(d.ready) == 0 {
			d.mu.Unlock()
			return fmt.Errorf("too few cases were prepared")
		}
		d.current[caller], d.left[caller] = d.ready[0], signatures
		d.ready = d.ready[1:]
	}
	id, step := d.current[caller], signatures-d.left[caller]+1
	d.left[caller]--
	d.mu.Unlock()
	_, err := d.kit.Act(ctx, ismskit.Actor{Person: fmt.Sprintf("P%02d", step), Assurance: "password", Channel: "go"}, id,
		ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意"})
	return err
}

package storage_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// BenchmarkSignOff signs step after step through the Kit: authorisation, engine,
// people, trail with signature, lists, archive and queue, each action durable on
// its own. ratio compares it with the floor, which does the same durable work in
// hand-written SQL in the same run.
func BenchmarkSignOff(b *testing.B) {
	for _, e := range engines {
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/%d", e.name, callers), func(b *testing.B) {
				desk, low := openDesk(b, e.store(b)), &lowDesk{floor: e.floor(b)}
				ids := make([]string, callers)
				for i := range ids {
					ids[i] = fmt.Sprintf("caller-%03d", i)
				}
				desk.prepare(b, ids)
				low.prepare(b, ids)
				beside(b, ids, desk.signNext, low.signNext)
			})
		}
	}
}

// signatures is how many sign-offs a case of the benchmark has.
const signatures = 8

// stack is the cases that wait to be signed, opened beforehand. Each caller signs
// one to its end and takes the next, so ours and the floor work on as many cases.
type stack struct {
	mu      sync.Mutex
	ready   []string
	current map[string]string // caller → the case he is at
	left    map[string]int    // caller → signatures left in it
}

func (s *stack) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = append(s.ready, id)
}

// next is a caller's next signature: the case, and which of its steps.
func (s *stack) next(caller string) (id string, step int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		s.current, s.left = map[string]string{}, map[string]int{}
	}
	if s.left[caller] == 0 {
		if len(s.ready) == 0 {
			return "", 0, fmt.Errorf("too few cases were prepared")
		}
		s.current[caller], s.left[caller] = s.ready[0], signatures
		s.ready = s.ready[1:]
	}
	s.left[caller]--
	return s.current[caller], signatures - s.left[caller], nil
}

// casesFor is how many cases a run needs.
func casesFor(b *testing.B, callers []string) int {
	return len(callers) * (rounds*perRound(b, len(callers))/signatures + 1)
}

// lowDesk signs by hand-written SQL.
type lowDesk struct {
	stack
	floor *floor
}

func (d *lowDesk) prepare(b *testing.B, callers []string) {
	tx, err := d.floor.db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range casesFor(b, callers) {
		id := fmt.Sprintf("case-%06d", i)
		if err := d.floor.openIn(b.Context(), tx, id); err != nil {
			b.Fatal(err)
		}
		d.add(id)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

func (d *lowDesk) signNext(ctx context.Context, caller string) error {
	id, _, err := d.next(caller)
	if err != nil {
		return err
	}
	return d.floor.signOff(ctx, id)
}

// desk signs through the Kit.
type desk struct {
	stack
	kit *ismskit.Kit
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
	kit, err := signingKit(b.Context(), store)
	if err != nil {
		b.Fatal(err)
	}
	return &desk{kit: kit}
}

// signingKit is a Kit with one type, which so many people sign one after the other.
func signingKit(ctx context.Context, store ismskit.Store) (*ismskit.Kit, error) {
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
		return nil, err
	}
	return kit, kit.Start(ctx)
}

// opening is a request as the applicant sends it.
func opening() ismskit.Opening {
	return ismskit.Opening{
		Type: "bench", Submit: true, Values: forms.Values{"subject": "申請三個系統的帳號", "reason": "業務需要，請准予開通"},
	}
}

// approval is what the signer of a step does, the first step being 1.
func approval(step int) (ismskit.Actor, ismskit.Action) {
	return ismskit.Actor{Person: fmt.Sprintf("P%02d", step), Assurance: "password", Channel: "go"},
		ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意"}
}

// applicant opens the cases.
var applicant = ismskit.Actor{Person: "P99", Channel: "go"}

// prepare opens the cases that the callers will sign, before anything is timed.
func (d *desk) prepare(b *testing.B, callers []string) {
	var wg sync.WaitGroup
	work := make(chan struct{})
	for range 32 {
		wg.Go(func() {
			for range work {
				r, err := d.kit.Open(b.Context(), applicant, opening())
				if err != nil {
					b.Error(err)
					return
				}
				d.add(r.Case)
			}
		})
	}
	for range casesFor(b, callers) {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
}

// signNext makes a caller's next signature.
func (d *desk) signNext(ctx context.Context, caller string) error {
	id, step, err := d.next(caller)
	if err != nil {
		return err
	}
	actor, action := approval(step)
	_, err = d.kit.Act(ctx, actor, id, action)
	return err
}

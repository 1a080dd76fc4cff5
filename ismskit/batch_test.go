package ismskit_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// togetherFlow lets the head decide several papers with one act, and its bureau not.
const togetherFlow = `{"key":"memo","version":"1",
	"root":{"sequence":[
	{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head","because":{"zh-TW":"您是單位主管","en":"You head the unit"}}],"due":{"term":"3wd"},"batch":true}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"2wd"}}}]}}`

// together are the tasks that somebody may decide with one act, as his list has them.
func (o *office) mayBatch(person string) []ismskit.BatchItem {
	o.t.Helper()
	todos, err := o.kit.Tasks(o.ctx, o.as(person), ismskit.TodoFilter{Batch: true})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []ismskit.BatchItem
	for _, t := range todos {
		out = append(out, ismskit.BatchItem{Case: t.Case, Task: t.Task, Revision: t.Revision})
	}
	return out
}

// 批次核章: each paper has its own entry, which says of how many it was one and whether
// it had been opened; what was decided binds that.
func TestSeveralAreSignedWithOneAct(t *testing.T) {
	eachSigning(t, togetherFlow, func(t *testing.T, o *office) {
		for range 3 {
			o.memo()
		}
		items := o.mayBatch("P11")
		if len(items) != 3 {
			t.Fatalf("%d may be decided together", len(items))
		}
		items[1].Seen = o.read("P11", items[1].Case).Revision
		results, err := o.kit.Queue().Sign(o.ctx, o.as("P11"), ismskit.Batch{Items: items, Comment: "如擬", Key: "b1"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := o.kit.Queue().Sign(o.ctx, o.as("P11"), ismskit.Batch{Items: items, Comment: "如擬", Key: "b1"})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if r.Err != nil || again[i].Err != nil || !again[i].Receipt.Repeated {
				t.Fatalf("%d: %v, sent again %+v", i, r.Err, again[i])
			}
			c := o.read("P13", r.Case)
			e := c.Trail[len(c.Trail)-1]
			want := ismskit.BatchNote{Of: 3, Opened: i == 1}
			if e.Batch == nil || *e.Batch != want || e.Comment != "如擬" || len(c.Faults) > 0 {
				t.Errorf("%d: batch %+v, comment %q, faults %v", i, e.Batch, e.Comment, c.Faults)
			}
		}
		if left := o.mayBatch("P01"); len(left) != 0 {
			t.Errorf("the bureau's step is decided one by one, yet offers %v", left)
		}
	})
}

// One of them that was decided meanwhile, or moved on since the list was shown, is
// refused by itself.
func TestOneOfABatchIsRefusedAlone(t *testing.T) {
	eachSigning(t, togetherFlow, func(t *testing.T, o *office) {
		gone, moved, left := o.memo(), o.memo(), o.memo()
		items := o.mayBatch("P11")
		o.act("P11", gone, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補附件"})
		o.act("P11", moved, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		o.act("P13", moved, ismskit.Action{Verb: workflow.VerbSubmit, Values: forms.Values{"subject": "採購弱點掃描服務（修正）"}})
		results, err := o.kit.Queue().Sign(o.ctx, o.as("P11"), ismskit.Batch{Items: append(items, ismskit.BatchItem{Case: "nowhere", Task: "t1"})})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			var conflict *ismskit.Conflict
			switch r.Case {
			case left:
				if r.Err != nil {
					t.Errorf("what nobody touched: %v", r.Err)
				}
			case "nowhere":
				if !errors.Is(r.Err, ismskit.ErrNotFound) {
					t.Errorf("what is not there: %v", r.Err)
				}
			default:
				if !errors.As(r.Err, &conflict) {
					t.Errorf("%s: %v", r.Case, r.Err)
				}
			}
		}
		if n := len(o.read("P13", left).Trail); n != 2 {
			t.Errorf("%d entries", n)
		}
	})
}

// What may not be decided together is refused before anything is signed.
func TestABatchIsOfOneKind(t *testing.T) {
	o := openOffice(t, nil, memo(t, togetherFlow))
	own := func(r ismskit.Receipt) ismskit.BatchItem {
		return ismskit.BatchItem{Case: r.Case, Task: o.read("P11", r.Case).Mine[0].ID}
	}
	paper := ismskit.BatchItem{Case: o.memo()}
	paper.Task = o.read("P11", paper.Case).Mine[0].ID
	request := own(o.apply("P13", threeRows()))
	many := make([]ismskit.BatchItem, ismskit.MaxBatch+1)
	for i := range many {
		many[i] = ismskit.BatchItem{Case: paper.Case, Task: string(rune('a' + i))}
	}
	for code, items := range map[string][]ismskit.BatchItem{
		"batch.none": {}, "batch.many": many, "batch.twice": {paper, paper}, "batch.unlike": {paper, request},
	} {
		_, err := o.kit.Queue().Sign(o.ctx, o.as("P11"), ismskit.Batch{Items: items})
		var invalid forms.Invalid
		if !errors.As(err, &invalid) || invalid[0].Code != code || invalid[0].Field != ismskit.FieldBatch {
			t.Errorf("%s: %v", code, err)
		}
	}
	// Nobody but the signer learns from it which papers there are, or signs them.
	results, err := o.kit.Queue().Sign(o.ctx, o.as("P05"), ismskit.Batch{Items: []ismskit.BatchItem{paper, request}})
	if err != nil || !errors.Is(results[0].Err, ismskit.ErrNotFound) || !errors.Is(results[1].Err, ismskit.ErrNotFound) {
		t.Errorf("a stranger: %v, %+v", err, results)
	}
	// A step that does not say so is decided one by one.
	o.act("P11", paper.Case, ismskit.Action{Verb: workflow.VerbApprove})
	chief := ismskit.BatchItem{Case: paper.Case, Task: o.read("P01", paper.Case).Mine[0].ID}
	results, err = o.kit.Queue().Sign(o.ctx, o.as("P01"), ismskit.Batch{Items: []ismskit.BatchItem{chief}})
	if err != nil || !errors.Is(results[0].Err, workflow.ErrBatch) {
		t.Errorf("a step that does not offer it: %v, %+v", err, results)
	}
}

// What is 「密」 stands on no list to be signed from: it is opened and decided by itself.
func TestAConfidentialPaperIsSignedByItself(t *testing.T) {
	secret := memo(t, togetherFlow)
	secret.Class = ismskit.ClassConfidential
	o := openOffice(t, nil, secret)
	id := o.memo()
	if items := o.mayBatch("P11"); len(items) != 0 {
		t.Errorf("offered: %v", items)
	}
	item := ismskit.BatchItem{Case: id, Task: o.read("P11", id).Mine[0].ID}
	results, err := o.kit.Queue().Sign(o.ctx, o.as("P11"), ismskit.Batch{Items: []ismskit.BatchItem{item}})
	if err != nil || !errors.Is(results[0].Err, workflow.ErrBatch) {
		t.Errorf("%v, %+v", err, results)
	}
}

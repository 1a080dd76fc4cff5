package ismskit

import (
	"context"
	"errors"
	"strconv"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// MaxBatch is the most tasks that are decided with one act: as many as a signer can
// look through before he says yes to all of them.
const MaxBatch = 50

// FieldBatch is the field at which forms.Invalid says what is wrong with a choice of
// tasks to be decided together.
const FieldBatch = "items"

// Batch is one yes to several like tasks (批次核章): of one type and step, each of which
// offers it (workflow.Offer.Batch).
type Batch struct {
	Items []BatchItem
	// Comment is the opinion, the same on each, as in Action.
	Comment string
	// Key is the idempotency key of the whole, as in Action.
	Key string
}

// BatchItem is one of the tasks.
type BatchItem struct {
	Case string
	Task string
	// Revision is that of the case which was on the list, as in Action.
	Revision int64
	// For is the principal whose task it is, as in Actor.For.
	For string
	// Seen is the case's revision when the signer opened it in the same session, as the
	// host knows; 0 where he did not. The entry says of each form whether he had opened
	// it as it was signed.
	Seen int64
}

// BatchNote is what the entry of a decision says of the batch that it was part of.
type BatchNote struct {
	Of     int  `json:"of"`               // how many were put together: one of them may have been refused
	Opened bool `json:"opened,omitempty"` // the signer had opened this one in the same session
}

// batched is what an action knows of the batch that it is part of.
type batched struct {
	Of   int
	Seen int64 `json:"-"` // no part of the request: it is opened between two tries
}

// BatchResult is what became of one of the tasks.
type BatchResult struct {
	BatchItem
	Receipt Receipt
	// Err refuses this one, as Act would; nil where it was decided.
	Err error
}

// Sign decides several like tasks, one after the other, each with an entry of its own
// that says of how many it was one and whether the signer had opened it. One that is
// refused leaves the others as they are. Refused as a whole, before anything is signed,
// is forms.Invalid: at FieldBatch none, too many, the same twice, or not alike, at
// FieldComment what Act says of an opinion.
func (w Work) Sign(ctx context.Context, actor Actor, b Batch) ([]BatchResult, error) {
	k := w.k
	if _, wrong := forms.CleanText(FieldComment, forms.Text(k.texts("comment")), b.Comment, MaxComment); wrong != nil {
		return nil, k.refused(ctx, actor, forms.Invalid{*wrong})
	}
	if err := k.once().likeTasks(ctx, actor, b.Items); err != nil {
		return nil, k.refused(ctx, actor, err)
	}
	out := make([]BatchResult, len(b.Items))
	for i, item := range b.Items {
		by, act := actor, Action{
			Verb: workflow.VerbApprove, Task: item.Task, Revision: item.Revision, Comment: b.Comment,
			batch: &batched{Of: len(b.Items), Seen: item.Seen},
		}
		by.For = item.For
		if b.Key != "" {
			act.Key = b.Key + "/" + item.Case + "/" + item.Task
		}
		out[i].BatchItem = item
		out[i].Receipt, out[i].Err = k.Act(ctx, by, item.Case, act)
	}
	return out, nil
}

// likeTasks says whether tasks may be decided together. One that the actor may not act
// in says nothing of the others: Act meets the same and refuses that one by itself.
func (k *Kit) likeTasks(ctx context.Context, actor Actor, items []BatchItem) error {
	switch {
	case len(items) == 0:
		return batchFault("batch.none")
	case len(items) > MaxBatch:
		return batchFault("batch.many")
	}
	seen := map[[2]string]bool{}
	like := [2]string{} // type and step
	for _, item := range items {
		at := [2]string{item.Case, item.Task}
		if seen[at] {
			return batchFault("batch.twice")
		}
		seen[at] = true
		is, reauth, err := k.taskToSign(ctx, actor, item)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrReadOnly) || workflow.AsRefusal(err) != nil {
			continue
		}
		if err != nil {
			return err
		}
		if like[0] != "" && like != is {
			return batchFault("batch.unlike")
		}
		if reauth && !k.proved(actor, k.moment()) {
			return k.noProof()
		}
		like = is
	}
	return nil
}

// taskToSign is of which type and step a task is that the actor may act in, and whether
// the step asks for proof of who he is.
func (k *Kit) taskToSign(ctx context.Context, actor Actor, item BatchItem) (is [2]string, reauth bool, err error) {
	c, err := k.take(ctx, item.Case)
	if err != nil {
		return is, false, err
	}
	actor.For = item.For
	auth, err := k.identify(ctx, actor, c, Action{Verb: workflow.VerbApprove, Task: item.Task}, k.moment())
	if err != nil {
		return is, false, err
	}
	t, _ := c.state.Task(auth.task)
	step, _ := c.kind.flow.Step(t.Step)
	return [2]string{c.kind.Key, t.Step}, step.Reauth, nil
}

// revisions reads the revision of the case of each task.
func (k *Kit) revisions(ctx context.Context, todos []Todo) error {
	if len(todos) == 0 {
		return nil
	}
	ids := make([]string, len(todos))
	for i, t := range todos {
		ids[i] = t.Case
	}
	stored, err := k.listCases(ctx, CaseQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return err
	}
	revision := make(map[string]int64, len(stored))
	for _, row := range stored {
		revision[row.ID] = row.Revision
	}
	for i, t := range todos {
		todos[i].Revision = revision[t.Case]
	}
	return nil
}

// inBatch is what the entry of a decision says of its batch. What is confidential is
// opened and decided by itself: no list says anything of it.
func (c *caseInHand) inBatch(a Action, scale Classes) (*BatchNote, error) {
	if a.batch == nil {
		return nil, nil
	}
	if scale.Confidential(c.row.Class) {
		return nil, refusal(workflow.ErrBatch)
	}
	seen := a.batch.Seen
	return &BatchNote{Of: a.batch.Of, Opened: seen > 0 && seen >= c.extra.Material && seen <= c.row.Revision}, nil
}

func batchFault(code string) error {
	return forms.Invalid{{Field: FieldBatch, Code: code, Text: sayAll(code, func(string) map[string]string {
		return map[string]string{"max": strconv.Itoa(MaxBatch)}
	})}}
}

package ismskit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Entry is one line of a case's trail.
type Entry struct {
	Event
	// StepName and Kind are those of the step acted in; empty where it was none.
	StepName workflow.Text
	Kind     workflow.Kind
	// ResultText is the step's own word for the result that was recorded.
	ResultText workflow.Text
	// Elsewhere says of the steps it opened why they came to others than the step
	// asks for.
	Elsewhere []StepNote
	// Workdays are the working days from receiving the task to this entry.
	Workdays int
	Seq      int64
	At       time.Time
	Hash     evidence.Digest
	// Disposed is true where the payload was lawfully deleted; Event is empty then.
	Disposed bool
}

// StepNote is something to say of a step.
type StepNote struct{ Name, Text workflow.Text }

// trail reads a case's entries and checks their chain against the case row.
func (k *Kit) trail(ctx context.Context, c caseInHand) ([]Entry, []evidence.Fault, error) {
	if c.row.Head.Seq == 0 {
		return nil, nil, nil
	}
	rows, err := k.trailRows(ctx, chainOf(c.row.ID))
	if err != nil {
		return nil, nil, err
	}
	entries, err := entriesOf(rows)
	if err != nil {
		return nil, nil, err
	}
	k.explain(c, entries)
	return entries, append(verifyRows(chainOf(c.row.ID), rows, c.row.Head), verifyEntries(c, entries)...), nil
}

func (k *Kit) trailRows(ctx context.Context, chain string) ([]TrailEntry, error) {
	const page = 500
	var rows []TrailEntry
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows = rows[:0]
		after := int64(0)
		for {
			more, err := tx.Trail().Entries(ctx, chain, after, page)
			if err != nil {
				return err
			}
			rows = append(rows, more...)
			if len(more) < page {
				return nil
			}
			after = more[len(more)-1].Seq
		}
	})
	return rows, err
}

func entriesOf(rows []TrailEntry) ([]Entry, error) {
	out := make([]Entry, 0, len(rows))
	for _, row := range rows {
		e := Entry{Seq: row.Seq, At: row.At, Hash: row.Hash}
		if row.Payload == nil {
			e.Disposed = true
			out = append(out, e)
			continue
		}
		event, err := parseEvent(row.Payload)
		if err != nil {
			return nil, fmt.Errorf("ismskit: entry %d of %s: %w", row.Seq, row.Chain, err)
		}
		e.Event = event
		out = append(out, e)
	}
	return out, nil
}

// explain says for each entry in which step it was and how long that took.
func (k *Kit) explain(c caseInHand, entries []Entry) {
	for i, e := range entries {
		if !e.Received.IsZero() {
			entries[i].Workdays = k.calendar.Workdays(calendar.DateOf(e.Received.In(k.location)), calendar.DateOf(e.At.In(k.location)))
		}
		for _, t := range e.Opened {
			if text := elsewhere(t.Why); text != nil && t.Origin == "" {
				step, _ := c.kind.flow.Step(t.Step)
				entries[i].Elsewhere = append(entries[i].Elsewhere, StepNote{Name: step.Name, Text: text})
			}
		}
		if step, ok := c.kind.flow.Step(e.Step); ok {
			entries[i].StepName, entries[i].Kind = step.Name, step.Kind
			entries[i].ResultText = resultText(step, e.Result)
		} else if split, ok := c.kind.flow.Split(e.Step); ok {
			entries[i].StepName = split.Name
		}
	}
}

func resultText(step workflow.Step, key string) workflow.Text {
	i := slices.IndexFunc(step.Results, func(r workflow.Result) bool { return r.Key == key })
	if i < 0 {
		return nil
	}
	return step.Results[i].Text
}

// events are a case's entries.
func (k *Kit) events(ctx context.Context, id string) ([]Entry, error) {
	rows, err := k.trailRows(ctx, chainOf(id))
	if err != nil {
		return nil, err
	}
	return entriesOf(rows)
}

// verifyRows checks a chain and the signature roots in it.
func verifyRows(chain string, rows []TrailEntry, head evidence.Head) []evidence.Fault {
	head.Chain = chain
	_, faults := evidence.Verify(evidence.Head{Chain: chain}, func(yield func(evidence.Entry, []byte) bool) {
		for _, row := range rows {
			if !yield(row.Entry, row.Payload) {
				return
			}
		}
	}, head)
	return faults
}

package ismskit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// Evidence reads trails and checks them.
type Evidence struct{ k *Kit }

// Trail returns a case's entries, for those who may see the case.
func (e Evidence) Trail(ctx context.Context, actor Actor, caseID string) ([]Entry, error) {
	e.k = e.k.once()
	c, err := e.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	now := e.k.moment()
	if _, err := e.k.mayRead(ctx, actor, c, now); err != nil {
		return nil, err
	}
	if err := e.k.opened(ctx, actor, c.row.Class, OpenedCase, c.row.ID); err != nil {
		return nil, err
	}
	hidden, err := e.k.hiddenNow(ctx, actor, c, now)
	if err != nil {
		return nil, err
	}
	entries, _, err := e.k.trail(ctx, c)
	if err != nil {
		return nil, err
	}
	return entries, e.k.redactedTrail(ctx, actor, c, entries, hidden)
}

// Verify checks a case's chain against its row, every payload and every
// signature root; no fault means 相符.
func (e Evidence) Verify(ctx context.Context, actor Actor, caseID string) ([]evidence.Fault, error) {
	e.k = e.k.once()
	c, err := e.k.take(ctx, caseID)
	if err != nil {
		return nil, err
	}
	if _, err := e.k.mayRead(ctx, actor, c, e.k.moment()); err != nil {
		return nil, err
	}
	_, faults, err := e.k.trail(ctx, c)
	return faults, err
}

// Codes of faults that concern what entries bind.
const (
	// PayloadGone: what an entry says isn't in the database any more, and no entry says that it
	// was disposed of.
	PayloadGone = "payload_gone"
	// ValuesFalse: the fields as they are stored are not those that were sent.
	ValuesFalse = "values_false"
)

// payloadsGone are the entries whose content isn't there though nothing says that it was lawfully
// disposed of. That an entry of VerbDispose says so is not enough, for whoever takes content away
// could write one: the request that it names has to be there, approved, and to list the record.
func (k *Kit) payloadsGone(ctx context.Context, chain string, rows []TrailEntry) ([]evidence.Fault, error) {
	if !slices.ContainsFunc(rows, func(r TrailEntry) bool { return r.Payload == nil }) {
		return nil, nil
	}
	lawful := int64(0)
	if id, ok := strings.CutPrefix(chain, chainOf("")); ok {
		for _, row := range slices.Backward(rows) {
			e, err := parseEvent(row.Payload)
			if row.Payload == nil || err != nil || e.Verb != VerbDispose {
				continue
			}
			listed, err := k.disposalListed(ctx, id, e)
			if err != nil {
				return nil, err
			}
			if listed {
				lawful = row.Seq
				break
			}
		}
	}
	var faults []evidence.Fault
	for _, row := range rows {
		if row.Payload == nil && row.Seq > lawful {
			faults = append(faults, evidence.Fault{Chain: chain, Seq: row.Seq, To: row.Seq, Code: PayloadGone})
		}
	}
	return faults, nil
}

// disposalListed says whether the request that an entry names was approved and lists the record, or
// the request that it is a row of.
func (k *Kit) disposalListed(ctx context.Context, id string, e Event) (bool, error) {
	if e.By.Person != SystemPerson || len(e.Effects) != 1 {
		return false, nil
	}
	of, ok := strings.CutPrefix(e.Effects[0], recordID(""))
	if !ok {
		return false, nil
	}
	request, err := k.take(ctx, of)
	if errors.Is(err, ErrNotFound) || unread(err) {
		return false, nil
	}
	if err != nil || request.kind.Disposes == "" || request.state.Phase != workflow.PhaseClosed || request.state.Outcome != workflow.OutcomeDone {
		return false, err
	}
	listed, _ := request.values[request.kind.Disposes].([]forms.Row)
	for depth := 0; id != "" && depth < maxRowDepth; depth++ {
		if slices.ContainsFunc(listed, func(r forms.Row) bool { return r[DisposalRecord] == recordID(id) }) {
			return true, nil
		}
		var row CaseRow
		err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Cases().Get(ctx, id)
			row = found
			return err
		})
		if err != nil {
			return false, ignoreNotFound(err)
		}
		id = row.Parent
	}
	return false, nil
}

// maxRowDepth is how many requests a row may lie within.
const maxRowDepth = 10

// verifyEntries holds the row and the fields as they are stored against the trail.
func verifyEntries(c caseInHand, entries []Entry) []evidence.Fault {
	var faults []evidence.Fault
	chain := chainOf(c.row.ID)
	var last *Entry
	for i, entry := range entries {
		if entry.Malformed {
			faults = append(faults, evidence.Fault{Chain: chain, Seq: entry.Seq, To: entry.Seq, Code: evidence.Malformed})
		}
		if entry.Disposed || entry.Malformed {
			last = nil // it may have set the fields anew
			continue
		}
		if len(entry.Values) > 0 {
			last = &entries[i]
		}
	}
	if last != nil && (!sameValues(c, last.Values) || c.extra.Root != last.Root) {
		return append(faults, evidence.Fault{Chain: chain, Seq: last.Seq, To: last.Seq, Code: ValuesFalse})
	}
	return append(faults, verifyRow(c.row, entries)...) // which the fields are part of
}

// sameValues compares the stored fields with those of the entry that last set
// them, leaf by leaf.
func sameValues(c caseInHand, sent []NamedValue) bool {
	stored := c.kind.form.Canonical(c.values)
	if len(stored) != len(sent) {
		return false
	}
	byName := make(map[string]any, len(sent))
	for _, v := range sent {
		byName[v.Name] = v.Value
	}
	for _, leaf := range stored {
		a, errA := evidence.Canonical(leaf.Value)
		b, errB := canonicalJSON(byName[leaf.Name])
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			return false
		}
	}
	return true
}

// canonicalJSON is the canonical bytes of a value that was read from JSON, whose
// numbers are not integers any more.
func canonicalJSON(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, err
	}
	return evidence.Canonical(plain)
}
